"""Databases that nobody made with a schema file: names, types, defaults, keys and objects that the language can't say.

Each is a list of statements, made at random. A statement that the server refuses (a default that doesn't fit, a name
that is taken) is left out by who runs them, so that nothing here has to know every rule of a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from parity.dialects.sql import quote_identifier as quoted

TABLE_NAMES = (
    *("users", "orders", "Order Items", "1st", "2024_log", "class", "model", "enum", "select", "group", "user-data"),
    *(
        "größe",
        "данные",
        "__hidden",
        "_A",
        "a b",
        "a_b",
        "a.b",
        "9",
        "日本",
        "Int",
        "String",
        "Model",
        "Prisma",
        "return",
    ),
    *("café", "ALLCAPS", "x$y", "public", "datasource", "type", "aToB", "_aToB", "order_items", "OrderItems", "async"),
)
COLUMN_NAMES = (
    *(
        "id",
        "name",
        "value",
        "1st",
        "first name",
        "größe",
        "type",
        "model",
        "_x",
        "__y",
        "x-y",
        "x_y",
        "x.y",
        "?",
        "日",
    ),
    *("created_at", "userId", "user_id", "parent", "users", "orders", "select", "is_ok", "A", "B", "a$", "42", "true"),
)
ENUM_NAMES = ("mood", "Mood", "order status", "1state", "status", "users", "größe_art", "Boolean")
ENUM_VALUES = (
    *("a", "b", "happy", "1", "22", "", " ", "a b", "a-b", "a_b", "ä", "True", "null", "A", "x'y", 'x"y', "+1", "-1"),
    *("model", "enum", "_a", "$", "été", "long value with many words"),
)
_TYPES = (
    *("integer", "bigint", "smallint", "text", "varchar(20)", "varchar", "char(3)", "char", '"char"', "boolean", "bit"),
    *("bit(4)", "varbit", "varbit(7)", "bytea", "uuid", "json", "jsonb", "xml", "inet", "cidr", "macaddr", "macaddr8"),
    *("date", "time", "time(3)", "timetz", "timetz(2)", "timestamp", "timestamp(3)", "timestamptz", "timestamptz(6)"),
    *("interval", "interval(3)", "interval day to second", "money", "numeric", "numeric(10,2)", "numeric(5)", "real"),
    *("double precision", "float4", "oid", "name", "point", "line", "box", "path", "polygon", "circle", "lseg"),
    *("tsvector", "tsquery", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "pg_lsn"),
    *("regclass", "regproc", "txid_snapshot", "jsonpath", "int4multirange", "positive", "pair", "serial", "bigserial"),
    *("smallserial", "integer[]", "text[]", "varchar(5)[]", "numeric(6,2)[]", "timestamp(3)[]", "uuid[]", "jsonb[]"),
    *("boolean[]", "bytea[]", "integer[][]", "positive[]", "bit(3)[]", "char(2)[]", "inet[]", "money[]", "time(2)[]"),
)
_DEFAULTS = (
    *(
        "0",
        "1",
        "-1",
        "1.5",
        "-2.50",
        "1e10",
        "1e-7",
        "NULL",
        "'x'",
        "''",
        "'it''s'",
        "'a\nb'",
        "'back\\slash'",
        "true",
    ),
    *("false", "'t'::boolean", "now()", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP(3)", "CURRENT_DATE", "LOCALTIMESTAMP"),
    *("clock_timestamp()", "statement_timestamp()", "transaction_timestamp()", "timezone('utc', now())", "'now'::text"),
    *("now() + '1 day'::interval", "gen_random_uuid()", "random()", "md5('a')", "concat('a', 'b')", "upper('a')"),
    *(
        "'2020-01-01'",
        "'2020-01-01 10:00:00'",
        "'2020-01-01 10:00:00+02'",
        "'10:00'",
        "'10:00+01'",
        "'1 day'",
        "'$1.00'",
    ),
    *(
        "'{}'",
        "'{1,2}'",
        "'{a,b}'",
        "ARRAY[1,2]",
        "ARRAY['a','b']",
        "ARRAY[]::integer[]",
        "'{\"a b\",c}'",
        "'{NULL,1}'",
    ),
    *("'{\"a\": 1}'", "'[]'", "'[1, 2]'::jsonb", "'\\xdeadbeef'", "'\\x'", "'abc'::bytea", "B'1010'", "B'1'", "X'F'"),
    *("'127.0.0.1'", "'00000000-0000-0000-0000-000000000000'", "'(1,2)'", "'[1,5)'", "1 + 1", "(1)::bigint", "'5'"),
    *("CURRENT_USER", "SESSION_USER", "CURRENT_SCHEMA", "nextval('counter')", "nextval('counter'::regclass) * 2"),
    *("9223372036854775807", "99999999999", "'Infinity'", "'NaN'", "'<a/>'", "row(1,'a')", "'(1,a)'", "'a' || 'b'"),
    *(
        "COALESCE(NULL, 'x')",
        "CASE WHEN true THEN 1 ELSE 2 END",
        "'a'::varchar",
        "'a'::text",
        "E'tab\\t'",
        "'%'",
        "U&'\\00e9'",
    ),
)
_GENERATED = ("(1 + 1)", "('a' || 'b')", "(true)", "(length('abc'))")
_SQLITE_TYPES = (
    *("INTEGER", "INT", "BIGINT", "TINYINT", "SMALLINT", "MEDIUMINT", "UNSIGNED BIG INT", "INT2", "INT8", "INTEGER(5)"),
    *("TEXT", "CHARACTER(20)", "VARCHAR(255)", "VARYING CHARACTER(255)", "NCHAR(55)", "NATIVE CHARACTER(70)", "CLOB"),
    *(
        "NVARCHAR(100)",
        "BLOB",
        "",
        "REAL",
        "DOUBLE",
        "DOUBLE PRECISION",
        "FLOAT",
        "NUMERIC",
        "DECIMAL(10,5)",
        "DECIMAL",
    ),
    *("BOOLEAN", "BOOL", "DATE", "DATETIME", "TIMESTAMP", "TIME", "JSON", "JSONB", "UUID", "GEOMETRY", "ANY", "STRING"),
    *("int", "text", "serial", "money", "INTEGER UNSIGNED", "LONG", "LONGTEXT", "BINARY(4)", "datetime(3)", "char"),
)
_STRICT_TYPES = ("INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY")
_SQLITE_DEFAULTS = (
    *(
        "0",
        "1",
        "-1",
        "+2",
        "1.5",
        "-2.50",
        "1e10",
        "0x1F",
        "NULL",
        "'x'",
        "''",
        "'it''s'",
        '"double"',
        "'a\nb'",
        "true",
    ),
    *("false", "TRUE", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "current_timestamp", "(datetime('now'))"),
    *(
        "(1 + 1)",
        "('a' || 'b')",
        "(random())",
        "(hex(randomblob(16)))",
        "x'deadbeef'",
        "X''",
        "'2020-01-01'",
        "'5'",
        "5.",
    ),
    *(
        "'2020-01-01 10:00:00'",
        "'{}'",
        "'[1, 2]'",
        "(CURRENT_TIMESTAMP)",
        "(strftime('%s','now'))",
        "99999999999",
        "word",
    ),
    *("9223372036854775808", "'true'", "'1'", "''''", "'back\\slash'", "(NULL)", "('x')", "(5)", ".5", "-.5e3", "- 3"),
)
_ACTIONS = ("", "", "CASCADE", "SET NULL", "NO ACTION", "RESTRICT", "SET DEFAULT")


@dataclass(slots=True)
class _Column:
    name: str
    type: str
    required: bool


@dataclass(slots=True)
class _Table:
    name: str
    columns: list[_Column]
    keys: list[tuple[str, ...]] = field(default_factory=list)
    """The sets of columns that a foreign key can lead to."""


def statements(provider: str, random: Random) -> list[str]:
    """What makes one unusual database of the provider."""
    return list(_in_a_file(random) if provider == "sqlite" else _on_a_server(random))


_DOMAINS = (
    "CREATE DOMAIN larger AS positive CHECK (VALUE > 9)",
    "CREATE DOMAIN many AS integer[]",
    "CREATE TYPE feeling AS ENUM ('fine')",
    "CREATE DOMAIN moody AS feeling",
    "CREATE TABLE domained (id integer PRIMARY KEY, a positive, b larger, c many, d moody)",
    """CREATE TABLE listing (id integer PRIMARY KEY, a text[] DEFAULT '{b,NULL}', b text[] DEFAULT '{"NULL"}',
        c char(4)[] DEFAULT '{NULL}', d bytea[] DEFAULT '{"\\\\x61"}', e bytea[] DEFAULT ARRAY['\\x61'::bytea])""",
)


def _on_a_server(random: Random) -> Iterator[str]:
    yield "CREATE SEQUENCE counter"
    yield "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)"
    yield "CREATE TYPE pair AS (a integer, b text)"
    enums = random.sample(ENUM_NAMES, random.randrange(0, 4))
    values = {}
    for name in enums:
        values[name] = random.sample(ENUM_VALUES, random.randrange(1, 6))
        yield f"CREATE TYPE {quoted(name)} AS ENUM ({', '.join(map(_text, values[name]))})"
        if random.random() < 0.2:
            yield f"COMMENT ON TYPE {quoted(name)} IS 'a comment'"
    tables: list[_Table] = []
    for name in random.sample(TABLE_NAMES, random.randrange(1, 6)):
        table = _Table(name, [])
        yield _table_on_a_server(table, values, random)
        yield from _references(table, [*tables, table], random, inline=False)
        tables.append(table)
        yield from _decorations(table, random)
    yield from _heirs(tables, random)
    yield from _several(random)
    if random.random() < 0.1:
        yield from _DOMAINS


def _table_on_a_server(table: _Table, enums: dict[str, list[str]], random: Random) -> str:
    lines = []
    for name in random.sample(COLUMN_NAMES, random.randrange(1, 8)):
        enum = random.choice(list(enums)) if enums and random.random() < 0.2 else None
        declared = quoted(enum) + random.choice(("", "", "[]")) if enum else random.choice(_TYPES)
        column = _Column(name, declared, random.random() < 0.5)
        table.columns.append(column)
        line = f"{quoted(name)} {declared}{' NOT NULL' if column.required else ''}"
        chance = random.random()
        if enum and chance < 0.4:
            value = random.choice(enums[enum])
            line += f" DEFAULT {_text('{' + value + '}' if declared.endswith(']') else value)}"
        elif chance < 0.4 and "serial" not in declared:
            line += f" DEFAULT {_fitting(declared, random)}"
        elif chance < 0.45 and declared in ("integer", "bigint", "smallint"):
            line += f" GENERATED {random.choice(('ALWAYS', 'BY DEFAULT'))} AS IDENTITY"
        elif chance < 0.5 and declared in ("integer", "text", "boolean"):
            line += f" GENERATED ALWAYS AS {random.choice(_GENERATED)} STORED"
        if random.random() < 0.06:
            line += " UNIQUE"
            table.keys.append((name,))
        if random.random() < 0.05:
            line += f" CHECK ({quoted(name)} IS NOT NULL)"
        lines.append(line)
    lines += _primary_key(table, random)
    options = random.choice(("", "", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"))
    if random.random() < 0.2:
        columns = tuple(random.sample([c.name for c in table.columns], min(2, len(table.columns))))
        table.keys.append(columns)
        lines.append(f"UNIQUE ({_listed(columns)}){options}")
    return f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(lines) + "\n)"


def _fitting(declared: str, random: Random) -> str:
    """A default that the server rather takes."""
    if random.random() < 0.3:
        return random.choice(_DEFAULTS)
    base = declared.partition("(")[0].removesuffix("[]")
    if declared.endswith("[]"):
        return random.choice(
            ("'{}'", f"ARRAY[]::{base}[]", "'{NULL}'", "'{1,2}'", "'{a,b}'", "ARRAY[1,2]", "ARRAY['a']")
        )
    fitting = {
        "integer": ("0", "1", "-1", "'5'", "nextval('counter')", "1 + 1", "(1)::bigint", "NULL", "99999999999"),
        "bigint": ("0", "-5", "9223372036854775807", "nextval('counter')", "(2)::integer"),
        "text": ("'x'", "''", "'it''s'", "'a\nb'", "upper('a')", "CURRENT_USER", "NULL", "now()", "'a'::varchar", "1"),
        "boolean": ("true", "false", "'t'", "'no'", "NOT true", "NULL"),
        "jsonb": ("'{}'", "'[]'", "'{\"a\": \"b''c\"}'", "'null'", "'1'", "jsonb_build_object()"),
        "json": ("'{}'", "'[]'", "'{ \"a\" :  1}'", "'\"x\"'"),
        "timestamptz": ("now()", "CURRENT_TIMESTAMP", "'2020-01-01'", "'now'", "now() + '1 day'", "clock_timestamp()"),
        "timestamp": ("now()", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "'2020-01-01 10:00'", "timezone('utc', now())"),
        "date": ("CURRENT_DATE", "now()", "'2020-01-01'", "'now'::date"),
        "uuid": ("gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"),
        "bytea": ("'\\xdeadbeef'", "'\\x'", "'abc'", "decode('00', 'hex')"),
        "numeric": ("0", "1.5", "-2.50", "'NaN'", "1e10", "10.00"),
        "real": ("0", "1.5", "-2.50", "'NaN'", "1e10", "1e-7"),
        "double precision": ("0", "1.5", "-2.50", "'Infinity'", "1e10", "1e-7", "123456789.123456789"),
        "bit": ("B'1010'", "B'1'", "'1'", "X'F'"),
        "money": ("0", "'$1.00'", "1.5", "'12.34'"),
        "interval": ("'1 day'", "'02:00'", "interval '1' year"),
    }
    return random.choice(fitting.get(base, _DEFAULTS))


def _primary_key(table: _Table, random: Random) -> Iterator[str]:
    if random.random() < 0.8:
        columns = tuple(
            random.sample([c.name for c in table.columns], min(len(table.columns), random.choice((1, 1, 2))))
        )
        table.keys.insert(0, columns)
        name = random.choice(("", "", "", f"CONSTRAINT {quoted('pk of ' + table.name)} "))
        yield f"{name}PRIMARY KEY ({_listed(columns)})"


def _references(table: _Table, tables: list[_Table], random: Random, *, inline: bool) -> Iterator[str]:
    """Foreign keys of columns that are made for them, of the types of what they lead to."""
    for number in range(random.choice((0, 0, 1, 1, 2, 3))):
        target = random.choice(tables)
        if not target.keys:
            continue
        referenced = random.choice(target.keys)
        stem = random.choice((target.name, "parent", "ref", target.name + "_id", "x y"))
        columns = [
            f"{stem}{'' if number == 0 and place == 0 else f'{number}{place}'}" for place in range(len(referenced))
        ]
        kinds = {column.name: column.type for column in target.columns}
        serials = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}
        for column, leads_to in zip(columns, referenced, strict=True):
            kind = serials.get(kinds.get(leads_to, ""), kinds.get(leads_to, ""))
            required = random.random() < 0.5
            if not inline:
                required_text = " NOT NULL" if required else ""
                yield f"ALTER TABLE {quoted(table.name)} ADD COLUMN {quoted(column)} {kind}{required_text}"
            else:
                yield f"{quoted(column)} {kind}{' NOT NULL' if required else ''}"
            table.columns.append(_Column(column, kind, required))
        if not inline and random.random() < 0.3:
            yield f"CREATE UNIQUE INDEX ON {quoted(table.name)} ({_listed(columns)})"
        yield from _foreign_key(table, columns, target, referenced, random, inline=inline)


def _foreign_key(
    table: _Table, columns: list[str], target: _Table, referenced: tuple[str, ...], random: Random, *, inline: bool
) -> Iterator[str]:
    name = random.choice(("", "", f"CONSTRAINT {quoted('fk ' + '-'.join(columns))} "))
    key = f"{name}FOREIGN KEY ({_listed(columns)}) REFERENCES {quoted(target.name)}"
    if random.random() < 0.9:
        key += f" ({_listed(referenced)})"
    for on in ("DELETE", "UPDATE"):
        action = random.choice(_ACTIONS)
        key += f" ON {on} {action}" if action else ""
    key += random.choice(("", "", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"))
    if inline:
        yield key
        return
    yield f"ALTER TABLE {quoted(table.name)} ADD {key}{random.choice(('', '', '', ' NOT VALID'))}"


def _decorations(table: _Table, random: Random) -> Iterator[str]:
    """Indexes and everything else that can be put on a table."""
    place = quoted(table.name)
    for number in range(random.randrange(0, 4)):
        column = quoted(random.choice(table.columns).name)
        other = quoted(random.choice(table.columns).name)
        name = quoted(f"{random.choice(('ix', '1 index', 'größe'))} {number} {table.name}"[: random.choice((20, 60))])
        yield random.choice(
            (
                f"CREATE INDEX ON {place} ({column})",
                f"CREATE UNIQUE INDEX ON {place} ({column})",
                f"CREATE INDEX {name} ON {place} ({column}, {other} DESC)",
                f"CREATE INDEX {name} ON {place} ({column} NULLS FIRST)",
                f"CREATE INDEX {name} ON {place} ({column} DESC NULLS LAST)",
                f"CREATE INDEX {name} ON {place} USING hash ({column})",
                f"CREATE INDEX {name} ON {place} USING brin ({column})",
                f"CREATE INDEX {name} ON {place} USING gin ({column})",
                f"CREATE INDEX {name} ON {place} USING gist ({column})",
                f"CREATE INDEX {name} ON {place} USING spgist ({column})",
                f"CREATE INDEX {name} ON {place} USING gin ({column} jsonb_path_ops)",
                f"CREATE INDEX {name} ON {place} ({column} text_pattern_ops)",
                f"CREATE INDEX {name} ON {place} ({column} varchar_pattern_ops, {other})",
                f'CREATE INDEX {name} ON {place} ({column} COLLATE "C")',
                f"CREATE INDEX {name} ON {place} (({column} IS NULL))",
                f"CREATE INDEX {name} ON {place} ({other}, lower({column}::text))",
                f"CREATE INDEX {name} ON {place} ({column}) WHERE {other} IS NOT NULL",
                f"CREATE UNIQUE INDEX {name} ON {place} ({column}) WHERE {other} IS NULL",
                f"CREATE INDEX {name} ON {place} ({column}) INCLUDE ({other})",
                f"CREATE UNIQUE INDEX {name} ON {place} ({column}, {other})",
                f"CREATE UNIQUE INDEX {name} ON {place} ({column}) NULLS NOT DISTINCT",
                f"ALTER TABLE {place} ADD CONSTRAINT {name} EXCLUDE USING btree ({column} WITH =)",
                f"ALTER TABLE {place} ADD CONSTRAINT {name} UNIQUE ({column}) DEFERRABLE",
            )
        )
    column = quoted(random.choice(table.columns).name)
    for text in (
        f"COMMENT ON TABLE {place} IS 'it''s a table'",
        f"COMMENT ON COLUMN {place}.{column} IS 'a column'",
        f"ALTER TABLE {place} ADD CONSTRAINT {quoted('check ' + table.name)} CHECK ({column} IS NOT NULL OR true)",
        f"ALTER TABLE {place} ENABLE ROW LEVEL SECURITY",
        f"CREATE VIEW {quoted('view of ' + table.name)} AS SELECT * FROM {place}",
        f"CREATE MATERIALIZED VIEW {quoted('all ' + table.name)} AS SELECT {column} FROM {place}",
        f"ALTER TABLE {place} ALTER COLUMN {column} SET STATISTICS 10",
    ):
        if random.random() < 0.12:
            yield text


def _heirs(tables: list[_Table], random: Random) -> Iterator[str]:
    if random.random() < 0.15:
        yield f"CREATE TABLE heir (extra text) INHERITS ({quoted(random.choice(tables).name)})"
    if random.random() < 0.2:
        yield "CREATE TABLE parted (id integer, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)"
        yield "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"
        yield "CREATE INDEX ON parted (at)"
    if random.random() < 0.1:
        yield "CREATE UNLOGGED TABLE unlogged (id integer PRIMARY KEY)"
    if random.random() < 0.1:
        yield "CREATE TABLE without_columns ()"


def _several(random: Random) -> Iterator[str]:
    """Tables between two others: implicit relations, and what nearly is one."""
    if random.random() < 0.4:
        yield "CREATE TABLE post (id integer PRIMARY KEY)"
        yield "CREATE TABLE tag (id integer PRIMARY KEY)"
        a, b = random.choice((("post", "tag"), ("post", "tag"), ("tag", "post"), ("post", "post")))
        name = random.choice(("_postTotag", "_PostToTag", "_links", "_1", "links", "_postTopost"))
        yield (
            f'CREATE TABLE "{name}" ("A" integer NOT NULL REFERENCES {a} ON DELETE CASCADE ON UPDATE CASCADE, '
            f'"B" integer NOT NULL REFERENCES {b} ON DELETE CASCADE ON UPDATE CASCADE)'
        )
        yield (
            f'ALTER TABLE "{name}" ADD PRIMARY KEY ("A", "B")'
            if random.random() < 0.6
            else (f'CREATE UNIQUE INDEX ON "{name}" ("A", "B")')
        )
        if random.random() < 0.9:
            yield f'CREATE INDEX ON "{name}" ("B")'


def _in_a_file(random: Random) -> Iterator[str]:
    tables: list[_Table] = []
    for name in random.sample(TABLE_NAMES, random.randrange(1, 6)):
        table = _Table(name, [])
        yield _table_in_a_file(table, tables, random)
        tables.append(table)
        place = quoted(name)
        for number in range(random.randrange(0, 3)):
            column = quoted(random.choice(table.columns).name)
            other = quoted(random.choice(table.columns).name)
            index = quoted(f"{random.choice(('ix', '1 index', 'größe'))} {number} {name}")
            yield random.choice(
                (
                    f"CREATE INDEX {index} ON {place} ({column})",
                    f"CREATE UNIQUE INDEX {index} ON {place} ({column})",
                    f"CREATE UNIQUE INDEX {index} ON {place} ({column}, {other} DESC)",
                    f"CREATE INDEX {index} ON {place} ({column} DESC, {other})",
                    f"CREATE INDEX {index} ON {place} ({column} COLLATE NOCASE)",
                    f"CREATE INDEX {index} ON {place} (lower({column}))",
                    f"CREATE INDEX {index} ON {place} ({other}, {column} || 'x')",
                    f"CREATE UNIQUE INDEX {index} ON {place} ({column} DESC)",
                )
            )
        if random.random() < 0.15:
            yield f"CREATE VIEW {quoted('view of ' + name)} AS SELECT * FROM {place}"
        if random.random() < 0.1:
            yield f"CREATE TRIGGER {quoted('tr ' + name)} AFTER DELETE ON {place} BEGIN SELECT 1; END"
    yield from _several(random)


def _table_in_a_file(table: _Table, tables: list[_Table], random: Random) -> str:
    lines = []
    strict = random.random() < 0.1
    numbered = random.random() < 0.15
    names = random.sample(COLUMN_NAMES, random.randrange(1, 8))
    if numbered:
        lines.append(f"{quoted(names[0])} INTEGER PRIMARY KEY{random.choice(('', ' AUTOINCREMENT'))}")
        table.columns.append(_Column(names.pop(0), "INTEGER", True))
        table.keys.append((table.columns[0].name,))
    for name in names:
        declared = random.choice(_STRICT_TYPES if strict else _SQLITE_TYPES)
        column = _Column(name, declared, random.random() < 0.5)
        table.columns.append(column)
        line = f"{quoted(name)} {declared}{' NOT NULL' if column.required else ''}"
        chance = random.random()
        if chance < 0.4:
            line += f" DEFAULT {random.choice(_SQLITE_DEFAULTS)}"
        elif chance < 0.45:
            line += f" GENERATED ALWAYS AS ('x' || 'y') {random.choice(('STORED', 'VIRTUAL'))}"
        if random.random() < 0.05:
            line += random.choice((" COLLATE NOCASE", f" CHECK ({quoted(name)} > 0)", " UNIQUE"))
        lines.append(line)
    if not numbered:
        lines += _primary_key(table, random)
    lines_of_keys = list(_references(table, [*tables, table], random, inline=True))
    lines += sorted(lines_of_keys, key=lambda line: "FOREIGN KEY" in line)
    lines.sort(key=lambda line: line.startswith(("PRIMARY KEY", "CONSTRAINT", "FOREIGN KEY")))
    options = []
    if strict:
        options.append("STRICT")
    if table.keys and random.random() < 0.1:
        options.append("WITHOUT ROWID")
    return f"CREATE TABLE {quoted(table.name)} (\n  " + ",\n  ".join(lines) + f"\n) {', '.join(options)}"


def _listed(columns: tuple[str, ...] | list[str]) -> str:
    return ", ".join(map(quoted, columns))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
