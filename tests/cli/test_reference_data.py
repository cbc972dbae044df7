"""Reference data: files of rows become migrations, proved and applied as those of the schema are."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from commandline import Project, Run

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

MODELS = """
enum Kind {
  ADMIN @map("admin")
  GUEST @map("gu'est")
}
model Role {
  id     Int      @id @default(autoincrement())
  code   String   @unique
  label  String?  @map("la\\"bel")
  kind   Kind     @default(GUEST)
  users  User[]
  @@map("ro;les -- x")
}
model User {
  realm  String
  name   String
  role   String
  made   DateTime @default(now())
  toRole Role     @relation(fields: [role], references: [code])
  @@id([realm, name])
}
"""
EVERYTHING = """
model All {
  id   BigInt   @id
  i    Int
  d    Decimal{decimal}
  f    Float
  b    Boolean
  s    String
  t    DateTime
  y    Bytes
  j    Json
  n    String?
  when DateTime
}
"""


@pytest.fixture
def empty(project: Project, database_url: str) -> Project:
    project.use_database(database_url)
    return project


def put(project: Project, name: str, text: str) -> None:
    folder = project.migrations_folder.parent / "data"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text.encode())


def dev(project: Project, name: str) -> Run:
    return project.run("migrate", "dev", "--name", name, "--accept-data-loss")


def rows(project: Project, query: str) -> list[tuple[object, ...]]:
    return sql(project.env["DATABASE_URL"], query)


ROLES = """
key: [code]
owned: all
rows:
  - code: admin
    label: "it's; -- \\"the\\" boss\\nor not"
    kind: ADMIN
  - {code: guest, label: null}
"""
USERS = "realm,name,role,made\nhere,root,admin,now()\n"


def test_rows_follow_their_files_in_the_order_of_foreign_keys(empty: Project, provider: str) -> None:
    empty.write_schema(MODELS, provider=provider)
    put(empty, "Role.yaml", ROLES)
    put(empty, "User.csv", USERS)
    dev(empty, "init").succeeded()
    text = next(iter(empty.migrations().values()))
    block = text[text.index("-- ReferenceData") :]
    assert block.index('INSERT INTO "ro;les -- x"') < block.index('INSERT INTO "User"')
    assert (
        """INSERT INTO "ro;les -- x" ("code", "la""bel") VALUES ('guest', NULL) """
        """ON CONFLICT ("code") DO UPDATE SET "la""bel" = EXCLUDED."la""bel";"""
    ) in block
    query = 'SELECT "code", "la""bel", "kind" FROM "ro;les -- x" ORDER BY "code"'
    boss = 'it\'s; -- "the" boss\nor not'
    assert rows(empty, query) == [("admin", boss, "admin"), ("guest", None, "gu'est")]
    again = dev(empty, "again").succeeded()
    assert len(empty.migrations()) == 1, again.output
    put(empty, "Role.yaml", ROLES.replace("label: null", "label: Guest"))
    changed = dev(empty, "changed").succeeded()
    assert "1 row of reference data in `ro;les -- x` will be updated." in changed.stderr
    assert list(empty.migrations().values())[1] == (
        "/*\n  Warnings:\n\n  - 1 row of reference data in `ro;les -- x` will be updated.\n\n*/\n"
        '-- ReferenceData\nUPDATE "ro;les -- x" SET "la""bel" = \'Guest\' WHERE "code" = \'guest\';\n'
    )
    assert rows(empty, query)[1] == ("guest", "Guest", "gu'est")
    put(empty, "Role.yaml", ROLES[: ROLES.index("  - {code")])
    dev(empty, "gone").succeeded()
    assert list(empty.migrations().values())[2].endswith(
        '-- ReferenceData\nDELETE FROM "ro;les -- x" WHERE "code" = \'guest\';\n'
    )
    assert [row[0] for row in rows(empty, query)] == ["admin"]


def test_every_type_comes_back_as_it_was_written(empty: Project, provider: str) -> None:
    native = " @db.Decimal(20, 4)" if provider != "sqlite" else ""
    empty.write_schema(EVERYTHING.replace("{decimal}", native), provider=provider)
    value = {"b": [1.50, {"z": None}], "a": "'"}
    row = {"id": "9007199254740993", "i": -5, "d": "1.50", "f": 0.1, "b": True, "s": "NO", "n": None, "j": value}
    row |= {"t": "2024-12-31T23:59:59.5+02:00", "y": "AP/+", "when": "now()"}
    put(empty, "All.json", json.dumps([row]))
    dev(empty, "init").succeeded()
    assert rows(empty, 'SELECT "id", "i", "s", "n" FROM "All"') == [(9007199254740993, -5, "NO", None)]
    row |= {"d": 1.5, "j": dict(reversed(value.items())), "t": "2024-12-31T21:59:59.500Z"}
    put(empty, "All.json", json.dumps([row]))
    dev(empty, "again").succeeded()
    assert len(empty.migrations()) == 1
    put(empty, "All.json", json.dumps([row | {"j": [], "d": 2, "b": False, "y": ""}]))
    dev(empty, "changed").succeeded()
    update = list(empty.migrations().values())[1].splitlines()[-1]
    nothing = "X''" if provider == "sqlite" else "'\\x'"
    sets = f""""d" = 2, "b" = false, "j" = '[]', "y" = {nothing}"""
    assert update == f'UPDATE "All" SET {sets} WHERE "id" = 9007199254740993;'


def test_a_new_value_of_an_enum_and_a_row_that_has_it_go_into_one_migration(
    project: Project, postgres_url: str
) -> None:
    project.use_database(postgres_url)
    fields = "id Int @id @default(autoincrement())\n  kind Kind\n  tags Kind[]"
    models = f"enum Kind {{\n  A\n}}\nmodel Plan {{\n  {fields}\n}}\n"
    project.write_schema(models, provider="postgresql")
    put(project, "Plan.yaml", "- {id: 7, kind: A, tags: [A]}\n")
    dev(project, "init").succeeded()
    project.write_schema(models.replace("  A\n", "  A\n  B\n"), provider="postgresql")
    put(project, "Plan.yaml", "- {id: 7, kind: B, tags: [A, B]}\n- {id: 8, kind: A, tags: []}\n")
    dev(project, "more").succeeded()
    query = 'SELECT "id", "kind", "tags"::text FROM "Plan" ORDER BY 1'
    assert rows(project, query) == [(7, "B", "{A,B}"), (8, "A", "{}")]
    rows(project, """INSERT INTO "Plan" ("kind", "tags") VALUES ('A', '{}')""")
    assert rows(project, 'SELECT MAX("id") FROM "Plan"')[0][0] > 8  # type: ignore[operator]


@pytest.mark.parametrize("form", ["yaml", "json", "csv"])
def test_what_is_exported_is_what_the_database_has(empty: Project, provider: str, form: str) -> None:
    empty.write_schema(EVERYTHING.replace("{decimal}", "").replace("when DateTime", "x Int?"), provider=provider)
    row = {"id": "9007199254740993", "i": -5, "d": "1.5", "f": 0.1, "b": True, "s": 'a,"b\u2028\n\x7f', "n": None}
    row |= {"j": {"a": [1.5, "\x85"]}, "t": "2024-12-31T23:59:59.5+02:00", "y": "AP/+", "x": 3}
    put(empty, "All.json", json.dumps([row, row | {"id": 2}]))
    dev(empty, "init").succeeded()
    assert "Error PAR177" in empty.run("data", "export", "All").exited(3).stderr
    (empty.migrations_folder.parent / "data" / "All.json").unlink()
    run = empty.run("data", "export", "All", "--where", "id > 2", "--format", form).succeeded()
    assert run.stdout == f"Wrote prisma/data/All.{form}: 1 row\n"
    assert "reference data  ok" in empty.run("check").succeeded().stdout
    empty.run("data", "export", "All", "--format", form, "--force").succeeded()
    dev(empty, "again").succeeded()
    assert len(empty.migrations()) == 1


WRITTEN = """# Our roles.
key: [code]
owned: all
rows:
  # The first.
  - code: admin   # never rename
    label: Boss   # as it is shown
  - {code: guest, label: "Guest"}  # goes
  - code: other
    label: |
      two
      lines
    # The last one.
# The end.
"""


def test_a_file_that_is_exported_anew_keeps_what_a_person_wrote_into_it(empty: Project, provider: str) -> None:
    models = MODELS.replace("users  User[]", "at DateTime @default(now())\n  users User[]")
    empty.write_schema(models, provider=provider)
    put(empty, "Role.yaml", WRITTEN)
    dev(empty, "init").succeeded()
    rows(empty, """UPDATE "ro;les -- x" SET "la""bel" = 'Chief: "x"' WHERE "code" = 'admin'""")
    rows(empty, """UPDATE "ro;les -- x" SET "la""bel" = 'three' WHERE "code" = 'other'""")
    rows(empty, """DELETE FROM "ro;les -- x" WHERE "code" = 'guest'""")
    rows(empty, """INSERT INTO "ro;les -- x" ("code", "la""bel") VALUES ('new', NULL)""")
    assert "its key:, owned:, columns and comments stay" in empty.run("data", "export", "Role").exited(3).stderr
    run = empty.run("data", "export", "Role", "--force").succeeded()
    assert run.stderr == "1 comment went with rows that aren't there any more:\n  # goes\n"
    text = (empty.migrations_folder.parent / "data" / "Role.yaml").read_text()
    expected = WRITTEN.replace("Boss ", '"Chief: \\"x\\"" ').replace('  - {code: guest, label: "Guest"}  # goes\n', "")
    new = '"three"\n  - {"code": "new", "label": null}\n'
    assert text == expected.replace("|\n      two\n      lines\n", new)
    assert "reference data  ok" in empty.run("check").succeeded().stdout
    dev(empty, "again").succeeded()
    assert empty.run("data", "export", "Role", "--force").succeeded().stderr == ""
    assert (empty.migrations_folder.parent / "data" / "Role.yaml").read_text() == text


@pytest.mark.parametrize("form", ["yaml", "json", "csv"])
def test_a_time_of_insertion_and_the_chosen_columns_stay_in_what_is_exported_anew(
    empty: Project, provider: str, form: str
) -> None:
    empty.write_schema("model Plan {\n  id Int @id\n  at DateTime\n  n Int?\n  m Int?\n}\n", provider=provider)
    first = {
        "yaml": '- {"id": 2, "at": "now()", "n": 1}\n',
        "json": '[\n  {"id": 2, "at": "now()", "n": 1}\n]\n',
        "csv": "id,at,n\n2,now(),1\n",
    }
    put(empty, f"Plan.{form}", first[form])
    dev(empty, "init").succeeded()
    rows(empty, 'UPDATE "Plan" SET "m" = 5')
    empty.run("data", "export", "Plan", "--format", form, "--force").succeeded()
    assert (empty.migrations_folder.parent / "data" / f"Plan.{form}").read_text() == first[form]


def test_a_file_with_mistakes_is_not_exported_anew(empty: Project, provider: str) -> None:
    empty.write_schema("model Plan {\n  id Int @id\n}\n", provider=provider)
    dev(empty, "init").succeeded()
    put(empty, "Plan.yaml", "- {id: x}\n")
    told = empty.run("data", "export", "Plan", "--force").exited(3).stderr
    assert "couldn't be kept: prisma/data/Plan.yaml:1:8: PAR174" in told
    assert (empty.migrations_folder.parent / "data" / "Plan.yaml").read_text() == "- {id: x}\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_carriage_returns_within_a_cell_are_the_value_s(empty: Project, provider: str, end: str) -> None:
    empty.write_schema("model Note {\n  id Int @id\n  text String\n  kind String\n}", provider=provider)
    values = ["one\rtwo", "one\r\ntwo", "one\ntwo\r", "\r\n"]
    lines = [f'{number},"{value}",k{end}' for number, value in enumerate(values)]
    put(empty, "Note.csv", f"id,text,kind{end}" + "".join(lines))
    dev(empty, "init").succeeded()
    assert rows(empty, 'SELECT "text", "kind" FROM "Note" ORDER BY "id"') == [(value, "k") for value in values]
    assert "reference data  ok" in empty.run("check").succeeded().stdout
    empty.run("data", "export", "Note", "--format", "csv", "--force").succeeded()
    assert "reference data  ok" in empty.run("check").succeeded().stdout
    dev(empty, "again").succeeded()
    assert len(empty.migrations()) == 1


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Plan.yaml", "- {id: 1, n: [\n", "prisma/data/Plan.yaml:2:1: error[PAR170]: can't be read as reference data"),
        ("Plan.yaml", "- !!python/name:os.system {}\n", "prisma/data/Plan.yaml:1:3: error[PAR170]: "),
        ("Plan.yaml", "- &a {id: 1, n: 1}\n- *a\n", "an anchor or an alias"),
        ("Plan.json", '[\n {"id": 1, "id": 2}]', "the key id stands there twice"),
        ("Plam.json", "[]", "prisma/data/Plam.json:1:1: error[PAR171]: the file is named for no table"),
        ("Plan.yaml", "key: [n]\nrows: []\n", "n is neither its primary key nor unique"),
        ("Plan.csv", "id,m\n1,2\n", "prisma/data/Plan.csv:1:4: error[PAR173]: "),
        ("Plan.csv", "id\n1\n", "it has no value for n, which is required"),
        ("Plan.csv", "id,n\n1,2\n2,x\n", "prisma/data/Plan.csv:3:3: error[PAR174]: a value doesn't fit Plan.n: x"),
        ("Plan.csv", "id,n\n1,2\n1,3\n", "prisma/data/Plan.csv:3:1: error[PAR175]: a second row with the same id"),
    ],
)
def test_a_mistake_is_told_with_file_and_line_and_nothing_is_written(
    project: Project, sqlite_url: str, name: str, text: str, told: str
) -> None:
    project.use_database(sqlite_url)
    project.write_schema("model Plan {\n  id Int @id\n  n  Int\n}\n", provider="sqlite")
    put(project, name, text)
    run = dev(project, "init").exited(1)
    assert told in run.stderr
    assert "Error PAR181" in run.stderr
    assert project.migrations() == {}


SEVERAL = {
    "Plan.yaml": "owned: most\nrows:\n- {id: 1, n: one}\n- id: 2\n  m: 3\n- {id: x, n: 4}\n",
    "Other.json": '[{"id": 1, "n": 1}, {"id": 1, "n": []}]',
    "Third.csv": "id,code\n1,a\n2,a\n",
    "Nothing.csv": "id\n",
}


def test_all_mistakes_of_all_files_are_told_with_their_places(project: Project, sqlite_url: str) -> None:
    project.use_database(sqlite_url)
    plain = "".join(f"model {name} {{\n  id Int @id\n  n  Int\n}}\n" for name in ("Plan", "Other"))
    models = plain + "model Third {\n  id Int @id\n  code String @unique\n}\n"
    project.write_schema(models, provider="sqlite")
    for name, text in SEVERAL.items():
        put(project, name, text)
    told = dev(project, "init").exited(1).stderr
    for place in (
        "Nothing.csv:1:1: error[PAR171]",
        "Other.json:1:36: error[PAR174]",
        "Plan.yaml:1:8: error[PAR172]",
        "Plan.yaml:3:14: error[PAR174]: a value doesn't fit Plan.n: one is no whole number",
        "Plan.yaml:5:3: error[PAR173]: a row doesn't fit Plan: Plan has no column m",
        "Plan.yaml:6:8: error[PAR174]",
        "Third.csv:3:3: error[PAR175]: a second row with the same code; the first one stands on line 2",
    ):
        assert f"prisma/data/{place}" in told
    assert " 3 | - {id: 1, n: one}\n   |              ^^^\n" in told
    assert "Found 7 errors." in told
    values = json.loads(project.run("migrate", "dev", "--name", "x", "--json").exited(1).stdout)["error"]
    assert (values["code"], len(values["diagnostics"])) == ("PAR181", 7)
    assert project.migrations() == {}


def test_a_wrong_name_in_the_first_line_is_told_once(project: Project, sqlite_url: str) -> None:
    project.use_database(sqlite_url)
    project.write_schema("model Plan {\n  id Int @id\n  label String?\n}\n", provider="sqlite")
    put(project, "Plan.csv", "id,labl\n" + "".join(f"{n},x\n" for n in range(500)))
    told = dev(project, "init").exited(1).stderr
    assert "Plan.csv:1:4: error[PAR173]: a row doesn't fit Plan: Plan has no column labl" in told
    assert "help: did you mean label?" in told
    assert "Found 1 error." in told
    put(project, "Plan.csv", "id,label\n" + "".join(f"{n}.5,x\n" for n in range(500)))
    told = dev(project, "init").exited(1).stderr
    assert "the rest wasn't looked at" in told
    assert "Found 100 errors." in told


def test_files_are_named_as_the_table_of_a_schema_too(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    model = 'model {name} {{\n  id Int @id\n  @@map("role")\n  @@schema("{schema}")\n}}\n'
    models = model.format(name="Staff", schema="staff") + model.format(name="Guest", schema="guests")
    source = 'provider = "postgresql"\n  url = env("DATABASE_URL")\n  schemas = ["staff", "guests"]'
    project.write_schema(f"datasource db {{\n  {source}\n}}\n{models}")
    put(project, "staff.role.csv", "id\n1\n")
    put(project, "Guest.csv", "id\n2\n")
    dev(project, "init").succeeded()
    assert rows(project, 'SELECT "id" FROM "staff"."role"') == [(1,)]
    assert rows(project, 'SELECT "id" FROM "guests"."role"') == [(2,)]
    put(project, "role.csv", "id\n1\n")
    told = dev(project, "more").exited(1).stderr
    assert "role.csv:1:1: error[PAR171]: the file's name is that of several tables: " in told
    assert "staff.role (Staff)" in told


def test_a_check_finds_rows_that_were_changed_or_deleted_and_leaves_those_of_users_alone(
    empty: Project, provider: str
) -> None:
    empty.write_schema("model Plan {\n  code String @id\n  price Decimal\n}\n", provider=provider)
    listed = "- {code: free, price: 0}\n- {code: pro, price: 9.50}\n- {code: team, price: 20}\n"
    put(empty, "Plan.yaml", listed)
    dev(empty, "init").succeeded()
    assert "reference data  ok" in empty.run("check").succeeded().stdout
    rows(empty, """UPDATE "Plan" SET "price" = 8 WHERE "code" = 'pro'""")
    rows(empty, """DELETE FROM "Plan" WHERE "code" = 'team'""")
    rows(empty, """INSERT INTO "Plan" VALUES ('a user''s', 1)""")
    found = empty.run("check").exited(2).stdout
    assert "Not in parity: 2 differences." in found
    assert 'PAR921: Plan (code = "pro") differs\n    price: the file has 9.50, the database 8' in found
    assert """UPDATE "Plan" SET "price" = 9.50 WHERE "code" = 'pro';""" in found
    assert 'PAR920: Plan (code = "team") is missing' in found
    put(empty, "Plan.yaml", "owned: all\nrows:\n" + listed)
    found = empty.run("check").exited(2).stdout
    assert """PAR922: Plan (code = "a user's") isn't in the file""" in found
    assert """DELETE FROM "Plan" WHERE "code" = 'a user''s';""" in found


def test_a_check_says_that_migrations_are_pending_and_what_it_could_not_compare(empty: Project, provider: str) -> None:
    empty.write_schema("model Plan {\n  id Int @id\n}\n", provider=provider)
    dev(empty, "init").succeeded()
    empty.write_schema("model Plan {\n  id Int @id\n  n Int?\n}\n", provider=provider)
    put(empty, "Plan.csv", "id,n\n1,2\n")
    empty.run("migrate", "dev", "--name", "more", "--create-only").succeeded()
    found = empty.run("check").exited(2).stdout
    assert (
        "Note: migrations are pending here; the rows were compared with the files all the same; not compared" in found
    )
    assert "isn't there: Plan" in found
    empty.run("migrate", "deploy").succeeded()
    assert "reference data  ok" in empty.run("check").succeeded().stdout


def test_a_row_comes_behind_the_row_of_its_own_table_that_it_refers_to(empty: Project, provider: str) -> None:
    fields = 'id Int @id\n  up Int?\n  at DateTime?\n  parent Node? @relation("n", fields: [up], references: [id])'
    models = f'model Node {{\n  {fields}\n  children Node[] @relation("n")\n}}\n'
    empty.write_schema(models, provider=provider)
    put(empty, "Node.csv", "id,up\n1,2\n2,3\n3,\n")
    dev(empty, "init").succeeded()
    assert rows(empty, 'SELECT "id", "up" FROM "Node" ORDER BY 1') == [(1, 2), (2, 3), (3, None)]
    put(empty, "Node.csv", "id,at\n1,0001-01-01T00:00:00+02:00\n")
    assert "prisma/data/Node.csv:2:3: error[PAR174]: " in dev(empty, "early").exited(1).stderr


def test_a_folder_that_holds_something_else_is_left_alone_where_the_settings_say_so(
    empty: Project, provider: str
) -> None:
    empty.write_schema(MODELS, provider=provider)
    put(empty, "seed-rows.json", '["anything"]')
    settings = empty.folder / "pyproject.toml"
    settings.write_text("[tool.parity]\n")
    assert "say data = false in [tool.parity]" in dev(empty, "init").exited(1).stderr
    settings.write_text("[tool.parity]\ndata = false\n")
    dev(empty, "init").succeeded()
    assert "ReferenceData" not in "".join(empty.migrations().values())
    settings.write_text('[tool.parity]\ndata = "prisma/reference"\n')
    (empty.folder / "prisma" / "reference").mkdir()
    (empty.folder / "prisma" / "reference" / "Role.json").write_text('[{"id": 1, "code": "a"}]')
    dev(empty, "rows").succeeded()
    assert rows(empty, 'SELECT "code" FROM "ro;les -- x"') == [("a",)]


def test_rows_of_users_are_overwritten_by_nobody_unasked(empty: Project, database_url: str, provider: str) -> None:
    empty.write_schema(MODELS, provider=provider)
    put(empty, "Role.yaml", "- {id: 1, code: admin}\n")
    empty.run("migrate", "dev", "--name", "init").succeeded()
    sql(
        database_url,
        """INSERT INTO "ro;les -- x" (id, code, "la""bel") VALUES (2, 'mine', 'My own'), (3, 'guest', 'Same')""",
    )
    before = empty.migrations()
    put(empty, "Role.yaml", "- {id: 1, code: admin}\n- {id: 2, code: ours}\n- {id: 3, code: guest, label: Same}\n")

    refused = empty.run("migrate", "dev", "--name", "roles").exited(3).stderr

    assert 'ro;les -- x (id = 2) is there already, and would be overwritten: code: the file has "ours"' in refused
    assert "id = 3" not in refused and "--accept-data-loss" in refused
    assert empty.migrations() == before
    assert sql(database_url, 'SELECT code FROM "ro;les -- x" ORDER BY id') == [("admin",), ("mine",), ("guest",)]
    empty.run("migrate", "dev", "--name", "roles", "--accept-data-loss").succeeded()
    assert sql(database_url, 'SELECT code FROM "ro;les -- x" ORDER BY id') == [("admin",), ("ours",), ("guest",)]
    (text,) = (text for name, text in empty.migrations().items() if "roles" in name)
    assert "have numbers that a database may have given to rows of users: those would be overwritten" in text


def test_rows_of_users_go_with_those_that_they_refer_to_only_where_that_is_agreed(
    empty: Project, database_url: str, provider: str
) -> None:
    models = MODELS.replace("references: [code])", "references: [code], onDelete: Cascade)")
    empty.write_schema(models, provider=provider)
    put(empty, "Role.yaml", "owned: all\nrows:\n- {id: 1, code: admin}\n- {id: 2, code: guest}\n- {id: 3, code: x}\n")
    empty.run("migrate", "dev", "--name", "init").succeeded()
    sql(database_url, """INSERT INTO "User" (realm, name, role) VALUES ('a', 'eve', 'guest'), ('a', 'ada', 'admin')""")
    put(empty, "Role.yaml", "owned: all\nrows:\n- {id: 1, code: admin}\n- {id: 2, code: guest}\n")
    empty.run("migrate", "dev", "--name", "x").succeeded()
    put(empty, "Role.yaml", "owned: all\nrows:\n- {id: 1, code: admin}\n")

    refused = empty.run("migrate", "dev", "--name", "guest").exited(3).stderr

    assert "Rows of `User` that refer to deleted rows of `ro;les -- x` are deleted with them. 1 row here." in refused
    assert rows(empty, 'SELECT name FROM "User" ORDER BY name') == [("ada",), ("eve",)]
    dev(empty, "guest").succeeded()
    assert rows(empty, 'SELECT name FROM "User" ORDER BY name') == [("ada",)]
