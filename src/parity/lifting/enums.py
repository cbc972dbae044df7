"""The block of an enum."""

from __future__ import annotations

from collections.abc import Iterator

from parity.lifting import notes
from parity.lifting.blocks import Block, Line, block_text, make_line
from parity.lifting.names import is_unnameable, on_one_line
from parity.lifting.source import Source
from parity.lifting.text import attribute, documentation
from parity.psl import model as psl
from parity.psl.strings import quote
from parity.schema.model import Enum


def enum_block(enum: Enum, source: Source) -> str:
    """The text of an enum that the database knows."""
    name = source.enum_names[enum.name]
    previous = source.enums.get(enum.name)
    docs = [] if previous is None or previous.documentation is None else [previous.documentation]
    if previous is None and enum.comment is not None:
        docs.append(notes.ENUM_COMMENT)
    lines = [line for value in enum.values for line in _value(enum, value, source)]
    attributes = []
    if name.mapped is not None:
        attributes.append(attribute("@@map", quote(name.mapped)))
    if source.shows_namespaces and enum.name.namespace is not None:
        attributes.append(attribute("@@schema", quote(enum.name.namespace)))
    return block_text(Block(f"enum {name.name}", lines, attributes, docs))


def kept_enum_block(enum: psl.Enum) -> str:
    """The text of an enum that only the schema file knows, where the database has no enums."""
    lines: list[Line] = []
    for value in enum.values:
        mapped = None if value.database_name is None else attribute("@map", quote(value.database_name))
        lines += [*_kept_documentation(value.documentation), make_line(value.name, "", mapped)]
    docs = [] if enum.documentation is None else [enum.documentation]
    return block_text(Block(f"enum {enum.name}", lines, (), docs))


def unnameable_values(enum: Enum, source: Source) -> Iterator[str]:
    """The values that are commented out."""
    for value in enum.values:
        if is_unnameable(source.value_names[enum.name, value].name):
            yield value


def _value(enum: Enum, value: str, source: Source) -> list[Line]:
    name = source.value_names[enum.name, value]
    previous = source.values.get((enum.name, value))
    line = make_line(
        name.name or on_one_line(value), "", None if name.mapped is None else attribute("@map", quote(name.mapped))
    )
    docs = [] if previous is None else _kept_documentation(previous.documentation)
    return [*docs, f"// {line}" if is_unnameable(name.name) else line]


def _kept_documentation(text: str | None) -> list[str]:
    return [] if text is None else documentation([text])
