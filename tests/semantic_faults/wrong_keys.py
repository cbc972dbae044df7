"""Mistakes in keys and indexes, and in what is switched on."""

from __future__ import annotations

import re

from semantic_faults.text import FIELD, Text


def index_over(text: Text) -> None:
    """A key or an index over fields of any kind, with any option."""
    blocks = text.blocks("model", "view")
    if not blocks:
        return
    _, start, end = text.random.choice(blocks)
    names = [m[2] for line in text.lines[start + 1 : end] if (m := FIELD.match(line))] + ["nothing"]
    chosen = text.random.sample(names, min(len(names), text.random.choice((1, 1, 2))))
    options = ("sort: Desc", "sort: Up", "length: 5", "length: 0", 'ops: raw("x")', "ops: InetOps", "ops: JsonbPathOps")
    if text.random.random() < 0.5:
        chosen[0] += f"({text.random.choice(options)})"
    more = ["", ", type: Gin", ", type: Hash", ", type: Brin", ", type: SpGist", ", type: Gist", ", type: Other"]
    more += [', map: "x"', ', name: "x"', ", clustered: true", ', where: raw("x")', f", where: {{ {names[0]}: 1 }}"]
    kind = text.random.choice(("@@index", "@@index", "@@unique", "@@id", "@@fulltext"))
    text.lines.insert(end, f"  {kind}([{', '.join(chosen)}]{text.random.choice(more)})")


def change_key(text: Text) -> None:
    """A field more, or one less, is the key."""
    if text.random.random() < 0.5:
        text.swap(r"@@?id\b(\([^@]*\))?", "")
    else:
        found = text.one_field()
        if found is not None:
            text.put(*found, rest=f" {text.random.choice(('@id', '@unique', '@id @unique'))}{found[1][6]}")


def double_attribute(text: Text) -> None:
    number = text.one_line(r"@\w+")
    if number is not None:
        found = text.random.choice(re.findall(r"@@?\w+(?:\.\w+)?(?:\([^()]*\))?", text.lines[number]) or [""])
        text.lines[number] = re.sub(r"\s*(//.*)?$", lambda _: f" {found}", text.lines[number], count=1)


def ignore_something(text: Text) -> None:
    if text.random.random() < 0.5:
        blocks = text.blocks("model", "view", "enum")
        if blocks:
            text.lines.insert(text.random.choice(blocks)[2], "  @@ignore")
    else:
        found = text.one_field()
        if found is not None:
            text.put(*found, rest=f" @ignore{found[1][6]}")


def change_schema(text: Text) -> None:
    """A namespace too many, too few, or unknown."""
    kind = text.random.random()
    if kind < 0.3:
        text.swap(r"@@schema\([^)]*\)", "")
    elif kind < 0.6:
        text.swap(r"@@schema\([^)]*\)", '@@schema("elsewhere")')
    elif kind < 0.8:
        values = ("", "schemas = []", 'schemas = ["one"]', 'schemas = ["a", "a"]')
        text.swap(r"schemas\s*=.*", text.random.choice(values))
    else:
        blocks = text.blocks("model", "view", "enum", "datasource")
        name, _, end = text.random.choice(blocks) if blocks else ("", 0, 0)
        if name:
            text.lines.insert(end, text.random.choice(('  @@schema("one")', '  schemas = ["one", "two"]')))


def drop_preview(text: Text) -> None:
    text.swap(r"previewFeatures\s*=.*", text.random.choice(("", "previewFeatures = []", 'previewFeatures = ["other"]')))


def change_keyword(text: Text) -> None:
    text.swap(r"^\s*(model|view|enum)\b", text.random.choice(("model", "view", "enum", "type", "table")))


def empty_a_block(text: Text) -> None:
    blocks = text.blocks("model", "view", "enum", "generator", "datasource")
    if blocks:
        _, start, end = text.random.choice(blocks)
        del text.lines[start + 1 : end]


def change_provider(text: Text) -> None:
    """The database changes, and not all of the schema fits it."""
    provider = text.random.choice(("postgresql", "cockroachdb", "mysql", "sqlite"))
    blocks = text.blocks("datasource")
    if blocks:
        for number in range(blocks[0][1], blocks[0][2]):
            text.lines[number] = re.sub(r'(provider\s*=\s*)"\w+"', rf'\1"{provider}"', text.lines[number])
