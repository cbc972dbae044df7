"""The `///` lines that `db pull` adds above a block, one text for each fact.

They stand in the schema files of teams that have pulled before, word for word: other words would be a change in every
such file, so these are kept. Each is added once, when the block is new.
"""

from __future__ import annotations

PARTITION = (
    "This table is a partition table and requires additional setup for migrations. "
    "Visit https://pris.ly/d/partition-tables for more info."
)
SUBCLASS = (
    "This table has subclasses and requires additional setup for migrations. "
    "Visit https://pris.ly/d/table-inheritance for more info."
)
CHECK = (
    "This table contains check constraints and requires additional setup for migrations. "
    "Visit https://pris.ly/d/check-constraints for more info."
)
EXCLUSION = (
    "This table contains exclusion constraints and requires additional setup for migrations. "
    "Visit https://pris.ly/d/exclusion-constraints for more info."
)
NO_COLUMNS_OR_RIGHTS = (
    "We could not retrieve columns for the underlying table. "
    "Either it has none or you are missing rights to see them. Please check your privileges."
)
NO_IDENTIFIER = (
    "The underlying table does not contain a valid unique identifier "
    "and can therefore currently not be handled by Prisma Client."
)
MODEL_COMMENT = (
    "This model or at least one of its fields has comments in the database, "
    "and requires an additional setup for migrations: Read more: https://pris.ly/d/database-comments"
)
VIEW_COMMENT = (
    "This view or at least one of its fields has comments in the database, "
    "and requires an additional setup for migrations: Read more: https://pris.ly/d/database-comments"
)
ENUM_COMMENT = (
    "This enum is commented in the database, "
    "and requires an additional setup for migrations: Read more: https://pris.ly/d/database-comments"
)
DEFERRING = (
    "This model has constraints using non-default deferring rules and requires additional setup for migrations. "
    "Visit https://pris.ly/d/constraint-deferring for more info."
)
ROW_LEVEL_SECURITY = (
    "This model contains row level security and requires additional setup for migrations. "
    "Visit https://pris.ly/d/row-level-security for more info."
)
NULL_ORDER = (
    "This model contains an index with non-default null sort order and requires additional setup for migrations. "
    "Visit https://pris.ly/d/default-index-null-ordering for more info."
)
EXPRESSION_INDEX = (
    "This model contains an expression index which requires additional setup for migrations. "
    "Visit https://pris.ly/d/expression-indexes for more info."
)
UNNAMEABLE_FIELD = (
    "This field was commented out because of an invalid name. "
    "Please provide a valid one that matches [a-zA-Z][a-zA-Z0-9_]*"
)


def renamed(kind: str, name: str, original: str) -> str:
    """For a model or a view whose name the generated client can't have."""
    return (
        f"This {kind} has been renamed to '{name}' during introspection, "
        f"because the original name '{original}' is reserved."
    )


def merged(documentation: str | None, additions: list[str]) -> list[str]:
    """The documentation that a block has, and the additions that it doesn't hold yet."""
    texts = [] if documentation is None else [documentation]
    for addition in additions:
        if not any(addition in text for text in texts):
            texts.append(addition)
    return texts


def without_stray_notes(documentation: str) -> str:
    """A field's documentation without the note on a commented-out field above it, which looks as if it were its own."""
    return "\n".join(line for line in documentation.split("\n") if line != UNNAMEABLE_FIELD)
