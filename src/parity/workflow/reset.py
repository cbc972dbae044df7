"""`migrate reset`: empty a database and apply every migration anew. Only ever because somebody said so."""

from __future__ import annotations

from msgspec import Struct

from parity.counting import counted
from parity.dialects.base import Session
from parity.errors import Interrupted
from parity.execute.apply import Applied, apply_migrations
from parity.execute.ledger import Ledger
from parity.migrations.folder import MigrationsFolder
from parity.schema.model import Schema
from parity.schema.steps import RowCount
from parity.workflow.context import Project, connected_or_created
from parity.workflow.interaction import Interaction
from parity.workflow.locking import locked
from parity.workflow.losses import count_rows
from parity.workflow.protection import is_local, refuse_to_empty


class ResetDone(Struct, frozen=True):
    """What a reset did: the database, how many tables went, what was applied."""

    database: str
    dropped: int
    applied: tuple[Applied, ...]


def reset(project: Project, interaction: Interaction, *, force: bool) -> ResetDone:
    """Drop everything and replay the folder, after a question or with `force`. Raises Refused if nobody can answer."""
    folder = project.migrations()
    target = project.target()
    refuse_to_empty(project, target)
    with connected_or_created(project.dialect, target, interaction, create=force) as session:
        live = project.dialect.driver.introspect(session, project.namespaces)
        if not force:
            what = f"All of {target.display} will be lost: {_extent(session, project, live)}"
            word = None if is_local(target) else target.database
            if not interaction.confirm(f"{what}. Go on?", flag="--force", word=word):
                raise Interrupted("PAR130", "nothing was changed")
        with locked(project, session, interaction.progress):
            return ResetDone(target.display, len(live.tables), empty_and_replay(project, session, folder, interaction))


def _extent(session: Session, project: Project, live: Schema) -> str:
    """How much is in a database: `2 tables with 1,204 rows (Team, User)`."""
    names = ", ".join(table.name.name for table in live.tables[:8]) + (" …" if len(live.tables) > 8 else "")
    counts = [count_rows(session, project.dialect, RowCount(table.name)) for table in live.tables]
    rows = sum(count for count in counts if count is not None)
    least = "at least " if None in counts else ""
    tables = counted(len(live.tables), "table")
    return f"{tables} with {least}{counted(rows, 'row')}" + (f" ({names})" if names else "")


def empty_and_replay(
    project: Project, session: Session, folder: MigrationsFolder, interaction: Interaction
) -> tuple[Applied, ...]:
    """Drop everything in the database of `session`, and apply the folder to it. Under the lock."""
    refuse_to_empty(project, session.target)
    project.dialect.driver.drop_everything(session, project.namespaces)
    ledger = Ledger(session, project.dialect)
    if not ledger.exists():
        ledger.create()
    return apply_migrations(ledger, folder.migrations, on_start=lambda name: interaction.progress(f"Applying {name}"))
