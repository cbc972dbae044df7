"""Random changes of a schema file's text, and random schema files. Not every result is valid: ask a parser.

The same seed gives the same text. Mutations work on lines, so that they fit any schema, however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

SCALARS = ("Int", "BigInt", "Float", "Decimal", "Boolean", "String", "DateTime", "Json", "Bytes")
_LITERALS = {
    "Int": ("1", "0", "-7", "42"),
    "BigInt": ("1", "9007199254740993"),
    "Float": ("1.5", "2.50", "0"),
    "Decimal": ("1.5", "99.990"),
    "Boolean": ("true", "false"),
    "String": ('"a"', '""', '"it\'s"', '"two words"'),
    "DateTime": ("now()", '"2020-01-01T00:00:00Z"'),
    "Json": ('"{}"', '"{\\"a\\": 1}"', '"[]"'),
    "Bytes": ('"aGVsbG8="',),
}
_POSTGRES_NATIVES: dict[str, tuple[str, ...]] = {
    "Int": ("SmallInt", "Integer", "Oid"),
    "BigInt": ("BigInt",),
    "Float": ("Real", "DoublePrecision"),
    "Decimal": ("Decimal(10, 2)", "Decimal(20, 5)", "Money"),
    "Boolean": ("Boolean",),
    "String": ("Text", "VarChar(20)", "VarChar(200)", "VarChar", "Char(5)", "Uuid", "Inet", "Citext", "Xml", "Bit(3)"),
    "DateTime": ("Timestamp(6)", "Timestamptz(3)", "Timestamptz", "Date", "Time(3)", "Timetz"),
    "Json": ("Json", "JsonB"),
    "Bytes": ("ByteA",),
}
_COCKROACH_NATIVES: dict[str, tuple[str, ...]] = {
    "Int": ("Int2", "Int4", "Oid"),
    "BigInt": ("Int8",),
    "Float": ("Float4", "Float8"),
    "Decimal": ("Decimal(10, 2)", "Decimal(20, 5)", "Decimal"),
    "Boolean": ("Bool",),
    "String": (
        "String",
        "String(20)",
        "String(200)",
        "Char",
        "Char(5)",
        "CatalogSingleChar",
        "Uuid",
        "Inet",
        "Bit(3)",
        "VarBit(9)",
    ),
    "DateTime": ("Timestamp(6)", "Timestamptz(3)", "Timestamptz", "Date", "Time(3)", "Timetz"),
    "Json": ("JsonB",),
    "Bytes": ("Bytes",),
}
NATIVES = {"postgresql": _POSTGRES_NATIVES, "cockroachdb": _COCKROACH_NATIVES}
"""Native types by provider and scalar; a provider that isn't here has none that matter."""
_OWN_DEFAULTS: dict[str, dict[str, tuple[str, ...]]] = {
    "cockroachdb": {
        "Int": ("sequence()", "sequence(start: 5)", "sequence(increment: 2, cache: 4)"),
        "BigInt": ("autoincrement()", "sequence()", "sequence(minValue: 3, maxValue: 900)"),
    }
}
"""Defaults that only one provider has, by provider and scalar."""
_BLOCK = re.compile(r"^(model|enum)\s+(\w+)\s*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(\w+)\s+(\w+)(\[\]|\?)?(?=\s|$)(.*)$")


@dataclass(slots=True)
class Block:
    """A model or an enum, as lines."""

    kind: str
    name: str
    lines: list[str]

    def fields(self) -> list[int]:
        """The places of the lines that are fields (or values)."""
        return [n for n, line in enumerate(self.lines) if line.strip() and not line.strip().startswith(("@@", "//"))]


@dataclass(slots=True)
class Draft:
    """A schema file under change."""

    head: str
    blocks: list[Block]
    random: Random
    lists: bool
    """Whether the database has array columns."""
    natives: dict[str, tuple[str, ...]]
    """The native types of each scalar; empty where they don't matter."""
    counted: str
    """The scalar that numbers itself."""
    literals: dict[str, tuple[str, ...]]
    """Defaults of each scalar."""
    counter: int = field(default=0)

    def text(self) -> str:
        """The file."""
        bodies = (f"{b.kind} {b.name} {{\n" + "".join(f"{line}\n" for line in b.lines) + "}\n" for b in self.blocks)
        return self.head + "\n" + "\n".join(bodies)

    def models(self) -> list[Block]:
        """The models."""
        return [block for block in self.blocks if block.kind == "model"]

    def enums(self) -> list[Block]:
        """The enums."""
        return [block for block in self.blocks if block.kind == "enum"]

    def fresh(self, stem: str) -> str:
        """A name that isn't taken."""
        self.counter += 1
        return f"{stem}{self.random.randrange(1000)}_{self.counter}"


def draft(schema: str, random: Random, provider: str) -> Draft:
    """A schema file, taken apart."""
    schema = schema.replace("\r\n", "\n")
    blocks = [Block(m[1], m[2], m[3].splitlines()) for m in _BLOCK.finditer(schema)]
    return _draft(_BLOCK.sub("", schema).rstrip() + "\n", blocks, random, provider)


def _draft(head: str, blocks: list[Block], random: Random, provider: str) -> Draft:
    own = _OWN_DEFAULTS.get(provider, {})
    literals = {scalar: (*values, *own.get(scalar, ())) for scalar, values in _LITERALS.items()}
    natives = NATIVES.get(provider, {})
    counted = "BigInt" if provider == "cockroachdb" else "Int"
    return Draft(head, blocks, random, bool(natives), natives, counted, literals)


def mutate(schema: str, random: Random, provider: str, times: int = 1) -> str:
    """The schema after some random changes."""
    changed = draft(schema, random, provider)
    for _ in range(times):
        for _ in range(10):
            if random.choice(MUTATIONS)(changed):
                break
    return changed.text()


def scalar_field(changed: Draft, name: str) -> str:
    """A random scalar or enum field."""
    random = changed.random
    enums = changed.enums()
    if enums and random.random() < 0.2:
        enum = random.choice(enums)
        values = [enum.lines[n].split()[0] for n in enum.fields()]
        default = f" @default({random.choice(values)})" if values and random.random() < 0.5 else ""
        return f"  {name} {enum.name}{random.choice(('', '?')) if not default else ''}{default}"
    kind = random.choice(SCALARS)
    arity = random.choice(("", "", "", "?", "?", "[]" if changed.lists else "?"))
    native = ""
    if changed.natives and random.random() < 0.3:
        native = f" @db.{random.choice(changed.natives[kind])}"
    default = ""
    if random.random() < 0.4:
        literal = random.choice(changed.literals[kind])
        default = f" @default([{literal}])" if arity == "[]" else f" @default({literal})"
    unique = " @unique" if random.random() < 0.1 and kind != "Json" else ""
    return f"  {name} {kind}{arity}{native}{default}{unique}"


# --- mutations: each returns whether it changed anything --------------------------------------------------------------


def _pick_scalar(changed: Draft) -> tuple[Block, int, re.Match[str]] | None:
    models = changed.models()
    if not models:
        return None
    names = {model.name for model in models}
    model = changed.random.choice(models)
    found = [(n, m) for n in model.fields() if (m := _FIELD.match(model.lines[n])) and m[2] not in names]
    if not found:
        return None
    place, match = changed.random.choice(found)
    return model, place, match


def add_field(changed: Draft) -> bool:
    """A new column."""
    models = changed.models()
    if not models:
        return False
    model = changed.random.choice(models)
    places = [*model.fields(), len(model.lines)]
    model.lines.insert(changed.random.choice(places), scalar_field(changed, changed.fresh("f")))
    return True


def drop_field(changed: Draft) -> bool:
    """A column goes, with the block attributes that name it."""
    found = _pick_scalar(changed)
    if found is None:
        return False
    model, place, match = found
    word = re.compile(rf"\b{match[1]}\b")
    del model.lines[place]
    model.lines = [line for line in model.lines if not (line.strip().startswith("@@") and word.search(line))]
    return True


def change_type(changed: Draft) -> bool:
    """Another scalar type; the field's attributes that belong to the old one go."""
    found = _pick_scalar(changed)
    if found is None:
        return False
    model, place, match = found
    unique = " @unique" if "@unique" in match[4] else ""
    identifier = " @id" if re.search(r"@id\b", match[4]) else ""
    kept = f"{identifier}{unique}"
    mapped = re.search(r'@map\("[^"]*"\)', match[4])
    arity = "" if identifier else match[3] or ""
    kind = changed.random.choice(SCALARS)
    model.lines[place] = f"  {match[1]} {kind}{arity}{kept} {mapped[0] if mapped else ''}".rstrip()
    return True


def change_arity(changed: Draft) -> bool:
    """Required, optional, or a list."""
    found = _pick_scalar(changed)
    if found is None:
        return False
    model, place, match = found
    choices = [arity for arity in ("", "?", "[]" if changed.lists else "?") if arity != (match[3] or "")]
    arity = changed.random.choice(choices)
    rest = re.sub(r"@default\((?:[^()]|\([^()]*\))*\)", "", match[4]) if "[]" in (arity, match[3]) else match[4]
    model.lines[place] = f"  {match[1]} {match[2]}{arity} {rest.strip()}".rstrip()
    return True


def change_native(changed: Draft) -> bool:
    """Another native type of the same scalar."""
    found = _pick_scalar(changed)
    if found is None or found[2][2] not in changed.natives:
        return False
    model, place, match = found
    rest = re.sub(r"@db\.\w+(\([^)]*\))?", "", match[4]).strip()
    native = changed.random.choice((*changed.natives[match[2]], ""))
    text = f"@db.{native}" if native else ""
    model.lines[place] = f"  {match[1]} {match[2]}{match[3] or ''} {text} {rest}".rstrip()
    return True


def change_default(changed: Draft) -> bool:
    """Another default, or none."""
    found = _pick_scalar(changed)
    if found is None:
        return False
    model, place, match = found
    rest = re.sub(r"@default\((?:[^()]|\([^()]*\))*\)", "", match[4]).strip()
    default = ""
    literals = changed.literals.get(match[2])
    if literals and ("@default" not in match[4] or changed.random.random() < 0.7):
        literal = changed.random.choice(literals)
        default = f"@default([{literal}])" if match[3] == "[]" else f"@default({literal})"
    line = f"  {match[1]} {match[2]}{match[3] or ''} {default} {rest}".rstrip()
    if line.split() == model.lines[place].split():
        return False
    model.lines[place] = line
    return True


def toggle_unique(changed: Draft) -> bool:
    """@unique comes or goes."""
    found = _pick_scalar(changed)
    if found is None:
        return False
    model, place, match = found
    line = model.lines[place]
    if re.search(r"@unique\b", line):
        model.lines[place] = re.sub(r"\s*@unique\b(\([^)]*\))?", "", line)
    elif match[3] != "[]" and "@id" not in line:
        model.lines[place] = f"{line} @unique"
    else:
        return False
    return True


def add_index(changed: Draft) -> bool:
    """@@index or @@unique on some fields."""
    found = _pick_scalar(changed)
    if found is None:
        return False
    model, _, match = found
    names = [match[1]]
    other = _pick_scalar(changed)
    if other is not None and other[0] is model and other[2][1] not in names:
        names.append(other[2][1])
    if changed.random.random() < 0.2:
        names[0] += "(sort: Desc)"
    kind = changed.random.choice(("@@index", "@@index", "@@unique"))
    name = f', map: "{changed.fresh("ix")}"' if changed.random.random() < 0.3 else ""
    line = f"  {kind}([{', '.join(names)}]{name})"
    if line in model.lines:
        return False
    model.lines.append(line)
    return True


def drop_index(changed: Draft) -> bool:
    """A block index goes."""
    found = [(m, n) for m in changed.models() for n, line in enumerate(m.lines) if _is_index(line)]
    if not found:
        return False
    model, place = changed.random.choice(found)
    del model.lines[place]
    return True


def rename_index(changed: Draft) -> bool:
    """A block index gets another name."""
    found = [(m, n) for m in changed.models() for n, line in enumerate(m.lines) if _is_index(line)]
    if not found:
        return False
    model, place = changed.random.choice(found)
    line = re.sub(r',\s*map:\s*"[^"]*"', "", model.lines[place]).rstrip()
    if not line.endswith(")"):
        return False
    model.lines[place] = f'{line[:-1]}, map: "{changed.fresh("rn")}")'
    return True


def _is_index(line: str) -> bool:
    return line.strip().startswith(("@@index", "@@unique"))


def add_model(changed: Draft) -> bool:
    """A new table, perhaps with a relation to another."""
    random = changed.random
    name = changed.fresh("Model")
    counted = f"{changed.counted} @id @default(autoincrement())"
    lines = [f"  id {random.choice((counted, 'String @id @default(cuid())', 'Int @id'))}"]
    lines += [scalar_field(changed, f"c{n}") for n in range(random.randrange(4))]
    models = changed.models()
    if models and random.random() < 0.6:
        target = random.choice(models)
        found = [m for n in target.fields() if (m := _FIELD.match(target.lines[n])) and re.search(r"@id\b", m[4])]
        if found:
            optional = random.choice(("", "?"))
            native = re.search(r"@db\.\w+(\([^)]*\))?", found[0][4])
            relation = f"rel_{name}"
            lines.append(f"  refId {found[0][2]}{optional} {native[0] if native else ''}".rstrip())
            action = random.choice(("", ", onDelete: Cascade", ", onUpdate: NoAction"))
            ends = f"fields: [refId], references: [{found[0][1]}]"
            lines.append(f'  ref {target.name}{optional} @relation("{relation}", {ends}{action})')
            target.lines.insert(0, f'  back{name} {name}[] @relation("{relation}")')
    schema = _schema_line(changed)
    changed.blocks.insert(random.randrange(len(changed.blocks) + 1), Block("model", name, [*lines, *schema]))
    return True


def _schema_line(changed: Draft) -> list[str]:
    found = re.search(r"schemas\s*=\s*\[\s*\"([^\"]+)\"", changed.head)
    return [f'  @@schema("{found[1]}")'] if found else []


def add_join(changed: Draft) -> bool:
    """An implicit many-to-many relation."""
    models = changed.models()
    if not models:
        return False
    first, second = changed.random.choice(models), changed.random.choice(models)
    name = changed.fresh("Join")
    a, b = changed.fresh("ja"), changed.fresh("jb")
    first.lines.insert(0, f'  {a} {second.name}[] @relation("{name}")')
    second.lines.insert(0, f'  {b} {first.name}[] @relation("{name}")')
    return True


def drop_model(changed: Draft) -> bool:
    """A table goes, with the fields that lead to it."""
    models = changed.models()
    if not models:
        return False
    gone = changed.random.choice(models)
    changed.blocks.remove(gone)
    for model in changed.models():
        model.lines = [line for line in model.lines if not ((m := _FIELD.match(line)) and m[2] == gone.name)]
    return True


def reorder_models(changed: Draft) -> bool:
    """Two blocks change places, which means nothing."""
    if len(changed.blocks) < 2:
        return False
    a, b = changed.random.sample(range(len(changed.blocks)), 2)
    changed.blocks[a], changed.blocks[b] = changed.blocks[b], changed.blocks[a]
    return True


def change_action(changed: Draft) -> bool:
    """Another referential action."""
    found = [(m, n) for m in changed.models() for n, line in enumerate(m.lines) if "references:" in line]
    if not found:
        return False
    model, place = changed.random.choice(found)
    line = re.sub(r",\s*onDelete:\s*\w+", "", model.lines[place]).rstrip()
    action = changed.random.choice(("Cascade", "Restrict", "NoAction", "SetNull"))
    model.lines[place] = re.sub(r"(references:\s*\[[^\]]*\])", rf"\1, onDelete: {action}", line)
    return model.lines[place] != line


def map_name(changed: Draft) -> bool:
    """A column or a table gets another name in the database."""
    found = _pick_scalar(changed)
    if found is None:
        return False
    model, place, match = found
    if changed.random.random() < 0.3:
        if any(line.strip().startswith("@@map") for line in model.lines):
            return False
        model.lines.append(f'  @@map("{changed.fresh("mapped ")}")')
        return True
    if "@map" in match[4]:
        model.lines[place] = re.sub(r'\s*@map\("[^"]*"\)', "", model.lines[place])
    else:
        model.lines[place] = f'{model.lines[place]} @map("{changed.fresh("m")}")'
    return True


def change_key(changed: Draft) -> bool:
    """Another field becomes the primary key."""
    found = _pick_scalar(changed)
    if found is None:
        return False
    model, place, match = found
    if match[3] or "@id" in match[4] or any("@@id" in line for line in model.lines):
        return False
    model.lines = [re.sub(r"\s*@id\b(\([^)]*\))?", " @unique", line) for line in model.lines]
    model.lines[place] = re.sub(r"\s*@unique\b(\([^)]*\))?", "", model.lines[place]) + " @id"
    return True


def add_enum_value(changed: Draft) -> bool:
    """An enum gets a value."""
    enums = changed.enums()
    if not enums:
        return False
    enum = changed.random.choice(enums)
    enum.lines.insert(changed.random.choice([*enum.fields(), len(enum.lines)]), f"  {changed.fresh('v')}")
    return True


def drop_enum_value(changed: Draft) -> bool:
    """An enum loses a value."""
    enums = [enum for enum in changed.enums() if len(enum.fields()) > 1]
    if not enums:
        return False
    enum = changed.random.choice(enums)
    del enum.lines[changed.random.choice(enum.fields())]
    return True


def add_enum(changed: Draft) -> bool:
    """A new enum, and a column of it."""
    name = changed.fresh("Kind")
    lines = [f"  one_{n}" for n in range(changed.random.randrange(1, 4))]
    changed.blocks.append(Block("enum", name, [*lines, *_schema_line(changed)]))
    models = changed.models()
    if models:
        changed.random.choice(models).lines.insert(0, f"  {changed.fresh('k')} {name} @default(one_0)")
    return True


MUTATIONS: tuple[Callable[[Draft], bool], ...] = (
    add_field,
    add_field,
    add_field,
    drop_field,
    drop_field,
    change_type,
    change_type,
    change_arity,
    change_arity,
    change_native,
    change_default,
    change_default,
    toggle_unique,
    add_index,
    add_index,
    drop_index,
    rename_index,
    add_model,
    add_model,
    add_join,
    drop_model,
    reorder_models,
    change_action,
    map_name,
    change_key,
    add_enum_value,
    drop_enum_value,
    add_enum,
)


def random_schema(random: Random, provider: str) -> str:
    """A whole schema file."""
    changed = _draft(f'datasource db {{\n  provider = "{provider}"\n}}\n', [], random, provider)
    for _ in range(random.randrange(1, 3)):
        add_enum(changed)
    for _ in range(random.randrange(1, 6)):
        add_model(changed)
    for _ in range(random.randrange(8)):
        random.choice((add_index, add_join, toggle_unique, map_name, add_field))(changed)
    return changed.text()
