"""Rules of enums."""

from __future__ import annotations

from parity.psl.codes import Code
from parity.psl.entries import EnumEntry
from parity.psl.validate.context import Context
from parity.psl.validate.models import check_schema


def enum_types_differ(context: Context) -> None:
    """No two enums have one type in the database."""
    seen: set[tuple[str | None, str]] = set()
    for entry in context.resolution.enums.values():
        name = entry.block.name.text if entry.database_name is None else entry.database_name
        if (entry.schema, name) in seen:
            message = f"another enum has the database type `{name}` already"
            context.error(Code.DUPLICATE_ENUM, message, entry.span, "give it another name with `@@map`")
        seen.add((entry.schema, name))


def enum_schema_is_listed(entry: EnumEntry, context: Context) -> None:
    """An enum's schema is one that the datasource lists."""
    check_schema("enum", entry.block.name.text, entry.schema, entry.schema_span, entry.span, context)
