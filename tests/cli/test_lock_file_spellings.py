"""migration_lock.toml may name the database by any of the provider's names."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("spelling", ["postgres", "postgresql"])
def test_each_name_of_the_provider_will_do(project, postgres_url, spelling):
    project.use_database(postgres_url)
    project.write_schema("model User {\n  id Int @id\n}\n", provider="postgresql")
    project.write_migration("20240101000000_init", "CREATE TABLE a (id integer);", provider=spelling)
    project.run("migrate", "deploy").succeeded()
    project.run("migrate", "diff", "--from-empty", "--to-migrations", "prisma/migrations", "--script").succeeded()


def test_another_database_s_name_is_refused(project, sqlite_url):
    project.use_database(sqlite_url)
    project.write_schema("model User {\n  id Int @id\n}\n", provider="sqlite")
    project.write_migration("20240101000000_init", "CREATE TABLE a (id integer);", provider="postgresql")
    assert "P3019" in project.run("migrate", "deploy").exited(1).stderr
