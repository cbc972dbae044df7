"""What a schema file can't say survives; what stands on something that goes, goes with it."""

import pytest
from msgspec.structs import replace

from parity.dialects.registry import dialect_for_provider
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.schema.changes import AddIndex, AlterColumn, AlterEnum, DropColumn, DropIndex, DropTable, RenameIndex
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
    ObjectRef,
    Opaque,
    OpaqueKind,
    PrimaryKey,
    Schema,
    Table,
)
from parity.schema.types import (
    Arity,
    AutoIncrement,
    ColumnType,
    Expression,
    Literal,
    LiteralKind,
    NativeType,
    ObjectName,
    TypeFamily,
)

DIALECT = dialect_for_provider("postgresql")
INT = ColumnType(TypeFamily.INT, NativeType("Integer"))
TEXT = ColumnType(TypeFamily.STRING, NativeType("Text"))
BOOK = ObjectName("Book")


def column(name, kind=TEXT, arity=Arity.REQUIRED, **rest):
    return Column(name, kind, arity, **rest)


def book(*columns, **rest):
    key = PrimaryKey("Book_pkey", (IndexColumn("id"),))
    return Table(BOOK, (column("id", INT), column("title"), *columns), key, **rest)


def left(history, wanted):
    """What is still to be done after carrying over."""
    return diff(history, carry_over(history, wanted, DIALECT), DIALECT)


PLAIN = Schema(tables=(book(),))


@pytest.mark.parametrize(
    "history",
    [
        book(checks=(Check("long", "CHECK (length(title) > 3)"),)),
        book(traits=("ROW LEVEL SECURITY", "UNLOGGED"), comment="all of them"),
        book(indexes=(Index("partial", (IndexColumn("title"),), predicate="title <> ''"),)),
        book(indexes=(Index("lower", (IndexColumn("", expression="lower(title)"),)),)),
        book(indexes=(Index("covering", (IndexColumn("id"),), include=("title",)),)),
        replace(book(), columns=(column("id", INT), column("title", collation="C", comment="the title"))),
        replace(book(), primary_key=PrimaryKey("Book_pkey", (IndexColumn("id"),), comment="the key")),
    ],
    ids=["check", "traits", "partial index", "expression index", "covering index", "column", "key"],
)
def test_what_the_language_has_no_word_for_is_no_difference(history):
    assert left(Schema(tables=(history,)), PLAIN) == ()


def test_a_check_goes_with_its_column():
    history = Schema(tables=(book(column("pages", INT), checks=(Check("some", "CHECK (pages > 0)"),)),))
    kept = carry_over(history, PLAIN, DIALECT)
    assert kept.tables[0].checks == ()


def test_a_check_of_another_column_stays_when_a_column_goes():
    check = Check("long", "CHECK (length(title) > 3)")
    history = Schema(tables=(book(column("tit", INT), checks=(check,)),))
    assert carry_over(history, PLAIN, DIALECT).tables[0].checks == (check,)


def test_an_index_that_the_language_can_say_is_dropped_when_the_file_drops_it():
    plain = Index("by_title", (IndexColumn("title"),))
    (change,) = left(Schema(tables=(book(indexes=(plain,)),)), PLAIN)
    assert isinstance(change, DropIndex)


def test_a_partial_index_goes_with_a_column_of_its_condition():
    partial = Index("partial", (IndexColumn("title"),), predicate="pages > 3")
    history = Schema(tables=(book(column("pages", INT), indexes=(partial,)),))
    changes = left(history, PLAIN)
    assert [type(change) for change in changes] == [DropIndex, DropColumn]


def test_a_named_index_keeps_what_the_file_leaves_out():
    rich = Index(
        "by_title",
        (IndexColumn("title", opclass="text_pattern_ops", nulls_first=True, collation="C"),),
        predicate="id > 3",
        include=("id",),
        storage=("fillfactor=70",),
    )
    wanted = Schema(tables=(book(indexes=(Index("by_title", (IndexColumn("title"),)),)),))
    assert left(Schema(tables=(book(indexes=(rich,)),)), wanted) == ()


def test_a_pulled_include_column_is_known_again():
    rich = Index("covering", (IndexColumn("title"),), include=("id",))
    wanted = Schema(tables=(book(indexes=(Index("covering", (IndexColumn("title"), IndexColumn("id"))),)),))
    assert left(Schema(tables=(book(indexes=(rich,)),)), wanted) == ()


def test_a_partial_index_stays_beside_a_new_index_on_the_same_columns():
    rich = Index("by_hand", (IndexColumn("title"),), predicate="id > 3")
    wanted = Schema(tables=(book(indexes=(Index("by_file", (IndexColumn("title"),)),)),))
    (change,) = left(Schema(tables=(book(indexes=(rich,)),)), wanted)
    assert isinstance(change, AddIndex)
    assert change.index.predicate is None


def test_a_renamed_index_keeps_what_the_file_leaves_out():
    rich = Index("old_name", (IndexColumn("title", collation="C"),), storage=("fillfactor=70",))
    wanted = Schema(tables=(book(indexes=(Index("new_name", (IndexColumn("title"),)),)),))
    (change,) = left(Schema(tables=(book(indexes=(rich,)),)), wanted)
    assert isinstance(change, RenameIndex)
    assert change.new_index.storage == ("fillfactor=70",)


def test_a_file_that_can_say_conditions_drops_them_by_leaving_them_out():
    partial = Index("partial", (IndexColumn("title"),), predicate="title <> ''")
    history = Schema(tables=(book(indexes=(partial,)),))
    plain = Schema(tables=(book(indexes=(Index("partial", (IndexColumn("title"),)),)),))
    for wanted, kinds in ((PLAIN, [DropIndex]), (plain, [DropIndex, AddIndex])):
        target = carry_over(history, wanted, DIALECT, says_conditions=True)
        assert [type(change) for change in diff(history, target, DIALECT)] == kinds
        assert left(history, wanted) == ()


def test_an_index_on_other_columns_is_made_anew():
    history = Schema(tables=(book(indexes=(Index("i", (IndexColumn("title"),)),)),))
    wanted = Schema(tables=(book(indexes=(Index("i", (IndexColumn("id"),)),)),))
    assert [type(change) for change in left(history, wanted)] == [DropIndex, AddIndex]


def test_an_identity_stays_while_the_file_lets_the_database_number_the_rows():
    always = column("no", INT, default=AutoIncrement(), identity=Identity(always=True))
    history = Schema(tables=(book(always),))
    assert left(history, Schema(tables=(book(column("no", INT, default=AutoIncrement())),))) == ()
    (change,) = left(history, Schema(tables=(book(column("no", INT)),)))
    assert isinstance(change, AlterColumn)


@pytest.mark.parametrize("default", [None, Expression(None)])
def test_a_generated_column_stays_generated(default):
    made = column("loud", arity=Arity.NULLABLE, generated=Generated("upper(title)"))
    wanted = column("loud", arity=Arity.NULLABLE, default=default)
    assert left(Schema(tables=(book(made),)), Schema(tables=(book(wanted),))) == ()


def test_dbgenerated_without_a_text_is_content_with_any_default():
    history = Schema(tables=(book(column("code", default=Expression("make_code()"))),))
    assert left(history, Schema(tables=(book(column("code", default=Expression(None))),))) == ()


def test_an_array_stays_not_null():
    history = Schema(tables=(book(column("tags", arity=Arity.LIST, list_not_null=True)),))
    assert left(history, Schema(tables=(book(column("tags", arity=Arity.LIST)),))) == ()


def test_a_foreign_key_keeps_its_clauses():
    key = ForeignKey("k", ("id",), BOOK, ("id",))
    rich = replace(key, deferrable="DEFERRABLE INITIALLY DEFERRED", validated=False, match_full=True, comment="c")
    some = replace(rich, set_columns=("id",))
    wanted = Schema(tables=(book(foreign_keys=(key,)),))
    assert left(Schema(tables=(book(foreign_keys=(rich,)),)), wanted) == ()
    assert left(Schema(tables=(book(foreign_keys=(some,)),)), wanted) == ()


def test_extensions_and_namespaces_stay():
    history = replace(PLAIN, namespaces=("public", "x"), extensions=(Extension("citext", "public", "1.6"),))
    assert left(history, PLAIN) == ()
    kept = carry_over(history, replace(PLAIN, extensions=(Extension("citext"), Extension("hstore"))), DIALECT)
    assert kept.extensions == (Extension("citext", "public", "1.6"), Extension("hstore"))


def test_the_order_of_an_enum_is_the_databases_and_added_values_come_last():
    history = replace(PLAIN, enums=(Enum(ObjectName("E"), ("c", "a")),))
    assert left(history, replace(PLAIN, enums=(Enum(ObjectName("E"), ("a", "c")),))) == ()
    (change,) = left(history, replace(PLAIN, enums=(Enum(ObjectName("E"), ("a", "b", "c")),)))
    assert isinstance(change, AlterEnum)
    assert change.new.values == ("c", "a", "b")


def view(name, *depends_on, table=None, kind=OpaqueKind.VIEW):
    return Opaque(kind, ObjectName(name), f"CREATE {kind} {name}", table=table, depends_on=depends_on)


TITLE = ObjectRef("COLUMN", BOOK, "title")


def test_views_triggers_and_functions_stay():
    objects = (
        view("titles", TITLE),
        view("loud", ObjectRef("VIEW", ObjectName("titles"))),
        view("t", table=BOOK, kind=OpaqueKind.TRIGGER),
        view("f()", kind=OpaqueKind.FUNCTION),
    )
    assert left(replace(PLAIN, opaques=objects), PLAIN) == ()


def test_what_stands_on_a_dropped_column_goes_and_what_stands_on_that_too():
    objects = (
        view("loud", ObjectRef("VIEW", ObjectName("pages"))),
        view("pages", ObjectRef("COLUMN", BOOK, "pages")),
        view("titles", TITLE),
    )
    history = Schema(tables=(book(column("pages", INT)),), opaques=objects)
    assert [o.name.name for o in carry_over(history, PLAIN, DIALECT).opaques] == ["titles"]


def test_what_belongs_to_a_dropped_table_goes():
    trigger = view("t", table=BOOK, kind=OpaqueKind.TRIGGER)
    assert carry_over(replace(PLAIN, opaques=(trigger,)), Schema(), DIALECT).opaques == ()


def test_partitions_stay_with_their_parent_and_go_with_it():
    def part(name, parent):
        return Table(ObjectName(name), (column("id", INT),), traits=(f"PARTITION OF {parent} FOR VALUES IN (1)",))

    parent = book(traits=("PARTITION BY LIST (id)",))
    history = Schema(tables=(parent, part("p1", '"Book"'), part("p11", "p1"), part("q", "other")))
    assert left(history, PLAIN) == (DropTable(history.tables[3]),)
    assert [type(change) for change in left(history, Schema())] == [DropTable] * 4


def test_a_partition_takes_its_parents_new_default_unless_it_had_one_of_its_own():
    def numbered(name, default, trait):
        value = Literal(LiteralKind.INT, default)
        return Table(ObjectName(name), (column("n", INT, default=value),), traits=(trait,))

    part = 'PARTITION OF "Book" FOR VALUES IN (1)'
    history = (numbered("Book", 1, "PARTITION BY LIST (n)"), numbered("p1", 1, part), numbered("p2", 5, part))
    wanted = Schema(tables=(numbered("Book", 2, "PARTITION BY LIST (n)"),))
    tables = carry_over(Schema(tables=history), wanted, DIALECT).tables
    defaults = {table.name.name: table.columns[0].default for table in tables}
    assert {name: default.value for name, default in defaults.items()} == {"Book": 2, "p1": 2, "p2": 5}


def test_an_enum_that_only_a_kept_object_uses_stays():
    mood = Enum(ObjectName("Mood"), ("ok",))
    function = view("f(Mood)", ObjectRef("ENUM", ObjectName("Mood")), kind=OpaqueKind.FUNCTION)
    assert left(replace(PLAIN, enums=(mood,), opaques=(function,)), PLAIN) == ()


def test_carrying_over_twice_is_carrying_over_once():
    history = Schema(tables=(book(column("gone"), checks=(Check("c", "CHECK (id > 0)"),), traits=("UNLOGGED",)),))
    once = carry_over(history, PLAIN, DIALECT)
    assert carry_over(history, once, DIALECT) == once
