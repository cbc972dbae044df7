"""Parity keeps a database's schema the same everywhere: local, staging, production.

The public names are looked up when they are first used: `import parity` loads nothing else.
"""

from __future__ import annotations

from parity._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parity.application.in_sync import (
        assert_in_sync,
        assert_in_sync_async,
        wait_until_in_sync,
        wait_until_in_sync_async,
    )
    from parity.errors import ConnectionFailed, NotInSync, ParityError

__all__ = [
    "ConnectionFailed",
    "NotInSync",
    "ParityError",
    "__version__",
    "assert_in_sync",
    "assert_in_sync_async",
    "wait_until_in_sync",
    "wait_until_in_sync_async",
]

_ERRORS = ("ConnectionFailed", "NotInSync", "ParityError")


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'parity' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module("parity.errors" if name in _ERRORS else "parity.application.in_sync"), name)
