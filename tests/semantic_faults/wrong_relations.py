"""Mistakes in relations."""

from __future__ import annotations

import re

from semantic_faults.text import FIELD, Field, Text

_SCALARS = ("Int", "BigInt", "Float", "Decimal", "Boolean", "String", "DateTime", "Json", "Bytes")
_ACTIONS = ("SetNull", "SetDefault", "NoAction", "Restrict", "Cascade", "Delete")


def _relation(text: Text) -> Field | None:
    models = text.models()
    return text.one_field(lambda field: field[4] in models)


def drop_a_side(text: Text) -> None:
    found = _relation(text)
    if found is not None:
        del text.lines[found[0]]


def change_reference(text: Text) -> None:
    """The relation references another field of its target."""
    found = text.one_field(lambda field: "references" in field[6])
    if found is None:
        return
    number, field = found
    target = next(((start, end) for name, start, end in text.blocks("model") if name == field[4]), None)
    names = [] if target is None else [m[2] for line in text.lines[slice(*target)] if (m := FIELD.match(line))]
    if names:
        new = re.sub(r"(references\s*:\s*\[\s*)\w+", rf"\g<1>{text.random.choice(names)}", text.lines[number])
        text.lines[number] = new


def _column_of_relation(text: Text) -> Field | None:
    used = set(re.findall(r"\w+", " ".join(re.findall(r"fields\s*:\s*\[([^\]]*)\]", "\n".join(text.lines)))))
    models = text.models()
    return text.one_field(lambda field: field[2] in used and field[4] not in models)


def change_type_of_column(text: Text) -> None:
    found = _column_of_relation(text)
    if found is not None:
        text.put(*found, kind=text.random.choice(_SCALARS))


def change_arity_of_column(text: Text) -> None:
    found = _column_of_relation(text)
    if found is not None:
        text.put(*found, arity=text.random.choice(("?", "", "[]")))


def change_arity_of_relation(text: Text) -> None:
    found = _relation(text)
    if found is not None:
        text.put(*found, arity=text.random.choice([a for a in ("?", "", "[]") if a != found[1][5]]))


def change_action(text: Text) -> None:
    """Another referential action, also on a side that can have none."""
    found = _relation(text)
    if found is None:
        return
    number, field = found
    action = f"{text.random.choice(('onDelete', 'onUpdate'))}: {text.random.choice(_ACTIONS)}"
    if "@relation(" in field[6]:
        text.lines[number] = text.lines[number].replace("@relation(", f"@relation({action}, ", 1)
    else:
        text.put(number, field, rest=f"{field[6]} @relation({action})")


def drop_argument(text: Text) -> None:
    """A relation loses one of its arguments."""
    arguments = (r"fields\s*:\s*\[[^\]]*\]", r"references\s*:\s*\[[^\]]*\]", r'(?:name\s*:\s*)?"[^"]*"')
    text.swap(rf"(@relation\(.*?){text.random.choice(arguments)}\s*,?", r"\1")


def drop_one_column(text: Text) -> None:
    """`fields` or `references` of a composite relation gets shorter."""
    text.swap(rf"({text.random.choice(('fields', 'references'))}\s*:\s*\[\s*)\w+\s*,", r"\1")


def rename_relation(text: Text) -> None:
    text.swap(r'(@relation\(.*?)"[^"]*"', r'\1"Other"')


def second_relation(text: Text) -> None:
    """Another relation field to the same model, which nothing tells from the first."""
    found = _relation(text)
    if found is not None:
        number, field = found
        text.lines.insert(number, f"{field[1]}again{field[3]}{field[4]}{field[5]}{field[6]}")


def drop_unique(text: Text) -> None:
    text.swap(r"@unique(\([^)]*\))?", "")


def emulate(text: Text) -> None:
    """Clients carry the relations out: actions may not go round in a circle, and some aren't there."""
    blocks = text.blocks("datasource")
    if blocks:
        text.lines.insert(blocks[0][2], '  relationMode = "prisma"')
