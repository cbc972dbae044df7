"""Two empty databases for tests that do what `migrate dev` does: the one with the rows, and the scratch one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parity.dialects.base import Dialect, Session

_HELPFUL = "CREATE EXTENSION IF NOT EXISTS citext"
"""Of the types that random schemas use, one comes from an extension."""


@contextmanager
def two_sessions(dialect: Dialect, urls: tuple[str, str] | None) -> Iterator[tuple[Session, Session]]:
    """Two empty databases: the one with the rows, and the scratch one."""
    if urls is None:
        with dialect.driver.scratch(None) as main, dialect.driver.scratch(None) as scratch:
            yield main, scratch
        return
    main, scratch = (dialect.driver.connect(dialect.driver.parse_url(url, Path("/"))) for url in urls)
    try:
        for session in (main, scratch):
            dialect.driver.drop_everything(session, ())
            session.execute(_HELPFUL)
            assert dialect.driver.introspect(session, ()).is_empty
        yield main, scratch
    finally:
        main.close()
        scratch.close()
