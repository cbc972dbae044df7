"""Which operator class an index column has where none is named: the catalog shows only the ones that differ. Pure.

Names of classes follow the type's internal name (`int8_ops`, `int8_minmax_ops`), with the exceptions below. Extensions'
types aren't known here, but for citext.
"""

from __future__ import annotations

from parity.dialects.postgres.normalize import canonical_type_name
from parity.dialects.postgres.types import NATIVES
from parity.schema.model import Column
from parity.schema.types import Arity, TypeFamily

_STEMS = {
    '"char"': "char",
    "bigint": "int8",
    "bit": "bit",
    "bit varying": "varbit",
    "boolean": "bool",
    "box": "box",
    "bytea": "bytea",
    "character": "bpchar",
    "character varying": "text",
    "cidr": "inet",
    "citext": "citext",
    "date": "date",
    "double precision": "float8",
    "inet": "inet",
    "integer": "int4",
    "interval": "interval",
    "jsonb": "jsonb",
    "macaddr": "macaddr",
    "macaddr8": "macaddr8",
    "money": "money",
    "name": "name",
    "numeric": "numeric",
    "oid": "oid",
    "pg_lsn": "pg_lsn",
    "real": "float4",
    "smallint": "int2",
    "text": "text",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "tsquery": "tsquery",
    "tsvector": "tsvector",
    "uuid": "uuid",
    "xid8": "xid8",
}
_RANGES = frozenset(("int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"))
_BY_INCLUSION = frozenset(("inet", "box", "range"))
_GIN = frozenset(("array", "jsonb", "tsvector"))
_GIST = {stem: f"{stem}_ops" for stem in ("range", "box", "circle", "point", "tsquery", "tsvector")} | {
    "polygon": "poly_ops"
}
_SPGIST = {
    "range": "range_ops",
    "box": "box_ops",
    "inet": "inet_ops",
    "text": "text_ops",
    "point": "quad_point_ops",
    "polygon": "poly_ops",
}


def default_opclass(method: str | None, column: Column) -> str | None:
    """The operator class of a column in an index of an access method; None where there is none, or it isn't known."""
    stem = _stem(column)
    if stem is None:
        return None
    match method:
        case None | "btree" | "hash":
            return f"{stem}_ops"
        case "brin":
            return f"{stem}_inclusion_ops" if stem in _BY_INCLUSION else f"{stem}_minmax_ops"
        case "gin":
            return f"{stem}_ops" if stem in _GIN else None
        case "gist":
            return _GIST.get(stem)
        case "spgist":
            return _SPGIST.get(stem)
        case _:
            return None


def _stem(column: Column) -> str | None:
    column_type = column.type
    if column.arity is Arity.LIST:
        return "array"
    if column_type.family is TypeFamily.ENUM:
        return "enum"
    if column_type.native is not None:
        native = NATIVES.get(column_type.native.name)  # CockroachDB has some of other names.
        return None if native is None else _STEMS.get(canonical_type_name(native.sql))
    name = (column_type.text or "").partition("(")[0]
    return "range" if name in _RANGES else _STEMS.get(name, name)
