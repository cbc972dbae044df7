"""Keeping parity.lock: made by a replay, led on by each migration that `migrate dev` writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from parity.counting import counted
from parity.dialects.base import Session
from parity.errors import HistoryError, MigrationsInvalid, ParityError
from parity.migrations.folder import PARITY_LOCK, Migration, MigrationsFolder
from parity.migrations.parity_lock import LockEntry, ParityLock, Reached, lock_text, make_lock, read_lock, write_lock
from parity.schema.fingerprint import to_json
from parity.schema.model import Schema
from parity.workflow.context import Project
from parity.workflow.interaction import Interaction
from parity.workflow.schema_files import files_hash

if TYPE_CHECKING:
    from parity.execute.past import Past


class Locked(Struct, frozen=True):
    """The file, how many migrations it holds, whether it was changed, and whether the schema file asks for the same."""

    path: Path
    migrations: int
    changed: bool
    says_schema: bool


def lock(project: Project, interaction: Interaction) -> Locked:
    """`migrate lock`: replay the whole folder, one migration at a time, and write where each leads."""
    # To read a lock, as an application does at its start, takes none of this.
    from parity.execute.past import open_past

    folder = project.migrations()
    migrations = folder.migrations
    with open_past(project.scratch_wish(interaction.progress), project.namespaces) as past:
        interaction.progress(f"Replaying {counted(len(migrations), 'migration')} on a scratch database")
        made = make_lock(
            project.dialect.name, past.server, project.namespaces, None, _steps(past, migrations, interaction.progress)
        )
        head = made.schema_after(len(migrations))
        if _asks_for(project, head, lambda: past.session(migrations)):
            made = replace(made, datamodel=datamodel_hash(project), files=files_hash(project.sources))
    changed = write_lock(folder.path, made)
    return Locked(folder.path / PARITY_LOCK, len(migrations), changed, made.datamodel is not None)


def _asks_for(project: Project, head: Schema, scratch: Callable[[], Session]) -> bool:
    """Whether the schema file asks for this schema. `scratch` gives a session on a database that holds it."""
    from parity.diff.compare import diff
    from parity.workflow.wanted import wanted_schema

    return not diff(head, wanted_schema(project, head, scratch), project.dialect)


def keep_lock(
    project: Project,
    folder: MigrationsFolder,
    before: ParityLock | None,
    past: Past,
    migrations: tuple[Migration, ...],
    reached: Schema,
    *,
    is_new: bool,
) -> bool:
    """Bring the file to where the migrations lead, which is `reached` and what the schema file asks for.

    A folder that had migrations and no such file gets none: `is_new` tells that it had none. Returns whether it was
    written.
    """
    if before is None and not is_new:
        return False
    known, schema, entries = 0, Schema(), tuple[LockEntry, ...]()
    if before is not None and fits(before, project):
        known = before.known(migrations)
        entries, schema = before.migrations[:known], before.schema_after(known)
    if known == len(migrations) - 1:
        steps: Iterator[Reached] = iter([Reached(migrations[-1], reached)])
    else:
        steps = _steps(past, migrations, lambda line: None, known)
    server = before.server if before is not None and known == len(migrations) else past.server
    made = make_lock(
        project.dialect.name, server, project.namespaces, datamodel_hash(project), steps, (entries, schema)
    )
    return write_lock(folder.path, _with_files(made, before, project))


def _with_files(made: ParityLock, before: ParityLock | None, project: Project) -> ParityLock:
    """With the hash of the schema files; where nothing else in the file is new, with the one that is there.

    Two branches that both changed what no migration comes from mustn't meet in a conflict here. Until the next
    migration a check reads the models then, as it does without this line.
    """
    if (
        before is not None
        and before.files is not None
        and lock_text(replace(made, files=before.files)) == lock_text(before)
    ):
        return replace(made, files=before.files)
    return replace(made, files=files_hash(project.sources))


def is_of_schema_files(lock: ParityLock, project: Project) -> bool:
    """Whether the schema files are the very ones of which the lock says that its last migration leads to them."""
    return lock.datamodel is not None and lock.files is not None and lock.files == files_hash(project.sources)


def begin_lock(project: Project, scratch: Session, reached: Schema) -> None:
    """The lock of a folder whose first migration was just made, and leads to `reached`, which `scratch` holds."""
    folder = project.migrations()
    steps = iter([Reached(folder.migrations[0], reached)])
    server = project.dialect.driver.printed_by(scratch)
    made = make_lock(project.dialect.name, server, project.namespaces, None, steps)
    try:
        if _asks_for(project, reached, lambda: scratch):
            made = replace(made, datamodel=datamodel_hash(project), files=files_hash(project.sources))
    except ParityError:
        pass  # What is wrong with what the schema file asks for is told by what makes it.
    try:
        write_lock(folder.path, made)
    except MigrationsInvalid as error:
        project.request.tell(f"{error.message}: {error.why}. parity migrate lock makes it, when it can be")


def fits(lock: ParityLock, project: Project) -> bool:
    """Whether the lock is of this kind of database and of these namespaces: only then names mean the same."""
    return lock.provider == project.dialect.name and lock.schemas == project.namespaces


def read_fitting_lock(project: Project, folder: MigrationsFolder) -> ParityLock | None:
    """The lock, where there is one for this kind of database and these namespaces; it may not know the whole folder."""
    found = read_lock(folder.path)
    return found if found is not None and fits(found, project) else None


def read_current_lock(project: Project, folder: MigrationsFolder) -> ParityLock | None:
    """The lock, where there is one. Raises HistoryError PAR540 where it isn't that of the folder as it is."""
    found = read_lock(folder.path)
    if found is None:
        return None
    known = found.known(folder.migrations)
    if fits(found, project) and known == len(folder.migrations) == len(found.migrations):
        return found
    raise HistoryError(
        "PAR540",
        f"{project.places.show(folder.path / PARITY_LOCK)} isn't that of the migrations beside it",
        why=_misfit(found, project, folder, known),
        hint="make it anew from a replay with `parity migrate lock`, and commit it with the migrations",
    )


def datamodel_hash(project: Project) -> str:
    """Stands for what the schema file asks for."""
    from parity.lower import lower

    asked = to_json(lower(project.datamodel, project.dialect))
    # With the words for conditions a file that names none asks for none; without them it is silent about them.
    said = "partial indexes have conditions\n" if project.datamodel.says_conditions else ""
    return hashlib.sha256((said + asked).encode()).hexdigest()


def _misfit(found: ParityLock, project: Project, folder: MigrationsFolder, known: int) -> str:
    if not fits(found, project):
        return "it was made for another provider, or for other schemas, than the datasource names now"
    ours = folder.migrations[known].name if known < len(folder.migrations) else None
    theirs = found.migrations[known].name if known < len(found.migrations) else None
    if ours == theirs:
        return f"the SQL of {ours} was changed since it was made"
    if theirs is None or (ours is not None and ours < theirs):
        return f"it doesn't know {ours}"
    return f"it holds {theirs}, which isn't in the folder"


def _steps(
    past: Past, migrations: tuple[Migration, ...], tell: Callable[[str], None], behind: int = 0
) -> Iterator[Reached]:
    for number, (migration, schema) in enumerate(past.each(migrations, behind), behind + 1):
        yield Reached(migration, schema)
        if number % 50 == 0:
            tell(f"{number} of {len(migrations)} replayed")
