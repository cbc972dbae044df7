"""Emptying a database, and what is in it."""

from __future__ import annotations

from collections.abc import Sequence

from parity.dialects.base import Session
from parity.dialects.postgres.cleanup import array_text
from parity.dialects.postgres.names import DEFAULT_NAMESPACE
from parity.dialects.sql import quote_identifier

_IN_NAMESPACES = "n.nspname = ANY (?::STRING[])"

_RELATIONS = f"""\
SELECT c.relkind, n.nspname, c.relname, NULL
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {_IN_NAMESPACES} AND c.relkind IN ('r', 'v', 'm', 'S') ORDER BY n.nspname, c.relname"""
_ROUTINES = f"""\
SELECT p.prokind, n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)
FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE {_IN_NAMESPACES} AND p.prokind IN ('f', 'p') ORDER BY n.nspname, p.proname"""
_TYPES = f"""\
SELECT DISTINCT 'e', n.nspname, t.typname, NULL
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE {_IN_NAMESPACES} AND t.typtype = 'e' AND t.typname <> 'crdb_internal_region' ORDER BY 2, 3"""
_NAMESPACES = """\
SELECT nspname FROM pg_catalog.pg_namespace
WHERE nspname NOT IN ('crdb_internal', 'information_schema', 'pg_catalog', 'pg_extension')
    AND nspname NOT LIKE 'pg\\_temp\\_%' ORDER BY nspname"""

_WORDS = {
    "v": "VIEW",
    "m": "MATERIALIZED VIEW",
    "r": "TABLE",
    "S": "SEQUENCE",
    "f": "FUNCTION",
    "p": "PROCEDURE",
    "e": "TYPE",
}
"""Kinds of objects, in the order in which they go."""
_WITHOUT_CASCADE = ("FUNCTION", "PROCEDURE", "TYPE")


def drop_everything(session: Session, namespaces: Sequence[str]) -> None:
    """Remove all objects of the namespaces (none given: of the connection's default one)."""
    chosen = tuple(namespaces) or (session.target.namespace or DEFAULT_NAMESPACE,)
    for word, name in _objects(session, chosen):
        cascade = "" if word in _WITHOUT_CASCADE else " CASCADE"
        session.execute(f"DROP {word} IF EXISTS {name}{cascade}")


def user_namespaces(session: Session) -> tuple[str, ...]:
    """The namespaces that aren't the server's own."""
    return tuple(str(name) for (name,) in session.query(_NAMESPACES))


def first_object(session: Session, namespaces: Sequence[str]) -> str | None:
    """An object in the namespaces, as a person would name it; None where there is none."""
    found = _objects(session, namespaces)
    return f"{found[0][0].lower()} {found[0][1]}" if found else None


def _objects(session: Session, namespaces: Sequence[str]) -> list[tuple[str, str]]:
    """(SQL's word for the kind, the name as SQL writes it), in the order in which they can be dropped."""
    wanted = array_text(namespaces)
    rows = [row for sql in (_RELATIONS, _ROUTINES, _TYPES) for row in session.query(sql, (wanted,))]
    order = list(_WORDS)
    rows.sort(key=lambda row: order.index(str(row[0])))
    return [
        (
            _WORDS[str(kind)],
            f"{quote_identifier(str(namespace))}.{quote_identifier(str(name))}"
            + ("" if arguments is None else f"({arguments})"),
        )
        for kind, namespace, name, arguments in rows
    ]
