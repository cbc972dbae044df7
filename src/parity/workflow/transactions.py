"""How a script will be run, in words: for `migrate review` and `migrate deploy --plan`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from parity.execute.planned import PlannedStatement
from parity.execute.segments import Segment, SegmentKind, TransactionPlan
from parity.review.transactions import Part, Transaction

_LONGEST = 60
_VALUES = re.compile(r"['($=]|--|/\*")
"""Where a statement's first words end: what comes behind may be a password, or somebody's data."""
_RESUME = "`parity migrate doctor --resume` goes on"


def transactions_of(plan: TransactionPlan) -> tuple[Transaction, ...]:
    """The transactions of a plan, in order."""
    return tuple(_transaction(plan, number) for number in range(len(plan.segments)))


def _transaction(plan: TransactionPlan, number: int) -> Transaction:
    segment = plan.segments[number]
    return Transaction(
        segment.kind.value + (", foreign keys checked at its end" if segment.unenforced else ""),
        tuple(planned.index for planned in segment.statements),
        segment.reason,
        tuple(_parts(segment.statements)),
        _when_stopped(plan, segment, plan.segments[number - 1] if number else None),
    )


def _parts(statements: Iterable[PlannedStatement]) -> Iterable[Part]:
    words, count, first, last = "", 0, 0, 0
    for planned in statements:
        statement = planned.statement
        these = first_words(statement.text)
        if count and these != words:
            yield Part(words, count, first, last)
            count = 0
        if not count:
            words, first = these, statement.line
        count += 1
        last = statement.line + statement.text.count("\n")
    if count:
        yield Part(words, count, first, last)


def first_words(text: str) -> str:
    """How a statement begins, up to its values: on one line, and not long."""
    head = _VALUES.split(text[:400], 1)[0]
    words = " ".join(head.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _when_stopped(plan: TransactionPlan, segment: Segment, before: Segment | None) -> str:
    """What a kill in a segment leaves. The last atomic one commits together with the ledger's finished mark."""
    if plan.is_atomic:
        return "nothing of it stays, and `parity migrate deploy` begins it anew"
    behind = "from the beginning" if before is None else f"behind line {_last_line(before)}"
    match segment.kind:
        case SegmentKind.ATOMIC:
            return f"nothing of this transaction stays; {_RESUME} {behind}"
        case SegmentKind.OWN:
            return (
                f"nothing of this transaction stays, unless its COMMIT went through; {_RESUME} {behind}, "
                f"or behind line {_last_line(segment)}"
            )
        case SegmentKind.ALONE:
            return (
                "it may have taken effect, or a part of it, or not: `parity migrate doctor` looks at the schema, and "
                f"with `--resume` goes on {behind}, or behind line {_last_line(segment)}"
            )
        case _ as never:
            assert_never(never)


def _last_line(segment: Segment) -> int:
    statement = segment.statements[-1].statement
    return statement.line + statement.text.count("\n")
