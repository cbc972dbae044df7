"""What hangs on an object and goes with it when it is dropped: owner, rights, settings, comments of its columns.

The server has no function that prints these; the statements are put together here. One query, which returns nothing for
objects that have only what every new one has. Written like `queries`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_IN = "n.nspname = ANY (s.namespaces)"


class BelongingsRow(NamedTuple):
    """The statements that give an object, or a column of a table, back what hung on it."""

    catalog: str
    oid: int
    column: str | None
    statements: list[str]


WITHOUT_ROWS = "REFRESH MATERIALIZED VIEW "
"""How the statement begins that tells of a materialized view without rows: it is made again without them."""
_SAMPLED = re.compile(r"^ALTER (?:INDEX .* SET STATISTICS|STATISTICS .* (?:SET STATISTICS|OWNER TO)) .+$", re.DOTALL)
_STORED = re.compile(r" SET (?:STORAGE|COMPRESSION) [A-Za-z0-9]+$")


def is_of_storage(statement: str) -> bool:
    """Whether it says how a column's values are stored, which the server forgets when the type changes."""
    return _STORED.search(statement) is not None


def is_of_statistics(statement: str) -> bool:
    """Whether it sets how much of an index or of statistics is sampled, or their owner: gone with a column's type."""
    return _SAMPLED.search(statement) is not None


Belongings = dict[tuple[str, int, str | None], tuple[str, ...]]
"""By catalog, number and column."""

_ME = "(SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user)"
# What can have an owner and rights, and isn't a table: the word for it in ALTER and in GRANT, its name, its rights.
_THINGS = f"""\
things(catalog, oid, word, rights_word, target, owner, acl, kind, space, has_columns) AS (
    SELECT 'pg_class', c.oid,
        CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'SEQUENCE' END,
        CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE '' END,
        c.oid::pg_catalog.regclass::pg_catalog.text, c.relowner, c.relacl,
        CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::pg_catalog."char", c.reltablespace,
        c.relkind <> 'S'
    FROM s, pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE {_IN} AND (c.relkind IN ('v', 'm')
        OR c.relkind = 'S' AND (c.relacl IS NOT NULL OR c.reltablespace <> '0'::oid OR c.relowner <> {_ME}))
    UNION ALL
    SELECT 'pg_proc', p.oid, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
        CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END,
        p.oid::pg_catalog.regprocedure::pg_catalog.text, p.proowner, p.proacl, 'f', 0, false
    FROM s, pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    WHERE {_IN}
    UNION ALL
    SELECT CASE t.typtype WHEN 'c' THEN 'pg_class' ELSE 'pg_type' END,
        CASE t.typtype WHEN 'c' THEN t.typrelid ELSE t.oid END,
        CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, 'TYPE ',
        pg_catalog.format_type(t.oid, NULL), t.typowner, t.typacl, 'T', 0, t.typtype = 'c'
    FROM s, pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
    WHERE {_IN} AND (t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c')
)"""

_AND = "OPERATOR(pg_catalog.||)"
"""Joins two arrays: an operator of the user's may fit them better than the server's own, which fits many types."""
_GRANTEE = (
    "CASE WHEN x.grantee = '0'::oid THEN 'PUBLIC' "
    "ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END"
)
_RIGHT = "e.grantee, e.privilege_type, e.is_grantable"


def _rights(statement: str, first: str, second: str) -> str:
    """One statement for each grantee that has rights by `first` which it hasn't by `second`."""
    return f"""\
    SELECT {statement} FROM (
        SELECT x.grantee, x.is_grantable,
            pg_catalog.string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type) AS privileges
        FROM (SELECT {_RIGHT} FROM pg_catalog.aclexplode({first}) AS e
            EXCEPT SELECT {_RIGHT} FROM pg_catalog.aclexplode({second}) AS e) AS x
        GROUP BY x.grantee, x.is_grantable ORDER BY x.grantee, x.is_grantable) AS x"""


_USUAL = "pg_catalog.acldefault(t.kind, t.owner)"
_REVOKE = f"'REVOKE ' || x.privileges || ' ON ' || t.rights_word || t.target || ' FROM ' || {_GRANTEE}"
_OPTION = "CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END"
_GRANT = f"'GRANT ' || x.privileges || ' ON ' || t.rights_word || t.target || ' TO ' || {_GRANTEE} || {_OPTION}"

# A column's rights name the column behind each privilege.
_COLUMN_RIGHTS = f"""\
    SELECT 'GRANT ' || pg_catalog.string_agg(
            x.privilege_type || ' (' || pg_catalog.quote_ident(a.attname) || ')', ', ' ORDER BY x.privilege_type)
        || ' ON ' || a.attrelid::pg_catalog.regclass::pg_catalog.text || ' TO ' || {_GRANTEE} || {_OPTION}
    FROM pg_catalog.aclexplode(a.attacl) AS x GROUP BY x.grantee, x.is_grantable ORDER BY x.grantee, x.is_grantable"""


def _column_settings(alter: str) -> str:
    """An array of the statements that set what was set of a column `a` of the type `y`."""
    head = (
        f"{alter} || a.attrelid::pg_catalog.regclass::pg_catalog.text || ' ALTER COLUMN ' "
        "|| pg_catalog.quote_ident(a.attname) || "
    )
    return f"""\
CASE WHEN a.attstattarget >= 0
            THEN ARRAY[{head}' SET STATISTICS ' || a.attstattarget::pg_catalog.text]
            ELSE ARRAY[]::pg_catalog.text[] END
        {_AND} CASE WHEN a.attoptions IS NULL THEN ARRAY[]::pg_catalog.text[]
            ELSE ARRAY[{head}' SET (' || pg_catalog.array_to_string(a.attoptions, ', ') || ')'] END
        {_AND} CASE WHEN a.attstorage <> y.typstorage
            THEN ARRAY[{head}' SET STORAGE ' || CASE a.attstorage
                    WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END]
            ELSE ARRAY[]::pg_catalog.text[] END
        {_AND} CASE WHEN a.compression IN ('p', 'l')
            THEN ARRAY[{head}' SET COMPRESSION ' || CASE a.compression WHEN 'p' THEN 'pglz' ELSE 'lz4' END]
            ELSE ARRAY[]::pg_catalog.text[] END"""


# How many values of an expression of an index the server samples, where that was set.
_MEASURED = "a.attrelid = ic.oid AND a.attnum > 0 AND a.attstattarget >= 0"
# Before version 14 no column has such an attribute, before 13 no statistics have a number of their own: the name then
# means the one that is always there.
_COMPRESSION = "CROSS JOIN (SELECT ''::pg_catalog.\"char\") AS absent(attcompression)"
_IS_SET = """\
(a.attoptions IS NOT NULL OR a.attstattarget >= 0 OR a.attstorage <> y.typstorage OR a.compression IN ('p', 'l'))"""

BELONGINGS = f"""\
WITH s(namespaces) AS (SELECT ?::pg_catalog.text[]),
{_THINGS},
found(catalog, oid, attname, statements) AS (
    SELECT t.catalog, t.oid, NULL::pg_catalog.name,
        CASE WHEN t.owner = {_ME}
            THEN ARRAY[]::pg_catalog.text[]
            ELSE ARRAY['ALTER ' || t.word || ' ' || t.target || ' OWNER TO '
                || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(t.owner))] END
        {_AND} CASE WHEN t.acl IS NULL THEN ARRAY[]::pg_catalog.text[] ELSE
            ARRAY({_rights(_REVOKE, _USUAL, "t.acl")})
            {_AND} ARRAY({_rights(_GRANT, "t.acl", _USUAL)}) END
        {_AND} ARRAY(SELECT 'ALTER ' || t.word || ' ' || t.target || ' SET TABLESPACE '
            || pg_catalog.quote_ident(p.spcname) FROM pg_catalog.pg_tablespace AS p WHERE p.oid = t.space)
        {_AND} CASE WHEN t.has_columns THEN
            ARRAY(SELECT 'COMMENT ON COLUMN ' || t.target || '.' || pg_catalog.quote_ident(a.attname) || ' IS '
                    || pg_catalog.quote_literal(d.description)
                FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_description AS d
                    ON d.objoid = a.attrelid AND d.objsubid = a.attnum
                    AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid
                WHERE a.attrelid = t.oid AND a.attnum > 0 ORDER BY a.attnum)
            {_AND} ARRAY(SELECT g.statement FROM pg_catalog.pg_attribute AS a CROSS JOIN LATERAL (
{_COLUMN_RIGHTS}
                ) AS g(statement) WHERE a.attrelid = t.oid AND a.attacl IS NOT NULL ORDER BY a.attnum)
            {_AND} ARRAY(SELECT 'ALTER VIEW ' || t.target || ' ALTER COLUMN ' || pg_catalog.quote_ident(a.attname)
                    || ' SET DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                FROM pg_catalog.pg_attrdef AS d JOIN pg_catalog.pg_attribute AS a
                    ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                WHERE d.adrelid = t.oid ORDER BY a.attnum)
            ELSE ARRAY[]::pg_catalog.text[] END
        {_AND} CASE WHEN t.word = 'MATERIALIZED VIEW' THEN
            ARRAY(SELECT 'COMMENT ON INDEX ' || i.indexrelid::pg_catalog.regclass::pg_catalog.text || ' IS '
                    || pg_catalog.quote_literal(d.description)
                FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_description AS d
                    ON d.objoid = i.indexrelid AND d.objsubid = 0
                    AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid
                WHERE i.indrelid = t.oid ORDER BY i.indexrelid)
            {_AND} ARRAY(SELECT 'ALTER MATERIALIZED VIEW ' || t.target || ' CLUSTER ON '
                    || pg_catalog.quote_ident(c.relname)
                FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
                WHERE i.indrelid = t.oid AND i.indisclustered)
            {_AND} ARRAY(SELECT g.statement FROM pg_catalog.pg_type AS y {_COMPRESSION}
                CROSS JOIN LATERAL (
                    SELECT a.*, attcompression AS compression FROM pg_catalog.pg_attribute AS a
                    WHERE a.attrelid = t.oid AND a.attnum > 0 AND a.atttypid = y.oid
                ) AS a
                CROSS JOIN LATERAL pg_catalog.unnest({_column_settings("'ALTER MATERIALIZED VIEW '")}) AS g(statement)
                WHERE {_IS_SET} ORDER BY a.attnum, g.statement)
            {_AND} ARRAY(SELECT '{WITHOUT_ROWS}' || t.target || ' WITH NO DATA'
                FROM pg_catalog.pg_class AS c WHERE c.oid = t.oid AND NOT c.relispopulated)
            ELSE ARRAY[]::pg_catalog.text[] END
        {_AND} CASE WHEN t.word = 'DOMAIN' THEN
            ARRAY(SELECT 'COMMENT ON CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ON DOMAIN ' || t.target
                    || ' IS ' || pg_catalog.quote_literal(d.description)
                FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_description AS d
                    ON d.objoid = k.oid AND d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid
                WHERE k.contypid = t.oid ORDER BY k.conname)
            ELSE ARRAY[]::pg_catalog.text[] END
    FROM things AS t
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS ext WHERE ext.deptype = 'e' AND ext.objid = t.oid
        AND ext.classid = ('pg_catalog.' || t.catalog)::pg_catalog.regclass::oid)
    UNION ALL
    SELECT 'pg_index', i.indexrelid, NULL,
        CASE WHEN i.indisreplident THEN ARRAY['ALTER TABLE ' || c.oid::pg_catalog.regclass::pg_catalog.text
            || ' REPLICA IDENTITY USING INDEX ' || pg_catalog.quote_ident(ic.relname)]
            ELSE ARRAY[]::pg_catalog.text[] END
        {_AND} CASE WHEN i.indisclustered THEN ARRAY['ALTER TABLE ' || c.oid::pg_catalog.regclass::pg_catalog.text
            || ' CLUSTER ON ' || pg_catalog.quote_ident(ic.relname)]
            ELSE ARRAY[]::pg_catalog.text[] END
        {_AND} ARRAY(SELECT 'ALTER INDEX ' || ic.oid::pg_catalog.regclass::pg_catalog.text || ' SET TABLESPACE '
            || pg_catalog.quote_ident(p.spcname) FROM pg_catalog.pg_tablespace AS p WHERE p.oid = ic.reltablespace)
        {_AND} ARRAY(SELECT 'ALTER INDEX ' || ic.oid::pg_catalog.regclass::pg_catalog.text || ' ALTER COLUMN '
            || a.attnum::pg_catalog.text || ' SET STATISTICS ' || a.attstattarget::pg_catalog.text
            FROM pg_catalog.pg_attribute AS a WHERE {_MEASURED} ORDER BY a.attnum)
    FROM s, pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid
    JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
    WHERE {_IN} AND c.relkind IN ('r', 'p') AND (i.indisreplident OR i.indisclustered OR ic.reltablespace <> '0'::oid
        OR i.indexprs IS NOT NULL AND EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE {_MEASURED}))
    UNION ALL
    SELECT 'pg_statistic_ext', e.oid, NULL,
        CASE WHEN e.stxowner = {_ME}
            THEN ARRAY[]::pg_catalog.text[]
            ELSE ARRAY['ALTER STATISTICS ' || e.target || ' OWNER TO '
                || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.stxowner))] END
        {_AND} CASE WHEN e.measured >= 0
            THEN ARRAY['ALTER STATISTICS ' || e.target || ' SET STATISTICS ' || e.measured::pg_catalog.text]
            ELSE ARRAY[]::pg_catalog.text[] END
    FROM s CROSS JOIN (SELECT -1) AS absent(stxstattarget)
    CROSS JOIN LATERAL (
        SELECT x.oid, x.stxowner, stxstattarget AS measured,
            CASE WHEN pg_catalog.pg_statistics_obj_is_visible(x.oid) THEN ''
                ELSE pg_catalog.quote_ident(n.nspname) || '.' END || pg_catalog.quote_ident(x.stxname) AS target
        FROM pg_catalog.pg_statistic_ext AS x JOIN pg_catalog.pg_namespace AS n ON n.oid = x.stxnamespace WHERE {_IN}
    ) AS e
    UNION ALL
    SELECT 'pg_class', a.attrelid, a.attname,
        ARRAY({_COLUMN_RIGHTS})
        {_AND} {_column_settings("CASE WHEN c.relhassubclass THEN 'ALTER TABLE ONLY ' ELSE 'ALTER TABLE ' END")}
    FROM s, pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    {_COMPRESSION}
    CROSS JOIN LATERAL (
        SELECT a.*, attcompression AS compression FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS a
    JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
    WHERE {_IN} AND c.relkind IN ('r', 'p')
        AND (a.attacl IS NOT NULL OR {_IS_SET})
)
SELECT catalog, oid, attname, statements FROM found WHERE pg_catalog.cardinality(statements) > 0
ORDER BY 1, 2, 3"""
