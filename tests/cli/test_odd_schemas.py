"""Schema files that nobody writes on a good day: what they say reaches the database, and a second run finds nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql


def settles(project: Project, schema: str, provider: str) -> None:
    """The schema becomes a migration, and a second run finds nothing to do."""
    project.write_schema(schema, provider=provider)
    project.run("migrate", "dev", "--name", "step", "--accept-data-loss").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout


def test_a_generated_default_without_a_text_is_no_difference(
    project: Project, provider: str, database_url: str
) -> None:
    project.use_database(database_url)
    settles(project, "model a {\n  id Int @id\n  x Int? @default(dbgenerated())\n}\n", provider)
    settles(
        project,
        "model a {\n  id Int @id\n  x Int? @default(dbgenerated())\n  y Int @default(dbgenerated())\n}\n",
        provider,
    )


_TRIGGER = """
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE OF age ON a FOR EACH ROW WHEN (NEW.age > 3) EXECUTE FUNCTION touch();
"""

_ON_ENUM = """
CREATE INDEX part ON a (age) WHERE kind = 'x';
ALTER TABLE a ADD CONSTRAINT kind_ok CHECK (kind <> 'y' OR age > 0);
CREATE FUNCTION f(k kinds) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE MATERIALIZED VIEW counted AS SELECT kind, count(*) FROM a GROUP BY kind;
CREATE UNIQUE INDEX counted_once ON counted (kind);
"""


def test_triggers_and_conditions_survive_what_changes_beneath_them(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    enum = "enum kinds {\n  x\n  y\n  z\n}\n"
    model = "model a {\n  id Int @id\n  age Int?\n  kind kinds @default(x)\n}\n"
    settles(project, enum + model, "postgresql")
    project.write_migration("99990101000000_by_hand", _TRIGGER + _ON_ENUM)
    project.run("migrate", "dev").succeeded()
    settles(project, enum + model.replace("Int?", "BigInt?"), "postgresql")
    settles(project, (enum + model).replace("  z\n", "").replace("Int?", "BigInt?"), "postgresql")
    kept = "SELECT indexname FROM pg_indexes WHERE indexname IN ('part', 'counted_once') ORDER BY 1"
    assert sql(postgres_url, kept) == [("counted_once",), ("part",)]
    assert sql(postgres_url, "SELECT tgname FROM pg_trigger WHERE tgname = 'touched'") == [("touched",)]
    assert sql(postgres_url, "SELECT conname FROM pg_constraint WHERE conname = 'kind_ok'") == [("kind_ok",)]
    assert sql(postgres_url, "SELECT f('x')") == [(1,)]


def test_a_rebuild_keeps_views_and_triggers_of_all_the_tables_it_reads(project: Project, tmp_path: Path) -> None:
    url = f"file:{tmp_path}/x.db"
    project.use_database(url)
    schema = "model a {\n  id Int @id\n  age Int?\n}\n\nmodel b {\n  id Int @id\n  x Int?\n}\n"
    settles(project, schema, "sqlite")
    project.write_migration(
        "99990101000000_by_hand",
        "CREATE VIEW v AS SELECT age FROM a;\nCREATE VIEW w AS SELECT age FROM v;\n"
        "CREATE TRIGGER t AFTER UPDATE OF age ON a BEGIN UPDATE b SET x = NEW.age; END;\n",
    )
    project.run("migrate", "dev").succeeded()
    settles(project, schema.replace("age Int?", "age String?").replace("x Int?", "x String?"), "sqlite")
    left = sql(url, "SELECT name FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY name")
    assert left == [("t",), ("v",), ("w",)]


def test_routines_and_view_indexes_are_tied_to_no_namespace(
    project: Project, new_postgres_database: Callable[[], str]
) -> None:
    main, other = new_postgres_database(), new_postgres_database()
    sql(
        main,
        "CREATE SCHEMA ten; SET search_path = ten; CREATE FUNCTION g(x int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE TABLE a (id int PRIMARY KEY DEFAULT g(1), n int); CREATE STATISTICS s ON id, n FROM a;"
        "CREATE MATERIALIZED VIEW m AS SELECT id FROM a; CREATE UNIQUE INDEX once ON m (id)",
    )
    project.write_schema("", provider="postgresql")
    project.use_database(main + ("&" if "?" in main else "?") + "schema=ten")
    project.run("migrate", "baseline").succeeded()
    project.run("migrate", "deploy", env={"DATABASE_URL": other}).succeeded()
    assert sql(other, "SELECT public.g(1), count(*) FROM public.m") == [(1, 0)]


def test_a_column_of_a_domain_that_is_not_null_is_required_until_its_type_changes(
    project: Project, postgres_url: str
) -> None:
    project.use_database(postgres_url)
    project.write_migration(
        "1_by_hand",
        "CREATE DOMAIN words AS text NOT NULL;\n"
        "CREATE TABLE a (id int PRIMARY KEY, x words, y words, z words NOT NULL, w words[]);\n",
    )
    model = 'model a {\n  id Int @id\n  x String\n  y String?\n  z String\n  w Unsupported("words")[]\n}\n'
    project.write_schema(model, provider="postgresql")
    # `y String?` is what older pulls wrote: the column stays as it is.
    assert "in sync" in project.run("migrate", "dev").succeeded().stdout
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    pulled = project.run("db", "pull", "--print").succeeded().stdout
    assert [line.split()[1] for line in pulled.splitlines() if line[:3] in ("  x", "  y", "  z")] == ["String"] * 3
    settles(project, model.replace("x String", "x String @db.VarChar(9)"), "postgresql")
    required = "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'a'::regclass AND attname = 'x'"
    assert sql(postgres_url, required) == [(True,)]


_INHERITING = """
CREATE TABLE p (id int PRIMARY KEY, a int, b text NOT NULL DEFAULT 'x', gone int);
CREATE TABLE c (own int, PRIMARY KEY (id)) INHERITS (p);
CREATE TABLE g (more int, PRIMARY KEY (id)) INHERITS (c);
ALTER TABLE g ALTER COLUMN b SET DEFAULT 'z';
ALTER TABLE c ADD CONSTRAINT by_hand CHECK (gone > 0);
CREATE INDEX by_hand_on_g ON g (id) WHERE gone > 0;
INSERT INTO g VALUES (1, 2, 'kept', 3, 4, 5);
"""


def test_what_changes_in_a_table_changes_in_those_that_inherit_from_it(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_migration("1_by_hand", _INHERITING)

    def models(columns: str, own: str = "  own Int?\n", of_g: str = "z") -> str:
        g = columns.replace('"y"', f'"{of_g}"').replace('"x"', f'"{of_g}"')
        bodies = {"p": columns, "c": columns + own, "g": f"{g}{own}  more Int?\n"}
        return "\n".join(f"model {name} {{\n{body}}}\n" for name, body in bodies.items())

    before = '  id Int @id\n  a Int?\n  b String @default("x")\n  gone Int?\n'
    project.write_schema(models(before), provider="postgresql")
    assert "in sync" in project.run("migrate", "dev").succeeded().stdout
    after = '  id BigInt @id\n  a BigInt\n  b String @default("y")\n  added Int? @default(3)\n'
    settles(project, models(after, own="  own BigInt?\n"), "postgresql")
    written = next(text for name, text in project.migrations().items() if name.endswith("_step"))
    assert written.partition("*/\n")[2] == (
        "-- AlterTable\n"
        'ALTER TABLE "p" DROP CONSTRAINT "p_pkey",\n'
        'DROP COLUMN "gone",\n'
        'ADD COLUMN     "added" INTEGER DEFAULT 3,\n'
        'ALTER COLUMN "id" SET DATA TYPE BIGINT,\n'
        'ALTER COLUMN "a" SET NOT NULL,\n'
        'ALTER COLUMN "a" SET DATA TYPE BIGINT,\n'
        "ALTER COLUMN \"b\" SET DEFAULT 'y',\n"
        'ADD CONSTRAINT "p_pkey" PRIMARY KEY ("id");\n'
        "\n"
        "-- AlterTable\n"
        'ALTER TABLE "c" ALTER COLUMN "own" SET DATA TYPE BIGINT;\n'
        "\n"
        "-- AlterTable\n"
        'ALTER TABLE "g" ALTER COLUMN "b" SET DEFAULT \'z\';\n'
    )
    assert sql(postgres_url, "SELECT id, a, b, own, more, added FROM g") == [(1, 2, "kept", 4, 5, 3)]


def test_a_list_under_the_name_of_its_type_is_no_difference(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    default = "@default(dbgenerated(\"'{a}'\"))"
    model = f'model a {{\n  id Int @id\n  n Unsupported("text[]") {default}\n  m Unsupported("point[]")?\n}}\n'
    settles(project, model, "postgresql")
