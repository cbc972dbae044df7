"""Columns: scalars, enums and types without a name in the language, with their defaults and names."""

from __future__ import annotations

from random_schemas.drafts import EnumDraft, FieldDraft, ModelDraft, SchemaDraft
from random_schemas.facts import SCALARS, literal

ID_FUNCTIONS = ("uuid()", "uuid(4)", "uuid(7)", "cuid()", "cuid(1)", "cuid(2)", "ulid()", "nanoid()", "nanoid(12)")
_SEQUENCES = (
    "sequence()",
    "sequence(start: 10)",
    "sequence(increment: 4, minValue: 10, maxValue: 2000, cache: 3)",
    "sequence(virtual: true)",
)


def add_enum(draft: SchemaDraft) -> None:
    """An enum, with mapped names here and there."""
    enum = EnumDraft(f"{draft.random.choice(('Colour', 'Status', 'Mood'))}{draft.number()}", [])
    for word in draft.random.sample(("RED", "green", "Blue_1", "OFF", "on", "x2"), draft.random.randint(1, 5)):
        mapped = draft.chance(0.2)
        enum.values.append((word, f'@map("{word.lower()} {draft.number()}")' if mapped else ""))
        draft.note("enum value @map" if mapped else "enum value")
    if draft.chance(0.3):
        enum.attributes.append(f'@@map("{enum.name.lower()}_type")')
        draft.note("enum @@map")
    draft.place(enum.attributes)
    draft.enums.append(enum)
    draft.note("enum")


def add_field(draft: SchemaDraft, model: ModelDraft) -> FieldDraft:
    """A column of any kind."""
    name = draft.field_name(model)
    kind = draft.random.random()
    if draft.enums and kind < 0.15:
        made = _enum_field(draft, name)
    elif draft.options.unsupported and kind < 0.2:
        made = _unsupported_field(draft, name)
    else:
        made = _scalar_field(draft, name)
    if draft.chance(0.15):
        made.attributes.append(f'@map("{draft.constraint_name("col")}")')
        draft.note("@map")
    model.fields.append(made)
    return made


def key_field(draft: SchemaDraft, model: ModelDraft, name: str) -> FieldDraft:
    """A required column that a key can hold, without a default."""
    scalar = draft.random.choice(("Int", "Int", "String", "String", "BigInt", "DateTime", "Bytes", "Decimal"))
    made = FieldDraft(name, scalar, scalar=scalar, can_be_key=True)
    if draft.chance(0.3):
        _choose_native(draft, made, only_keys=True)
    model.fields.append(made)
    return made


def _choose_native(draft: SchemaDraft, field: FieldDraft, only_keys: bool = False) -> None:
    natives = [n for n in draft.facts.natives.get(field.scalar, ()) if not only_keys or (n.key and not n.long)]
    if not natives or not draft.options.natives:
        return
    native = draft.random.choice(natives)
    field.native = native.text(draft.random)
    field.can_be_key = native.key and not native.long
    field.is_long = native.long
    draft.note(f"@db.{native.name}")
    if "(" in field.native:
        draft.note("native type with arguments")


def _scalar_field(draft: SchemaDraft, name: str) -> FieldDraft:
    scalar = draft.random.choice(SCALARS)
    made = FieldDraft(name, scalar, scalar=scalar, can_be_key=scalar != "Json")
    if draft.chance(0.4):
        _choose_native(draft, made)
    lists = draft.facts.lists and draft.options.lists and (scalar != "Json" or draft.facts.json_lists)
    made.arity = draft.random.choice(("", "", "?", "[]" if lists else ""))
    draft.note(scalar)
    if made.arity == "[]":
        draft.note("list")
        made.can_be_key = False
    if draft.chance(0.45):
        _choose_default(draft, made)
    if scalar == "DateTime" and made.arity != "[]" and draft.chance(0.2):
        made.attributes.append("@updatedAt")
        draft.note("@updatedAt")
    return made


def _choose_default(draft: SchemaDraft, field: FieldDraft) -> None:
    if field.is_long:
        return
    if field.arity == "[]":
        count = draft.random.randint(0, 3)
        values = ", ".join(literal(draft.random, field.scalar, field.native) for _ in range(count))
        field.attributes.append(f"@default([{values}])")
        draft.note("@default of a list")
        return
    generated = draft.facts.generated.get(field.scalar, ())
    choice = draft.random.random()
    if field.scalar == "DateTime" and choice < 0.5:
        value, feature = "now()", "@default now"
    elif field.scalar == "String" and choice < 0.5:
        value = draft.random.choice(ID_FUNCTIONS)
        feature = f"@default {value}"
    elif generated and draft.options.raw and not field.native and choice < 0.65:
        value, feature = f'dbgenerated("{draft.random.choice(generated)}")', "@default dbgenerated"
    elif draft.facts.sequences and field.scalar in ("Int", "BigInt") and not field.native and choice < 0.8:
        value, feature = draft.random.choice(_SEQUENCES), "@default sequence"
    elif draft.facts.counting_anywhere and _can_count(draft, field) and choice < 0.8:
        value, feature = "autoincrement()", "@default autoincrement"
    else:
        value, feature = literal(draft.random, field.scalar, field.native), f"@default of {field.scalar}"
    field.attributes.append(f"@default({value})")
    draft.note(feature)


def _can_count(draft: SchemaDraft, field: FieldDraft) -> bool:
    return field.scalar in draft.facts.counting and field.native != "Oid" and not field.arity


def _enum_field(draft: SchemaDraft, name: str) -> FieldDraft:
    enum = draft.random.choice(draft.enums)
    lists = draft.facts.lists and draft.options.lists
    made = FieldDraft(name, enum.name, draft.random.choice(("", "?", "[]" if lists else "")))
    made.can_be_key = made.arity != "[]"
    draft.note("enum field")
    if draft.chance(0.5):
        names = [value for value, _ in enum.values]
        if made.arity == "[]":
            chosen = draft.random.sample(names, draft.random.randint(0, len(names)))
            made.attributes.append(f"@default([{', '.join(chosen)}])")
            draft.note("@default of an enum list")
        else:
            made.attributes.append(f"@default({draft.random.choice(names)})")
            draft.note("@default of an enum")
    return made


def _unsupported_field(draft: SchemaDraft, name: str) -> FieldDraft:
    kind = draft.random.choice(draft.facts.unsupported)
    lists = draft.facts.lists and not kind.endswith("]")
    arity = draft.random.choice(("", "?", "[]" if lists else "?"))
    draft.note("Unsupported")
    made = FieldDraft(name, f'Unsupported("{kind}")', arity)
    if draft.options.raw and arity != "[]" and draft.chance(0.3):
        made.attributes.append('@default(dbgenerated("NULL"))')
        draft.note("@default dbgenerated of Unsupported")
    return made
