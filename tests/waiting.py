"""Waiting in tests, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def wait_for(happens: Callable[[], bool], log: Path | None = None, *, seconds: float = 20) -> None:
    """Wait until something has happened. What a process wrote into `log` is shown if it doesn't."""
    deadline = time.monotonic() + seconds
    while not happens():
        said = log.read_text(errors="replace") if log is not None and log.exists() else ""
        assert time.monotonic() < deadline, f"it didn't happen within {seconds:g} s\n{said}"
        time.sleep(0.05)
