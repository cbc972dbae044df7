"""parity.lock knows the schema files by their hash: a check reads no models then, and finds all that it did before."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from commandline import Project
from parity.migrations.parity_lock import ParityLock, read_lock, write_lock
from parity.psl.sources import read_sources
from parity.workflow.schema_files import files_hash

sys.path.insert(0, str(Path(__file__).parent))
from stories import MODELS, MORE, sql

OTHER = "model Other {\n  id Int @id\n}\n"


@pytest.fixture
def made(project: Project, provider: str, database_url: str) -> Project:
    """A project whose first migration was made by `migrate dev`, and is applied."""
    project.use_database(database_url)
    project.write_schema(MODELS, provider=provider)
    project.run("migrate", "dev", "--name", "init").succeeded()
    return project


def lock_of(project: Project) -> ParityLock:
    lock = read_lock(project.migrations_folder)
    assert lock is not None
    return lock


def in_parity(project: Project) -> None:
    assert "In parity." in project.run("check").succeeded().stdout
    assert "In parity." in project.run("check", "--replay").succeeded().stdout


def test_dev_writes_their_hash_and_a_lock_without_it_is_as_good(made: Project) -> None:
    lock = lock_of(made)
    assert lock.files == files_hash(read_sources(made.schema_file))
    in_parity(made)
    write_lock(made.migrations_folder, replace(lock, files=None))
    assert "files" not in json.loads((made.migrations_folder / "parity.lock").read_text())
    in_parity(made)
    made.run("migrate", "lock", "--check").succeeded()
    assert "Already in sync" in made.run("migrate", "dev").succeeded().stdout
    assert lock_of(made) == lock


def test_an_edit_of_comments_and_spaces_leaves_all_in_parity(made: Project, provider: str) -> None:
    made.write_schema("// A comment.\n" + MODELS, provider=provider)
    assert lock_of(made).files == files_hash(read_sources(made.schema_file))
    in_parity(made)
    made.write_schema(MODELS.replace("@unique", "@unique // of all"), provider=provider)
    assert lock_of(made).files != files_hash(read_sources(made.schema_file))
    in_parity(made)


def test_what_no_migration_comes_from_leaves_the_lock_as_it_is_until_the_next_one(made: Project, provider: str) -> None:
    # Otherwise two branches that only wrote comments would meet in a conflict there.
    before = (made.migrations_folder / "parity.lock").read_bytes()
    made.write_schema(MODELS.replace("@unique", "@unique // of all"), provider=provider)
    assert "Already in sync" in made.run("migrate", "dev").succeeded().stdout
    assert (made.migrations_folder / "parity.lock").read_bytes() == before
    made.run("migrate", "lock").succeeded()
    assert lock_of(made).files == files_hash(read_sources(made.schema_file))
    made.write_schema(MORE, provider=provider)
    made.run("migrate", "dev", "--name", "more").succeeded()
    assert lock_of(made).files == files_hash(read_sources(made.schema_file))


def test_an_edit_of_a_model_is_found(made: Project, provider: str) -> None:
    made.write_schema(MORE, provider=provider)
    run = made.run("check").exited(2)
    assert "PAR909: table User was changed in the schema file" in run.stdout
    made.run("migrate", "lock", "--check").exited(2)


def test_a_mistake_in_a_model_is_told_as_ever(made: Project, provider: str) -> None:
    made.write_schema(MODELS + "model Other {\n  id Nothing @id\n}\n", provider=provider)
    run = made.run("check").exited(1)
    assert "Nothing" in run.stderr
    assert "schema.prisma:" in run.stderr
    # Those of the datasource don't hide it.
    text = made.schema_file.read_text()
    made.schema_file.write_text(text + "generator client {\n  provider = \n}\n")
    run = made.run("check").exited(1)
    assert "Nothing" in run.stderr
    assert "Found 2 errors." in run.stderr


def test_a_folder_of_files_is_known_and_a_file_that_is_added_or_renamed_is_read(
    project: Project, provider: str, database_url: str
) -> None:
    project.use_database(database_url)
    folder = project.write_schema(MODELS, provider=provider).parent
    (folder / "b.prisma").write_text(OTHER)
    project.run("migrate", "dev", "--name", "init", "--schema", "prisma").succeeded()
    assert lock_of(project).files == files_hash(read_sources(folder))
    project.run("check", "--schema", "prisma").succeeded()
    (folder / "b.prisma").rename(folder / "z.prisma")
    assert lock_of(project).files != files_hash(read_sources(folder))
    assert "In parity." in project.run("check", "--schema", "prisma").succeeded().stdout
    (folder / "c.prisma").write_text(OTHER.replace("Other", "Another"))
    run = project.run("check", "--schema", "prisma").exited(2)
    assert "PAR909: table Another is of no migration yet" in run.stdout
    (folder / "c.prisma").unlink()
    (folder / "z.prisma").unlink()
    run = project.run("check", "--schema", "prisma").exited(2)
    assert "PAR909: table Other isn't in the schema file any more" in run.stdout


def test_a_line_that_was_edited_by_hand_is_refused(made: Project, provider: str) -> None:
    made.write_schema(MORE, provider=provider)
    path = made.migrations_folder / "parity.lock"
    before = lock_of(made).files
    assert before is not None
    path.write_text(path.read_text().replace(before, files_hash(read_sources(made.schema_file))))
    assert "Error PAR261" in made.run("check").exited(1).stderr
    path.write_text(path.read_text().replace('  "files"', '  "file"'))
    assert "Error PAR261" in made.run("check").exited(1).stderr


def test_one_that_somebody_has_forged_is_found_by_a_replay(made: Project, provider: str) -> None:
    made.write_schema(MORE, provider=provider)
    lock = replace(lock_of(made), files=files_hash(read_sources(made.schema_file)))
    write_lock(made.migrations_folder, lock)
    # As with each line of a lock whose seal fits, it is believed: no model is read.
    made.run("check").succeeded()
    assert "PAR909: table User was changed" in made.run("check", "--replay").exited(2).stdout


def test_a_hash_of_files_that_ask_for_something_else_than_the_migrations_make_is_of_no_use(
    made: Project, provider: str
) -> None:
    made.write_schema(MORE, provider=provider)
    made.run("migrate", "lock").succeeded()
    lock = lock_of(made)
    assert (lock.datamodel, lock.files) == (None, None)
    write_lock(made.migrations_folder, replace(lock, files=files_hash(read_sources(made.schema_file))))
    assert "PAR909: table User was changed" in made.run("check").exited(2).stdout


def test_differences_of_a_database_are_told_in_the_words_of_the_models(made: Project, provider: str) -> None:
    renamed = OTHER.replace("Other {", "Thing {").replace("}", '  @@map("things")\n}')
    made.write_schema(MODELS + renamed, provider=provider)
    made.run("migrate", "dev", "--name", "things").succeeded()
    sql(made.env["DATABASE_URL"], 'DROP TABLE "things"')
    run = made.run("check", "--format", "github").exited(2)
    line = next(number for number, text in enumerate(made.schema_file.read_text().splitlines(), 1) if "Thing" in text)
    assert f"file=prisma/schema.prisma,line={line}" in run.stdout
    assert "-model Thing {" in made.run("check").exited(2).stdout


def test_reference_data_is_compared_by_the_names_of_the_models(made: Project, provider: str) -> None:
    data = made.schema_file.parent / "data"
    data.mkdir()
    made.write_schema(MODELS + OTHER.replace("}", '  name String @map("the_name")\n}'), provider=provider)
    (data / "Other.yaml").write_text("- {id: 1, name: one}\n")
    made.run("migrate", "dev", "--name", "rows").succeeded()
    assert lock_of(made).files == files_hash(read_sources(made.schema_file))
    in_parity(made)
    sql(made.env["DATABASE_URL"], 'UPDATE "Other" SET "the_name" = \'two\'')
    assert "PAR921" in made.run("check").exited(2).stdout


def test_a_preview_feature_that_lets_the_models_say_more_is_found(project: Project, postgres_url: str) -> None:
    # Without it the index's condition comes from the history, with it from the schema file, which names none.
    models = "model User {\n  id    Int    @id\n  email String\n\n  @@index([email])\n}\n"
    project.use_database(postgres_url)
    project.write_schema(models, provider="postgresql")
    project.write_migration(
        "1_init",
        'CREATE TABLE "User" ("id" INTEGER PRIMARY KEY, "email" TEXT NOT NULL);\n'
        'CREATE INDEX "User_email_idx" ON "User" ("email") WHERE "id" > 5;\n',
        provider="postgresql",
    )
    project.run("migrate", "deploy").succeeded()
    project.run("migrate", "lock").succeeded()
    in_parity(project)
    generator = 'generator client {\n  provider        = "prisma-client-js"\n  previewFeatures = ["FEATURE"]\n}\n'
    project.write_schema(models + generator.replace("FEATURE", "views"), provider="postgresql")
    in_parity(project)
    project.write_schema(models + generator.replace("FEATURE", "partialIndexes"), provider="postgresql")
    for options in ((), ("--replay",)):
        assert "PAR909: table User was changed in the schema file" in project.run("check", *options).exited(2).stdout
