"""Reads an SQLite database into a Schema, in seven statements whatever the number of tables.

One more is compiled, not run, for each view and each event that fires triggers: see `dependencies`.

The catalog's pragmas are asked as table functions, joined over the list of tables; what they don't tell is read out of
the stored text (see `parity.dialects.sqlite.table_text`). Left out: the ledger, SQLite's own tables, those beneath
virtual tables, and the bookkeeping of hosted SQLites. Names of columns and referenced tables come as their tables spell
them, since SQLite doesn't tell case.

Indexes and foreign keys come as the catalog tells them, the newest first: so Prisma's engine takes them, and so are the
schema files that were pulled.

The index of a UNIQUE constraint is called as the schema language would call it: its own name can be neither given nor
changed, and means nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from parity.dialects.base import Row, Session
from parity.dialects.sqlite.clauses import PLAIN_KEY, UNNUMBERED_KEY
from parity.dialects.sqlite.defaults import default_of
from parity.dialects.sqlite.dependencies import Key, Named, Objects, dependencies
from parity.dialects.sqlite.normalize import RESERVED, settled_key, unique_name
from parity.dialects.sqlite.table_text import (
    ForeignKeyText,
    IndexText,
    TableText,
    columns_in,
    read_index,
    read_table,
)
from parity.dialects.sqlite.types import declared_type
from parity.errors import DatabaseError
from parity.schema.model import (
    Column,
    ForeignKey,
    Generated,
    Index,
    IndexColumn,
    IndexKind,
    ObjectRef,
    Opaque,
    OpaqueKind,
    PrimaryKey,
    ReferentialAction,
    Schema,
    SortOrder,
    Table,
)
from parity.schema.types import (
    Arity,
    AutoIncrement,
    ColumnType,
    Default,
    Expression,
    Literal,
    Now,
    ObjectName,
    TypeFamily,
)

_OTHERS = frozenset(("_prisma_migrations", "_cf_KV", "_cf_METADATA", "d1_migrations"))

_OBJECTS = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema ORDER BY name"
_TABLES = "FROM sqlite_schema AS t, "
_WHERE = "WHERE t.type = 'table' AND t.rootpage > 0 "
_COLUMNS = (
    'SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden '
    f"{_TABLES}pragma_table_xinfo(t.name, 'main') AS c {_WHERE} ORDER BY t.name, c.cid"
)
_INDEXES = (
    'SELECT t.name, i.seq, i.name, i."unique", i.origin, c.cid, c.name, c."desc", c.coll, i.partial '
    f"{_TABLES}pragma_index_list(t.name, 'main') AS i, pragma_index_xinfo(i.name, 'main') AS c "
    f"{_WHERE} AND c.key = 1 ORDER BY t.name, i.seq, c.seqno"
)
_FOREIGN_KEYS = (
    'SELECT t.name, f.id, f."table", f."from", f."to", f.on_update, f.on_delete '
    f"{_TABLES}pragma_foreign_key_list(t.name, 'main') AS f {_WHERE} ORDER BY t.name, f.id, f.seq"
)

# Of a view's column without a type some versions of SQLite tell the affinity, and others what was declared.
_VIEW_COLUMNS = (
    "SELECT t.name, c.name, CASE WHEN upper(c.type) IN ('', 'ANY') THEN 'BLOB' ELSE c.type END, "
    'c."notnull", NULL, 0, 0 '
    "FROM sqlite_schema AS t, pragma_table_xinfo(t.name, 'main') AS c WHERE t.type = 'view' ORDER BY t.name, c.cid"
)

# What the tables beneath a virtual table are called, behind its name.
_SHADOWS = ("content", "data", "idx", "docsize", "config", "segments", "segdir", "stat", "node", "rowid", "parent")

_NO_TEXT = TableText()
_VIRTUAL_GENERATED, _STORED_GENERATED = 2, 3


class _Catalog(Struct):
    """The rows of the catalog, most of them by table."""

    tables: dict[str, str] = field(default_factory=dict)
    """Name -> text."""
    opaques: list[tuple[OpaqueKind, str, str, str]] = field(default_factory=list)
    """(kind, name, name of its table, text)"""
    index_texts: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    indexes: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    foreign_keys: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    spelled: dict[str, str] = field(default_factory=dict)
    """Names of tables in lower case -> as they are."""


def introspect(session: Session, namespaces: Sequence[str]) -> Schema:
    """The schema of the database's file. There are no namespaces here."""
    own = not session.in_transaction
    if own:
        session.query("BEGIN")
    try:
        # Out of one state of the file.
        catalog = _read(session)
        tables = tuple(_table(catalog, name) for name in sorted(catalog.tables))
        named = [Named(*opaque) for opaque in catalog.opaques]
        stands_on = dependencies(session, named, _objects(catalog, tables)) if named else {}
    finally:
        if own:
            session.rollback()
    return Schema(tables=tables, opaques=tuple(_opaques(catalog, tables, stands_on)))


def _read(session: Session) -> _Catalog:
    """All rows of the catalog."""
    catalog = _Catalog()
    _sort_objects(session.query(_OBJECTS), catalog)
    for sql, rows in (
        (_COLUMNS, catalog.columns),
        (_INDEXES, catalog.indexes),
        (_FOREIGN_KEYS, catalog.foreign_keys),
    ):
        for row in session.query(sql):
            rows[str(row[0])].append(row)
    for row in _view_columns(session, catalog):
        catalog.columns[str(row[0])].append(row)
    return catalog


def _view_columns(session: Session, catalog: _Catalog) -> list[Row]:
    """The columns of all views; none where one view is broken, since SQLite then tells nothing of the others either."""
    if not any(kind is OpaqueKind.VIEW for kind, *_ in catalog.opaques):
        return []
    try:
        return session.query(_VIEW_COLUMNS)
    except DatabaseError:
        return []


def _sort_objects(rows: Iterable[Row], catalog: _Catalog) -> None:
    virtual = tuple(str(row[1]) for row in rows if row[0] == "table" and not row[3])
    shadows = {f"{name}_{part}".lower() for name in virtual for part in _SHADOWS}
    for kind, name, table, root, text in rows:
        name, table, text = str(name), str(table), "" if text is None else str(text)
        if name.lower().startswith(RESERVED) or table in _OTHERS or name.lower() in shadows:
            continue
        match kind:
            case "table" if root:
                catalog.tables[name] = text
                catalog.spelled[name.lower()] = name
            case "table":
                catalog.opaques.append((OpaqueKind.VIRTUAL_TABLE, name, name, text))
            case "view":
                catalog.opaques.append((OpaqueKind.VIEW, name, name, text))
            case "trigger":
                catalog.opaques.append((OpaqueKind.TRIGGER, name, table, text))
            case _:
                catalog.index_texts[name] = text


def _table(catalog: _Catalog, name: str) -> Table:
    text = read_table(catalog.tables[name])
    rows = catalog.columns[name]
    key = _key_columns(rows)
    names = tuple(str(row[1]) for row in rows)
    columns = tuple(_column(row, text, names, is_key=key == (row[1],)) for row in rows)
    return Table(
        name=ObjectName(name),
        columns=columns,
        primary_key=settled_key(PrimaryKey(None, tuple(map(IndexColumn, key)), conflict=text.key_conflict))
        if key
        else None,
        indexes=tuple(_indexes(catalog, name, columns, text)),
        foreign_keys=tuple(_foreign_keys(catalog, name, text)),
        checks=tuple(replace(check, reads=_columns_read((check.expression,), names)) for check in text.checks),
        traits=text.traits,
        definition=catalog.tables[name],
    )


def _key_columns(rows: Iterable[Row]) -> tuple[str, ...]:
    """The columns of the primary key, in its order."""
    return tuple(str(row[1]) for row in sorted((row for row in rows if row[5]), key=_place_in_key))


def _place_in_key(row: Row) -> int:
    return int(str(row[5]))


def _column(row: Row, text: TableText, names: tuple[str, ...] = (), *, is_key: bool) -> Column:
    _, name, declared, not_null, default, _, hidden = row
    name, declared = str(name), str(declared)
    column_type = declared_type(declared)
    is_row_number = is_key and declared.lower() == "integer"
    collation = text.collations.get(name.lower())
    return Column(
        name=name,
        type=column_type,
        arity=Arity.REQUIRED if not_null or is_row_number else Arity.NULLABLE,
        default=_default(default, column_type)
        or (_numbering(declared, text) if is_key and column_type.family is TypeFamily.INT else None),
        generated=_generated(hidden, name, text, names),
        collation=None if collation == "BINARY" else collation,
        null_conflict=text.null_conflicts.get(name.lower()) if not_null else None,
    )


def _default(sql: object, column_type: ColumnType) -> Default | None:
    """A default of the catalog. Its own text is dropped where the value says it all: it may be a word in double
    quotes."""
    default = None if sql is None else default_of(str(sql), column_type)
    match default:
        case Literal() | Now() | Expression():
            return replace(default, sql=None)
    return default


def _numbering(declared: str, text: TableText) -> AutoIncrement:
    """Every single Int key counts as one that numbers itself, as with Node's prisma; how it is written is kept
    beside."""
    if text.autoincrement:
        return AutoIncrement()
    if declared.lower() == "integer":
        return AutoIncrement(sql=PLAIN_KEY)
    return AutoIncrement(sql=UNNUMBERED_KEY, in_name_only=True)


def _generated(hidden: object, name: str, text: TableText, names: tuple[str, ...]) -> Generated | None:
    if hidden not in (_VIRTUAL_GENERATED, _STORED_GENERATED):
        return None
    expression = text.generated.get(name.lower(), "NULL")
    return Generated(expression, hidden == _STORED_GENERATED, _columns_read((expression,), names))


def _columns_read(texts: Iterable[str], names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a table that expressions read."""
    words = frozenset[str]().union(*map(columns_in, texts))
    return tuple(name for name in names if name.lower() in words)


def _indexes(catalog: _Catalog, table: str, columns: tuple[Column, ...], table_text: TableText) -> Iterator[Index]:
    collations = {column.name: column.collation or "BINARY" for column in columns}
    by_index: dict[str, list[Row]] = defaultdict(list)
    for row in catalog.indexes[table]:
        if row[4] != "pk":
            by_index[str(row[2])].append(row)
    for name, rows in by_index.items():
        definition = catalog.index_texts.get(name)
        says_more = rows[0][9] or any(row[6] is None for row in rows)
        text = read_index(definition) if definition is not None and says_more else IndexText((), None)
        parts = tuple(_index_column(row, text, place, collations) for place, row in enumerate(rows))
        constraint = rows[0][4] == "u"
        yield Index(
            name=_constraint_name(catalog, table, name, parts) if constraint else name,
            columns=parts,
            kind=IndexKind.UNIQUE if rows[0][3] else IndexKind.NORMAL,
            predicate=text.predicate,
            constraint=constraint,
            definition=definition,
            reads=_columns_read((*text.parts, text.predicate or ""), tuple(column.name for column in columns)),
            conflict=table_text.unique_conflicts.get(_names(parts)) if constraint else None,
        )


def _names(parts: tuple[IndexColumn, ...]) -> tuple[str, ...]:
    return tuple(part.name.lower() for part in parts)


def _constraint_name(catalog: _Catalog, table: str, name: str, parts: tuple[IndexColumn, ...]) -> str:
    usual = unique_name(table, tuple(part.name for part in parts))
    return name if usual in catalog.index_texts else usual


def _index_column(row: Row, text: IndexText, place: int, collations: dict[str, str]) -> IndexColumn:
    name, descending, collation = row[6], row[7], str(row[8])
    expression = text.parts[place] if name is None and place < len(text.parts) else None
    usual = "BINARY" if name is None else collations.get(str(name), "BINARY")
    return IndexColumn(
        name="" if name is None else str(name),
        sort=SortOrder.DESC if descending else SortOrder.ASC,
        collation=None if collation.upper() == usual else collation.upper(),
        expression=expression,
    )


def _foreign_keys(catalog: _Catalog, table: str, text: TableText) -> Iterator[ForeignKey]:
    by_id: dict[object, list[Row]] = defaultdict(list)
    for row in catalog.foreign_keys[table]:
        by_id[row[1]].append(row)
    said = text.foreign_keys if len(text.foreign_keys) == len(by_id) else [ForeignKeyText(None, None)] * len(by_id)
    for rows, words in zip(by_id.values(), reversed(said), strict=True):
        first = rows[0]
        referenced = catalog.spelled.get(str(first[2]).lower(), str(first[2]))
        spelled = {str(row[1]).lower(): str(row[1]) for row in catalog.columns.get(referenced, ())}
        targets = (
            _key_columns(catalog.columns.get(referenced, ()))
            if first[4] is None
            else tuple(spelled.get(str(row[4]).lower(), str(row[4])) for row in rows)
        )
        yield ForeignKey(
            name=words.name,
            columns=tuple(str(row[3]) for row in rows),
            referenced_table=ObjectName(referenced),
            referenced_columns=targets,
            on_delete=ReferentialAction(str(first[6]).lower()),
            on_update=ReferentialAction(str(first[5]).lower()),
            deferrable=words.deferrable,
        )


def _opaques(
    catalog: _Catalog, tables: tuple[Table, ...], stands_on: Mapping[Key, tuple[ObjectRef, ...]]
) -> Iterator[Opaque]:
    for kind, name, table, text in sorted(catalog.opaques):
        yield Opaque(
            kind=kind,
            name=ObjectName(name),
            definition=text,
            table=ObjectName(catalog.spelled.get(table.lower(), table)) if kind is OpaqueKind.TRIGGER else None,
            depends_on=_with_those_beneath(stands_on[kind, name], stands_on),
            columns=tuple(_column(row, _NO_TEXT, is_key=False) for row in catalog.columns[name])
            if kind is OpaqueKind.VIEW
            else (),
        )


def _objects(catalog: _Catalog, tables: tuple[Table, ...]) -> Objects:
    return Objects(
        {table.name.name.lower(): table for table in tables},
        {name.lower(): (kind, name) for kind, name, _, _ in catalog.opaques if kind is not OpaqueKind.TRIGGER},
        {
            name.lower(): tuple(str(row[1]) for row in catalog.columns[name])
            for kind, name, _, _ in catalog.opaques
            if kind is OpaqueKind.VIEW
        },
    )


def _with_those_beneath(
    refs: tuple[ObjectRef, ...], direct: Mapping[Key, tuple[ObjectRef, ...]]
) -> tuple[ObjectRef, ...]:
    """What is read through views is read as well: a rebuild of a table stops at a view on a view on it."""
    found = dict.fromkeys(refs)
    waiting = [ref for ref in refs if ref.kind == OpaqueKind.VIEW.value]
    while waiting:
        for ref in direct[OpaqueKind.VIEW, waiting.pop().name.name]:
            if ref not in found and ref.column is None:
                found[ref] = None
                if ref.kind == OpaqueKind.VIEW.value:
                    waiting.append(ref)
    return tuple(found)
