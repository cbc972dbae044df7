"""Names at the limit of 63 bytes, and beyond (F36): the server cuts them in silence, so they are refused before."""

from __future__ import annotations

import pytest

from commandline import Project
from truth import read_truth

LIMIT = "é" * 31
"""62 bytes: one more of one byte fits."""
MODELS = """
enum E {{
  a @map("{value}")
  b
  @@map("{enum}")
}}

model A {{
  id   Int  @id
  a    Int  @unique @map("{column}")
  b    {type}  @map("{other}")
  e    E    @default(a)
  upId Int? @map("{limit}u")
  up   A?   @relation("t", fields: [upId], references: [id])
  ups  A[]  @relation("t")
  n    Int  @default(autoincrement()) @map("{limit}n")
  @@index([b])
  @@map("{table}")
}}
"""
FITTING = {
    "limit": LIMIT, "value": LIMIT + "v", "enum": LIMIT + "e", "column": LIMIT + "a", "other": LIMIT + "b",
    "table": LIMIT + "t", "type": "Int",
}  # fmt: skip


def test_names_of_63_bytes_are_themselves(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    for name, kind in (("init", "Int"), ("change", "String")):
        project.write_schema(MODELS.format_map({**FITTING, "type": kind}), provider="postgresql")
        made = project.run("migrate", "dev", "--name", name, "--on-type-change", "cast").succeeded()
        assert "Proved: replaying the folder gives exactly the schema file." in made.stdout
        assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    before = project.schema_file.read_text()
    project.run("db", "pull", "--force").succeeded()
    assert project.schema_file.read_text().count(LIMIT) >= before.count(LIMIT)
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"table": "x" * 62 + "é"}, ["table {table}"]),
        ({"column": "x" * 63 + "1", "other": "x" * 63 + "2"},
         ["column {column} of table {table}", "column {other} of table {table}"]),
        ({"value": "x" * 64, "enum": "y" * 64}, ["enum {enum}", "value {value} of enum {enum}"]),
    ],
    ids=["a table, in the middle of a character", "columns that would be one", "an enum and its value"],
)  # fmt: skip
def test_longer_ones_are_refused_by_name(
    project: Project, postgres_url: str, changed: dict[str, str], told: list[str]
) -> None:
    names = {**FITTING, **changed}
    project.use_database(postgres_url)
    project.write_schema(MODELS.format_map(names), provider="postgresql")
    for command in (("migrate", "dev", "--name", "init"), ("db", "push")):
        refused = project.run(*command).exited(1)
        assert "Error PAR304" in refused.stderr
        assert "63 bytes" in refused.stderr
        assert [line.strip() for line in refused.stderr.splitlines()[1 : 1 + len(told)]] == [
            line.format_map(names) for line in told
        ]
    assert not project.migrations_folder.exists()
    assert read_truth(postgres_url).tables <= {"_prisma_migrations"}


def test_names_of_keys_and_indexes_are_checked_with_the_schema_file(project: Project) -> None:
    project.use_database("postgresql://nowhere.invalid/x")
    columns = "".join(f'  {name} Int @map("{LIMIT}{name}")\n' for name in "bc")
    project.write_schema(
        f'model A {{\n  id Int @id\n{columns}  @@index([b])\n  @@index([c])\n  @@map("{LIMIT}")\n}}\n',
        provider="postgresql",
    )
    refused = project.run("validate").exited(1)
    assert refused.output.count("is taken more than once") == 2
