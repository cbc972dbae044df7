"""Objects that schema.prisma can't say, made by hand on a database at random places, and what has to become of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from parity.dialects.base import Dialect
from parity.dialects.postgres.columns import has_storage
from parity.dialects.sql import quote_identifier as quoted
from parity.dialects.sql import quote_string
from parity.schema.model import Schema, Table
from parity.schema.types import Arity, ObjectName, TypeFamily

SOURCE, MADE = "hand_source", "hand_made"
"""Two columns that a schema file holds so that one can be generated from the other: `Int @default(1)` and `Int?`."""


@dataclass(frozen=True, slots=True)
class HandMade:
    """An object: the statements that make it, the table and the columns that it stands on (none: on nothing).

    `also` are further columns that it stands on, each with its table. Where it survives, `query` gives the same before
    and after, and `check` runs after.
    """

    kind: str
    name: str
    statements: tuple[str, ...]
    table: ObjectName | None = None
    columns: frozenset[str] = frozenset()
    also: tuple[tuple[ObjectName, str], ...] = ()
    query: str | None = None
    check: str | None = None

    def survives(self, wanted: Schema) -> bool:
        """Whether what it stands on is still there."""
        if self.table is None:
            return True
        there = {(table.name, column.name) for table in wanted.tables for column in table.columns}
        if not there.issuperset(self.also):
            return False
        table = next((table for table in wanted.tables if table.name == self.table), None)
        if table is not None and self.kind == "storage":
            stored = table.column(self.name)
            return stored is not None and has_storage(stored)
        if table is not None and self.kind == "conflict clause":
            source = table.column(SOURCE)
            return source is not None and source.arity is Arity.REQUIRED
        if table is not None and self.kind == "generated column":
            made = table.column(MADE)
            if made is None or made.default is not None or table.column(SOURCE) is None:
                return False
            return made.type.family is TypeFamily.INT and made.arity is not Arity.LIST
        return table is not None and self.columns <= {column.name for column in table.columns}

    def is_in(self, schema: Schema) -> bool:
        """Whether a database has it."""
        if self.kind in ("check", "index", "generated column", "trait", "storage", "conflict clause"):
            return any(self._is_in_table(table) for table in schema.tables if table.name == self.table)
        return any(opaque.name.name.partition("(")[0] == self.name for opaque in schema.opaques)

    def _is_in_table(self, table: Table) -> bool:
        match self.kind:
            case "check":
                return any(check.name == self.name for check in table.checks)
            case "index":
                return any(index.name == self.name for index in table.indexes)
            case "trait":
                return self.name in table.traits
            case "conflict clause":
                return any(column.name == self.name and column.null_conflict == "REPLACE" for column in table.columns)
            case "storage":
                column = table.column(self.name)
                return column is not None and any(text.endswith(" SET STORAGE EXTERNAL") for text in column.belongings)
            case _:
                return any(column.name == self.name and column.generated is not None for column in table.columns)


def make_by_hand(schema: Schema, dialect: Dialect, random: Random) -> tuple[HandMade, ...]:
    """Some for a database at the schema."""
    makers = _ON_A_SERVER if dialect.capabilities.namespaces else _IN_A_FILE
    made: list[HandMade] = []
    for number, maker in enumerate(random.sample(makers, random.randrange(1, len(makers) + 1))):
        tables = [table for table in schema.tables if table.primary_key is not None]
        if tables:
            made += maker(random.choice(tables), schema, random, f"hand_{number}", dialect)
    return tuple(made)


Maker = Callable[[Table, Schema, Random, str, Dialect], Iterator[HandMade]]


def _some_columns(table: Table, random: Random) -> list[str]:
    names = [column.name for column in table.columns if column.name not in (SOURCE, MADE)]
    return random.sample(names, min(len(names), random.choice((1, 2, 2, 3))))


def _listed(columns: list[str]) -> str:
    return ", ".join(map(quoted, columns))


def _views(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    columns = _some_columns(table, random)
    text = f"CREATE VIEW {quoted(name)} AS SELECT {_listed(columns)} FROM {dialect.quote(table.name)}"
    yield HandMade("view", name, (text,), table.name, frozenset(columns))
    text = f"CREATE VIEW {quoted(name + '_on')} AS SELECT {quoted(columns[0])} FROM {quoted(name)}"
    yield HandMade("view", f"{name}_on", (text,), table.name, frozenset(columns))


def _joined(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    """Over two tables, with an option, and with a default of a column that no table has."""
    other = random.choice([other for other in schema.tables if other.primary_key is not None])
    columns, theirs = _some_columns(table, random), _some_columns(other, random)[0]
    shown = ", ".join(f"a.{quoted(column)}" for column in columns)
    text = (
        f"CREATE VIEW {quoted(name)} WITH (security_barrier = true) AS SELECT {shown}, b.{quoted(theirs)} AS theirs, "
        f"0 AS number FROM {dialect.quote(table.name)} AS a JOIN {dialect.quote(other.name)} AS b "
        f"ON b.{quoted(theirs)} IS NOT NULL"
    )
    default = f"ALTER VIEW {quoted(name)} ALTER COLUMN number SET DEFAULT 7"
    yield HandMade("view", name, (text, default), table.name, frozenset(columns), ((other.name, theirs),))


def _compiled(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    """A function whose body the server compiles; where it can't yet, a view, which it compiles as well."""
    column = _some_columns(table, random)[0]
    query = f"SELECT count({quoted(column)}) AS number FROM {dialect.quote(table.name)}"
    text = (
        "DO $do$ BEGIN IF current_setting('server_version_num')::integer >= 140000 THEN "
        f"EXECUTE $sql$CREATE FUNCTION {name}() RETURNS bigint LANGUAGE sql BEGIN ATOMIC {query}; END$sql$; "
        f"ELSE EXECUTE $sql$CREATE VIEW {name} AS {query}$sql$; END IF; END $do$"
    )
    yield HandMade("compiled function", name, (text,), table.name, frozenset((column,)))
    view = f"CREATE VIEW {name}_on AS SELECT * FROM {name}{{}}"
    text = (
        "DO $do$ BEGIN IF current_setting('server_version_num')::integer >= 140000 THEN "
        f"EXECUTE $sql${view.format('()')}$sql$; ELSE EXECUTE $sql${view.format('')}$sql$; END IF; END $do$"
    )
    yield HandMade("view", f"{name}_on", (text,), table.name, frozenset((column,)))


def _stored(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    for column in table.columns:
        if has_storage(column):
            text = f"ALTER TABLE {dialect.quote(table.name)} ALTER COLUMN {quoted(column.name)} SET STORAGE EXTERNAL"
            yield HandMade("storage", column.name, (text,), table.name, frozenset((column.name,)))
            return


def _materialized(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    columns = _some_columns(table, random)
    text = f"CREATE MATERIALIZED VIEW {quoted(name)} AS SELECT {_listed(columns)} FROM {dialect.quote(table.name)}"
    yield HandMade("materialized view", name, (text,), table.name, frozenset(columns))


def _trigger(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    column = _some_columns(table, random)[0]
    routine = f"{name}_routine"
    body = f"CREATE FUNCTION {routine}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    yield HandMade("function", routine, (body,))
    text = (
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {quoted(column)} ON {dialect.quote(table.name)} "
        f"FOR EACH ROW EXECUTE FUNCTION {routine}()"
    )
    yield HandMade("trigger", name, (text,), table.name, frozenset((column,)))


def _plain_trigger(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    column = _some_columns(table, random)[0]
    text = (
        f"CREATE TRIGGER {name} AFTER UPDATE OF {quoted(column)} ON {dialect.quote(table.name)} "
        f"BEGIN SELECT new.{quoted(column)}; END"
    )
    yield HandMade("trigger", name, (text,), table.name, frozenset((column,)))


def _check(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    columns = _some_columns(table, random)
    condition = " OR ".join(f"{quoted(column)} IS NOT NULL" for column in columns)
    text = f"ALTER TABLE {dialect.quote(table.name)} ADD CONSTRAINT {name} CHECK ({condition} OR 1 = 1)"
    yield HandMade("check", name, (text,), table.name, frozenset(columns))


def _check_of_column(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    """SQLite can add a check with a column only."""
    for other in schema.tables:
        if other.column(SOURCE) is not None and other.column(MADE) is None:
            head = f"ALTER TABLE {dialect.quote(other.name)}"
            conflict = random.choice(("", " ON CONFLICT REPLACE"))
            clause = f"INTEGER NOT NULL{conflict} DEFAULT 1 CONSTRAINT {name} CHECK ({quoted(SOURCE)} IS NULL OR 1 = 1)"
            texts = (f"{head} DROP COLUMN {quoted(SOURCE)}", f"{head} ADD COLUMN {quoted(SOURCE)} {clause}")
            yield HandMade("check", name, texts, other.name, frozenset((SOURCE,)))
            if conflict:
                yield HandMade("conflict clause", SOURCE, (), other.name, frozenset((SOURCE,)))
            return


def _partial_index(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    assert table.primary_key is not None
    key = table.primary_key.columns[0].name
    column = _some_columns(table, random)[0]
    text = f"CREATE INDEX {name} ON {dialect.quote(table.name)} ({quoted(key)}) WHERE {quoted(column)} IS NOT NULL"
    yield HandMade("index", name, (text,), table.name, frozenset((key, column)))


def _expression_index(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    column = _some_columns(table, random)[0]
    text = f"CREATE INDEX {name} ON {dialect.quote(table.name)} (({quoted(column)} IS NULL))"
    yield HandMade("index", name, (text,), table.name, frozenset((column,)))


def _generated(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    for other in schema.tables:
        if other.column(SOURCE) is not None and other.column(MADE) is not None:
            kind = "STORED" if dialect.capabilities.namespaces else "VIRTUAL"
            expression = f"CASE WHEN {quoted(SOURCE)} IS NULL THEN 0 ELSE 1 END"
            head = f"ALTER TABLE {dialect.quote(other.name)}"
            texts = (
                f"{head} DROP COLUMN {quoted(MADE)}",
                f"{head} ADD COLUMN {quoted(MADE)} INTEGER GENERATED ALWAYS AS ({expression}) {kind}",
            )
            yield HandMade("generated column", MADE, texts, other.name, frozenset((SOURCE, MADE)))
            return


def _policy(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    column = _some_columns(table, random)[0]
    place = dialect.quote(table.name)
    yield HandMade("trait", "ROW LEVEL SECURITY", (f"ALTER TABLE {place} ENABLE ROW LEVEL SECURITY",), table.name)
    text = f"CREATE POLICY {name} ON {place} USING ({quoted(column)} IS NOT NULL)"
    yield HandMade("policy", name, (text,), table.name, frozenset((column,)))


def _rule(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    column = _some_columns(table, random)[0]
    text = (
        f"CREATE RULE {name} AS ON UPDATE TO {dialect.quote(table.name)} "
        f"WHERE new.{quoted(column)} IS NULL DO ALSO NOTHING"
    )
    yield HandMade("rule", name, (text,), table.name, frozenset((column,)))


def _on_nothing(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    yield HandMade("sequence", name, (f"CREATE SEQUENCE {name}",))
    yield HandMade("domain", f"{name}_d", (f"CREATE DOMAIN {name}_d AS integer CHECK (VALUE > 0)",))
    yield HandMade("type", f"{name}_t", (f"CREATE TYPE {name}_t AS (a integer, b text)",))


def _renaming_view(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    """Over two tables, with a column of one called like another of its columns."""
    other = random.choice([one for one in schema.tables if _some_columns(one, random)])
    mine, theirs = _some_columns(table, random)[0], random.choice(_some_columns(other, random))
    alias = random.choice([column.name for column in table.columns])
    text = (
        f"CREATE VIEW {quoted(name)} AS SELECT x.{quoted(mine)} AS {quoted(alias)}, y.{quoted(theirs)} "
        f"FROM {dialect.quote(table.name)} AS x JOIN {dialect.quote(other.name)} AS y ON x.{quoted(mine)} IS NOT NULL"
    )
    check = f"SELECT * FROM {quoted(name)}"
    yield HandMade("view", name, (text,), table.name, frozenset((mine,)), ((other.name, theirs),), check=check)


def _far_trigger(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    """On one table, over another, with a constant that is called like a column."""
    other = random.choice([one for one in schema.tables if _some_columns(one, random)])
    mine, theirs = _some_columns(table, random)[0], _some_columns(other, random)[0]
    word = quote_string(random.choice([column.name for column in (*table.columns, *other.columns)]))
    place = dialect.quote(table.name)
    text = (
        f"CREATE TRIGGER {name} AFTER UPDATE OF {quoted(mine)} ON {place} BEGIN UPDATE {dialect.quote(other.name)} "
        f"SET {quoted(theirs)} = {quoted(theirs)} WHERE {word} = ''; END"
    )
    check = f"UPDATE {place} SET {quoted(mine)} = {quoted(mine)}"
    yield HandMade("trigger", name, (text,), table.name, frozenset((mine,)), ((other.name, theirs),), check=check)


def _virtual_table(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    """With rows of its own, and columns called like the table and its columns."""
    words = dict.fromkeys(word.lower() for word in (table.name.name, *(column.name for column in table.columns)))
    listed = _listed([word for word in words if word not in ("rowid", "rank", "body", name)][:3])
    texts = (
        f"CREATE VIRTUAL TABLE {name} USING fts5({listed}, body)",
        f"INSERT INTO {name} (body) VALUES ('by hand'), ('kept')",
    )
    query = f"SELECT rowid, * FROM {name} WHERE {name} MATCH 'hand OR kept'"
    yield HandMade("virtual table", name, texts, query=query)


def _full_text(table: Table, schema: Schema, random: Random, name: str, dialect: Dialect) -> Iterator[HandMade]:
    """An index over the texts of the table, with the trigger that feeds it."""
    column = _some_columns(table, random)[0]
    if column.lower() in ("rowid", "rank", name):
        return
    listed, beneath = quoted(column), frozenset((column,))
    text = f"CREATE VIRTUAL TABLE {name} USING fts5({listed}, content={quote_string(table.name.name)})"
    check = f"INSERT INTO {name}({name}) VALUES ('integrity-check')"
    yield HandMade("virtual table", name, (text,), table.name, beneath, check=check)
    feeder = (
        f"CREATE TRIGGER {name}_i AFTER INSERT ON {dialect.quote(table.name)} BEGIN "
        f"INSERT INTO {name}(rowid, {listed}) VALUES (new.rowid, new.{listed}); END"
    )
    yield HandMade("trigger", f"{name}_i", (feeder,), table.name, beneath)


_ON_A_SERVER: tuple[Maker, ...] = (
    _views,
    _views,
    _materialized,
    _trigger,
    _check,
    _partial_index,
    _expression_index,
    _generated,
    _policy,
    _rule,
    _on_nothing,
    _joined,
    _compiled,
    _stored,
)
_IN_A_FILE: tuple[Maker, ...] = (
    _views,
    _views,
    _plain_trigger,
    _check_of_column,
    _partial_index,
    _expression_index,
    _generated,
    _renaming_view,
    _far_trigger,
    _virtual_table,
    _full_text,
)
