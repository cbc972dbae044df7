from itertools import product

import pytest

from parity.dialects.cockroachdb.casts import bars_cast, cast
from parity.dialects.cockroachdb.rewrite import rebuilds
from parity.dialects.cockroachdb.types import NATIVES, CockroachTypes
from parity.schema.changes import AlterColumn, DropColumn
from parity.schema.model import Column, Index, IndexColumn, PrimaryKey, Table
from parity.schema.steps import Cast
from parity.schema.types import Arity, ColumnType, NativeType, ObjectName, TypeFamily

SAFE, RISKY, IMPOSSIBLE = Cast.SAFE, Cast.RISKY, Cast.IMPOSSIBLE
TYPES = CockroachTypes()
ALL = {name: TYPES.column_type(entry.scalar, NativeType(name)) for name, entry in NATIVES.items()}
ENUM = ColumnType(TypeFamily.ENUM, enum=ObjectName("E"))
OTHER_ENUM = ColumnType(TypeFamily.ENUM, enum=ObjectName("F"))
ODD = TYPES.unsupported("interval")


@pytest.mark.parametrize(("old", "new"), [pair for pair in product(ALL, ALL) if pair[0] != pair[1]])
def test_next_to_nothing_is_cast(old, new):
    wanted = {("Int4", "String"): SAFE, ("Int8", "Int4"): RISKY}.get((old, new), IMPOSSIBLE)
    assert cast(ALL[old], ALL[new], False, False) is wanted


def test_another_length_is_another_type():
    short, long = (TYPES.column_type("String", NativeType("String", (length,))) for length in (5, 9))
    assert cast(short, long, False, False) is IMPOSSIBLE
    assert cast(ALL["Int4"], long, False, False) is IMPOSSIBLE


def test_lists_become_text_and_nothing_becomes_a_list():
    assert cast(ALL["Int4"], ALL["String"], True, False) is SAFE
    assert cast(ALL["Int4"], TYPES.column_type("String", NativeType("String", (5,))), True, False) is RISKY
    assert cast(ALL["Int4"], ALL["Char"], True, False) is RISKY
    assert cast(ALL["Int4"], ALL["Int8"], True, False) is IMPOSSIBLE
    assert cast(ALL["String"], ALL["String"], False, True) is IMPOSSIBLE
    assert cast(ALL["Int8"], ALL["Int4"], True, True) is RISKY


def test_enums_and_unknown_types():
    assert cast(ENUM, OTHER_ENUM, False, False) is IMPOSSIBLE
    assert cast(ENUM, ENUM, True, False) is IMPOSSIBLE
    assert cast(ODD, ALL["String"], False, False) is RISKY


# --- what stands on the column ----------------------------------------------------------------------------------------


def table(column_type, *, key=("id",), indexed=(), arity=Arity.REQUIRED):
    columns = (Column("id", ALL["Int8"], Arity.REQUIRED), Column("c", column_type, arity))
    primary_key = PrimaryKey("t_pkey", tuple(IndexColumn(name) for name in key)) if key else None
    return Table(ObjectName("t"), columns, primary_key, tuple(Index(n, (IndexColumn("c"),)) for n in indexed))


def change(old, new):
    return AlterColumn(old, new, old.columns[1], new.columns[1])


def test_a_column_in_an_index_before_and_after_is_not_altered_in_place():
    narrow, wide = ALL["Int4"], ALL["Int8"]
    assert bars_cast(change(table(wide, indexed=("a",)), table(narrow, indexed=("b",))))
    assert not bars_cast(change(table(wide, indexed=("a",)), table(narrow)))
    assert not bars_cast(change(table(wide), table(narrow, indexed=("a",))))
    assert bars_cast(change(table(wide, key=("id", "c")), table(narrow, indexed=("a",))))


def test_a_table_is_rebuilt_where_its_single_key_column_goes_or_cannot_be_cast():
    assert rebuilds(change(table(ALL["Uuid"], key=("c",)), table(ALL["Int4"], key=("c",))))
    assert rebuilds(change(table(ALL["Int8"], key=("c",)), table(ALL["Int4"], key=("c",))))
    assert not rebuilds(change(table(ALL["Int8"], key=("c",)), table(ALL["Int4"], key=("id",))))
    assert not rebuilds(change(table(ALL["Uuid"], key=("id", "c")), table(ALL["Int4"], key=("id", "c"))))
    assert not rebuilds(change(table(ALL["Uuid"]), table(ALL["Int4"])))
    same = table(ALL["Uuid"], key=("c",))
    assert not rebuilds(change(same, same))
    assert rebuilds(DropColumn(same, table(ALL["Uuid"]), same.columns[1]))
    assert not rebuilds(DropColumn(same, same, same.columns[0]))
