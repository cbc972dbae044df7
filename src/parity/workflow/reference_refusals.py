"""Rows of reference data that can't be written, told with the places in their files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from parity.data.compare import Difference
from parity.data.ordering import Circle
from parity.data.references import stranded
from parity.data.rules import Cause
from parity.data.statements import HEADER, Statement, place, row_text, statements_of
from parity.dialects.base import Dialect
from parity.errors import ConfigError, ProofFailed, StatementFailed

_MOST = 20
_WORDS = {
    Cause.FREES: "takes the unique value of {columns} that {other} gives up",
    Cause.PROVIDES: "refers by {columns} to {other}",
    Cause.RELEASES: "goes, or gets another key, once {other} doesn't refer to it by {columns}",
}


def in_order(missing: Sequence[Difference], dialect: Dialect) -> tuple[Statement, ...]:
    """The statements. Raises ConfigError PAR179 where there is no order for them."""
    try:
        return statements_of(missing, dialect)
    except Circle as circle:
        error = ConfigError(
            "PAR179",
            "rows of the reference data wait for each other",
            why="none of them can be written first, and no column of them can be NULL, or another value, for a moment",
            hint="let one of them have another value first, and its own in a second migration; or write the "
            "statements by hand with `parity migrate dev --create-only`",
        )
        error.details = tuple(islice(_waiting(circle), _MOST))
        raise error from None


def _waiting(circle: Circle) -> list[str]:
    lines = []
    acts = circle.acts
    for act, then, reason in zip(acts, (*acts[1:], acts[0]), circle.reasons, strict=True):
        if act.difference is not None and then.difference is not None and reason.cause in _WORDS:
            told = _WORDS[reason.cause].format(columns=", ".join(reason.columns), other=row_text(act.difference))
            lines.append(f"{place(then.difference)} {told}")
    return lines


def refuse_stranded(rows: Sequence[Difference]) -> None:
    """Raises ConfigError PAR180 where rows that stay refer to rows that go."""
    found = tuple(islice(stranded(rows), _MOST))
    if not found:
        return
    gone = found[0].gone
    fate = "is to be deleted" if gone.wanted is None else "is to get another key"
    error = ConfigError(
        "PAR180",
        f"{place(gone)} {fate}, and other rows of the files refer to it",
        why="its file doesn't list it any more, and says that it owns all rows" if gone.wanted is None else None,
        hint="let these rows refer to another one, or leave the row as it was",
    )
    error.details = tuple(f"{place(one.row)} refers to it by {', '.join(one.columns)}" for one in found)
    raise error


def named(error: ProofFailed, statements: Sequence[Statement]) -> ProofFailed:
    """The error, and where its statement is one of these, the row for which that is."""
    cause = error.__cause__
    if not isinstance(cause, StatementFailed):
        return error
    text = cause.statement.replace(HEADER, "").strip().rstrip(";")
    one = next((one for one in statements if one.sql == text), None)
    if one is None or one.difference is None:
        return error
    row = one.difference
    what = "deletes" if row.wanted is None else "inserts" if row.found is None else "changes"
    why = f"{error.why}; " if error.why else ""
    return ProofFailed(
        error.code,
        error.message,
        differences=error.details,
        why=f"{why}the statement {what} a row of reference data: {place(row)}",
        hint=f"nothing was written; see whether {row.table.path} asks for what the table's keys and references allow, "
        "and whether rows that the migrations made stand in the way",
    )
