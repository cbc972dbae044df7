"""The dangers that a plan tells of, each with the question that decides whether it is real."""

from msgspec.structs import replace

from parity.dialects.registry import dialect_for_provider
from parity.diff.compare import diff
from parity.plan.build import build_plan
from parity.schema.model import Column, Enum, ForeignKey, Index, IndexColumn, IndexKind, PrimaryKey, Schema, Table
from parity.schema.steps import DuplicateCount, HazardLevel, NonNullCount, NullCount, OrphanCount, RowCount, ValueCount
from parity.schema.types import Arity, ColumnType, Literal, LiteralKind, NativeType, ObjectName, TypeFamily

POSTGRES = dialect_for_provider("postgresql")
SQLITE = dialect_for_provider("sqlite")
INT = ColumnType(TypeFamily.INT, NativeType("Integer"))
BIG = ColumnType(TypeFamily.BIG_INT, NativeType("BigInt"))
TEXT = ColumnType(TypeFamily.STRING, NativeType("Text"))
A = ObjectName("A")
ONE = Literal(LiteralKind.INT, 1)


def table(*columns, **rest):
    rest.setdefault("primary_key", PrimaryKey("A_pkey", (IndexColumn("id"),)))
    return Table(A, (Column("id", INT, Arity.REQUIRED), *columns), **rest)


def hazards(old, new, dialect=POSTGRES):
    before = old if isinstance(old, Schema) else Schema(tables=(old,))
    after = new if isinstance(new, Schema) else Schema(tables=(new,))
    plan = build_plan(diff(before, after, dialect), before, after, dialect)
    return [(h.code, h.level, h.column, h.question) for h in plan.hazards]


WARNING, UNEXECUTABLE = HazardLevel.WARNING, HazardLevel.UNEXECUTABLE


def test_dropping_asks_for_rows_and_values():
    old = table(Column("x", TEXT, Arity.NULLABLE))
    assert hazards(old, Schema()) == [("drop_table", WARNING, None, RowCount(A))]
    assert hazards(old, table()) == [("drop_column", WARNING, "x", NonNullCount(A, "x"))]
    assert hazards(old, table(), SQLITE) == [("drop_column", WARNING, "x", NonNullCount(A, "x"))]


def test_a_required_column_without_a_default_cannot_be_added_to_rows():
    required = table(Column("x", INT, Arity.REQUIRED))
    for dialect in (POSTGRES, SQLITE):
        assert hazards(table(), required, dialect) == [("required_column", UNEXECUTABLE, "x", RowCount(A))]
    assert hazards(table(), table(Column("x", INT, Arity.REQUIRED, ONE))) == []
    assert hazards(table(), table(Column("x", INT, Arity.NULLABLE))) == []


def test_a_column_that_becomes_required_asks_for_nulls():
    old = table(Column("x", INT, Arity.NULLABLE))
    new = table(Column("x", INT, Arity.REQUIRED, ONE))
    assert hazards(old, new) == [("not_null", UNEXECUTABLE, "x", NullCount(A, "x"))]
    assert hazards(old, new, SQLITE) == []  # The rebuild fills the default in.
    assert hazards(new, old) == []


def test_a_narrower_type_is_risky_and_a_wider_one_is_safe():
    wide, narrow = table(Column("x", BIG, Arity.NULLABLE)), table(Column("x", INT, Arity.NULLABLE))
    assert hazards(wide, narrow) == [("cast", WARNING, "x", NonNullCount(A, "x"))]
    assert hazards(narrow, wide) == []


def test_a_type_without_a_cast_loses_the_values_or_fails():
    old = table(Column("x", TEXT, Arity.NULLABLE))
    nullable, required = table(Column("x", INT, Arity.NULLABLE)), table(Column("x", INT, Arity.REQUIRED))
    assert hazards(old, nullable) == [("recreate_column", WARNING, "x", NonNullCount(A, "x"))]
    assert hazards(old, required) == [("required_column", UNEXECUTABLE, "x", RowCount(A))]
    before = table(Column("x", TEXT, Arity.REQUIRED))
    assert hazards(before, required) == [("recreate_column", UNEXECUTABLE, "x", RowCount(A))]


def test_values_of_an_enum_that_become_lists_are_told_as_the_engine_tells_them():
    mood = ColumnType(TypeFamily.ENUM, enum=ObjectName("Mood"))
    old, new = (table(Column("x", mood, arity)) for arity in (Arity.NULLABLE, Arity.LIST))
    enums = (Enum(ObjectName("Mood"), ("a", "b")),)
    found = hazards(Schema(tables=(old,), enums=enums), Schema(tables=(new,), enums=enums))
    assert found == [("recreate_column", UNEXECUTABLE, "x", NonNullCount(A, "x"))]


def test_a_column_that_a_client_fills_is_told_as_such():
    filled = Column("x", TEXT, Arity.REQUIRED, client_fills=True)
    before, after = Schema(tables=(table(),)), Schema(tables=(table(filled),))
    (hazard,) = build_plan(diff(before, after, POSTGRES), before, after, POSTGRES).hazards
    assert hazard.reason == (
        "The required column `x` was added to the `A` table with a prisma-level default value. This is not possible if "
        "the table is not empty. Please add this column as optional, then populate it before making it required."
    )
    assert "There are 3 rows in this table" in hazard.told(3)


def test_a_new_unique_index_asks_for_duplicates_on_tables_that_were_there():
    column = Column("x", INT, Arity.NULLABLE)
    unique = Index("u", (IndexColumn("x"),), IndexKind.UNIQUE)
    assert hazards(table(column), table(column, indexes=(unique,))) == [
        ("unique", WARNING, "x", DuplicateCount(A, ("x",)))
    ]
    assert hazards(table(), table(column, indexes=(unique,))) == [("unique", WARNING, "x", RowCount(A))]
    assert hazards(Schema(), table(column, indexes=(unique,))) == []


def test_a_unique_key_may_fail_on_nulls_that_a_rebuild_fills_with_one_default():
    key = Index("A_x_key", (IndexColumn("x"),), IndexKind.UNIQUE)
    old = table(Column("x", INT, Arity.NULLABLE), indexes=(key,))
    new = table(Column("x", INT, Arity.REQUIRED, default=ONE), indexes=(key,))
    assert hazards(old, new, SQLITE) == [("unique", WARNING, "x", NullCount(A, "x"))]
    assert hazards(old, table(Column("x", INT, Arity.NULLABLE, default=ONE), indexes=(key,)), SQLITE) == []


def test_a_second_unique_index_on_the_same_columns_asks_for_nothing():
    x = Column("x", INT, Arity.NULLABLE)
    one, other = (Index(name, (IndexColumn("x"),), IndexKind.UNIQUE) for name in ("one", "other"))
    assert hazards(table(x, indexes=(one,)), table(x, indexes=(one, other))) == []


def test_a_column_with_values_cannot_come_to_refer_to_a_table_that_is_new():
    x, b = Column("x", INT, Arity.NULLABLE), ObjectName("B")
    key = ForeignKey("A_x_fkey", ("x",), b, ("id",))
    target = Table(b, (Column("id", INT, Arity.REQUIRED),), PrimaryKey("B_pkey", (IndexColumn("id"),)))
    new = Schema(tables=(table(x, foreign_keys=(key,)), target))
    for dialect in (POSTGRES, SQLITE):
        was_there = Schema(tables=(table(x), target))
        assert hazards(table(x), new, dialect) == [("foreign_key", UNEXECUTABLE, None, NonNullCount(A, "x"))]
        assert hazards(was_there, new, dialect) == [("foreign_key", WARNING, None, OrphanCount(A, ("x",), b, ("id",)))]


def test_another_primary_key_is_told():
    old = table(Column("x", INT, Arity.REQUIRED))
    new = replace(old, primary_key=PrimaryKey("A_pkey", (IndexColumn("x"),)))
    for dialect in (POSTGRES, SQLITE):
        assert hazards(old, new, dialect) == [
            ("primary_key", WARNING, None, RowCount(A)),
            ("primary_key", WARNING, "x", DuplicateCount(A, ("x",))),
        ]


def test_an_enum_that_loses_values_asks_each_column_for_them():
    mood = ColumnType(TypeFamily.ENUM, enum=ObjectName("Mood"))
    used = table(Column("x", mood, Arity.NULLABLE), Column("many", mood, Arity.LIST))
    old = Schema(tables=(used,), enums=(Enum(ObjectName("Mood"), ("a", "b")),))
    new = replace(old, enums=(Enum(ObjectName("Mood"), ("a", "c")),))
    assert hazards(old, new) == [
        ("drop_enum_values", WARNING, "x", ValueCount(A, "x", ("b",))),
        ("drop_enum_values", WARNING, "many", None),
    ]
    assert hazards(old, replace(old, enums=(Enum(ObjectName("Mood"), ("a", "b", "c")),))) == []
