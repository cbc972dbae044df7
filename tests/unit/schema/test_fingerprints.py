"""The fingerprint of a schema: the same for the same meaning, another for every difference."""

import json

import pytest
from msgspec.structs import replace

from parity.schema.fingerprint import fingerprint, from_json, to_json
from parity.schema.literals import bytes_literal
from parity.schema.model import (
    Check,
    Column,
    Enum,
    Extension,
    ForeignKey,
    Generated,
    Identity,
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
    Expression,
    ListLiteral,
    Literal,
    LiteralKind,
    NativeType,
    Now,
    ObjectName,
    Sequence,
    TypeFamily,
    UniqueRowid,
)

INT = ColumnType(TypeFamily.INT, NativeType("Integer"))
DEFAULTS = (
    None,
    Literal(LiteralKind.INT, 1),
    Literal(LiteralKind.BOOLEAN, True),
    Literal(LiteralKind.STRING, "1"),
    bytes_literal(b"\0\xff"),
    Literal(LiteralKind.JSON, '{"a":1}', text='{ "a": 1 }'),
    ListLiteral((Literal(LiteralKind.ENUM, "x"),), sql="'{x}'"),
    Now(),
    AutoIncrement(ObjectName("s", "n")),
    Sequence((("start", 3),)),
    UniqueRowid(),
    Expression("f()", "F()"),
    Expression(None),
)
TABLE = Table(
    ObjectName("t", "n"),
    (
        *(Column(f"c{n}", INT, Arity.NULLABLE, default) for n, default in enumerate(DEFAULTS)),
        Column("i", INT, Arity.REQUIRED, identity=Identity(always=True), collation="C", comment="x"),
        Column("g", INT, Arity.LIST, generated=Generated("c1 + 1", stored=False), list_not_null=True),
    ),
    PrimaryKey("k", (IndexColumn("i"),), deferrable="DEFERRABLE"),
    (
        Index("b", (IndexColumn("c1", SortOrder.DESC, nulls_first=True),), IndexKind.UNIQUE, include=("i",)),
        Index("a", (IndexColumn("", expression="lower(c3)", opclass="x"),), predicate="c1 > 0", storage=("f=1",)),
    ),
    (ForeignKey("f", ("c1",), ObjectName("t", "n"), ("i",), on_delete=ReferentialAction.CASCADE, validated=False),),
    (Check("c", "CHECK (c1 > 0)"),),
    ("UNLOGGED",),
)
SCHEMA = Schema(
    ("n",),
    (TABLE, replace(TABLE, name=ObjectName("a", "n"))),
    (Enum(ObjectName("E", "n"), ("y", "x")),),
    (Extension("citext", None, "1.6"),),
    (Opaque(OpaqueKind.VIEW, ObjectName("v", "n"), "CREATE VIEW …", depends_on=(ObjectRef("TABLE", TABLE.name),)),),
)


def test_json_gives_the_schema_back():
    once = from_json(to_json(SCHEMA))
    assert once == replace(SCHEMA, tables=once.tables)
    assert sorted(t.name for t in once.tables) == sorted(t.name for t in SCHEMA.tables)
    assert once.tables[0].columns == TABLE.columns
    assert to_json(once) == to_json(SCHEMA)


def test_what_is_only_spelled_otherwise_is_kept_by_json_and_left_out_of_the_fingerprint():
    column = from_json(to_json(SCHEMA)).tables[1].columns[5]
    assert isinstance(column.default, Literal)
    assert column.default.text == '{ "a": 1 }'
    other = replace(TABLE, columns=tuple(replace(c, type=replace(INT, declared="int4")) for c in TABLE.columns))
    assert fingerprint(replace(SCHEMA, tables=(other,))) == fingerprint(replace(SCHEMA, tables=(TABLE,)))


def test_the_order_of_tables_indexes_and_checks_means_nothing():
    turned = replace(TABLE, indexes=TABLE.indexes[::-1])
    other = replace(SCHEMA, tables=(replace(SCHEMA.tables[1], indexes=TABLE.indexes[::-1]), turned))
    assert fingerprint(other) == fingerprint(SCHEMA)


@pytest.mark.parametrize(
    "other",
    [
        replace(TABLE, columns=TABLE.columns[:-1]),
        replace(TABLE, primary_key=None),
        replace(TABLE, traits=()),
        replace(TABLE, columns=(replace(TABLE.columns[1], default=Literal(LiteralKind.BOOLEAN, True)),)),
        replace(TABLE, columns=(replace(TABLE.columns[1], default=Literal(LiteralKind.STRING, "1")),)),
        replace(TABLE, columns=(TABLE.columns[1],)),
    ],
)
def test_every_difference_gives_another_fingerprint(other):
    found = {fingerprint(Schema(tables=(table,))) for table in (TABLE, other, replace(TABLE, columns=()))}
    assert len(found) == 3


def test_the_order_of_enum_values_and_columns_counts():
    turned = replace(SCHEMA, enums=(Enum(ObjectName("E", "n"), ("x", "y")),))
    assert fingerprint(turned) != fingerprint(SCHEMA)
    assert fingerprint(Schema(tables=(replace(TABLE, columns=TABLE.columns[::-1]),))) != fingerprint(
        Schema(tables=(TABLE,))
    )


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"is": "Table"}', '{"is": "Schema", "tables": [1]}', '{"is": "Schema", "rows": []}', "nul"],
)
def test_other_text_is_refused(text):
    with pytest.raises(ValueError):
        from_json(text)


def test_json_is_valid_and_ends_in_a_newline():
    assert json.loads(to_json(SCHEMA))["is"] == "Schema"
    assert to_json(SCHEMA).endswith("}\n")
