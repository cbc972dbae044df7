"""What became of a migration whose connection was lost: asked on a new connection, and never guessed.

The server may go on with a statement after the connection is gone, and a COMMIT may have arrived whose answer didn't.
As long as the old session lives it holds the migration lock; once the lock is ours, what the row says is final.
"""

from __future__ import annotations

import time

from parity.errors import Fate, ParityError
from parity.execute.ledger import Ledger

_SECONDS = 10.0
"""How long to wait for the old session to end."""
_PAUSE = 0.2


def find_fate(ledger: Ledger, row_id: str) -> Fate:
    """Whether the migration of a row was finished. Never raises: what can't be found out is UNKNOWN."""
    driver = ledger.dialect.driver
    try:
        session = driver.connect(ledger.session.target)
    except ParityError:
        return Fate.UNKNOWN
    try:
        deadline = time.monotonic() + _SECONDS
        while not driver.try_lock(session):
            if time.monotonic() >= deadline:
                return Fate.UNKNOWN
            time.sleep(_PAUSE)
        rows = [row for row in Ledger(session, ledger.dialect).rows() if row.id == row_id]
        return Fate.APPLIED if rows and rows[0].is_applied else Fate.UNFINISHED
    except ParityError:
        return Fate.UNKNOWN
    finally:
        session.close()
