"""Emptying a database: every object of some namespaces goes, the namespaces themselves and extensions stay.

In batches, because one transaction can't hold locks on thousands of tables (max_locks_per_transaction).
"""

from __future__ import annotations

from collections.abc import Sequence

from parity.dialects.base import Session
from parity.dialects.postgres.names import DEFAULT_NAMESPACE
from parity.dialects.sql import quote_identifier

_BATCH = 100
"""Objects in one DROP: with indexes, sequences and TOAST tables they stay far below the locks that a server has."""

# Whatever lies in a namespace depends on it. What belongs to an extension, or goes with something else, is left out.
# Partitions and other heirs come first: with the parent, all of them would go at once.
_OBJECTS = """\
WITH RECURSIVE heirs (relation, depth) AS (
    SELECT inhrelid, 1 FROM pg_catalog.pg_inherits
    UNION
    SELECT i.inhrelid, h.depth + 1 FROM pg_catalog.pg_inherits AS i JOIN heirs AS h ON h.relation = i.inhparent
), depths AS (SELECT relation, max(depth) AS depth FROM heirs GROUP BY relation)
SELECT o.type, o.identity
FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_namespace AS n ON n.oid = d.refobjid
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) AS o
LEFT JOIN depths AS h ON h.relation = d.objid AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid
WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass::oid AND d.deptype = 'n'
    AND n.nspname = ANY (?::pg_catalog.text[]) AND o.identity IS NOT NULL
    AND d.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass::oid
    AND d.classid <> 'pg_catalog.pg_default_acl'::pg_catalog.regclass::oid
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = d.classid AND e.objid = d.objid
            AND (e.deptype = 'e' OR (e.deptype IN ('i', 'a') AND o.type <> 'table'))
    )
ORDER BY o.type, h.depth DESC NULLS LAST, o.identity"""

_NAMESPACES = """\
SELECT nspname FROM pg_catalog.pg_namespace AS n
WHERE nspname NOT LIKE 'pg\\_%'::pg_catalog.text AND nspname <> 'information_schema'
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass::oid AND e.objid = n.oid AND e.deptype = 'e'
    )
ORDER BY nspname COLLATE "C\""""

_EXTENSIONS = """\
SELECT e.extname FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
WHERE n.nspname = ANY (?::pg_catalog.text[]) ORDER BY 1"""

_ORDER = ("foreign table", "table", "materialized view", "view", "sequence", "function", "procedure", "aggregate")
_WORDS = {"composite type": "type", "domain": "domain"}
_MANY = frozenset((*_ORDER, "type", "domain"))
"""What one DROP takes several of."""


def drop_everything(session: Session, namespaces: Sequence[str]) -> None:
    """Remove all objects of the namespaces (none given: of the connection's default one)."""
    chosen = tuple(namespaces) or (session.target.namespace or DEFAULT_NAMESPACE,)
    found: dict[str, list[str]] = {}
    for kind, identity in session.query(_OBJECTS, (array_text(chosen),)):
        found.setdefault(_WORDS.get(str(kind), str(kind)), []).append(str(identity))
    for kind in sorted(found, key=lambda kind: (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), kind)):
        size = _BATCH if kind in _MANY else 1
        names = found[kind]
        for start in range(0, len(names), size):
            session.execute(f"DROP {kind.upper()} IF EXISTS {', '.join(names[start : start + size])} CASCADE")


def user_namespaces(session: Session) -> tuple[str, ...]:
    """The namespaces that aren't the server's own or an extension's."""
    return tuple(str(name) for (name,) in session.query(_NAMESPACES))


def first_object(session: Session, namespaces: Sequence[str]) -> str | None:
    """An object in the namespaces, as a person would name it; None where there is none."""
    rows = session.query(_OBJECTS, (array_text(namespaces),))
    return f"{rows[0][0]} {rows[0][1]}" if rows else None


def drop_extensions_in(session: Session, namespaces: Sequence[str]) -> None:
    """Remove the extensions that live in the namespaces."""
    for (name,) in session.query(_EXTENSIONS, (array_text(namespaces),)):
        session.execute(f"DROP EXTENSION IF EXISTS {quote_identifier(str(name))} CASCADE")


def array_text(values: Sequence[str]) -> str:
    """Values as the text of an array."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"
