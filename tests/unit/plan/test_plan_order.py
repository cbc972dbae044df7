"""The order of steps, where it isn't the natural one, and what steps aside for a change."""

import pytest
from msgspec.structs import replace

from parity.dialects.registry import dialect_for_provider
from parity.diff.compare import diff
from parity.plan.build import build_plan
from parity.schema.model import (
    EMPTY,
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexColumn,
    IndexKind,
    ObjectRef,
    Opaque,
    OpaqueKind,
    PrimaryKey,
    Schema,
    Table,
)
from parity.schema.steps import (
    AlterEnumStep,
    AlterTable,
    CreateForeignKey,
    CreateIndex,
    CreateOpaque,
    CreateTable,
    RedefineTables,
    RemoveForeignKey,
    RemoveIndex,
    RemoveOpaque,
    RemoveTable,
)
from parity.schema.types import Arity, ColumnType, Expression, NativeType, ObjectName, TypeFamily

POSTGRES = dialect_for_provider("postgresql")
SQLITE = dialect_for_provider("sqlite")
INT = ColumnType(TypeFamily.INT, NativeType("Integer"))
BIG = ColumnType(TypeFamily.BIG_INT, NativeType("BigInt"))
TEXT = ColumnType(TypeFamily.STRING, NativeType("Text"))
UUID = ColumnType(TypeFamily.UUID, NativeType("Uuid"))


def table(name, *columns, **rest):
    rest.setdefault("primary_key", PrimaryKey(f"{name}_pkey", (IndexColumn("id"),)))
    return Table(ObjectName(name), (Column("id", INT, Arity.REQUIRED), *columns), **rest)


def column(name, kind=TEXT, **rest):
    return Column(name, kind, Arity.NULLABLE, **rest)


def opaque(kind, name, *depends_on, definition="", on=None):
    return Opaque(kind, ObjectName(name), definition, ObjectName(on) if on else None, depends_on=depends_on)


def steps(old, new, dialect=POSTGRES):
    plan = build_plan(diff(old, new, dialect), old, new, dialect)
    return [planned.step for planned in plan.steps]


def names(found):
    return [
        (type(step).__name__, step.opaque.name.name if isinstance(step, CreateOpaque | RemoveOpaque) else "")
        for step in found
    ]


VIEW = opaque(OpaqueKind.VIEW, "v", ObjectRef("COLUMN", ObjectName("A"), "x"))
ON_VIEW = opaque(OpaqueKind.VIEW, "a_view_on_it", ObjectRef("VIEW", ObjectName("v")))
RULE = opaque(OpaqueKind.TRIGGER, "t", on="v")


def test_views_over_a_changed_column_step_aside_with_all_that_stands_on_them():
    old = Schema(tables=(table("A", column("x", INT), column("y")),), opaques=(ON_VIEW, VIEW, RULE))
    new = replace(old, tables=(table("A", column("x", BIG), column("y")),))
    found = names(steps(old, new))
    assert found[3] == ("AlterTable", "")
    assert {name for _, name in found[:3]} == {"v", "a_view_on_it", "t"}
    assert [name for _, name in found[:3]].index("v") == 2
    assert found[4] == ("CreateOpaque", "v")
    assert {name for _, name in found[5:]} == {"a_view_on_it", "t"}


def test_views_over_other_columns_stay_where_they_are():
    old = Schema(tables=(table("A", column("x"), column("y", INT)),), opaques=(VIEW, ON_VIEW))
    new = replace(old, tables=(table("A", column("x"), column("y", BIG)),))
    assert [type(step) for step in steps(old, new)] == [AlterTable]


def test_a_changed_default_leaves_views_alone():
    old = Schema(tables=(table("A", column("x")),), opaques=(VIEW,))
    new = replace(old, tables=(table("A", column("x", default=Expression("f()"))),))
    assert [type(step) for step in steps(old, new)] == [AlterTable]


def test_a_view_over_an_enum_that_loses_a_value_steps_aside():
    mood = ColumnType(TypeFamily.ENUM, enum=ObjectName("Mood"))
    old = Schema(
        tables=(table("A", column("x", mood)),), enums=(Enum(ObjectName("Mood"), ("a", "b")),), opaques=(VIEW,)
    )
    new = replace(old, enums=(Enum(ObjectName("Mood"), ("a",)),))
    assert [type(step) for step in steps(old, new)] == [RemoveOpaque, AlterEnumStep, CreateOpaque]


def test_objects_are_made_in_the_order_in_which_they_stand_on_each_other():
    default = opaque(OpaqueKind.FUNCTION, "make_code()")
    trigger = opaque(OpaqueKind.TRIGGER, "a_trigger", definition="EXECUTE FUNCTION noted()", on="A")
    function = opaque(OpaqueKind.FUNCTION, "noted()")
    coded = table("A", column("x", default=Expression("make_code()")))
    new = Schema(tables=(coded,), opaques=(trigger, ON_VIEW, VIEW, default, function))
    found = names(steps(EMPTY, new))
    assert found[:2] == [("CreateOpaque", "make_code()"), ("CreateTable", "")]
    order = [name for _, name in found[2:]]
    assert order.index("v") < order.index("a_view_on_it")
    assert order.index("noted()") < order.index("a_trigger")


def test_objects_are_dropped_before_what_they_stand_on():
    old = Schema(tables=(table("A", column("x")),), opaques=(VIEW, ON_VIEW))
    assert names(steps(old, EMPTY)) == [
        ("RemoveOpaque", "a_view_on_it"),
        ("RemoveOpaque", "v"),
        ("RemoveTable", ""),
    ]


def test_objects_in_a_circle_end_in_an_order_all_the_same():
    one = opaque(OpaqueKind.VIEW, "one", ObjectRef("VIEW", ObjectName("two")))
    two = opaque(OpaqueKind.VIEW, "two", ObjectRef("VIEW", ObjectName("one")))
    assert len(steps(EMPTY, Schema(opaques=(one, two)))) == 2


def test_a_key_that_replaces_a_unique_index_is_made_before_the_index_goes():
    unique = Index("u", (IndexColumn("id"),), IndexKind.UNIQUE)
    other = Index("o", (IndexColumn("id"),))
    old = Schema(tables=(table("A", primary_key=None, indexes=(unique, other)), table("B", indexes=(other,))))
    new = Schema(tables=(table("A"), table("B")))
    found = steps(old, new)
    assert [type(step) for step in found] == [RemoveIndex, RemoveIndex, AlterTable, RemoveIndex]
    assert found[3].index == unique


def test_a_foreign_key_makes_way_for_a_key_that_it_needs():
    key = ForeignKey("k", ("id",), ObjectName("A"), ("id",))
    old = Schema(tables=(table("A", column("x", INT)), table("B", foreign_keys=(key,))))
    changed = table("A", column("x", INT), primary_key=PrimaryKey("A_pkey", (IndexColumn("x"),)))
    unique = Index("u", (IndexColumn("id"),), IndexKind.UNIQUE)
    new = Schema(tables=(replace(changed, indexes=(unique,)), old.tables[1]))
    kinds = [type(step) for step in steps(old, new)]
    assert kinds == [RemoveForeignKey, AlterTable, CreateIndex, CreateForeignKey]


def test_what_goes_with_a_dropped_column_is_made_again_with_the_new_one():
    index = Index("i", (IndexColumn("x"),))
    check = Check("c", "CHECK (x IS NOT NULL)")
    old = Schema(tables=(table("A", column("x"), indexes=(index,), checks=(check,)),))
    new = Schema(tables=(table("A", column("x", INT), indexes=(index,), checks=(check,)),))
    alter, create = steps(old, new)
    assert [type(part).__name__ for part in alter.parts] == ["RecreateColumn", "AddCheck"]
    assert create == CreateIndex(new.tables[0], index, again=True)


def test_tables_and_columns_that_use_a_shrinking_enum_go_before_it():
    mood = ColumnType(TypeFamily.ENUM, enum=ObjectName("Mood"))
    enum = Enum(ObjectName("Mood"), ("a", "b"))
    old = Schema(tables=(table("A", column("x", mood)), table("B", column("x", mood)), table("C")), enums=(enum,))
    new = Schema(tables=(table("A"), table("C")), enums=(replace(enum, values=("a",)),))
    assert [type(step) for step in steps(old, new)] == [AlterTable, RemoveTable, AlterEnumStep]


def test_a_rebuild_restores_the_triggers_and_views_of_its_table():
    trigger = opaque(OpaqueKind.TRIGGER, "t", on="A")
    old = Schema(tables=(table("A", column("x")), table("B")), opaques=(VIEW, trigger))
    new = Schema(tables=(table("A", column("x", default=Expression("1"))), table("B")), opaques=(VIEW, trigger))
    (step,) = steps(old, new, SQLITE)
    assert isinstance(step, RedefineTables)
    assert step.tables[0].restored == (VIEW, trigger)


@pytest.mark.parametrize("dialect", [POSTGRES, SQLITE])
def test_tables_keep_the_order_of_their_side(dialect):
    old = Schema(tables=(table("Z"), table("Y")))
    new = Schema(tables=(table("X"), table("B"), table("C")))
    found = [step.table.name.name for step in steps(old, new, dialect) if isinstance(step, RemoveTable | CreateTable)]
    assert found == ["Z", "Y", "X", "B", "C"]
