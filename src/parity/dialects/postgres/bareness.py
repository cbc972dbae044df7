"""Whether there is nothing in a database: one question, where introspection asks a dozen that take long at first."""

from __future__ import annotations

from collections.abc import Sequence

from parity.dialects.base import Session
from parity.dialects.postgres.cleanup import array_text
from parity.dialects.postgres.names import DEFAULT_NAMESPACE

# Whatever lies in a namespace depends on it. Event triggers, which lie in none, have a function in one.
_BARE = """\
SELECT NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_namespace AS n ON n.oid = d.refobjid
    WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass::oid
        AND n.nspname = ANY (?::pg_catalog.text[])
)"""


def is_bare(session: Session, namespaces: Sequence[str]) -> bool:
    """Whether nothing at all is in the namespaces (none given: in the connection's default one)."""
    wanted = namespaces or (session.target.namespace or DEFAULT_NAMESPACE,)
    return session.query(_BARE, (array_text(wanted),)) == [(True,)]
