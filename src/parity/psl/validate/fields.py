"""Rules of columns: what types the database has, and names that clients need twice."""

from __future__ import annotations

from collections import Counter

from parity.psl.codes import Code
from parity.psl.entries import ModelEntry
from parity.psl.model import Arity, Field, ScalarField, ScalarType
from parity.psl.validate.context import Context


def column_type_exists(field: ScalarField, entry: ModelEntry, context: Context) -> None:
    """The database can hold the field's type, and lists of it where it is a list."""
    facts = context.facts
    is_list = field.arity is Arity.LIST
    if field.type is ScalarType.DECIMAL and not facts.decimal:
        message = f"the field `{field.name}` of `{entry.name}` is a Decimal, which needs a datasource"
        context.error(Code.UNSUPPORTED_SCALAR, message, field.span)
    if field.type is ScalarType.JSON and is_list and not facts.json_lists:
        message = f"{context.database} has no lists of Json: `{field.name}` of `{entry.name}`"
        context.error(Code.UNSUPPORTED_LIST, message, field.span, "hold the list in one Json value")
    if is_list and not facts.scalar_lists:
        message = f"{context.database} has no lists: `{field.name}` of `{entry.name}`"
        context.error(Code.UNSUPPORTED_LIST, message, field.span, "use a relation, or a Json field")


def field_name_is_no_client_name(field: Field, entry: ModelEntry, names: Counter[str], context: Context) -> None:
    """No field has the client name of a key or an index."""
    if field.name in names:
        message = f"`{field.name}` is a field of `{entry.name}` and the client name of one of its keys"
        context.error(Code.NAME_CLASH, message, entry.span, "give the key another name with `name:`")
