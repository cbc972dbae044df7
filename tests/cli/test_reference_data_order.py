"""Statements for rows of reference data come in an order that unique keys and references allow."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from commandline import Project, Run

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

PLAN = "model Plan {\n  id Int @id\n  code String @unique\n  rank Int? @unique\n  note String?\n}\n"
PAIR = "model Pair {\n  id Int @id\n  a String\n  b Int\n  @@unique([a, b])\n}\n"
NODE = """
model Node {
  id       Int    @id
  up       Int{optional}
  parent   Node{optional}  @relation("n", fields: [up], references: [id]{actions})
  children Node[] @relation("n")
}
"""
OPTIONAL_NODE = NODE.replace("{optional}", "?").replace("{actions}", ", onDelete: NoAction, onUpdate: NoAction")
REQUIRED_NODE = NODE.replace("{optional}", "").replace("{actions}", ", onDelete: NoAction, onUpdate: NoAction")
TWO = """
model Role {
  id    Int    @id
  code  String @unique
  users User[]
}
model User {
  id     Int  @id
  roleId Int{optional}
  role   Role{optional} @relation(fields: [roleId], references: [id]{actions})
}
"""
RESTRICTED = TWO.replace("{optional}", "").replace("{actions}", ", onDelete: Restrict, onUpdate: Restrict")
CASCADING = TWO.replace("{optional}", "").replace("{actions}", ", onDelete: Cascade")
BY_CODE = CASCADING.replace("roleId Int", "roleId String").replace("references: [id]", "references: [code]")
CIRCULAR = """
model A {
  id   Int  @id
  bId  Int?
  b    B?   @relation("ab", fields: [bId], references: [id], onDelete: NoAction, onUpdate: NoAction)
  back B[]  @relation("ba")
}
model B {
  id   Int  @id
  aId  Int
  a    A    @relation("ba", fields: [aId], references: [id], onDelete: NoAction, onUpdate: NoAction)
  back A[]  @relation("ab")
}
"""


@pytest.fixture
def empty(project: Project, database_url: str) -> Project:
    project.use_database(database_url)
    return project


def put(project: Project, files: dict[str, str]) -> None:
    folder = project.migrations_folder.parent / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)


def dev(project: Project, name: str) -> Run:
    return project.run("migrate", "dev", "--name", name, "--accept-data-loss")


def rows(project: Project, query: str) -> list[tuple[object, ...]]:
    return sql(project.env["DATABASE_URL"], query)


def owned(*lines: str) -> str:
    return "owned: all\nrows:" + ("".join(f"\n- {{{line}}}" for line in lines) or " []") + "\n"


CHANGES = {
    "two rows swap a unique text": (
        PLAN,
        {"Plan.csv": "id,code\n1,a\n2,b\n"},
        {"Plan.csv": "id,code\n1,b\n2,a\n"},
    ),
    "two rows swap a unique number that may be NULL": (
        PLAN,
        {"Plan.csv": "id,code,rank\n1,a,1\n2,b,2\n"},
        {"Plan.csv": "id,code,rank\n1,a,2\n2,b,1\n"},
    ),
    "three rows pass both of their unique values round": (
        PLAN,
        {"Plan.csv": "id,code,rank\n1,a,1\n2,b,2\n3,c,3\n"},
        {"Plan.csv": "id,code,rank\n1,b,3\n2,c,1\n3,a,2\n"},
    ),
    "all rows move on by one": (
        PLAN,
        {"Plan.csv": "id,code,rank\n1,a,1\n2,b,2\n3,c,3\n"},
        {"Plan.csv": "id,code,rank\n1,a,2\n2,b,3\n3,c,4\n"},
    ),
    "two pairs swap one half of a composite key": (
        PAIR,
        {"Pair.csv": "id,a,b\n1,x,1\n2,x,2\n3,y,1\n"},
        {"Pair.csv": "id,a,b\n1,x,2\n2,x,1\n3,y,1\n"},
    ),
    "a new row takes the unique value of a deleted one": (
        PLAN,
        {"Plan.yaml": owned("id: 1, code: a", "id: 2, code: b")},
        {"Plan.yaml": owned("id: 3, code: a", "id: 2, code: b")},
    ),
    "a row takes the unique value of a deleted one": (
        PLAN,
        {"Plan.yaml": owned("id: 1, code: a", "id: 2, code: b")},
        {"Plan.yaml": owned("id: 2, code: a")},
    ),
    "a new row takes the unique value that another one gives up": (
        PLAN,
        {"Plan.yaml": owned("id: 2, code: b")},
        {"Plan.yaml": owned("id: 1, code: b", "id: 2, code: c")},
    ),
    "a tree is emptied": (
        OPTIONAL_NODE,
        {"Node.yaml": owned("id: 2, up: null", "id: 1, up: 2", "id: 3, up: 1")},
        {"Node.yaml": owned()},
    ),
    "the leaves and a branch of a tree go": (
        OPTIONAL_NODE,
        {"Node.yaml": owned("id: 2, up: null", "id: 1, up: 2", "id: 3, up: 1", "id: 4, up: 1")},
        {"Node.yaml": owned("id: 2, up: null", "id: 4, up: 2")},
    ),
    "a circle of rows is deleted": (
        OPTIONAL_NODE,
        {"Node.yaml": owned("id: 1, up: 2", "id: 2, up: 3", "id: 3, up: 1")},
        {"Node.yaml": owned()},
    ),
    "a circle of rows becomes another one": (
        OPTIONAL_NODE,
        {"Node.yaml": owned("id: 1, up: 2", "id: 2, up: 1")},
        {"Node.yaml": owned("id: 3, up: 4", "id: 4, up: 3")},
    ),
    "a row that refers to itself is deleted": (
        REQUIRED_NODE,
        {"Node.yaml": owned("id: 1, up: 1", "id: 2, up: 1")},
        {"Node.yaml": owned()},
    ),
    "a referenced row is replaced by one with the same unique value": (
        RESTRICTED,
        {"Role.yaml": owned("id: 1, code: a"), "User.yaml": owned("id: 1, roleId: 1")},
        {"Role.yaml": owned("id: 2, code: a"), "User.yaml": owned("id: 1, roleId: 2")},
    ),
    "rows and those that they refer to go together": (
        RESTRICTED,
        {"Role.yaml": owned("id: 1, code: a", "id: 2, code: b"), "User.yaml": owned("id: 1, roleId: 1")},
        {"Role.yaml": owned("id: 2, code: b"), "User.yaml": owned()},
    ),
    "a row leaves a row that is deleted, where the deletion would take it along": (
        CASCADING,
        {"Role.yaml": owned("id: 1, code: a", "id: 2, code: b"), "User.yaml": owned("id: 1, roleId: 1")},
        {"Role.yaml": owned("id: 2, code: b"), "User.yaml": owned("id: 1, roleId: 2")},
    ),
    "rows swap a value by which others refer to them": (
        BY_CODE,
        {"Role.csv": "id,code\n1,a\n2,b\n", "User.csv": "id,roleId\n1,a\n2,b\n"},
        {"Role.csv": "id,code\n1,b\n2,a\n", "User.csv": "id,roleId\n1,a\n2,b\n"},
    ),
    "a row's key changes with the references to it": (
        BY_CODE,
        {"Role.csv": "id,code\n1,a\n2,b\n", "User.csv": "id,roleId\n1,a\n2,b\n"},
        {"Role.csv": "id,code\n1,c\n2,a\n", "User.csv": "id,roleId\n1,c\n2,a\n"},
    ),
    "tables that refer to each other": (
        CIRCULAR,
        {"A.yaml": owned("id: 1, bId: 1", "id: 2, bId: null"), "B.yaml": owned("id: 1, aId: 1")},
        {"A.yaml": owned("id: 3, bId: 3"), "B.yaml": owned("id: 3, aId: 3")},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_rows_come_to_what_the_files_say_when(empty: Project, provider: str, change: str) -> None:
    models, first, then = CHANGES[change]
    empty.write_schema(models, provider=provider)
    put(empty, first)
    dev(empty, "init").succeeded()
    put(empty, then)
    dev(empty, "then").succeeded()
    assert len(empty.migrations()) == 2
    assert "reference data  ok" in empty.run("check").succeeded().stdout
    dev(empty, "again").succeeded()
    assert len(empty.migrations()) == 2
    put(empty, first)
    dev(empty, "back").succeeded()
    assert "reference data  ok" in empty.run("check").succeeded().stdout


def test_a_swap_leaves_the_columns_that_the_file_does_not_name(empty: Project, provider: str) -> None:
    empty.write_schema(PLAN, provider=provider)
    put(empty, {"Plan.csv": "id,code\n1,a\n2,b\n"})
    dev(empty, "init").succeeded()
    rows(empty, """UPDATE "Plan" SET "note" = 'mine', "rank" = "id" """)
    put(empty, {"Plan.csv": "id,code\n1,b\n2,a\n"})
    dev(empty, "swap").succeeded()
    expected = [(1, "b", 1, "mine"), (2, "a", 2, "mine")]
    assert rows(empty, 'SELECT "id", "code", "rank", "note" FROM "Plan" ORDER BY 1') == expected


@pytest.mark.parametrize("models", [RESTRICTED, CASCADING], ids=["restricted", "cascading"])
def test_a_deleted_row_to_which_a_listed_one_refers_is_told_with_both(
    empty: Project, provider: str, models: str
) -> None:
    empty.write_schema(models, provider=provider)
    put(empty, {"Role.yaml": owned("id: 1, code: a", "id: 2, code: b"), "User.csv": "id,roleId\n7,1\n"})
    dev(empty, "init").succeeded()
    put(empty, {"Role.yaml": owned("id: 2, code: b")})
    run = dev(empty, "gone").exited(1)
    assert "Error PAR180: prisma/data/Role.yaml: Role (id = 1) is to be deleted, and other rows" in run.stderr
    assert "prisma/data/User.csv:2: User (id = 7) refers to it by roleId" in run.stderr
    assert len(empty.migrations()) == 1
    assert rows(empty, 'SELECT "id" FROM "User"') == [(7,)]


def test_what_a_deletion_does_to_rows_of_users_is_told(empty: Project, provider: str) -> None:
    empty.write_schema(CASCADING, provider=provider)
    put(empty, {"Role.yaml": owned("id: 1, code: a", "id: 2, code: b")})
    dev(empty, "init").succeeded()
    put(empty, {"Role.yaml": owned("id: 2, code: b")})
    run = dev(empty, "gone").succeeded()
    assert "Rows of `User` that refer to deleted rows of `Role` are deleted with them." in run.stderr
    assert "refer to deleted rows" in list(empty.migrations().values())[1]


def test_rows_that_wait_for_each_other_for_good_are_told(empty: Project, provider: str) -> None:
    empty.write_schema(REQUIRED_NODE, provider=provider)
    put(empty, {"Node.csv": "id,up\n1,2\n2,1\n"})
    run = dev(empty, "init").exited(1)
    assert "Error PAR179: rows of the reference data wait for each other" in run.stderr
    assert "prisma/data/Node.csv:2: Node (id = 1) refers by up to Node (id = 2)" in run.stderr
    assert empty.migrations() == {}


def test_a_refused_statement_is_told_with_its_row(empty: Project, provider: str) -> None:
    empty.write_schema(RESTRICTED, provider=provider)
    put(empty, {"User.csv": "id,roleId\n1,1\n"})
    run = dev(empty, "init").exited(1)
    assert "Error PAR301" in run.stderr
    assert "the statement inserts a row of reference data: prisma/data/User.csv:2: User (id = 1)" in run.stderr
    assert "see whether prisma/data/User.csv asks for" in run.stderr
    assert empty.migrations() == {}


def test_rows_without_a_number_come_behind_those_with_one(empty: Project, provider: str) -> None:
    models = "model Plan {\n  id Int @id @default(autoincrement())\n  code String @unique\n}\n"
    empty.write_schema(models, provider=provider)
    put(empty, {"Plan.yaml": "key: code\nrows:\n- {code: a}\n- {code: b, id: 1}\n- {code: c, id: 2}\n"})
    dev(empty, "init").succeeded()
    rows(empty, """INSERT INTO "Plan" ("code") VALUES ('mine')""")
    assert [row[0] for row in rows(empty, 'SELECT "code" FROM "Plan" ORDER BY "id"')] == ["b", "c", "a", "mine"]
    dev(empty, "again").succeeded()
    assert len(empty.migrations()) == 1
