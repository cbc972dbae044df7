"""Migrations that were renamed after they were applied: found again by what is in their files. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parity.execute.journal import read_journal
from parity.execute.ledger import LedgerRow
from parity.migrations.checksum import spellings
from parity.migrations.folder import Migration


def find_renames(
    unknown: Sequence[LedgerRow], new: Sequence[Migration], essence_of: Callable[[str], str | None]
) -> dict[str, LedgerRow]:
    """The new names of those of the `unknown` rows (applied, of no name in the folder) whose file is among the `new`.

    The file is the same, or differs in comments and white space alone. One that holds no statement is none to tell
    by. Of several that would do, the name that is most alike is taken.
    """
    if not unknown or not new:
        return {}
    by_mark: dict[str, list[LedgerRow]] = {}
    for row in unknown:
        journal, _ = read_journal(row.logs)
        for mark in {row.checksum, *(() if journal is None or journal.essence is None else (journal.essence,))}:
            by_mark.setdefault(mark, []).append(row)
    nothing, taken, found = essence_of(""), set[str](), dict[str, LedgerRow]()
    pairs = []
    for place, migration in enumerate(new):
        essence = essence_of(migration.sql)
        if not migration.sql.strip() or (essence is not None and essence == nothing):
            continue
        marks = (*spellings(migration.raw), *(() if essence is None else (essence,)))
        rows = {row.id: row for mark in marks for row in by_mark.get(mark, ())}
        pairs += [(-_likeness(row.migration_name, migration.name), place, row) for row in rows.values()]
    for _, place, row in sorted(pairs, key=lambda pair: (pair[0], pair[1], pair[2].migration_name)):
        if new[place].name not in found and row.id not in taken:
            found[new[place].name] = row
            taken.add(row.id)
    return found


def _likeness(old: str, new: str) -> int:
    if old.casefold() == new.casefold():
        return 2
    return 1 if old.partition("_")[2] == new.partition("_")[2] or old[:14] == new[:14] else 0
