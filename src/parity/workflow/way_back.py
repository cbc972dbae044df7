"""The smallest way back: from a local database to where the migrations of the folder end, without emptying it.

Taken after somebody changed the database by hand, or after a change of branches, when it holds migrations that the
folder doesn't. Only what differs is touched; what that costs is told before.
"""

from __future__ import annotations

from msgspec import Struct

from parity.dialects.base import Dialect
from parity.diff.compare import diff
from parity.errors import HistoryError, ProofFailed
from parity.execute.ledger import Ledger
from parity.execute.runner import run_script
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.schema.steps import Plan
from parity.workflow.another_past import edited, missing
from parity.workflow.context import Project
from parity.workflow.drift import Drift
from parity.workflow.losses import Loss, ask_losses
from parity.workflow.stand import Stand


class WayBack(Struct, frozen=True):
    """What leads back, and what it costs on the rows that are there. The plan may be empty: a migration that moved rows
    leaves nothing else."""

    plan: Plan
    losses: tuple[Loss, ...]


def find_way_back(drift: Drift, stand: Stand, dialect: Dialect) -> WayBack:
    """Plan it, and ask the database for its cost. Changes nothing."""
    plan = build_plan(diff(drift.live, drift.expected, dialect), drift.live, drift.expected, dialect)
    return WayBack(plan, ask_losses(stand.ledger.session, dialect, plan.hazards))


def go_back(way: WayBack, drift: Drift, stand: Stand, project: Project) -> None:
    """Run it, and stamp the migrations that the folder doesn't hold as rolled back: both, or nothing.

    Raises ProofFailed PAR504 where it wouldn't lead to where the migrations end, DatabaseError where it can't be run.
    """
    ledger, dialect = stand.ledger, project.dialect

    def settle() -> None:
        reached = dialect.driver.introspect(ledger.session, project.namespaces)
        if left := diff(reached, drift.expected, dialect):
            lines = tuple(summary(left, reached, drift.expected, dialect).splitlines())
            raise ProofFailed(
                "PAR504",
                "the way back doesn't lead to where the migrations end; nothing was changed",
                differences=lines,
                hint="bring the database back by hand, or run `parity migrate dev --reset`, which loses the rows",
            )
        _forget(ledger, stand)

    if drift:
        run_script(ledger.session, dialect, script(way.plan, dialect, warnings=False, whole=True), before_commit=settle)
    else:
        _forget(ledger, stand)


def _forget(ledger: Ledger, stand: Stand) -> None:
    for status in stand.history.missing:
        if status.row is not None:
            ledger.roll_back(status.row)


def told(drift: Drift, way: WayBack, stand: Stand, project: Project) -> HistoryError:
    """What was found, what the way back costs, and what can be done, for somebody who can't be asked."""
    history = stand.history
    lines = [*map(missing, history.missing), *map(edited, history.edited)]
    lines += drift.lines(project.dialect)
    costs = dict.fromkeys(loss.sentence for loss in way.losses if loss.is_real)
    if drift:
        lines.append("The way back changes only that; " + ("it would cost:" if costs else "no row or value is lost."))
    lines += [f"  - {sentence}" for sentence in costs]
    elsewhere = bool(history.missing)
    agreed = " --accept-data-loss" if costs else ""
    return HistoryError(
        "PAR501",
        "the local database isn't where its migrations end",
        why="it holds migrations that aren't in this folder: of another branch, or deleted"
        if elsewhere
        else "it was changed by hand, or by a migration that was edited since",
        hint=(
            f"to go back to where this folder was, run `parity migrate dev --on-drift undo{agreed}`, which takes back "
            "what they did to the schema and nothing else; "
            if elsewhere
            else "to keep a change, write it into schema.prisma (`parity db pull`); to take it back, run "
            f"`parity migrate dev --on-drift undo{agreed}`; "
        )
        + "to go on regardless, `--on-drift ignore`; to start anew, `parity migrate dev --reset`, which loses the rows",
        details=tuple(lines),
    )
