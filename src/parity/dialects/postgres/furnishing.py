"""What a history needs of a database without making it: extensions and namespaces that an administrator has made."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parity.dialects.base import Furnishing, Session
from parity.dialects.sql import quote_identifier

_EXTENSIONS = """\
SELECT e.extname::text, n.nspname::text
FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' ORDER BY e.oid"""
_NAMESPACES = """\
SELECT n.nspname::text FROM pg_catalog.pg_namespace AS n
WHERE NOT pg_catalog.starts_with(n.nspname::text, 'pg_') AND n.nspname NOT IN ('public', 'information_schema')
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass::oid AND e.objid = n.oid AND e.deptype = 'e'
    )
ORDER BY 1"""


def furnishings(main: Session, scripts: Sequence[str]) -> tuple[Furnishing, ...]:
    """The namespaces and extensions of `main` that none of the scripts makes, in the order in which to make them."""
    found = [
        Furnishing(f"schema {name}", f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(str(name))}")
        for (name,) in main.query(_NAMESPACES)
        if not _is_made("SCHEMA", str(name), scripts)
    ]
    for name, namespace in main.query(_EXTENSIONS):
        if not _is_made("EXTENSION", str(name), scripts):
            where = f" SCHEMA {quote_identifier(str(namespace))}"
            sql = f"CREATE EXTENSION IF NOT EXISTS {quote_identifier(str(name))}"
            # An extension may bring its namespace with it.
            found.append(Furnishing(f"extension {name}", sql + where, instead=sql))
    return tuple(found)


def _is_made(kind: str, name: str, scripts: Sequence[str]) -> bool:
    """Whether a script makes it, as far as its words tell: then it isn't there before."""
    made = re.compile(
        rf"\bCREATE\s+{kind}\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:\"{re.escape(name)}\"|{re.escape(name)}(?![\w$]))",
        re.IGNORECASE,
    )
    return any(made.search(script) for script in scripts)
