"""The questions to CockroachDB's catalog. Each is asked once, whatever the number of tables.

They ask for plain columns only and leave the joining of lists to Python: the server's catalog is made up for each
question, and knows less of PostgreSQL's functions. `?` is the list of namespaces as the text of an array. The ledger
is left out. Written for server 22.2 and newer.
"""

from __future__ import annotations

from typing import NamedTuple

_NAMESPACES = "n.nspname = ANY (?::STRING[])"
_LEDGER = "'_prisma_migrations'"

SETTINGS = "SELECT pg_catalog.current_database()"

NAMESPACES = f"SELECT n.nspname FROM pg_catalog.pg_namespace AS n WHERE {_NAMESPACES} ORDER BY n.nspname"


class RelationRow(NamedTuple):
    """A table (`r`), a view (`v`) or a materialized view (`m`)."""

    oid: int
    namespace: str
    name: str
    kind: str
    comment: str | None
    definition: str | None


RELATIONS = f"""\
SELECT c.oid, n.nspname, c.relname, c.relkind, pg_catalog.obj_description(c.oid, 'pg_class'),
    coalesce(v.definition, m.definition)
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_views AS v ON v.schemaname = n.nspname AND v.viewname = c.relname AND c.relkind = 'v'
LEFT JOIN pg_catalog.pg_matviews AS m ON m.schemaname = n.nspname AND m.matviewname = c.relname AND c.relkind = 'm'
WHERE {_NAMESPACES} AND c.relkind IN ('r', 'v', 'm') AND c.relpersistence <> 't' AND c.relname <> {_LEDGER}
ORDER BY n.nspname, c.relname"""


class ColumnRow(NamedTuple):
    """A column of a table or a view, the hidden ones included. `sql_type` is the server's own word for the type."""

    relation: int
    number: int
    name: str
    sql_type: str
    not_null: bool
    hidden: str
    default: str | None
    identity: str
    generated: str
    expression: str | None
    type_kind: str
    type_namespace: str
    type_name: str
    item_kind: str | None
    item_namespace: str | None
    item_name: str | None
    comment: str | None


COLUMNS = f"""\
SELECT c.oid, a.attnum, a.attname, i.crdb_sql_type, a.attnotnull, i.is_hidden,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, i.generation_expression,
    t.typtype, tn.nspname, t.typname, e.typtype, en.nspname, e.typname, pg_catalog.col_description(c.oid, a.attnum)
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
JOIN information_schema.columns AS i
    ON i.table_schema = n.nspname AND i.table_name = c.relname AND i.column_name = a.attname
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type AS e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_catalog.pg_namespace AS en ON en.oid = e.typnamespace
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE {_NAMESPACES} AND c.relkind IN ('r', 'v', 'm') AND c.relname <> {_LEDGER}
ORDER BY c.oid, a.attnum"""


class IndexRow(NamedTuple):
    """An index. Lists are as the server prints them: `1 2`, `{(lower(c)),"(a + b)"}`."""

    relation: int
    name: str
    is_unique: bool
    is_primary: bool
    columns: object
    options: object
    key_columns: int
    expressions: str | None
    predicate: str | None
    method: str
    is_valid: bool
    comment: str | None


INDEXES = f"""\
SELECT c.oid, x.relname, i.indisunique, i.indisprimary, i.indkey, i.indoption, i.indnkeyatts, i.indexprs, i.indpred,
    m.amname, i.indisvalid, pg_catalog.obj_description(x.oid, 'pg_class')
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid JOIN pg_catalog.pg_am AS m ON m.oid = x.relam
WHERE {_NAMESPACES} AND c.relkind = 'r' AND c.relname <> {_LEDGER}
ORDER BY c.oid, x.relname"""


class ConstraintRow(NamedTuple):
    """A foreign key (`f`), a check (`c`), or a unique constraint without an index (`u`)."""

    relation: int
    name: str
    kind: str
    columns: object
    referenced: int
    referenced_columns: object
    on_delete: str
    on_update: str
    match_type: str
    is_validated: bool
    definition: str


CONSTRAINTS = f"""\
SELECT c.oid, k.conname, k.contype, k.conkey, k.confrelid, k.confkey, k.confdeltype, k.confupdtype, k.confmatchtype,
    k.convalidated, pg_catalog.pg_get_constraintdef(k.oid)
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {_NAMESPACES} AND k.contype IN ('f', 'c', 'u') AND c.relname <> {_LEDGER}
ORDER BY c.oid, k.conname"""

REFERENCED = """\
SELECT DISTINCT c.oid, n.nspname, c.relname, a.attnum, a.attname FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.confrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
WHERE k.contype = 'f'"""
"""The columns of tables that foreign keys point at: such a table may lie in a namespace that isn't asked for."""

ENUMS = f"""\
SELECT n.nspname, t.typname, e.enumlabel, pg_catalog.obj_description(t.oid, 'pg_type')
FROM pg_catalog.pg_enum AS e JOIN pg_catalog.pg_type AS t ON t.oid = e.enumtypid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE {_NAMESPACES} AND t.typname <> 'crdb_internal_region'
ORDER BY n.nspname, t.typname, e.enumsortorder"""
"""Namespace, name, value, comment. The regions of a database are the server's own."""


class SequenceRow(NamedTuple):
    """A sequence with its options."""

    namespace: str
    name: str
    start: int
    min_value: int
    max_value: int
    increment: int
    cache: int


SEQUENCES = """\
SELECT s.schemaname, s.sequencename, s.start_value, s.min_value, s.max_value, s.increment_by, s.cache_size
FROM pg_catalog.pg_sequences AS s WHERE s.schemaname = ANY (?::STRING[]) ORDER BY s.schemaname, s.sequencename"""


class RoutineRow(NamedTuple):
    """A function or a procedure of the user's."""

    namespace: str
    name: str
    kind: str
    definition: str
    arguments: str


ROUTINES = f"""\
SELECT n.nspname, p.proname, p.prokind, pg_catalog.pg_get_functiondef(p.oid),
    pg_catalog.pg_get_function_identity_arguments(p.oid)
FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE {_NAMESPACES} ORDER BY n.nspname, p.proname, p.oid"""
