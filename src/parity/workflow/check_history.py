"""What a ledger and the folder don't agree on, made into findings."""

from __future__ import annotations

from collections.abc import Iterator

from parity.execute.history import Edit, History, MigrationState
from parity.workflow.another_past import edited, missing, out_of_order, renamed
from parity.workflow.check_report import Check, Finding
from parity.workflow.stand import resolve_hint


def findings_of_history(history: History, where: str) -> Iterator[Finding]:
    """What the ledger of a database and the folder don't agree on. `where` is how a command names the database."""

    def found(name: str, code: str, what: str, fix: str) -> Finding:
        return Finding(Check.HISTORY, code, what, fix, migration=name)

    for status in history.statuses:
        name = status.name
        match status.state:
            case MigrationState.PENDING:
                yield found(name, "PAR901", f"{name} isn't applied", f"parity migrate deploy{where}")
            case MigrationState.UNDONE:
                yield found(
                    name, "PAR902", f"{name} failed, and nothing of it was applied", f"parity migrate deploy{where}"
                )
            case MigrationState.FAILED:
                yield found(name, "PAR903", f"{name} failed, or was interrupted", resolve_hint(status))
            case MigrationState.MISSING:
                way = "get the folder that was applied here, from version control"
                yield found(name, "PAR904", missing(status), way)
            case MigrationState.RENAMED:
                yield found(name, "PAR905", renamed(status), f"parity migrate resolve --accept-rename {name}{where}")
            case MigrationState.APPLIED:
                pass
        if status.edit is not None and status.renamed_from is None:
            accept = f"parity migrate resolve --accept-edit {name}{where}"
            way = accept if status.edit is Edit.COMMENTS else f"restore it from version control; or {accept}"
            yield found(name, "PAR906", edited(status), way)
        if status.out_of_order:
            yield found(name, "PAR907", out_of_order(status), "give it a later number, if it is applied nowhere yet")
