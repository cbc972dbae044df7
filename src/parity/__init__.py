"""Parity keeps a database's schema the same everywhere: local, staging, production."""

from parity._version import __version__

__all__ = ["__version__"]
