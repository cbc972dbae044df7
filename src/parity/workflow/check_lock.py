"""The part of `parity check --replay` that holds parity.lock against what a replay gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.dialects.base import Dialect
from parity.migrations.folder import Migration
from parity.migrations.parity_lock import LockEntry, ParityLock, state_of
from parity.schema.model import Schema
from parity.workflow.check_report import Check, Compared, Finding, Outcome
from parity.workflow.drift import find_divergence
from parity.workflow.expected import made_by

if TYPE_CHECKING:
    from parity.execute.past import Past


def compare_lock(lock: ParityLock, past: Past, migrations: tuple[Migration, ...], dialect: Dialect) -> Compared:
    """Whether each state that the file holds is the one that its migrations make.

    On a server of another version than the file's, expressions and definitions may be printed in another way: then all
    else has to be the same.
    """
    is_printed_alike = past.server == lock.server
    held = {entry.name: (entry, schema) for entry, schema in lock.states()}
    for count, (migration, made) in enumerate(past.each(migrations), 1):
        entry, schema = held[migration.name]
        if not (
            _is_what_it_says(entry, schema)
            and _extensions(schema, migrations[:count]) == _extensions(made, migrations[:count])
            and _are_alike(schema, made, dialect, is_printed_alike=is_printed_alike)
        ):
            finding = Finding(
                Check.HISTORY,
                "PAR908",
                f"parity.lock isn't what a replay gives, from {migration.name} on",
                "parity migrate lock, after a look at who changed the file",
            )
            return Compared(Check.HISTORY, Outcome.DIFFERS, (finding,))
    if is_printed_alike:
        return Compared(Check.HISTORY, Outcome.SAME)
    note = (
        f"parity.lock was made on {lock.server}: its expressions and definitions aren't compared with {past.server}'s"
    )
    return Compared(Check.HISTORY, Outcome.SAME, note=note)


def _is_what_it_says(entry: LockEntry, schema: Schema) -> bool:
    return state_of(schema) == entry.fingerprint


def _extensions(schema: Schema, migrations: tuple[Migration, ...]) -> set[str]:
    """Those that a script names: the fingerprint leaves extensions out."""
    return {extension.name for extension in made_by(migrations, schema.extensions)}


def _are_alike(schema: Schema, made: Schema, dialect: Dialect, *, is_printed_alike: bool) -> bool:
    if state_of(schema) == state_of(made):
        return True
    return not is_printed_alike and not find_divergence(schema, made, dialect, says_extensions=False).of_structure(
        dialect
    )
