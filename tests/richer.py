"""More random changes of a schema file, for what the common ones don't reach: keys of several columns, circles, texts.

They are apart so that the comparison with the referee keeps its cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mutations import MUTATIONS, Block, Draft

_ID = re.compile(r"^\s*(\w+)\s+(Int|String)\b(?=.*@id\b)(.*)$")


def _keyed(changed: Draft) -> tuple[Block, int, re.Match[str]] | None:
    """A model with a key of one column: the model, the key's line, and what is in it."""
    found = [(model, n, m) for model in changed.models() for n in model.fields() if (m := _ID.match(model.lines[n]))]
    return changed.random.choice(found) if found else None


def compose_key(changed: Draft) -> bool:
    """A key of two columns takes the place of one of one column, which stays unique."""
    found = _keyed(changed)
    if found is None:
        return False
    model, place, match = found
    other = changed.fresh("part")
    attributes = re.sub(r"@id\b(\([^)]*\))?", "", match[3])
    unique = "" if "@unique" in attributes else " @unique"
    model.lines[place] = f"  {match[1]} {match[2]}{attributes}{unique}"
    model.lines.insert(place + 1, f"  {other} Int @default({changed.random.randrange(3)})")
    model.lines.append(f"  @@id([{match[1]}, {other}])")
    return True


def refer_to_itself(changed: Draft) -> bool:
    """A table refers to itself."""
    found = _keyed(changed)
    if found is None:
        return False
    model, _, match = found
    name = changed.fresh("self")
    action = changed.random.choice(("", ", onDelete: Cascade", ", onDelete: SetNull", ", onDelete: NoAction"))
    native = re.search(r"@db\.\w+(\([^)]*\))?", match[3])
    ends = f"fields: [{name}Id], references: [{match[1]}]"
    model.lines.insert(0, f"  {name}Id {match[2]}? {native[0] if native else ''}".rstrip())
    model.lines.insert(0, f'  {name} {model.name}? @relation("{name}", {ends}{action})')
    model.lines.insert(0, f'  {name}All {model.name}[] @relation("{name}")')
    return True


def refer_by_two(changed: Draft) -> bool:
    """A foreign key of two columns."""
    found = _keyed(changed)
    if found is None:
        return False
    model, _, match = found
    child = changed.random.choice(changed.models())
    name = changed.fresh("two")
    native = re.search(r"@db\.\w+(\([^)]*\))?", match[3])
    part = f"{name}Part"
    model.lines.insert(0, f"  {part} Int @default(1)")
    model.lines.insert(0, f'  {name}All {child.name}[] @relation("{name}")')
    model.lines.append(f"  @@unique([{match[1]}, {part}])")
    ends = f"fields: [{name}A, {name}B], references: [{match[1]}, {part}]"
    child.lines.insert(0, f"  {name}A {match[2]}? {native[0] if native else ''}".rstrip())
    child.lines.insert(0, f"  {name}B Int?")
    child.lines.insert(0, f'  {name} {model.name}? @relation("{name}", {ends})')
    return True


def toggle_numbering(changed: Draft) -> bool:
    """An integer key is numbered, or isn't any more."""
    found = _keyed(changed)
    if found is None or found[2][2] != "Int":
        return False
    model, place, _ = found
    numbered = " @default(autoincrement())"
    line = model.lines[place]
    model.lines[place] = line.replace(numbered, "") if numbered in line else f"{line}{numbered}"
    return model.lines[place] != line and "@default" not in line.replace(numbered, "")


def widen_key(changed: Draft) -> bool:
    """A key changes its type, and all that refers to it with it."""
    found = _keyed(changed)
    if found is None or "@db" in found[2][3] or "autoincrement" in found[2][3]:
        return False
    model, place, match = found
    kind = changed.random.choice(("BigInt", "String"))
    model.lines[place] = f"  {match[1]} {kind} @id"
    pattern = re.compile(rf"\s{model.name}\??\s.*fields: \[(\w+)\], references: \[{match[1]}\]")
    for other in changed.models():
        for line in list(other.lines):
            if reference := pattern.search(line):
                own = re.compile(rf"^(\s*{reference[1]}\s+)\w+(\??)\s.*$|^(\s*{reference[1]}\s+)\w+(\??)$")
                other.lines = [own.sub(lambda m: f"{m[1] or m[3]}{kind}{m[2] or m[4]}", one) for one in other.lines]
    return True


def add_expression(changed: Draft) -> bool:
    """A column with a default that only the database can evaluate."""
    models = changed.models()
    if not models:
        return False
    server = (
        ("DateTime", "now() + '1 day'::interval"),
        ("String", "gen_random_uuid()"),
        ("Int", "1 + 2"),
        ("String", "lower('ABC'::text)"),
        ("Json", "'{}'"),
        ("Boolean", "NOT false"),
    )
    file = (("Int", "(1 + 2)"), ("String", "(lower('ABC'))"), ("DateTime", "CURRENT_TIMESTAMP"), ("Int", "7"))
    kind, text = changed.random.choice(server if changed.lists else file)
    optional = changed.random.choice(("", "?"))
    changed.random.choice(models).lines.insert(
        0, f'  {changed.fresh("e")} {kind}{optional} @default(dbgenerated("{text}"))'
    )
    return True


def add_enum_list(changed: Draft) -> bool:
    """A column of many values of an enum, or of one or none."""
    enums, models = changed.enums(), changed.models()
    if not enums or not models:
        return False
    enum = changed.random.choice(enums)
    values = [enum.lines[n].split()[0] for n in enum.fields()]
    arity = changed.random.choice(("?", "[]" if changed.lists else "?"))
    default = f" @default({'[' if arity == '[]' else ''}{values[0]}{']' if arity == '[]' else ''})" if values else ""
    default = changed.random.choice(("", default))
    changed.random.choice(models).lines.insert(0, f"  {changed.fresh('k')} {enum.name}{arity}{default}")
    return True


def map_value(changed: Draft) -> bool:
    """A value of an enum gets another name in the database."""
    enums = [enum for enum in changed.enums() if enum.fields()]
    if not enums:
        return False
    enum = changed.random.choice(enums)
    place = changed.random.choice(enum.fields())
    enum.lines[place] = f'  {enum.lines[place].split()[0]} @map("{changed.fresh("it is ")}")'
    return True


RICHER: tuple[Callable[[Draft], bool], ...] = (
    compose_key,
    refer_to_itself,
    refer_by_two,
    toggle_numbering,
    widen_key,
    add_expression,
    add_expression,
    add_enum_list,
    map_value,
)


def mutate_richly(changed: Draft, times: int) -> None:
    """Some random changes, of all kinds."""
    for _ in range(times):
        for _ in range(10):
            if changed.random.choice((*MUTATIONS, *RICHER, *RICHER))(changed):
                break
