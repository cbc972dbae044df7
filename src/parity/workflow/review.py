"""`migrate review`: what one migration does, what it may cost here, and how it will be run. Changes nothing."""

from __future__ import annotations

from msgspec import Struct

from parity.errors import ConfigError, DatabaseError, HistoryError, ParityError
from parity.execute.past import open_past
from parity.execute.runner import plan_script
from parity.migrations.folder import Migration, MigrationsFolder
from parity.review.report import Review, review_migration, with_answers
from parity.schema.model import Schema
from parity.workflow.context import Project, connected
from parity.workflow.losses import count_rows
from parity.workflow.transactions import transactions_of


class Reviewed(Struct, frozen=True):
    """A review with the script itself.

    `database` is the one that was asked for rows, or None with `unasked` saying why none was.
    """

    review: Review
    sql: str
    database: str | None
    unasked: str | None


def review(project: Project, name: str | None) -> Reviewed:
    """Review migration `name`, or the newest one. Raises HistoryError P3017 for no, PAR514 for several of that name."""
    folder = project.migrations()
    migration = _chosen(project, folder, name)
    plan = plan_script(migration.sql, project.dialect)
    before, after = _around(project, folder, migration)
    made = review_migration(
        migration.name,
        project.dialect.split(migration.sql),
        project.dialect,
        before=before,
        after=after,
        transactions=transactions_of(plan),
    )
    try:
        with connected(project.dialect, project.target()) as session:
            answers = {question: count_rows(session, project.dialect, question) for question in made.questions}
            return Reviewed(with_answers(made, answers), migration.sql, session.target.display, None)
    except (ConfigError, DatabaseError) as error:
        return Reviewed(made, migration.sql, None, error.message)


def _chosen(project: Project, folder: MigrationsFolder, name: str | None) -> Migration:
    if name is None and folder.migrations:
        return folder.migrations[-1]
    found = [m for m in folder.migrations if m.name == name]
    # The time in front is tedious to type: the rest of the name will do where it means one migration.
    found = found or [m for m in folder.migrations if name and m.name.partition("_")[2] == name]
    if len(found) == 1:
        return found[0]
    place = project.places.show(folder.path)
    if found:
        raise HistoryError(
            "PAR514",
            f"{len(found)} migrations in {place} are named {name}",
            hint="give the whole name, as `parity migrate status` prints it",
        )
    raise HistoryError(
        "P3017",
        f"there is no migration{'' if name is None else f' {name}'} in {place}",
        hint="`parity migrate status` lists them; `parity migrate dev --create-only` makes one",
    )


def _around(project: Project, folder: MigrationsFolder, migration: Migration) -> tuple[Schema | None, Schema | None]:
    """The schemas without and with the migration; None where no scratch database is to be had, or it doesn't run."""
    earlier = folder.migrations[: folder.migrations.index(migration)]
    before: Schema | None = None
    try:
        with open_past(project.scratch_wish(), project.namespaces) as past:
            before = past.schema(earlier)
            return before, past.schema((*earlier, migration))
    except ParityError as error:
        if error.code in _WRONG_SHADOW:
            raise
        return before, None


_WRONG_SHADOW = ("PAR220", "PAR411")
"""The scratch database that the user names is the main one, or holds something."""
