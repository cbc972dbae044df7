"""SQL of what the schema language can't say, and of comments. Definitions are the server's own; the rest is here."""

from __future__ import annotations

from parity.dialects.postgres.belongings import WITHOUT_ROWS
from parity.dialects.postgres.names import written
from parity.dialects.postgres.split import split
from parity.dialects.sql import quote_identifier, quote_string
from parity.schema.model import Opaque, OpaqueKind
from parity.schema.types import ObjectName


def title(opaque: Opaque) -> str:
    """`MaterializedView`, for the comment above the statement."""
    if opaque.kind is OpaqueKind.COMPOSITE_TYPE:
        return "Type"
    return "".join(word.capitalize() for word in opaque.kind.value.split())


def create_opaque(opaque: Opaque, belongings: tuple[str, ...]) -> tuple[str, ...]:
    """The statements that make it, with its comment and what else hung on it."""
    comment = () if opaque.comment is None else (f"COMMENT ON {_words(opaque)} IS {quote_string(opaque.comment)}",)
    unfilled = opaque.kind is OpaqueKind.MATERIALIZED_VIEW and any(b.startswith(WITHOUT_ROWS) for b in belongings)
    if not unfilled:
        return (opaque.definition, *comment, *belongings)
    # Made without its rows, so that nobody waits for a query whose answer isn't wanted.
    first, *indexes = (statement.text for statement in split(opaque.definition))
    others = (statement for statement in belongings if not statement.startswith(WITHOUT_ROWS))
    return (f"{first}\nWITH NO DATA", *indexes, *comment, *others)


def drop_opaque(opaque: Opaque) -> str:
    """The statement that drops it."""
    return f"DROP {_words(opaque)}"


def _words(opaque: Opaque) -> str:
    """What a statement calls it: `TRIGGER "t" ON "A"`."""
    match opaque.kind:
        case OpaqueKind.TRIGGER | OpaqueKind.POLICY | OpaqueKind.RULE if opaque.table is not None:
            return f"{opaque.kind.value} {quote_identifier(opaque.name.name)} ON {written(opaque.table)}"
        case OpaqueKind.FUNCTION | OpaqueKind.PROCEDURE | OpaqueKind.AGGREGATE:
            # The name holds its quotes where it needs them, and the arguments: `f(integer, text)`.
            namespace = opaque.name.namespace
            prefix = "" if namespace is None else f"{quote_identifier(namespace)}."
            return f"{opaque.kind.value} {prefix}{opaque.name.name}"
        case OpaqueKind.RANGE_TYPE:
            return f"TYPE {written(opaque.name)}"
        case OpaqueKind.EVENT_TRIGGER:
            return f"EVENT TRIGGER {quote_identifier(opaque.name.name)}"
        case OpaqueKind.VIRTUAL_TABLE:
            return f"TABLE {written(opaque.name)}"
        case _:
            return f"{opaque.kind.value} {written(opaque.name)}"


def comment_on(table: ObjectName, column: str | None, comment: str | None) -> str:
    """COMMENT ON a table, or on one of its columns."""
    text = "NULL" if comment is None else quote_string(comment)
    if column is None:
        return f"COMMENT ON TABLE {written(table)} IS {text}"
    return f"COMMENT ON COLUMN {written(table)}.{quote_identifier(column)} IS {text}"


def comment_on_constraint(table: ObjectName, name: str | None, comment: str | None) -> tuple[str, ...]:
    """COMMENT ON a constraint; nothing where it has none."""
    if name is None or comment is None:
        return ()
    return (f"COMMENT ON CONSTRAINT {quote_identifier(name)} ON {written(table)} IS {quote_string(comment)}",)
