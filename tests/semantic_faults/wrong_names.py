"""Names that are taken, or no names."""

from __future__ import annotations

import re

from semantic_faults.text import FIELD, Text


def duplicate_block(text: Text) -> None:
    blocks = text.blocks("model", "view", "enum", "generator", "datasource")
    if blocks:
        _, start, end = text.random.choice(blocks)
        text.lines += text.lines[start : end + 1]


def duplicate_item(text: Text) -> None:
    """A field, a value or a block attribute is there twice."""
    blocks = text.blocks("model", "view", "enum", "generator", "datasource")
    if blocks:
        _, start, end = text.random.choice(blocks)
        number = text.random.randint(start + 1, max(start + 1, end - 1))
        text.lines.insert(number, text.lines[number])


def same_names(text: Text) -> None:
    """Two things have one name in the database."""
    pattern = r'(@map\(|map\s*:\s*)(?:name\s*:\s*)?"([^"]*)"'
    names = [found[2] for line in text.lines for found in re.finditer(pattern, line)]
    names += [m[2] for line in text.lines if (m := FIELD.match(line))] + sorted(text.models())
    if names:
        # A name may hold backslashes, which a replacement would read as its own.
        name = text.random.choice(names).replace("\\", r"\\")
        text.swap(pattern, rf'\1"{name}"')


def map_to_a_name(text: Text) -> None:
    """A field or a block takes the name of another."""
    names = sorted(text.models() | text.enums()) + [field[2] for _, field in text.fields()]
    if not names:
        return
    name = text.random.choice(names)
    if text.random.random() < 0.5:
        blocks = text.blocks("model", "view", "enum")
        text.lines.insert(text.random.choice(blocks)[2], f'  @@map("{name}")')
    else:
        found = text.one_field()
        if found is not None:
            text.put(*found, rest=f'{found[1][6].split("//")[0]} @map("{name}")')


def rename_field(text: Text) -> None:
    found = text.one_field()
    if found is not None:
        number, field = found
        others = [other[2] for _, other in text.fields()] + ["_x", "1x", "a-b", "ä", "String", "renamed"]
        text.lines[number] = f"{field[1]}{text.random.choice(others)}{field[3]}{field[4]}{field[5]}{field[6]}"


def rename_block(text: Text) -> None:
    blocks = text.blocks("model", "view", "enum")
    if blocks:
        name, start, _ = text.random.choice(blocks)
        others = [other for other, _, _ in blocks]
        others += ["String", "Renamed", "select", "Prisma", "async", "1Name", "_Name"]
        other = text.random.choice(others)
        text.lines[start] = re.sub(rf"\b{re.escape(name)}\b", lambda _: other, text.lines[start])
