"""No start on a database that isn't what this version's migrations make."""

from __future__ import annotations

import subprocess
import sys


def insist_on_parity() -> None:
    """End the program with the report of `parity check` where the database differs."""
    done = subprocess.run(
        [sys.executable, "-m", "parity", "check"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}{done.stderr}\nNot started: the database isn't in sync with this version.")
