"""`migrate doctor`: what became of a failed migration, and the ways out of it.

Whoever ran it, the live schema is held against the schema behind each of its statements (see
`parity.workflow.prefixes`). Nothing is done unless that says one thing.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.base import Leftover, Session
from parity.diff.compare import diff
from parity.errors import HistoryError, ProofFailed
from parity.execute.apply import apply_rest
from parity.execute.directives import read_directives
from parity.execute.history import MigrationState, MigrationStatus
from parity.execute.journal import read_journal, recorded
from parity.execute.ledger import LedgerRow
from parity.execute.past import open_past
from parity.execute.patience import DEFAULT_LOCK_LIMIT, Patience
from parity.execute.runner import plan_script, run_script
from parity.execute.segments import plan_transactions
from parity.migrations.checksum import matches
from parity.migrations.folder import Migration
from parity.migrations.names import as_argument
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.schema.model import Index, Schema, Table
from parity.schema.types import ObjectName
from parity.workflow.context import Project, connected
from parity.workflow.interaction import Interaction
from parity.workflow.leftovers import drop_leftovers, find_leftovers
from parity.workflow.locking import locked
from parity.workflow.losses import ask_losses, settle_losses
from parity.workflow.prefixes import Course, fitting, follow, without_invalid
from parity.workflow.stand import Stand, read_stand


class Verdict(StrEnum):
    """What became of the migration."""

    HEALTHY = "no migration is failed"
    NOTHING = "nothing took effect"
    PARTIAL = "a part took effect"
    COMPLETE = "complete but not recorded"
    AMBIGUOUS = "more than one possibility"
    UNKNOWN = "the database is in none of its states"


class Treatment(StrEnum):
    """What is to be done about it."""

    RESUME = "resume"
    UNDO = "undo"
    MARK_APPLIED = "mark applied"
    REBUILD = "rebuild indexes"
    """Of the database, whether a migration is failed or not."""
    CLEAN = "clean scratch"
    """Of the server: scratch databases that killed runs left behind."""


OF_THE_DATABASE = (Treatment.REBUILD, Treatment.CLEAN)
"""Those that leave a failed migration as it is."""


class Place(Struct, frozen=True):
    """A statement of the script: its line, and how it begins."""

    line: int
    text: str


class Diagnosis(Struct, frozen=True):
    """What was found. `fits` are the numbers of statements that may have taken effect; `total` is their number.

    `stopped` is, for each of `fits`, the statement behind (None at the end). `differences` lead from the end of the
    migration to the live schema where nothing fits. `invalid` are indexes whose building failed.
    """

    database: str
    verdict: Verdict
    name: str | None = None
    error: str | None = None
    edited: bool = False
    total: int = 0
    fits: tuple[int, ...] = ()
    stopped: tuple[Place | None, ...] = ()
    invalid: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    treated: Treatment | None = None
    others: tuple[str, ...] = ()
    """Migrations that are failed as well, behind this one."""
    leftovers: tuple[Leftover, ...] = ()
    """Scratch databases that killed runs left behind, and that are there still."""
    cleaned: tuple[str, ...] = ()
    """Those that were dropped now."""


def doctor(
    project: Project,
    interaction: Interaction,
    treatment: Treatment | None = None,
    *,
    lock_timeout: float,
    accept_data_loss: bool = False,
) -> Diagnosis:
    """Examine the first failed migration, and treat it; or build invalid indexes anew, and examine it then.

    Raises HistoryError PAR520 to PAR523, LossesRefused, and what the database says of an index that fails again.
    """
    folder = project.migrations()
    with (
        connected(project.dialect, project.target()) as session,
        locked(project, session, interaction.progress, lock_timeout),
    ):
        stand = read_stand(project, session, folder)
        if treatment is Treatment.REBUILD:
            _rebuild_indexes(project, session, interaction)
        cleaned = drop_leftovers(project, session) if treatment is Treatment.CLEAN else ()
        left = find_leftovers(project, session)
        failed = stand.history.with_state(MigrationState.FAILED, MigrationState.UNDONE)
        if not failed:
            live = project.dialect.driver.introspect(session, project.namespaces)
            invalid = tuple(index.name for _, index in without_invalid(live, None)[1])
            done = treatment if treatment in OF_THE_DATABASE else None
            healthy = Diagnosis(session.target.display, Verdict.HEALTHY, invalid=invalid, treated=done)
            return replace(healthy, leftovers=left, cleaned=cleaned)
        case = _examine(project, session, stand, failed[0], interaction)
        if treatment is not None and treatment not in OF_THE_DATABASE:
            _treat(case, treatment, interaction, accept_data_loss=accept_data_loss)
        others = tuple(status.name for status in failed[1:])
        return replace(case.diagnosis, treated=treatment, others=others, leftovers=left, cleaned=cleaned)


def _rebuild_indexes(project: Project, session: Session, interaction: Interaction) -> None:
    repair = project.dialect.driver.index_repair
    live = project.dialect.driver.introspect(session, project.namespaces)
    for table, index in without_invalid(live, None)[1]:
        if repair is not None:
            interaction.progress(f"Building the index {index.name} anew")
            repair.rebuild(session, ObjectName(index.name, table.name.namespace))


class _Case(Struct, frozen=True):
    """A failed migration, with all that was found."""

    project: Project
    stand: Stand
    migration: Migration
    row: LedgerRow
    course: Course
    live: Schema
    bare: Schema
    """The live schema without invalid indexes."""
    invalid: tuple[tuple[Table, Index], ...]
    diagnosis: Diagnosis
    left_nothing: bool
    """The run itself has recorded that the database took all of it back."""


def _examine(
    project: Project, session: Session, stand: Stand, status: MigrationStatus, interaction: Interaction
) -> _Case:
    migration, row = status.migration, status.row
    if migration is None or row is None:
        raise HistoryError(
            "PAR520",
            f"the failed migration {status.name} isn't in the folder",
            why="what its statements would have done can't be found out without them",
            hint="restore it from version control, or run "
            f"`parity migrate resolve --rolled-back {as_argument(status.name)}` if none of it is in the database",
        )
    dialect = project.dialect
    statements, plan = dialect.split(migration.sql), plan_script(migration.sql, dialect)
    applied = tuple(s.migration for s in stand.history.applied if s.migration is not None)
    with open_past(project.scratch_wish(interaction.progress), project.namespaces, session) as past:
        course = follow(past.lend(applied), dialect, plan, statements, project.namespaces)
    live = dialect.driver.introspect(session, project.namespaces)
    bare, invalid = without_invalid(live, course.end)
    journal, error = read_journal(row.logs)
    fits = fitting(course, bare, journal, dialect)
    verdict = _verdict(fits, course.total)
    end = course.end or course.states[-1]
    diagnosis = Diagnosis(
        database=session.target.display,
        verdict=verdict,
        name=status.name,
        error=error.strip().splitlines()[0] if error.strip() else None,
        edited=not matches(row.checksum, migration.raw),
        total=course.total,
        fits=fits,
        stopped=tuple(_place(course, number) for number in fits),
        invalid=tuple(index.name for _, index in invalid),
        differences=() if fits else tuple(summary(diff(end, bare, dialect), end, bare, dialect).splitlines()),
    )
    left_nothing = status.state is MigrationState.UNDONE and fits == (0,)
    return _Case(project, stand, migration, row, course, live, bare, invalid, diagnosis, left_nothing)


def _verdict(fits: tuple[int, ...], total: int) -> Verdict:
    match fits:
        case ():
            return Verdict.UNKNOWN
        case (number,):
            return Verdict.COMPLETE if number == total else Verdict.PARTIAL if number else Verdict.NOTHING
        case _:
            return Verdict.AMBIGUOUS


def _place(course: Course, number: int) -> Place | None:
    if number >= course.total:
        return None
    statement = course.statements[number]
    first = " ".join(statement.text.split())
    return Place(statement.line, first if len(first) <= 60 else f"{first[:59]}…")


def _treat(case: _Case, treatment: Treatment, interaction: Interaction, *, accept_data_loss: bool) -> None:
    if treatment is Treatment.MARK_APPLIED:
        _mark_applied(case)
        return
    found, name = case.diagnosis, as_argument(case.migration.name)
    if found.edited and not case.left_nothing:
        raise HistoryError(
            "PAR521",
            f"{found.name} was edited after it failed",
            why="which statements ran can't be told from a file that they didn't come from",
            hint="restore the file that failed; or bring the database to where the new one begins, and run "
            f"`parity migrate resolve --rolled-back {name}`",
        )
    if len(found.fits) != 1:
        raise HistoryError(
            "PAR521",
            f"what took effect of {found.name} isn't known",
            why=found.verdict.value,
            hint="look at the database, and bring it to where the migration begins or ends; then "
            f"`parity migrate resolve --rolled-back {name}` or `--applied {name}`",
        )
    if treatment is Treatment.RESUME:
        _resume(case, found.fits[0], interaction)
    else:
        _undo(case, found.fits[0], interaction, accept_data_loss=accept_data_loss)


def _mark_applied(case: _Case) -> None:
    name, end, dialect = case.migration.name, case.course.end, case.project.dialect
    left = diff(case.live, end, dialect) if end is not None else ()
    if end is None or left:
        raise HistoryError(
            "PAR522",
            f"the database isn't where {name} ends",
            why="its last statements don't run on a scratch database" if end is None else "these changes are missing",
            hint="run `parity migrate doctor` to see what took effect",
            details=() if end is None else tuple(summary(left, case.live, end, dialect).splitlines()),
        )
    if case.course.total not in case.diagnosis.fits:
        raise HistoryError(
            "PAR522",
            f"not all of {name} took effect",
            why="the schema is there, but the run recorded that its last statements, which move rows, were taken back",
            hint="run `parity migrate doctor --resume`; or, if you have done the rest by hand, "
            f"`parity migrate resolve --applied {as_argument(name)}`",
        )
    ledger = case.stand.ledger
    logs = recorded(ledger.session.target.user, dialect.essence_of(case.migration.sql))
    ledger.replace_failed(name, lambda: ledger.add_applied(name, case.migration.checksum, logs))


def _resume(case: _Case, done: int, interaction: Interaction) -> None:
    """Run what is left, behind the settings that the statements before it made. Half-built indexes are built anew."""
    dialect, ledger = case.project.dialect, case.stand.ledger
    repair = dialect.driver.index_repair
    for table, index in case.invalid:
        if repair is not None:
            repair.drop(ledger.session, ObjectName(index.name, table.name.namespace))
    statements = case.course.statements
    changes = ((s, dialect.facts_of(s).session_change) for s in statements[:done])
    again = tuple(statement for statement, change in changes if change is not None and not change.local)
    directives = read_directives(case.migration.sql, dialect)
    plan_of_rest = plan_transactions(case.migration.sql, (*again, *statements[done:]), dialect, directives)
    patience = Patience(DEFAULT_LOCK_LIMIT, on_retry=interaction.progress)
    rest = replace(plan_of_rest, statements=len(statements))
    apply_rest(ledger, case.migration, rest, done - len(again), patience)


def _undo(case: _Case, done: int, interaction: Interaction, *, accept_data_loss: bool) -> None:
    dialect, session, begin = case.project.dialect, case.stand.ledger.session, case.course.states[0]
    for statement in case.course.statements[:done]:
        if not _has_inverse(" ".join(dialect.facts_of(statement).keywords), statement.text):
            raise HistoryError(
                "PAR523",
                f"line {statement.line} of {case.migration.name} can't be taken back",
                why="it may have changed or removed rows, and what they were isn't known",
                hint="run `parity migrate doctor --resume`, and write a new migration",
            )
    changes = diff(case.live, begin, dialect)
    if changes:
        plan = build_plan(changes, case.live, begin, dialect)
        settle_losses(
            ask_losses(session, dialect, plan.hazards),
            interaction,
            what="Undoing the migration",
            accepted=accept_data_loss,
            way_out="run `parity migrate doctor --resume`",
        )

        def check() -> None:
            reached = dialect.driver.introspect(session, case.project.namespaces)
            if left := diff(reached, begin, dialect):
                lines = tuple(summary(left, reached, begin, dialect).splitlines())
                raise ProofFailed("PAR524", "the undoing doesn't lead to where it began", differences=lines)

        run_script(session, dialect, script(plan, dialect, warnings=False, whole=True), before_commit=check)
    case.stand.ledger.roll_back_failed(case.migration.name)


_ACTION = re.compile(r"\bON\s+(?:DELETE|UPDATE)\s+SET\b", re.IGNORECASE)
_MORE_THAN_ADDING = re.compile(
    r"\b(?:DROP|RENAME|TYPE|SET|DISABLE|ENABLE|ATTACH|DETACH|OWNER|VALIDATE|INHERIT)\b|\bALTER\b.*\bALTER\b",
    re.IGNORECASE | re.DOTALL,
)
_ADDING = (
    "CREATE TABLE",
    "CREATE UNLOGGED TABLE",
    "CREATE INDEX",
    "CREATE UNIQUE INDEX",
    "CREATE TYPE",
    "CREATE VIEW",
    "CREATE SCHEMA",
    "SET",
    "BEGIN",
    "COMMIT",
)


def _has_inverse(keywords: str, text: str) -> bool:
    """Whether a statement only adds something that a comparison of schemas takes away again."""
    if keywords.startswith("ALTER TABLE"):
        return _MORE_THAN_ADDING.search(_ACTION.sub("", text)) is None
    if keywords.startswith(_ADDING[:2]):
        return re.search(r"\bSELECT\b", text, re.IGNORECASE) is None
    return keywords.startswith(_ADDING)
