"""Changes of a schema on rows that are there, with what Prisma's engine says of them: tests/golden/losses.

A sample is a folder with old.prisma, rows.sql (none: no rows), new.prisma, and engine.json, which
`tests/conformance/losses_against_referee.py --record` writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pairs import lowered
from parity.dialects.base import Dialect, Session
from parity.dialects.registry import dialect_for_provider
from parity.execute.runner import run_script
from parity.schema.model import EMPTY
from replaying import script_between

SAMPLES = Path(__file__).parent / "golden" / "losses"


def samples(provider: str) -> Iterator[Path]:
    """The samples of one provider."""
    for file in sorted(SAMPLES.glob("*/old.prisma")):
        if f'provider = "{provider}"' in file.read_text():
            yield file.parent


def make(sample: Path, session: Session, dialect: Dialect) -> None:
    """The database at the first schema, with the rows."""
    old = lowered((sample / "old.prisma").read_text(), dialect)
    assert old is not None
    run_script(session, dialect, script_between(EMPTY, old, dialect))
    rows = sample / "rows.sql"
    if rows.exists():
        run_script(session, dialect, rows.read_text())


def dialect_of(sample: Path) -> Dialect:
    """The database that a sample is for."""
    text = (sample / "old.prisma").read_text()
    return dialect_for_provider("postgresql" if '"postgresql"' in text else "sqlite")
