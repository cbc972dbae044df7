"""What a table that stays keeps of its history: options, checks, attributes of columns, keys and indexes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from parity.dialects.base import Dialect
from parity.dialects.capabilities import Capabilities
from parity.diff.carry_belongings import Quote, carried_belongings
from parity.diff.mentions import check_reads, generated_reads, index_reads
from parity.lifting.names import field_name, is_unnameable
from parity.schema.model import (
    Column,
    ForeignKey,
    Generated,
    Index,
    IndexColumn,
    PrimaryKey,
    Table,
)
from parity.schema.steps import Cast
from parity.schema.types import Arity, AutoIncrement, Expression, Literal, Now, TypeFamily


def carried_table(old: Table, new: Table, dialect: Dialect, *, says_conditions: bool) -> Table:
    """The wanted table with what the old one has and the file can't say.

    `says_conditions` is true where the file has the words for partial indexes: then leaving a condition out is a wish.
    """
    named = {column.name for column in new.columns}
    unnamed = tuple(c for c in old.columns if c.name not in named and is_unnameable(field_name(c.name).name))
    gone = {column.name for column in old.columns} - named - {column.name for column in unnamed}
    return replace(
        new,
        columns=(*_columns(old, new, gone, dialect), *unnamed),
        primary_key=_primary_key(
            old.primary_key, new.primary_key, {column.name for column in unnamed}, dialect.quote_column
        ),
        indexes=tuple(_indexes(old, new, gone, dialect.quote_column, says_conditions=says_conditions)),
        foreign_keys=tuple(_foreign_keys(old, new, dialect.capabilities)),
        checks=new.checks or tuple(c for c in old.checks if not check_reads(c, gone)),
        traits=new.traits or old.traits,
        comment=old.comment if new.comment is None else new.comment,
    )


# --- columns ----------------------------------------------------------------------------------------------------------


def _columns(old: Table, new: Table, gone: set[str], dialect: Dialect) -> tuple[Column, ...]:
    before = {column.name: column for column in old.columns}
    return tuple(
        column if (previous := before.get(column.name)) is None else _column(previous, column, gone, dialect)
        for column in new.columns
    )


def _column(old: Column, new: Column, gone: set[str], dialect: Dialect) -> Column:
    if old.type.domain is not None and replace(old.type, domain=None) == new.type:
        new = replace(new, type=old.type)
    default = new.default
    same_type = old.type == new.type and (old.arity is Arity.LIST) == (new.arity is Arity.LIST)
    if same_type and isinstance(default, Expression) and default.canonical is None and old.default is not None:
        default = old.default  # `dbgenerated()` without a text is content with what is there.
    generated = new.generated
    if generated is None and _stays_generated(old, new, gone, dialect):
        generated, default = old.generated, old.default
    identity = new.identity
    if identity is None and isinstance(new.default, AutoIncrement):
        identity = old.identity
    same_family = old.type.family is new.type.family
    both_lists = old.arity is Arity.LIST and new.arity is Arity.LIST
    return replace(
        new,
        arity=old.arity if old.required_by_type and same_type else new.arity,
        default=default,
        generated=generated,
        identity=identity,
        collation=old.collation if new.collation is None and same_family else new.collation,
        list_not_null=old.list_not_null if both_lists else new.list_not_null,
        comment=old.comment if new.comment is None else new.comment,
        null_conflict=old.null_conflict if old.is_required and new.is_required else None,
        origin=old.origin,
    )


def _stays_generated(old: Column, new: Column, gone: set[str], dialect: Dialect) -> bool:
    """Whether the file lets the column be generated, and the expression can still be evaluated and fits the type."""
    if old.generated is None or generated_reads(old.generated, gone):
        return False
    if not _says_no_default(new) and not _says_the_same(new, old.generated, dialect):
        return False
    lists = old.arity is Arity.LIST, new.arity is Arity.LIST
    # A number goes into a column of any kind of integer, though the engine casts none to an oid.
    numbers = not any(lists) and old.type.family is TypeFamily.INT and new.type.family is TypeFamily.INT
    return numbers or dialect.cast(old.type, new.type, *lists) is not Cast.IMPOSSIBLE


def _says_the_same(new: Column, generated: Generated, dialect: Dialect) -> bool:
    """Whether the file gives the expression as a default: how a pulled file shows a generated column."""
    match new.default:
        case Expression(sql=str(written)) | Literal(sql=str(written)) | Now(sql=str(written)):
            if _bare(written) == _bare(generated.expression):
                return True
            # It may have been pulled where the server prints it in other words.
            is_list = new.arity is Arity.LIST
            return dialect.types.default_of(generated.expression, new.type, is_list=is_list) == new.default
        case _:
            return False


def _bare(expression: str) -> str:
    """An expression without the parentheses around all of it."""
    text = expression.strip()
    while text.startswith("(") and text.endswith(")") and _encloses(text):
        text = text[1:-1].strip()
    return text


def _encloses(text: str) -> bool:
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def _says_no_default(column: Column) -> bool:
    return column.default is None or (isinstance(column.default, Expression) and column.default.canonical is None)


# --- keys -------------------------------------------------------------------------------------------------------------


def _primary_key(old: PrimaryKey | None, new: PrimaryKey | None, unnamed: set[str], quote: Quote) -> PrimaryKey | None:
    if old is not None and any(column.name in unnamed for column in old.columns):
        return old
    if old is None or new is None:
        return new
    new = replace(
        new,
        comment=old.comment if new.comment is None else new.comment,
        storage=old.storage,
        belongings=carried_belongings(old, new, quote),
    )
    if [column.name for column in old.columns] != [column.name for column in new.columns]:
        return new
    return replace(
        new,
        columns=old.columns,
        deferrable=new.deferrable or old.deferrable,
        conflict=old.conflict,
        include=old.include,
    )


def _foreign_keys(old: Table, new: Table, capabilities: Capabilities) -> Iterator[ForeignKey]:
    before = {_ends(key): key for key in old.foreign_keys}
    for key in new.foreign_keys:
        previous = before.get(_ends(key))
        if previous is None:
            yield key
            continue
        yield replace(
            key,
            name=key.name if capabilities.named_foreign_keys else previous.name or key.name,
            deferrable=key.deferrable or previous.deferrable,
            validated=key.validated and previous.validated,
            match_full=key.match_full or previous.match_full,
            comment=previous.comment if key.comment is None else key.comment,
            set_columns=previous.set_columns if key.on_delete is previous.on_delete else (),
        )


def _ends(key: ForeignKey) -> tuple[object, ...]:
    return key.columns, key.referenced_table, key.referenced_columns


# --- indexes ----------------------------------------------------------------------------------------------------------


def _indexes(old: Table, new: Table, gone: set[str], quote: Quote, *, says_conditions: bool) -> Iterator[Index]:
    """The wanted indexes, each with what its history knows; then those that the file had no way to name."""
    by_name = {index.name: index for index in old.indexes}
    wanted = {index.name for index in new.indexes}
    # What the file can't say may be no concern of a new index of that shape: it stays beside it, under its own name.
    by_shape = {
        _sayable(index): index
        for index in reversed(old.indexes)
        if index.name not in wanted and not _unsayable(index, says_conditions=says_conditions)
    }
    used: set[str] = set()
    for index in new.indexes:
        previous = by_name.get(index.name) or by_shape.pop(_sayable(index), None)
        if previous is None:
            yield index
        else:
            used.add(previous.name)
            yield _index(previous, index, quote, says_conditions=says_conditions)
    for index in old.indexes:
        silent = _unsayable(index, says_conditions=says_conditions)
        if index.name not in used and silent and not index_reads(index, gone):
            yield index


def _sayable(index: Index) -> tuple[object, ...]:
    """What the language says of an index: enough to know it again under another name."""
    return tuple((column.name, column.sort) for column in index.columns), index.kind, index.method


def _index(old: Index, new: Index, quote: Quote, *, says_conditions: bool) -> Index:
    names = [column.name for column in new.columns]
    if any(column.expression is not None for column in old.columns):
        return replace(old, name=new.name, belongings=carried_belongings(old, new, quote))
    columns = new.columns
    include = new.include
    if names == [column.name for column in old.columns] + list(old.include):
        columns, include = new.columns[: len(old.columns)], old.include
    return replace(
        new,
        columns=_index_columns(old.columns, columns),
        include=include or old.include,
        predicate=new.predicate if says_conditions else new.predicate or old.predicate,
        predicate_sql=new.predicate_sql,
        nulls_not_distinct=new.nulls_not_distinct or old.nulls_not_distinct,
        deferrable=new.deferrable or old.deferrable,
        storage=new.storage or old.storage,
        comment=old.comment if new.comment is None else new.comment,
        constraint=old.constraint,
        belongings=carried_belongings(old, new, quote),
        # Only a constraint can say it, which has no name of its own: the file's name is no reason to lose it.
        conflict=old.conflict,
        name=new.name if old.conflict is None else old.name,
    )


def _index_columns(old: tuple[IndexColumn, ...], new: tuple[IndexColumn, ...]) -> tuple[IndexColumn, ...]:
    before = {column.name: column for column in old}
    return tuple(
        column if (previous := before.get(column.name)) is None else _index_column(previous, column) for column in new
    )


def _index_column(old: IndexColumn, new: IndexColumn) -> IndexColumn:
    says_class = new.opclass is not None or new.opclass_written is not None
    return replace(
        new,
        opclass=new.opclass if says_class else old.opclass,
        nulls_first=old.nulls_first if new.nulls_first is None and old.sort is new.sort else new.nulls_first,
        collation=new.collation or old.collation,
    )


def _unsayable(index: Index, *, says_conditions: bool) -> bool:
    """Whether the file, silent about the index, may just have had no words for it."""
    has_expression = any(column.expression is not None for column in index.columns)
    is_partial = index.predicate is not None and not says_conditions
    has_no_name = any(is_unnameable(field_name(column.name).name) for column in index.columns)
    return has_expression or has_no_name or is_partial or bool(index.include)
