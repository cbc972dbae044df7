"""The transaction plan of a script: which statements run together, and which can't. Pure.

A script is one transaction where the database allows it. It is cut only

- around a statement that can't run inside a transaction,
- between adding a value to an enum type and the first statement that could use it,
- around the author's own BEGIN … COMMIT, which is run as it is written,
- where checking of foreign keys is switched off for a rebuild and other statements rely on its being on.

Switching foreign keys off takes effect only before a transaction starts, so a segment carries that as `unenforced`
instead of running the statement in its place.

What the author asks for (see `parity.execute.directives`) goes before all that, or is refused.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from parity.dialects.base import Dialect
from parity.dialects.statements import SessionChange, SqlStatement, StatementFacts, TransactionControl
from parity.errors import ParityError, ScriptRefused
from parity.execute.directives import NO_DIRECTIVES, Directive, Directives, Override
from parity.execute.planned import PlannedStatement, Statements, read_statements


class SegmentKind(StrEnum):
    """How a segment runs."""

    ATOMIC = "atomic"
    """All of it in a transaction of ours."""
    ALONE = "alone"
    """One statement, outside any transaction."""
    OWN = "own"
    """The author's BEGIN … COMMIT."""


class Segment(Struct, frozen=True):
    """Statements that stand or fall together. `reason` says why the script was cut before it, None for the first."""

    kind: SegmentKind
    statements: Statements
    reason: str | None = None
    unenforced: bool = False
    """Foreign keys aren't checked while it runs; the whole database is, before it commits."""
    checked: bool = True
    """False where that check comes later: behind another segment, which is `unenforced` as well."""

    @property
    def can_be_tried_again(self) -> bool:
        """Whether a failure takes back all of it, though it is outside a transaction of ours."""
        return all(
            planned.facts.outside_transaction is None and planned.facts.keywords[:1] in _WHOLE_OR_NOTHING
            for planned in self.statements
        )

    @property
    def of_database(self) -> Segment:
        """The same without what is about the whole server."""
        if not any(facts.of_server for facts in self.statements.facts()):
            return self
        kept = [planned.index for planned in self.statements if not planned.facts.of_server]
        return replace(self, statements=self.statements.numbered(kept))

    def add_settings(self, settings: list[SqlStatement]) -> None:
        """Add the statements that change settings of the connection beyond this segment to those before it."""
        for position, facts in enumerate(self.statements.facts()):
            change = _lasting_change(facts)
            if change is not None and change.name == _ALL:
                settings.clear()
            elif change is not None:
                settings.append(self.statements[position].statement)


class TransactionPlan(Struct, frozen=True):
    """The segments of one script, in order."""

    segments: tuple[Segment, ...]
    statements: int
    """How many statements the script has, those included that a segment carries as a flag."""

    @property
    def of_database(self) -> TransactionPlan:
        """The same for a replay beside the database that it is meant for, on the same server."""
        segments = (segment.of_database for segment in self.segments)
        return TransactionPlan(tuple(segment for segment in segments if segment.statements), self.statements)

    @property
    def is_atomic(self) -> bool:
        """Whether a failure anywhere leaves nothing behind."""
        return all(segment.kind is SegmentKind.ATOMIC for segment in self.segments) and len(self.segments) <= 1

    def unenforced_from(self, first: Segment) -> Iterator[PlannedStatement]:
        """The statements from a segment to the one behind which foreign keys are checked."""
        for segment in self.segments[self.segments.index(first) :]:
            yield from segment.statements
            if segment.checked:
                break

    @property
    def is_definition(self) -> bool:
        """Whether it is one transaction that defines objects and does nothing else: its end checks nothing any more."""
        return (
            self.is_atomic
            and bool(self.segments)
            and not self.segments[0].unenforced
            and all(map(_is_definition, self.segments[0].statements.facts()))
        )

    @property
    def changes_session(self) -> bool:
        """Whether a statement changes settings of the connection, be it for the rest of its transaction: the ledger is
        written in there, too, with a role of our own."""
        return any(
            facts.session_change is not None for segment in self.segments for facts in segment.statements.facts()
        )


def _is_definition(facts: StatementFacts) -> bool:
    return facts.keywords[:1] in _WHOLE_OR_NOTHING and facts.session_change is None


def _lasting_change(facts: StatementFacts) -> SessionChange | None:
    change = facts.session_change
    return None if change is None or change.local else change


_ENDS = (
    TransactionControl.COMMIT,
    TransactionControl.ROLLBACK,
    TransactionControl.PREPARE,
    TransactionControl.COMMIT_AND_CHAIN,
    TransactionControl.ROLLBACK_AND_CHAIN,
)
_ALL = "all"
"""What RESET ALL and DISCARD ALL change."""
_ROWS = {"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"}
"""They can always be in a transaction: by itself, each is one together with the ledger's note of it."""
_WHOLE_OR_NOTHING = {("CREATE",), ("ALTER",), ("DROP",), ("TRUNCATE",), ("COMMENT",), ("GRANT",), ("REVOKE",)}
_NEUTRAL = {"CREATE", "ALTER", "COMMENT", "PRAGMA", "SELECT", "REINDEX", "ANALYZE"}


def plan_transactions(
    script: str, statements: Iterable[SqlStatement], dialect: Dialect, directives: Directives = NO_DIRECTIVES
) -> TransactionPlan:
    """Cut the statements of a script into segments.

    Raises ParityError PAR210 for a BEGIN without its COMMIT, PAR211 for the reverse, PAR215 for a directive that can't
    be followed.
    """
    switch_of = dialect.enforcement_switch
    planned = read_statements(script, statements, dialect.facts_of)
    segments: list[Segment] = []
    if directives.single:
        _refuse_at_switches(planned, switch_of, directives)
    groups = _by_enforcement(planned, switch_of)
    if directives.whole is not None and directives.whole.override is Override.TRANSACTION:
        return TransactionPlan(_joined(groups, directives.whole, directives), len(planned))
    for group in groups:
        segments.extend(_cut(group, dialect, directives))
    return TransactionPlan(tuple(segments), len(planned))


def _by_enforcement(planned: Statements, switch_of: Callable[[StatementFacts], bool | None]) -> list[Segment]:
    """Stretches with foreign keys on and off, the switches themselves left out.

    A stretch with them on joins its neighbour with them off where none of its statements depends on the difference.
    """
    stretches: list[tuple[bool, array[int]]] = [(False, array("I"))]
    for number, facts in enumerate(planned.facts()):
        switch = switch_of(facts)
        if switch is None:
            stretches[-1][1].append(number)
        elif switch is stretches[-1][0]:
            stretches.append((not switch, array("I")))
    if len(stretches) == 1:
        return [Segment(SegmentKind.ATOMIC, planned.numbered(stretches[0][1]))] if stretches[0][1] else []
    merged: list[tuple[bool, array[int]]] = []
    for off, numbers in stretches:
        if not numbers:
            continue
        unenforced = off or all(map(_is_neutral, planned.numbered(numbers).facts()))
        if merged and merged[-1][0] == unenforced:
            merged[-1][1].extend(numbers)
        else:
            merged.append((unenforced, numbers))
    reason = "the checking of foreign keys is switched, which takes effect between transactions only"
    return [
        Segment(SegmentKind.ATOMIC, planned.numbered(numbers), reason if place else None, unenforced)
        for place, (unenforced, numbers) in enumerate(merged)
    ]


def _is_neutral(facts: StatementFacts) -> bool:
    """Whether a statement does the same with foreign keys on or off. DROP TABLE doesn't: it deletes rows first."""
    if facts.transaction_control is not None or not facts.keywords:
        return False
    return facts.keywords[0] in _NEUTRAL or (facts.keywords[0] == "DROP" and "TABLE" not in facts.keywords)


class _Cutter(Struct):
    """Collects statements into segments: `items[first:behind]` is the current one. `reason` is why it is one."""

    items: Statements
    reason: str | None
    unenforced: bool
    segments: list[Segment] = field(default_factory=list)
    first: int = 0
    behind: int = 0
    adding: list[PlannedStatement] = field(default_factory=list)
    """Those of the current segment that add a value to an enum type."""

    def take(self, number: int = 1) -> None:
        """Add the next ones to the current segment."""
        self.behind += number

    def close(self, kind: SegmentKind, why_next: str | None = None) -> None:
        """End the current segment, if it holds anything."""
        if self.behind > self.first:
            current = self.items[self.first : self.behind]
            self.segments.append(Segment(kind, current, self.reason, self.unenforced))
            self.first = self.behind
            self.adding.clear()
        self.reason = why_next


def _cut(group: Segment, dialect: Dialect, directives: Directives) -> list[Segment]:
    items, whole = group.statements, directives.whole
    cutter = _Cutter(items, group.reason, group.unenforced)
    own_ends_at = 0
    for position, item in enumerate(items):
        if position < own_ends_at:
            continue
        if item.facts.transaction_control is TransactionControl.BEGIN:
            cutter.close(SegmentKind.ATOMIC, "the script has a transaction of its own")
            own_ends_at = _end_of_own(items, position)
            _refuse_in_own(items[position:own_ends_at], directives)
            cutter.take(own_ends_at - position)
            cutter.close(SegmentKind.OWN, "the script's own transaction ends before it")
        elif item.facts.transaction_control in _ENDS:
            raise _stray_end(item)
        else:
            _add(cutter, item, _asked(item, directives.single.get(item.statement.start), whole), dialect)
    cutter.close(SegmentKind.ATOMIC)
    if not group.unenforced:
        return cutter.segments
    last = len(cutter.segments) - 1
    return [replace(segment, checked=number == last) for number, segment in enumerate(cutter.segments)]


def _asked(item: PlannedStatement, single: Directive | None, whole: Directive | None) -> Directive | None:
    """What the author asks for a statement."""
    if single is not None and whole is not None and single.override is not whole.override:
        raise _contradiction(single, whole)
    return single or whole


def _add(cutter: _Cutter, item: PlannedStatement, asked: Directive | None, dialect: Dialect) -> None:
    """Add the next statement to the segment that it belongs to."""
    if asked is not None and asked.override is Override.NO_TRANSACTION:
        rows = item.facts.keywords[:1] and item.facts.keywords[0] in _ROWS
        cutter.close(SegmentKind.ATOMIC, asked.title)
        cutter.take()
        cutter.close(SegmentKind.ATOMIC if rows else SegmentKind.ALONE, f"line {item.statement.line} runs by itself")
        return
    if asked is not None:
        _refuse_outside(item, asked)
    elif item.facts.outside_transaction is not None:
        cutter.close(SegmentKind.ATOMIC, item.facts.outside_transaction)
        cutter.take()
        cutter.close(SegmentKind.ALONE, f"line {item.statement.line} runs outside a transaction")
        return
    elif any(_may_use(item, earlier, dialect) for earlier in cutter.adding):
        cutter.close(SegmentKind.ATOMIC, "a new enum value can be used only after the transaction that adds it")
    cutter.take()
    if item.facts.added_enum_value is not None:
        cutter.adding.append(item)


def _joined(groups: list[Segment], whole: Directive, directives: Directives) -> tuple[Segment, ...]:
    """All of a script as one transaction."""
    if len(groups) > 1:
        line = groups[1].statements[0].statement.line
        raise _cant_follow(line, whole, "foreign keys are switched here, which takes effect between transactions only")
    for item in (planned for group in groups for planned in group.statements):
        single = directives.single.get(item.statement.start)
        if single is not None and single.override is not whole.override:
            raise _contradiction(single, whole)
        if item.facts.transaction_control in (TransactionControl.BEGIN, *_ENDS):
            words = " ".join(item.facts.keywords)
            raise _cant_follow(item.statement.line, whole, f"{words} would end the transaction, or begin another")
        _refuse_outside(item, whole)
    return tuple(replace(group, reason=whole.title) for group in groups)


def _refuse_at_switches(
    planned: Statements, switch_of: Callable[[StatementFacts], bool | None], directives: Directives
) -> None:
    for item in planned:
        single = directives.single.get(item.statement.start)
        if single is not None and switch_of(item.facts) is not None:
            raise _cant_follow(item.statement.line, single, "foreign keys are always switched between transactions")


def _refuse_outside(item: PlannedStatement, asked: Directive) -> None:
    if item.facts.outside_transaction is not None and not item.facts.may_join:
        raise _cant_follow(item.statement.line, asked, item.facts.outside_transaction)


def _refuse_in_own(items: Statements, directives: Directives) -> None:
    for item in items:
        single = directives.single.get(item.statement.start)
        if single is not None:
            raise _cant_follow(item.statement.line, single, "it is in a BEGIN … COMMIT of the script's own")


def _cant_follow(line: int, asked: Directive, why: str) -> ScriptRefused:
    return ScriptRefused(
        "PAR215",
        f"{asked.title} can't be followed",
        line=line,
        why=why,
        hint="remove the directive, or move the statement to a migration of its own",
    )


def _contradiction(single: Directive, whole: Directive) -> ScriptRefused:
    return ScriptRefused(
        "PAR215",
        f"{single.title} contradicts {whole.title}",
        line=single.line,
        why="the one at the top holds for the whole file",
        hint="remove one of them",
    )


def _end_of_own(items: Statements, start: int) -> int:
    """The position behind the author's transaction that begins at `start`."""
    for position, facts in enumerate(items[start:].facts(), start):
        if position > start and facts.transaction_control in _ENDS[:3]:
            return position + 1
    line = items[start].statement.line
    raise ParityError(
        "PAR210",
        f"line {line}: the transaction that begins here is never committed",
        why="at the end of the script the database would throw its work away, and report success",
        hint="add COMMIT; at its end, or remove the BEGIN: a migration runs in a transaction anyway",
    )


def _stray_end(item: PlannedStatement) -> ParityError:
    return ParityError(
        "PAR211",
        f"line {item.statement.line}: {' '.join(item.facts.keywords)} without a BEGIN before it",
        why="it would end the transaction that the migration runs in",
        hint="remove it, or add the BEGIN that belongs to it",
    )


def _may_use(item: PlannedStatement, adding: PlannedStatement, dialect: Dialect) -> bool:
    """Whether a statement may use the value that another one added."""
    added = adding.facts.added_enum_value
    if added is None or item.facts.added_enum_value is not None:
        return False
    return dialect.mentions(item.statement, added.value)
