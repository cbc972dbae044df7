"""Schema files that nobody writes on a good day: what they say reaches the database, and a second run finds nothing."""

from __future__ import annotations

from commandline import Project


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
