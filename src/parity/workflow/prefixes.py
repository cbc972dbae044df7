"""How far a failed migration came: the live schema, held against the schema behind each statement of its script.

The migrations before it are replayed on a scratch database, then its statements one after the other. Where the live
schema is that behind the third statement, three took effect. A statement that only moves rows leaves no trace in a
schema, so several numbers may fit; what the run itself wrote down narrows them, and guesses are never made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.base import Dialect, Session
from parity.dialects.statements import SqlStatement
from parity.diff.compare import diff
from parity.errors import DatabaseError
from parity.execute.journal import Journal
from parity.execute.segments import Segment, SegmentKind, TransactionPlan
from parity.schema.model import Index, Schema, Table


class Course(Struct, frozen=True):
    """A script, and the schema behind each of its statements: `states[n]` is that behind the first `n`.

    `states` ends early where a statement fails on the scratch database, too.
    """

    plan: TransactionPlan
    statements: tuple[SqlStatement, ...]
    states: tuple[Schema, ...]

    @property
    def total(self) -> int:
        """How many statements the script has."""
        return len(self.statements)

    @property
    def end(self) -> Schema | None:
        """The schema behind the whole script, where it could be found."""
        return self.states[self.total] if len(self.states) > self.total else None


def follow(
    session: Session,
    dialect: Dialect,
    plan: TransactionPlan,
    statements: tuple[SqlStatement, ...],
    namespaces: Sequence[str],
) -> Course:
    """Run a script on a scratch database that stands where the script begins, and look after each statement."""
    states = [dialect.driver.introspect(session, namespaces)]

    def look(position: int, keywords: tuple[str, ...]) -> None:
        # Statements that a segment carries as a flag aren't run, and change nothing.
        states.extend(states[-1:] * (position - len(states)))
        only_rows = keywords[:1] in (("INSERT",), ("UPDATE",), ("DELETE",))
        states.append(states[-1] if only_rows else dialect.driver.introspect(session, namespaces))

    try:
        for segment in plan.segments:
            _follow_segment(session, dialect, segment, look)
        states.extend(states[-1:] * (len(statements) + 1 - len(states)))
    except DatabaseError:
        session.rollback()
    return Course(plan, statements, tuple(states))


def _follow_segment(
    session: Session, dialect: Dialect, segment: Segment, look: Callable[[int, tuple[str, ...]], None]
) -> None:
    enforce = dialect.driver.enforce_foreign_keys if segment.unenforced else None
    if enforce is not None:
        enforce(session, False)
    try:
        if segment.kind is SegmentKind.ATOMIC:
            session.begin()
        for planned in segment.statements:
            if not planned.facts.of_server:
                session.execute(planned.statement.text)
            look(planned.index + 1, planned.facts.keywords)
        if segment.kind is SegmentKind.ATOMIC:
            session.commit()
    finally:
        session.rollback()
        if enforce is not None:
            enforce(session, True)
        dialect.driver.restore_session(session)


def fitting(course: Course, live: Schema, journal: Journal | None, dialect: Dialect) -> tuple[int, ...]:
    """Each number of statements that may have taken effect, as far as the live schema and the run's journal tell."""
    likely = _told_by(journal, course.plan)
    possible = [n for n in range(len(course.states)) if n not in _inside_own(course.plan)]
    found = _those_that_fit(course, live, [n for n in possible if n in likely], dialect)
    found = found or _those_that_fit(course, live, possible, dialect)
    rounded = tuple(dict.fromkeys(_rounded(course, number, dialect) for number in found))
    return _before_repeatable(course, rounded, dialect)


def _before_repeatable(course: Course, numbers: tuple[int, ...], dialect: Dialect) -> tuple[int, ...]:
    """Of numbers between which is nothing but what may run twice, the first."""
    kept: list[int] = []
    for number in numbers:
        between = course.statements[kept[-1] : number] if kept else ()
        if number == course.total or not between or not all(_may_run_twice(s, dialect) for s in between):
            kept.append(number)
    return tuple(kept)


def _may_run_twice(statement: SqlStatement, dialect: Dialect) -> bool:
    return dialect.facts_of(statement).keywords[:1] in (("VACUUM",), ("ANALYZE",), ("REINDEX",), ("CHECKPOINT",))


def _rounded(course: Course, number: int, dialect: Dialect) -> int:
    """Nothing, or all of it, where only settings of the session are between."""
    if all(_leaves_nothing(statement, dialect) for statement in course.statements[:number]):
        return course.total if number == course.total else 0
    if course.end is not None and all(_leaves_nothing(s, dialect) for s in course.statements[number:]):
        return course.total
    return number


def _those_that_fit(course: Course, live: Schema, numbers: list[int], dialect: Dialect) -> tuple[int, ...]:
    """Of numbers that differ in nothing but settings of the session, the last."""
    fits: list[int] = []
    for number in numbers:
        same_as_before = number > 0 and course.states[number] is course.states[number - 1] and number - 1 in numbers
        if (number - 1 in fits) if same_as_before else not diff(course.states[number], live, dialect):
            if fits and all(_leaves_nothing(course.statements[n], dialect) for n in range(fits[-1], number)):
                fits[-1] = number
            else:
                fits.append(number)
    return tuple(fits)


def _leaves_nothing(statement: SqlStatement, dialect: Dialect) -> bool:
    facts = dialect.facts_of(statement)
    switch = dialect.enforcement_switch(facts)
    return facts.session_change is not None or facts.transaction_control is not None or switch is not None


def _told_by(journal: Journal | None, plan: TransactionPlan) -> set[int]:
    """The numbers that a run's journal leaves open: what it confirmed, and what ran when it was cut off."""
    if journal is None:
        return set()
    confirmed, position = 0, 0
    for segment in plan.segments:
        behind = segment.statements[-1].index + 1
        if confirmed == journal.done:
            # An atomic segment would have committed together with the journal's next entry, or the finished mark.
            return {position} if segment.kind is SegmentKind.ATOMIC else {position, behind}
        confirmed += len(segment.statements)
        position = behind
    return {position} if confirmed == journal.done else set()


def _inside_own(plan: TransactionPlan) -> set[int]:
    """Numbers at which nothing can have ended: inside the author's own transactions."""
    return {
        number
        for segment in plan.segments
        if segment.kind is SegmentKind.OWN
        for number in range(segment.statements[0].index + 1, segment.statements[-1].index + 1)
    }


def without_invalid(live: Schema, end: Schema | None) -> tuple[Schema, tuple[tuple[Table, Index], ...]]:
    """The live schema without the indexes whose building failed, and these; what the history leaves so stays."""
    meant = {(t.name, i.name) for t in (() if end is None else end.tables) for i in t.indexes if not i.valid}
    found = tuple((t, i) for t in live.tables for i in t.indexes if not i.valid and (t.name, i.name) not in meant)
    if not found:
        return live, ()
    gone = {(table.name, index.name) for table, index in found}
    tables = tuple(
        replace(table, indexes=tuple(i for i in table.indexes if (table.name, i.name) not in gone))
        for table in live.tables
    )
    return replace(live, tables=tables), found
