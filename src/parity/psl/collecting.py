"""Keeping the garbage collector still while many objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """Parsing makes many objects and no cycles: looking for cycles meanwhile doubles its time and finds none."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            # What was made counts as old from here on. As young, all of it would be looked through at the next chance.
            gc.freeze()
            gc.unfreeze()
        gc.enable()
