"""What became of a migration whose connection was lost: asked on a new connection, and never guessed.

The server may go on with a statement after the connection is gone, and a COMMIT may have arrived whose answer didn't.
Once the old session has ended, what the row says is final.
"""

from __future__ import annotations

import time

from parity.errors import Fate, ParityError
from parity.execute.ledger import Ledger

_SECONDS = 10.0
"""How long to wait for the old session to end."""
_PAUSE = 0.2


def find_fate(ledger: Ledger, row_id: str) -> Fate:
    """Whether the migration of a row was finished. Never raises: what can't be found out is UNKNOWN.

    Takes as long as the old session lives, at most 10 seconds.
    """
    driver = ledger.dialect.driver
    try:
        session = driver.connect(ledger.session.target)
    except ParityError:
        return Fate.UNKNOWN
    try:
        deadline = time.monotonic() + _SECONDS
        while True:
            is_final = driver.is_over(ledger.session, session)
            row = next((row for row in Ledger(session, ledger.dialect).rows() if row.id == row_id), None)
            if row is not None and row.is_applied:
                return Fate.APPLIED
            # Another run that got the lock before us has marked the row, once it saw that nothing was left behind.
            if is_final or (row is not None and row.rolled_back_at is not None):
                return Fate.UNFINISHED
            if time.monotonic() >= deadline:
                return Fate.UNKNOWN
            time.sleep(_PAUSE)
    except ParityError:
        return Fate.UNKNOWN
    finally:
        session.close()
