"""The questions to PostgreSQL's catalog. Each is asked once, whatever the number of tables.

Every name is written with its namespace, so that nothing of the user's can stand in its way. `?` is the list of
namespaces as the text of an array. What belongs to an extension is left out; so is the ledger. Server 12 and newer.
"""

from __future__ import annotations

from typing import NamedTuple

_IN_NAMESPACES = "n.nspname = ANY (?::pg_catalog.text[])"


def _not_of_extension(catalog: str, oid: str) -> str:
    return (
        "NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS ext WHERE ext.deptype = 'e'"
        f" AND ext.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass::oid AND ext.objid = {oid})"
    )


def _read_columns(table: str, *objects: str) -> str:
    """The names of a table's columns that an expression reads, by what the server notes of it: the objects' conditions.

    A column that an object is made of is noted like one in its expressions.
    """
    where = " OR ".join(f"({condition})" for condition in objects)
    return (
        "ARRAY(SELECT DISTINCT ra.attname::pg_catalog.text FROM pg_catalog.pg_depend AS rd"
        " JOIN pg_catalog.pg_attribute AS ra ON ra.attrelid = rd.refobjid AND ra.attnum = rd.refobjsubid"
        " WHERE rd.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid"
        f" AND rd.refobjid = {table} AND rd.refobjsubid > 0 AND ({where}) ORDER BY 1)"
    )


def _noted_at(catalog: str, oid: str, part: str = "") -> str:
    return f"rd.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass::oid AND rd.objid = {oid}{part}"


_ORDER = 'n.nspname COLLATE "C", {} COLLATE "C"'

_PRINTING = {
    "quote_all_identifiers": "off",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    # Compiling such questions takes the server longer than answering them.
    "jit": "off",
    # And so does looking for the best order of joins: the one that is written is good, whatever the server counted.
    "join_collapse_limit": "1",
}
"""What decides how the server prints a definition: the same for all databases, whatever is set for one of them."""

SET = ("search_path", *_PRINTING)
"""The settings that reading sets, and `SETTINGS` tells as they were."""

SETTINGS = f"""\
SELECT {", ".join(f"pg_catalog.current_setting('{name}')" for name in SET)},
    pg_catalog.set_config('search_path', ?, true),
    {", ".join(f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in _PRINTING.items())},
    ARRAY(SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_namespace AS n
        WHERE n.nspname = ANY (?::pg_catalog.text[]) ORDER BY n.nspname COLLATE "C")"""
"""The search path is set to the default namespace, so that names are printed as migrations write them.

The last value is those of the namespaces that are there.
"""

RESTORED = "SELECT " + ", ".join(f"pg_catalog.set_config('{name}', ?, true)" for name in SET)
"""Puts the settings back; their values are given in the order of `SET`."""


class RelationRow(NamedTuple):
    """A table."""

    oid: int
    namespace: str
    name: str
    unlogged: bool
    row_security: bool
    forced_row_security: bool
    unchecked_keys: bool
    """Whether triggers that check foreign keys, its own or those that lead to it, are switched off."""
    switched_triggers: list[str] | None
    """Of a partition: the triggers of its parent's that are switched otherwise here."""
    partition_key: str | None
    partition_bound: str | None
    parent_namespaces: list[str]
    parent_names: list[str]
    comment: str | None


RELATIONS = f"""\
SELECT c.oid, n.nspname, c.relname, c.relpersistence = 'u', c.relrowsecurity, c.relforcerowsecurity,
    c.relhastriggers AND EXISTS (SELECT FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_constraint AS k
        ON k.oid = t.tgconstraint AND k.contype = 'f' WHERE t.tgrelid = c.oid AND t.tgenabled NOT IN ('O', 'A')),
    CASE WHEN c.relhastriggers AND c.relispartition THEN ARRAY(
        SELECT CASE t.tgenabled WHEN 'O' THEN 'ENABLE' WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS'
            ELSE 'ENABLE REPLICA' END || ' TRIGGER ' || pg_catalog.quote_ident(t.tgname)
        FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_trigger AS above
            ON above.oid::pg_catalog.text = pg_catalog.to_jsonb(t) ->> 'tgparentid'::text
        WHERE t.tgrelid = c.oid AND t.tgenabled <> above.tgenabled AND t.tgconstraint = '0'::oid
        ORDER BY t.tgname) END,
    CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
    CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END,
    ARRAY(SELECT pn.nspname::pg_catalog.text FROM pg_catalog.pg_inherits AS i
        JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
        JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
        WHERE i.inhrelid = c.oid ORDER BY i.inhseqno),
    ARRAY(SELECT p.relname::pg_catalog.text FROM pg_catalog.pg_inherits AS i
        JOIN pg_catalog.pg_class AS p ON p.oid = i.inhparent
        WHERE i.inhrelid = c.oid ORDER BY i.inhseqno),
    pg_catalog.obj_description(c.oid, 'pg_class')
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE {_IN_NAMESPACES} AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
    AND {_not_of_extension("pg_class", "c.oid")}
ORDER BY {_ORDER.format("c.relname")}"""


class ColumnRow(NamedTuple):
    """A column of a table or a view. The type is the element's one where it is an array."""

    relation: int
    name: str
    type_namespace: str
    type_name: str
    type_kind: str
    is_list: bool
    modifier: int
    formatted: str
    """The element's type as the server prints it."""
    base_name: str | None
    base_modifier: int | None
    """For a domain: the type beneath it."""
    not_null: bool
    """Whether the column refuses NULLs, or its type does."""
    required_by_type: bool
    default: str | None
    identity: str
    generated: str
    collation_namespace: str | None
    collation: str | None
    owned_sequence: str | None
    comment: str | None
    reads: list[str] | None
    """The columns that a generated one is computed from."""
    origin: str


# Since version 15 the server notes at the default what a generated column reads, before at the column.
COLUMNS = f"""\
SELECT a.attrelid, a.attname, tn.nspname, e.typname, e.typtype, e.oid <> t.oid, a.atttypmod,
    pg_catalog.format_type(e.oid, a.atttypmod), b.typname, e.typtypmod,
    a.attnotnull OR t.typnotnull, t.typnotnull AND NOT a.attnotnull,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
    co.nspname, co.collname, s.relname, cd.description,
    CASE WHEN a.attgenerated <> '' THEN {
    _read_columns(
        "c.oid",
        _noted_at("pg_attrdef", "d.oid") + " AND rd.refobjsubid <> a.attnum",
        _noted_at("pg_class", "c.oid", " AND rd.objsubid = a.attnum"),
    )
} END,
    CASE WHEN a.attinhcount = 0 THEN 'own' WHEN a.attislocal THEN 'both' ELSE 'parent' END
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type AS e
    ON e.oid = CASE WHEN t.typelem <> '0'::oid AND t.typlen = -1 THEN t.typelem ELSE t.oid END
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = e.typnamespace
LEFT JOIN pg_catalog.pg_type AS b ON b.oid = e.typbasetype
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_description AS cd
    ON cd.objoid = c.oid AND cd.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid AND cd.objsubid = a.attnum
LEFT JOIN LATERAL (
    SELECT cn.nspname, k.collname FROM pg_catalog.pg_collation AS k
    JOIN pg_catalog.pg_namespace AS cn ON cn.oid = k.collnamespace
    WHERE k.oid = a.attcollation AND a.attcollation <> t.typcollation
) AS co ON true
LEFT JOIN (
    SELECT DISTINCT ON (sd.refobjid, sd.refobjsubid) sd.refobjid, sd.refobjsubid, sc.relname
    FROM pg_catalog.pg_class AS sc JOIN pg_catalog.pg_depend AS sd ON sd.objid = sc.oid
    WHERE sc.relkind = 'S' AND sd.classid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid
        AND sd.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid AND sd.deptype = 'a'
    ORDER BY sd.refobjid, sd.refobjsubid, sc.oid
) AS s ON s.refobjid = a.attrelid AND s.refobjsubid = a.attnum AND d.oid IS NOT NULL
WHERE {_IN_NAMESPACES} AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname <> '_prisma_migrations'
ORDER BY a.attrelid, a.attnum"""


class IndexRow(NamedTuple):
    """One column of an index."""

    relation: int
    oid: int
    name: str
    is_primary: bool
    is_unique: bool
    method: str
    is_valid: bool
    nulls_not_distinct: bool
    predicate: str | None
    storage: list[str] | None
    comment: str | None
    is_constraint: bool
    is_deferrable: bool | None
    is_deferred: bool | None
    definition: str | None
    is_key: bool
    """False for a column behind INCLUDE."""
    column: str | None
    expression: str | None
    option: int
    opclass: str | None
    """None for the default one."""
    opclass_options: list[str] | None
    collation_namespace: str | None
    collation: str | None
    reads: list[str] | None
    """The columns in its expressions and its condition, and those that it is on."""


# What a partition has of its parent's indexes and keys comes and goes with those.
INDEXES = f"""\
SELECT i.indrelid, ic.oid, ic.relname, i.indisprimary, i.indisunique, am.amname, i.indisvalid,
    CASE WHEN i.indisunique AND NOT i.indisprimary AND k.place = 1 THEN
        (SELECT indnullsnotdistinct FROM pg_catalog.pg_index AS x WHERE x.indexrelid = i.indexrelid) ELSE false
    END,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid), ic.reloptions, coalesce(cd.description, d.description),
    con.oid IS NOT NULL, con.condeferrable, con.condeferred,
    CASE WHEN k.place = 1 AND i.indpred IS NOT NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid) END,
    k.place <= i.indnkeyatts, a.attname,
    CASE WHEN k.attribute = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.place::pg_catalog.int4, true) END,
    coalesce(k.direction, 0),
    CASE WHEN NOT o.opcdefault THEN
        CASE WHEN pg_catalog.pg_opclass_is_visible(o.oid) THEN pg_catalog.quote_ident(o.opcname)
        ELSE pg_catalog.format('%I.%I', opn.nspname, o.opcname) END
    END,
    ia.attoptions, co.nspname, co.collname,
    CASE WHEN k.place = 1 AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL) THEN {
    _read_columns("i.indrelid", _noted_at("pg_class", "i.indexrelid"))
} END
FROM (SELECT false) AS absent(indnullsnotdistinct)
CROSS JOIN pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_am AS am ON am.oid = ic.relam
CROSS JOIN LATERAL ROWS FROM (
    pg_catalog.unnest(i.indkey::pg_catalog.int2[]), pg_catalog.unnest(i.indclass::pg_catalog.oid[]),
    pg_catalog.unnest(i.indcollation::pg_catalog.oid[]), pg_catalog.unnest(i.indoption::pg_catalog.int2[])
) WITH ORDINALITY AS k(attribute, opclass, coll, direction, place)
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attribute AND k.attribute > 0
LEFT JOIN pg_catalog.pg_attribute AS ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.place
LEFT JOIN pg_catalog.pg_opclass AS o ON o.oid = k.opclass
LEFT JOIN pg_catalog.pg_namespace AS opn ON opn.oid = o.opcnamespace
LEFT JOIN pg_catalog.pg_constraint AS con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_description AS d
    ON d.objoid = ic.oid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid AND d.objsubid = 0
LEFT JOIN pg_catalog.pg_description AS cd
    ON cd.objoid = con.oid AND cd.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid AND cd.objsubid = 0
LEFT JOIN LATERAL (
    SELECT cn.nspname, x.collname FROM pg_catalog.pg_collation AS x
    JOIN pg_catalog.pg_namespace AS cn ON cn.oid = x.collnamespace
    WHERE x.oid = k.coll AND k.coll <> coalesce(a.attcollation,
        (SELECT it.typcollation FROM pg_catalog.pg_type AS it WHERE it.oid = ia.atttypid))
) AS co ON true
WHERE {_IN_NAMESPACES} AND c.relkind IN ('r', 'p', 'm') AND c.relname <> '_prisma_migrations'
    AND con.contype IS DISTINCT FROM 'x' AND NOT ic.relispartition
ORDER BY i.indrelid, ic.relname COLLATE "C", k.place"""
"""What is of the whole index, and takes the server time, stands in the row of its first column only."""


def _column_names(table: str, numbers: str) -> str:
    """The names of columns by their numbers. Most keys have one column, for which the server needs no sorting."""
    return (
        f"CASE WHEN pg_catalog.cardinality({numbers}) = 1 THEN ARRAY(SELECT a.attname::pg_catalog.text"
        f" FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = {table} AND a.attnum = ({numbers})[1])"
        " ELSE ARRAY(SELECT a.attname::pg_catalog.text"
        f" FROM pg_catalog.unnest({numbers}) WITH ORDINALITY AS k(number, place) JOIN pg_catalog.pg_attribute AS a"
        f" ON a.attrelid = {table} AND a.attnum = k.number ORDER BY k.place) END"
    )


class ConstraintRow(NamedTuple):
    """A foreign key, a check or an exclusion constraint."""

    relation: int
    kind: str
    name: str
    definition: str
    is_validated: bool
    is_deferrable: bool
    is_deferred: bool
    on_update: str
    on_delete: str
    match_type: str
    referenced_namespace: str | None
    referenced_name: str | None
    columns: list[str]
    referenced_columns: list[str]
    comment: str | None
    reads: list[str] | None
    """The columns that a check or an exclusion constraint reads."""
    set_columns: list[str] | None
    """Those of the columns of a foreign key that its ON DELETE sets, where it names them."""


# Before version 15 no foreign key names them: the attribute then means the one that is always there.
CONSTRAINTS = f"""\
SELECT con.conrelid, con.contype, con.conname,
    CASE WHEN con.contype <> 'f' THEN pg_catalog.pg_get_constraintdef(con.oid) ELSE '' END, con.convalidated,
    con.condeferrable, con.condeferred, con.confupdtype, con.confdeltype, con.confmatchtype, fn.nspname, f.relname,
    {_column_names("con.conrelid", "con.conkey")},
    {_column_names("con.confrelid", "con.confkey")},
    pg_catalog.obj_description(con.oid, 'pg_constraint'),
    CASE WHEN con.contype <> 'f' THEN {
    _read_columns("con.conrelid", _noted_at("pg_constraint", "con.oid"), _noted_at("pg_class", "con.conindid"))
} END,
    CASE WHEN con.confdeltype IN ('n', 'd') THEN ARRAY(
        SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = con.conrelid AND a.attnum = ANY (
            (SELECT confdelsetcols FROM pg_catalog.pg_constraint AS x WHERE x.oid = con.oid)::pg_catalog.int2[]
        )
    ) END
FROM (SELECT NULL::pg_catalog.int2[]) AS absent(confdelsetcols)
CROSS JOIN pg_catalog.pg_constraint AS con
JOIN pg_catalog.pg_class AS c ON c.oid = con.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class AS f ON f.oid = con.confrelid
LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace
WHERE {_IN_NAMESPACES} AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
    AND con.contype IN ('c', 'f', 'x') AND con.conparentid = '0'::oid AND con.conislocal
ORDER BY con.conrelid, con.conname COLLATE "C\""""


class EnumRow(NamedTuple):
    """An enum type."""

    namespace: str
    name: str
    values: list[str]
    comment: str | None
    oid: int


ENUMS = f"""\
SELECT n.nspname, t.typname,
    ARRAY(SELECT v.enumlabel::pg_catalog.text FROM pg_catalog.pg_enum AS v
        WHERE v.enumtypid = t.oid ORDER BY v.enumsortorder),
    pg_catalog.obj_description(t.oid, 'pg_type'), t.oid
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE {_IN_NAMESPACES} AND t.typtype = 'e' AND {_not_of_extension("pg_type", "t.oid")}
ORDER BY {_ORDER.format("t.typname")}"""


class ExtensionRow(NamedTuple):
    """An installed extension."""

    name: str
    namespace: str
    version: str


EXTENSIONS = """\
SELECT e.extname, n.nspname, e.extversion
FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' ORDER BY e.extname COLLATE "C\""""
