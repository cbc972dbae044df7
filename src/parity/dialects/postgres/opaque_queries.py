"""The questions to PostgreSQL's catalog about what the schema language can't say, and what each thing stands on.

One statement asks for all kinds; each line of it gives the definition as the server prints it, or the pieces of it
where the server has no function that prints one. Written like `queries`: qualified names, `?` for the namespaces.
"""

from __future__ import annotations

from typing import NamedTuple

# A function's name with the types that tell it from others of that name, as DROP FUNCTION wants it.
_SIGNATURE = """\
pg_catalog.quote_ident(p.proname) || '(' || CASE p.prokind
        WHEN 'a' THEN coalesce(nullif(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*')
        ELSE pg_catalog.oidvectortypes(p.proargtypes) END || ')'"""


def _own(catalog: str, oid: str, kinds: str = "'e'") -> str:
    """Whether an object is nobody else's: not an extension's, nor (kind 'i') a part of a range type."""
    return (
        f"NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS ext WHERE ext.deptype IN ({kinds})"
        f" AND ext.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass::oid AND ext.objid = {oid})"
    )


class OpaqueRow(NamedTuple):
    """An object that the schema language can't say.

    `definition` is complete where it begins with CREATE; else it is what stands behind the name.
    """

    kind: str
    catalog: str
    oid: int
    namespace: str | None
    name: str
    definition: str
    table_namespace: str | None
    table_name: str | None
    comment: str | None


_VIEWS = f"""\
SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, 'pg_class', c.oid, n.nspname, c.relname,
    CASE WHEN c.reloptions IS NULL THEN '' ELSE
        'WITH (' || pg_catalog.array_to_string(c.reloptions, ', ') || ') ' END
    || 'AS' || E'\\n' || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')
    || CASE WHEN c.relkind = 'm' THEN coalesce((
        SELECT pg_catalog.string_agg(E';\\n' || pg_catalog.pg_get_indexdef(i.indexrelid), '' ORDER BY i.indexrelid)
        FROM pg_catalog.pg_index AS i WHERE i.indrelid = c.oid), '') ELSE '' END,
    NULL, NULL, pg_catalog.obj_description(c.oid, 'pg_class')
FROM pg_catalog.pg_class AS c JOIN n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND {_own("pg_class", "c.oid")}"""

_ROUTINES = f"""\
SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END, 'pg_proc', p.oid,
    n.nspname,
    {_SIGNATURE},
    CASE WHEN p.prokind = 'a' THEN '(SFUNC = ' || g.aggtransfn::pg_catalog.text
        || ', STYPE = ' || pg_catalog.format_type(g.aggtranstype, NULL)
        || CASE WHEN g.aggfinalfn::oid <> '0'::oid THEN ', FINALFUNC = ' || g.aggfinalfn::pg_catalog.text
            ELSE '' END
        || CASE WHEN g.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
        || CASE WHEN g.aggcombinefn::oid <> '0'::oid THEN ', COMBINEFUNC = ' || g.aggcombinefn::pg_catalog.text
            ELSE '' END
        || coalesce(', INITCOND = ' || pg_catalog.quote_literal(g.agginitval), '')
        || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END
        || CASE g.aggkind WHEN 'h' THEN ', HYPOTHETICAL' ELSE '' END || ')'
    ELSE pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\\n') END,
    NULL, NULL, pg_catalog.obj_description(p.oid, 'pg_proc')
FROM pg_catalog.pg_proc AS p JOIN n ON n.oid = p.pronamespace
LEFT JOIN pg_catalog.pg_aggregate AS g ON g.aggfnoid = p.oid
WHERE {_own("pg_proc", "p.oid", "'e', 'i'")}"""

_TRIGGERS = f"""\
SELECT 'TRIGGER', 'pg_trigger', t.oid, n.nspname, t.tgname, pg_catalog.pg_get_triggerdef(t.oid, true)
    || CASE t.tgenabled WHEN 'O' THEN '' ELSE E';\nALTER TABLE ' || c.oid::pg_catalog.regclass::pg_catalog.text
        || CASE t.tgenabled WHEN 'D' THEN ' DISABLE' WHEN 'A' THEN ' ENABLE ALWAYS' ELSE ' ENABLE REPLICA' END
        || ' TRIGGER ' || pg_catalog.quote_ident(t.tgname) END,
    n.nspname, c.relname, pg_catalog.obj_description(t.oid, 'pg_trigger')
FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND {_own("pg_trigger", "t.oid")}
    AND coalesce(pg_catalog.to_jsonb(t) ->> 'tgparentid'::text, '0') = '0'"""

_RULES = f"""\
SELECT 'RULE', 'pg_rewrite', r.oid, n.nspname, r.rulename,
    pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid, true), ';')
    || CASE r.ev_enabled WHEN 'O' THEN '' ELSE E';\nALTER TABLE ' || c.oid::pg_catalog.regclass::pg_catalog.text
        || CASE r.ev_enabled WHEN 'D' THEN ' DISABLE' WHEN 'A' THEN ' ENABLE ALWAYS' ELSE ' ENABLE REPLICA' END
        || ' RULE ' || pg_catalog.quote_ident(r.rulename) END,
    n.nspname, c.relname, pg_catalog.obj_description(r.oid, 'pg_rewrite')
FROM pg_catalog.pg_rewrite AS r JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
JOIN n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND {_own("pg_rewrite", "r.oid")} AND {_own("pg_class", "c.oid")}"""

_POLICIES = """\
SELECT 'POLICY', 'pg_policy', p.oid, n.nspname, p.polname,
    'AS ' || CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END || ' FOR '
    || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
        ELSE 'ALL' END
    || ' TO ' || (SELECT pg_catalog.string_agg(
            CASE WHEN role = '0'::oid THEN 'PUBLIC'
                ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(role)) END, ', '
            ORDER BY pg_catalog.pg_get_userbyid(role))
        FROM pg_catalog.unnest(p.polroles) AS roles(role))
    || coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
    || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''),
    n.nspname, c.relname, pg_catalog.obj_description(p.oid, 'pg_policy')
FROM pg_catalog.pg_policy AS p JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
JOIN n ON n.oid = c.relnamespace"""

_SEQUENCES = f"""\
SELECT 'SEQUENCE', 'pg_class', c.oid, n.nspname, c.relname,
    'AS ' || pg_catalog.format_type(q.seqtypid, NULL) || ' INCREMENT BY ' || q.seqincrement::pg_catalog.text
    || ' MINVALUE ' || q.seqmin::pg_catalog.text || ' MAXVALUE ' || q.seqmax::pg_catalog.text
    || ' START WITH ' || q.seqstart::pg_catalog.text || ' CACHE ' || q.seqcache::pg_catalog.text
    || CASE WHEN q.seqcycle THEN ' CYCLE' ELSE ' NO CYCLE' END,
    NULL, NULL, pg_catalog.obj_description(c.oid, 'pg_class')
FROM pg_catalog.pg_class AS c JOIN n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = c.oid
WHERE c.relkind = 'S' AND {_own("pg_class", "c.oid")} AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid
        AND d.objid = c.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i'))"""

_DOMAINS = f"""\
SELECT 'DOMAIN', 'pg_type', t.oid, n.nspname, t.typname,
    'AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod)
    || coalesce((SELECT ' COLLATE ' || pg_catalog.quote_ident(k.collname) FROM pg_catalog.pg_collation AS k
        JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype
        WHERE k.oid = t.typcollation AND t.typcollation <> b.typcollation), '')
    || coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
    || coalesce((SELECT pg_catalog.string_agg(
            ' CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ''
            ORDER BY k.conname)
        FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated), '')
    || coalesce((SELECT pg_catalog.string_agg(
            E';\nALTER DOMAIN ' || pg_catalog.format_type(t.oid, NULL) || ' ADD CONSTRAINT '
            || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ''
            ORDER BY k.conname)
        FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c' AND NOT k.convalidated), ''),
    NULL, NULL, pg_catalog.obj_description(t.oid, 'pg_type')
FROM pg_catalog.pg_type AS t JOIN n ON n.oid = t.typnamespace
WHERE t.typtype = 'd' AND {_own("pg_type", "t.oid")}"""

_COMPOSITES = f"""\
SELECT 'TYPE', 'pg_class', c.oid, n.nspname, c.relname,
    'AS (' || coalesce((SELECT pg_catalog.string_agg(
            pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), ', '
            ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '')
    || ')',
    NULL, NULL, pg_catalog.obj_description(c.reltype, 'pg_type')
FROM pg_catalog.pg_class AS c JOIN n ON n.oid = c.relnamespace
WHERE c.relkind = 'c' AND {_own("pg_type", "c.reltype")} AND {_own("pg_class", "c.oid")}"""

_RANGES = f"""\
SELECT 'RANGE TYPE', 'pg_type', t.oid, n.nspname, t.typname,
    'AS RANGE (SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL)
    || coalesce((SELECT ', SUBTYPE_OPCLASS = ' || pg_catalog.quote_ident(o.opcname)
        FROM pg_catalog.pg_opclass AS o WHERE o.oid = r.rngsubopc AND NOT o.opcdefault), '')
    || CASE WHEN r.rngsubdiff::oid <> '0'::oid THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::pg_catalog.text ELSE '' END
    || ')',
    NULL, NULL, pg_catalog.obj_description(t.oid, 'pg_type')
FROM pg_catalog.pg_type AS t JOIN n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid
WHERE t.typtype = 'r' AND {_own("pg_type", "t.oid")}"""

_COLLATIONS = f"""\
SELECT 'COLLATION', 'pg_collation', k.oid, n.nspname, k.collname,
    '(PROVIDER = ' || CASE k.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END
    || ', LOCALE = ' || pg_catalog.quote_literal(coalesce(
        pg_catalog.to_jsonb(k) ->> 'colllocale'::text, pg_catalog.to_jsonb(k) ->> 'colliculocale'::text,
        pg_catalog.to_jsonb(k) ->> 'collcollate'::text, ''))
    || CASE WHEN k.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END || ')',
    NULL, NULL, pg_catalog.obj_description(k.oid, 'pg_collation')
FROM pg_catalog.pg_collation AS k JOIN n ON n.oid = k.collnamespace
WHERE {_own("pg_collation", "k.oid")}"""

_STATISTICS = """\
SELECT 'STATISTICS', 'pg_statistic_ext', e.oid, n.nspname, e.stxname, pg_catalog.pg_get_statisticsobjdef(e.oid),
    tn.nspname, c.relname, pg_catalog.obj_description(e.oid, 'pg_statistic_ext')
FROM pg_catalog.pg_statistic_ext AS e JOIN n ON n.oid = e.stxnamespace
JOIN pg_catalog.pg_class AS c ON c.oid = e.stxrelid JOIN pg_catalog.pg_namespace AS tn ON tn.oid = c.relnamespace"""

_EVENT_TRIGGERS = f"""\
SELECT 'EVENT TRIGGER', 'pg_event_trigger', e.oid, NULL, e.evtname,
    'ON ' || e.evtevent::pg_catalog.text || coalesce(' WHEN TAG IN (' || (
        SELECT pg_catalog.string_agg(pg_catalog.quote_literal(tag), ', ') FROM pg_catalog.unnest(e.evttags) AS t(tag)
    ) || ')', '') || ' EXECUTE FUNCTION ' || e.evtfoid::pg_catalog.regproc::pg_catalog.text || '()',
    NULL, NULL, pg_catalog.obj_description(e.oid, 'pg_event_trigger')
FROM pg_catalog.pg_event_trigger AS e JOIN pg_catalog.pg_proc AS p ON p.oid = e.evtfoid
JOIN n ON n.oid = p.pronamespace
WHERE {_own("pg_event_trigger", "e.oid")}"""

_KINDS = (
    _VIEWS,
    _ROUTINES,
    _TRIGGERS,
    _RULES,
    _POLICIES,
    _SEQUENCES,
    _DOMAINS,
    _COMPOSITES,
    _RANGES,
    _COLLATIONS,
    _STATISTICS,
    _EVENT_TRIGGERS,
)

OPAQUES = (
    "WITH n AS (SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname = ANY (?::pg_catalog.text[]))\n"
    "SELECT * FROM (\n"
    + "\nUNION ALL\n".join(_KINDS)
    + "\n) AS o(kind, catalog, oid, namespace, name, definition, table_namespace, table_name, comment)\n"
    'ORDER BY kind, namespace COLLATE "C", name COLLATE "C", table_namespace COLLATE "C", table_name COLLATE "C"'
)


class DependencyRow(NamedTuple):
    """One thing that an object stands on."""

    catalog: str
    oid: int
    reference_kind: str
    """`TABLE`, `ENUM` or an OpaqueKind's value."""
    namespace: str
    name: str
    column: str | None


# The server notes what a view stands on at its rule, and what a domain's check stands on at the constraint.
DEPENDENCIES = f"""\
WITH found(catalog, oid, refclassid, refobjid, refobjsubid) AS (
    SELECT 'pg_class', r.ev_class, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.rulename = '_RETURN'
    WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid AND d.refobjid <> r.ev_class
    UNION ALL
    SELECT 'pg_rewrite', r.oid, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND r.rulename <> '_RETURN'
    WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid
    UNION ALL
    SELECT 'pg_trigger', t.oid, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_trigger AS t ON t.oid = d.objid AND NOT t.tgisinternal
    WHERE d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass::oid
    UNION ALL
    SELECT CASE d.classid
            WHEN 'pg_catalog.pg_proc'::pg_catalog.regclass::oid THEN 'pg_proc'
            WHEN 'pg_catalog.pg_policy'::pg_catalog.regclass::oid THEN 'pg_policy'
            WHEN 'pg_catalog.pg_type'::pg_catalog.regclass::oid THEN 'pg_type'
            WHEN 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::oid THEN 'pg_statistic_ext'
            ELSE 'pg_event_trigger' END,
        d.objid, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_catalog.pg_depend AS d
    WHERE d.classid IN (
        'pg_catalog.pg_proc'::pg_catalog.regclass::oid, 'pg_catalog.pg_policy'::pg_catalog.regclass::oid,
        'pg_catalog.pg_type'::pg_catalog.regclass::oid, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::oid,
        'pg_catalog.pg_event_trigger'::pg_catalog.regclass::oid)
        -- Every table has a row type and an array type, which nobody asks about.
        AND (d.classid <> 'pg_catalog.pg_type'::pg_catalog.regclass::oid OR EXISTS (
            SELECT FROM pg_catalog.pg_type AS t WHERE t.oid = d.objid AND t.typtype IN ('d', 'r')))
    UNION ALL
    SELECT 'pg_class', c.oid, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_class AS c ON c.oid = d.objid AND c.relkind = 'c'
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid
    UNION ALL
    SELECT 'pg_type', k.contypid, d.refclassid, d.refobjid, d.refobjsubid
    FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_constraint AS k ON k.oid = d.objid AND k.contypid <> '0'::oid
    WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid AND d.refobjid <> k.contypid
)
SELECT DISTINCT o.catalog, o.oid, x.kind, n.nspname, x.name, x.attname
FROM found AS o
CROSS JOIN LATERAL (
    SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
            WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END,
        c.relname::pg_catalog.text, c.relnamespace, a.attname
    FROM pg_catalog.pg_class AS c
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = o.refobjsubid AND o.refobjsubid > 0
    WHERE o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass::oid AND c.oid = o.refobjid
        AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'c')
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
        {_SIGNATURE},
        p.pronamespace, NULL
    FROM pg_catalog.pg_proc AS p
    WHERE o.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass::oid AND p.oid = o.refobjid
    UNION ALL
    SELECT CASE e.typtype WHEN 'e' THEN 'ENUM' WHEN 'd' THEN 'DOMAIN' WHEN 'r' THEN 'RANGE TYPE'
            ELSE CASE c.relkind WHEN 'c' THEN 'TYPE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                ELSE 'TABLE' END END,
        e.typname::pg_catalog.text, e.typnamespace, NULL
    FROM pg_catalog.pg_type AS t
    JOIN pg_catalog.pg_type AS e
    ON e.oid = CASE WHEN t.typelem <> '0'::oid AND t.typlen = -1 THEN t.typelem ELSE t.oid END
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = e.typrelid
    WHERE o.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass::oid AND t.oid = o.refobjid
        AND e.typtype IN ('e', 'd', 'r', 'c')
    UNION ALL
    SELECT 'COLLATION', k.collname::pg_catalog.text, k.collnamespace, NULL
    FROM pg_catalog.pg_collation AS k
    WHERE o.refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass::oid AND k.oid = o.refobjid
) AS x(kind, name, namespace, attname)
JOIN pg_catalog.pg_namespace AS n ON n.oid = x.namespace
WHERE n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema'
ORDER BY 1, 2, 3, 4, 5, 6"""
