"""`db push`: a database is brought to what the schema file says, without a migration. For prototypes and local work.

What the schema file can't say stays as it is in the database. The ledger isn't touched, and no migration is written:
a database that migrations lead is told to be one. The result is compared with the schema file before it is committed.
"""

from __future__ import annotations

from msgspec import Struct

from parity.dialects.base import Session
from parity.diff.compare import diff
from parity.errors import DatabaseError, ProofFailed
from parity.execute.ledger import Ledger
from parity.execute.patience import DEFAULT_LOCK_LIMIT, Patience
from parity.execute.runner import plan_script, run_script
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.schema.model import Schema
from parity.schema.steps import Plan
from parity.workflow.context import Project, connected_or_created
from parity.workflow.conversions import OnTypeChange, choose_conversions, convertible
from parity.workflow.interaction import Interaction
from parity.workflow.locking import locked
from parity.workflow.losses import Loss, ask_losses, settle_losses
from parity.workflow.obstacles import obstacle
from parity.workflow.protection import refuse_to_empty
from parity.workflow.wanted import wanted_schema


class PushOptions(Struct, frozen=True):
    """`force_reset` empties the database first, its ledger included."""

    accept_data_loss: bool = False
    on_type_change: OnTypeChange | None = None
    force_reset: bool = False
    lock_timeout: float = 60.0


class Pushed(Struct, frozen=True):
    """What happened. `sql` is what was run ("" where nothing differed), `summary` the same in words.

    `dropped` tables went in the reset, None where there was none; `recorded` tells that the database has a ledger.
    """

    database: str
    sql: str
    statements: int
    summary: str
    losses: tuple[Loss, ...]
    dropped: int | None
    recorded: bool


class Way(Struct, frozen=True):
    """What leads a live database to the wanted schema, and what that costs there."""

    live: Schema
    wanted: Schema
    plan: Plan
    losses: tuple[Loss, ...]


def push(project: Project, options: PushOptions, interaction: Interaction) -> Pushed:
    """Run `db push`. Raises LossesRefused, ProofFailed, DatabaseError."""
    dialect = project.dialect
    with (
        connected_or_created(dialect, project.target(), interaction, create=True) as session,
        locked(project, session, interaction.progress, options.lock_timeout),
    ):
        dropped = _emptied(project, session) if options.force_reset else None
        recorded = Ledger(session, dialect).exists()
        way = _chosen(project, session, find_way(project, session), options, interaction)
        settle_losses(
            # What only might fail is taken back where it does, and costs nothing.
            tuple(loss for loss in way.losses if loss.stops or loss.hazard.is_written),
            interaction,
            what="The push",
            accepted=options.accept_data_loss,
            way_out="run it again with --force-reset, which empties the database first: all of its rows are lost",
        )
        sql = script(way.plan, dialect, warnings=False, whole=True)
        if sql:
            _run(project, session, way, sql, interaction)
        return Pushed(
            database=session.target.display,
            sql=sql,
            statements=plan_script(sql, dialect).statements,
            summary=summary(way.plan, way.live, way.wanted, dialect) if sql else "",
            losses=way.losses,
            dropped=dropped,
            recorded=recorded,
        )


def find_way(project: Project, session: Session) -> Way:
    """What is to be done to the database of `session`, and what it costs there. Changes nothing."""
    dialect = project.dialect
    live = dialect.driver.introspect(session, project.namespaces)
    # The texts of the schema file are read back in the database itself, in a transaction that is taken back: what they
    # name is there, and no right to make another database is needed.
    wanted = wanted_schema(project, live, lambda: session)
    plan = build_plan(diff(live, wanted, dialect), live, wanted, dialect)
    return Way(live, wanted, plan, ask_losses(session, dialect, plan.hazards))


def _chosen(project: Project, session: Session, way: Way, options: PushOptions, interaction: Interaction) -> Way:
    """The way on which the values are kept that are to be kept."""
    dialect = project.dialect
    conversions = choose_conversions(
        convertible(way.plan, way.wanted, session, dialect),
        interaction,
        options.on_type_change,
        accepted=options.accept_data_loss,
        only_here=True,
    )
    if not conversions:
        return way
    plan = build_plan(diff(way.live, way.wanted, dialect), way.live, way.wanted, dialect, conversions)
    return Way(way.live, way.wanted, plan, ask_losses(session, dialect, plan.hazards))


def _emptied(project: Project, session: Session) -> int:
    refuse_to_empty(project, session.target)
    driver = project.dialect.driver
    tables = len(driver.introspect(session, project.namespaces).tables)
    driver.drop_everything(session, project.namespaces)
    return tables


def _run(project: Project, session: Session, way: Way, sql: str, interaction: Interaction) -> None:
    dialect = project.dialect
    atomic = plan_script(sql, dialect).is_atomic

    def check() -> None:
        reached = dialect.driver.introspect(session, project.namespaces)
        left = diff(reached, way.wanted, dialect)
        if left:
            raise ProofFailed(
                "PAR303",
                "the push doesn't lead to what the schema file says",
                differences=tuple(summary(left, reached, way.wanted, dialect).splitlines()),
                why="these differences would be left" if atomic else "these differences are left",
                hint=("nothing was changed; " if atomic else "")
                + "this is a fault of parity: please report the schema change that shows it",
            )

    try:
        patience = Patience(DEFAULT_LOCK_LIMIT, on_retry=interaction.progress)
        run_script(session, dialect, sql, before_commit=check, patience=patience)
    except DatabaseError as error:
        session.rollback()
        found = obstacle(error, way.plan, dialect)
        if found is not None:
            error.why = error.why or found.why
            error.hint = (
                f"{'nothing was changed; ' if atomic else ''}{found.first} by hand, and make it anew afterwards"
            )
        error.hint = error.hint or (
            "nothing was changed: the database took all of it back"
            if atomic
            else "some of it may be done: run it again, which goes on from what is there"
        )
        raise
