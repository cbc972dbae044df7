"""What a row holds for a moment, so that another one can be written: NULL, or a value that no row has."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from parity.data.acts import Act, Kind, Lowest
from parity.data.cells import Cell
from parity.data.keys import unique_keys
from parity.data.rules import Cause, Reason, follows
from parity.schema.model import Column
from parity.schema.types import Arity, Literal, LiteralKind, Now, TypeFamily

_NO_TEXTS = ("Inet", "Bit", "VarBit", "Xml", "CatalogSingleChar")
"""Strings of the schema language that the database doesn't take any text for."""

_FOR_A_MOMENT = ("~parity~{}", "~{}")


def nullable(act: Act, reason: Reason) -> str | None:
    """A column through which the act can free or release what another one waits for, by writing NULL first."""
    table = act.table.shape.table
    agree = {name for key in unique_keys(table) if key.nulls_agree for name in key.columns}
    for column in _writable(act, reason):
        is_referred_to = any(column.name in key.referenced_columns for _, key in act.table.shape.referring)
        if column.arity is not Arity.REQUIRED and not is_referred_to and column.name not in agree:
            return column.name
    return None


def passing_value(act: Act, reason: Reason, number: int) -> tuple[str, Cell | Lowest] | None:
    """A column, and a value that no row has in it, for the same."""
    shape = act.table.shape
    for column in _writable(act, reason) if reason.cause is Cause.FREES else ():
        refers = any(column.name in key.columns for key in shape.table.foreign_keys)
        told = [key for _, key in shape.referring if column.name in key.referenced_columns]
        if not refers and (not told or (act.kind is Kind.UPDATE and all(follows(key.on_update) for key in told))):
            value = _another(act, column, number)
            if value is not None:
                return column.name, value
    return None


def left_open(act: Act, reason: Reason) -> str | None:
    """A column of the reference for which the act waits that can be NULL until then."""
    if reason.cause is not Cause.PROVIDES or act.kind is Kind.DELETE:
        return None
    referred_to = {name for _, key in act.table.shape.referring for name in key.referenced_columns}
    for name in reason.columns:
        column = act.table.shape.table.column(name)
        is_open = column is not None and not column.is_required and name not in act.table.key
        if is_open and name not in referred_to and act.cells.get(name) is not None:
            return name
    return None


def _writable(act: Act, reason: Reason) -> Iterator[Column]:
    """Columns of what the act leaves that it may write twice: none by which its row is found, or that isn't listed."""
    one = act.difference
    if one is None or act.kind is Kind.INSERT or reason.cause not in (Cause.FREES, Cause.RELEASES):
        return
    listed = None if one.wanted is None else one.wanted.cells
    for name in reason.columns:
        column = act.table.shape.table.column(name)
        if column is None or column.generated is not None or name in act.table.key:
            continue
        if listed is None or (name in listed and not isinstance(listed[name], Now)):
            yield column


def _another(act: Act, column: Column, number: int) -> Cell | Lowest | None:
    native = column.type.native
    if column.arity is Arity.LIST:
        return None
    match column.type.family:
        case TypeFamily.INT | TypeFamily.BIG_INT | TypeFamily.DECIMAL | TypeFamily.FLOAT:
            wanted = (row.cells.get(column.name) for row in act.table.rows)
            numbers = [value for value in wanted if isinstance(value, Literal)]
            return Lowest(min(numbers, key=lambda value: Decimal(str(value.value)))) if numbers else None
        case TypeFamily.UUID:
            return Literal(LiteralKind.STRING, f"00000000-0000-0000-0000-{number + 1:012x}")
        case TypeFamily.STRING if native is None or native.name not in _NO_TEXTS:
            longest = native.args[0] if native is not None and native.args else None
            texts = (pattern.format(number + 1) for pattern in _FOR_A_MOMENT)
            text = next((text for text in texts if longest is None or len(text) <= longest), None)
            return None if text is None else Literal(LiteralKind.STRING, text)
        case _:
            return None
