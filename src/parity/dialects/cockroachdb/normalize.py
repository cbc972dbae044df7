"""Defaults of CockroachDB in their canonical form. The server prints types behind constants with three colons."""

from __future__ import annotations

import re

from parity.dialects.postgres import normalize
from parity.schema.types import AutoIncrement, ColumnType, Default, Expression, Now, ObjectName, TypeFamily, UniqueRowid

_TEXT_OR_MARK = re.compile(r"""[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|:::""", re.DOTALL)
_ROWID = re.compile(r"\s*\(*\s*unique_rowid\s*\(\s*\)\s*\)*\s*", re.IGNORECASE)
_NOW = re.compile(r"\s*(?:now|current_timestamp)(?:\s*\(\s*\))?(?:\s*:::?[\w\s()]+)?", re.IGNORECASE)
_NUMBERED = (TypeFamily.INT, TypeFamily.BIG_INT)


def default_of(sql: str, column_type: ColumnType, *, is_list: bool) -> Default | None:
    """A default's SQL in canonical form; None for NULL. `sql` of the result is the text that was given."""
    if not is_list and column_type.family in _NUMBERED and _ROWID.fullmatch(sql):
        return UniqueRowid(sql=sql)
    if not is_list and column_type.family is TypeFamily.DATE_TIME and _NOW.fullmatch(sql):
        return Now(sql=sql)
    found = normalize.default_of(plain(sql), column_type, is_list=is_list)
    if isinstance(found, AutoIncrement):
        # Only an identity column numbers itself here, and it doesn't say so by its default.
        return Expression(normalize.canonical_expression(plain(sql)), sql=sql)
    return found


def plain(sql: str) -> str:
    """An expression with casts in PostgreSQL's spelling: `1:::INT8` -> `1::INT8`."""
    return _TEXT_OR_MARK.sub(lambda found: "::" if found[0] == ":::" else found[0], sql)


def sequence_of(sql: str) -> ObjectName | None:
    """The sequence that a default draws from: `nextval('public.t_id_seq'::REGCLASS)`. None where it draws from none."""
    number = ColumnType(TypeFamily.BIG_INT)
    found = normalize.default_of(plain(sql), number, is_list=False)
    return found.sequence if isinstance(found, AutoIncrement) else None
