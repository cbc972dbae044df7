"""How a script will be run, as lines for a person: the same in `migrate review` and `migrate deploy --plan`."""

from __future__ import annotations

from parity.counting import counted
from parity.review.transactions import Part, Transaction

_KINDS = {
    "atomic": "in a transaction",
    "alone": "alone, outside a transaction",
    "own": "in the script's own transaction",
}


def transaction_lines(transactions: tuple[Transaction, ...], *, whole: bool) -> list[str]:
    """Each transaction: its statements, why it is one of its own, and what a kill in it leaves.

    Without `whole`, a script that is one transaction is one line.
    """
    if not transactions:
        return ["It has no statements."]
    if len(transactions) == 1 and transactions[0].kind.startswith("atomic"):
        only = transactions[0]
        extra = "; ".join(text for text in (only.kind.partition(", ")[2], only.reason) if text)
        head = "In one transaction: all of it, or nothing" + (f" ({extra})" if extra else "")
        return [head, *_body(only, "  ")] if whole else [head]
    lines: list[str] = []
    for number, transaction in enumerate(transactions, 1):
        kind, _, extra = transaction.kind.partition(", ")
        why = "; ".join(text for text in (extra, transaction.reason) if text)
        lines.append(f"{number}. {_span(transaction)}: {_KINDS[kind]}" + (f" ({why})" if why else ""))
        lines += _body(transaction, "     ")
    return lines


def _span(transaction: Transaction) -> str:
    first, last = transaction.statements[0] + 1, transaction.statements[-1] + 1
    return f"statement {first}" if first == last else f"statements {first} to {last}"


def _body(transaction: Transaction, indent: str) -> list[str]:
    lines = [f"{indent}{_part_line(part)}" for part in transaction.parts]
    return [*lines, f"{indent}Killed there: {transaction.when_stopped}"] if transaction.when_stopped else lines


def _part_line(part: Part) -> str:
    where = (
        f"line {part.first_line}"
        if part.first_line == part.last_line
        else f"lines {part.first_line} to {part.last_line}"
    )
    times = "" if part.statements == 1 else f" ({counted(part.statements, 'statement')})"
    return f"{where}: {part.words}{times}"
