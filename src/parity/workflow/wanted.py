"""The wanted schema: what schema.prisma says, with all that it can't say taken from the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from parity.dialects.base import Session
from parity.diff.carry import carry_over
from parity.errors import ConfigError
from parity.lower import lower
from parity.schema.model import Schema
from parity.workflow.canonical import canonicalise, has_texts
from parity.workflow.context import Project


def wanted_schema(project: Project, history: Schema, scratch: Callable[[], Session]) -> Schema:
    """The schema that the next migration must lead to.

    `scratch` gives a session on a database that holds the history, which puts expressions in the database's own words.
    It is asked for where there are such. Raises ConfigError PAR304 for names that the database would cut.
    """
    lowered = lower(project.datamodel, project.dialect)
    _refuse_cut_names(lowered, project.dialect.capabilities.max_identifier_bytes)
    if any(has_texts(table) for table in lowered.tables):
        lowered = canonicalise(lowered, scratch(), project.dialect, existing=history.enums)
    return carry_over(history, lowered, project.dialect, says_conditions=project.datamodel.says_conditions)


def _refuse_cut_names(schema: Schema, most: int | None) -> None:
    long = [] if most is None else [what for what, name in _names(schema) if len(name.encode()) > most]
    if long:
        error = ConfigError(
            "PAR304",
            f"a name is longer than the {most} bytes that the database keeps of it"
            if len(long) == 1
            else f"{len(long)} names are longer than the {most} bytes that the database keeps of each",
            why="it would be cut there, and then be another one than the schema file's, or the same as a second one's",
            hint="give it a shorter name in the database, with @@map or @map",
        )
        error.details = tuple(long)
        raise error


def _names(schema: Schema) -> Iterator[tuple[str, str]]:
    """What a person names, and how; keys and indexes are checked with the schema file."""
    for table in schema.tables:
        yield f"table {table.name.name}", table.name.name
        for column in table.columns:
            yield f"column {column.name} of table {table.name.name}", column.name
    for enum in schema.enums:
        yield f"enum {enum.name.name}", enum.name.name
        for value in enum.values:
            yield f"value {value} of enum {enum.name.name}", value
