"""Keys and indexes: what tells the rows apart, and what finds them."""

from __future__ import annotations

from random_schemas.columns import ID_FUNCTIONS, key_field
from random_schemas.drafts import FieldDraft, ModelDraft, SchemaDraft


def add_key(draft: SchemaDraft, model: ModelDraft) -> None:
    """What tells the model's rows apart."""
    kind = draft.random.random()
    if kind < 0.65:
        _single_id(draft, model)
    elif kind < 0.85:
        _compound_id(draft, model)
    else:
        field = key_field(draft, model, "code")
        make_unique(draft, model, (field,))
        draft.note("model without @id")


def _single_id(draft: SchemaDraft, model: ModelDraft) -> None:
    if draft.chance(0.5):
        counting = draft.random.choice(draft.facts.counting)
        field = FieldDraft("id", counting, scalar=counting, can_be_key=True, attributes=["@default(autoincrement())"])
        draft.note("@default autoincrement")
        model.fields.append(field)
    else:
        field = key_field(draft, model, draft.random.choice(("id", "id", "key_no")))
        if field.scalar == "String" and not field.native and draft.chance(0.7):
            value = draft.random.choice(ID_FUNCTIONS)
            field.attributes.append(f"@default({value})")
            draft.note(f"@default {value}")
    arguments = ""
    if draft.facts.named_keys and draft.chance(0.2):
        arguments = f'(map: "{draft.constraint_name("pk")}")'
        draft.note("@id map")
    field.attributes.insert(draft.random.randint(0, len(field.attributes)), f"@id{arguments}")
    draft.note("@id")
    _is_key(model, (field,))
    model.id = (field,)


def _is_key(model: ModelDraft, fields: tuple[FieldDraft, ...]) -> None:
    model.keys.append(fields)
    model.indexed.add(tuple(field.name for field in fields))
    for field in fields:
        field.is_used = True


def _compound_id(draft: SchemaDraft, model: ModelDraft) -> None:
    names = draft.random.sample(("first", "second", "third"), draft.random.randint(2, 3))
    compound_id(draft, model, tuple(key_field(draft, model, name) for name in names))


def compound_id(draft: SchemaDraft, model: ModelDraft, fields: tuple[FieldDraft, ...]) -> None:
    """`@@id` over fields that are there."""
    names = [field.name for field in fields]
    if draft.facts.index_length:
        for place, field in enumerate(fields):
            if field.scalar == "String" and not field.native and draft.chance(0.2):
                names[place] += f"(length: {draft.random.randint(1, 50)})"
                draft.note("@@id length")
    arguments = _fields_argument(draft, names)
    if draft.chance(0.2):
        arguments.append(f'name: "key{draft.number()}"')
        draft.note("@@id name")
    if draft.facts.named_keys and draft.chance(0.2):
        arguments.append(f'map: "{draft.constraint_name("pk")}"')
        draft.note("@@id map")
    model.attributes.append(f"@@id({', '.join(arguments)})")
    draft.note("@@id")
    _is_key(model, fields)
    model.id = fields


def _fields_argument(draft: SchemaDraft, names: list[str]) -> list[str]:
    listed = f"[{', '.join(names)}]"
    return [f"fields: {listed}" if draft.chance(0.15) else listed]


def _column(draft: SchemaDraft, field: FieldDraft, feature: str, sortable: bool = True) -> str:
    """A field as a key names it, with a direction or a prefix."""
    arguments = []
    if draft.facts.index_length and field.scalar in ("String", "Bytes"):
        fixed = field.native and not field.is_long
        if field.is_long or (not fixed and draft.chance(0.3)):
            arguments.append(f"length: {draft.random.randint(1, 60)}")
            draft.note(f"{feature} length")
    if sortable and draft.chance(0.2):
        arguments.append(f"sort: {draft.random.choice(('Asc', 'Desc'))}")
        draft.note(f"{feature} sort")
    return f"{field.name}({', '.join(arguments)})" if arguments else field.name


def make_unique(draft: SchemaDraft, model: ModelDraft, fields: tuple[FieldDraft, ...]) -> None:
    """`@unique` or `@@unique` over fields."""
    single = len(fields) == 1 and draft.chance(0.7)
    feature = "@unique" if single else "@@unique"
    columns = [_column(draft, field, feature) for field in fields]
    arguments = _fields_argument(draft, columns)
    if single:
        inner = columns[0].removeprefix(fields[0].name).strip("()")
        arguments = [inner] if inner else []
    elif draft.chance(0.2):
        arguments.append(f'name: "uq{draft.number()}"')
        draft.note("@@unique name")
    if draft.chance(0.15):
        arguments.append(f'map: "{draft.constraint_name("uq")}"')
        draft.note(f"{feature} map")
    partial = condition(draft, model, feature) if draft.chance(0.3) else None
    if partial is not None:
        arguments.append(partial)
    text = f"{feature}({', '.join(arguments)})" if arguments else feature
    (fields[0].attributes if single else model.attributes).append(text)
    draft.note(feature)
    model.indexed.add(tuple(field.name for field in fields))
    for field in fields:
        field.is_used = True
    whole = "length" not in text
    if whole and partial is None and not any(field.arity for field in fields):
        model.keys.append(fields)
    if partial is not None and not model.keys:
        _single_id(draft, model)


def condition(draft: SchemaDraft, model: ModelDraft, feature: str) -> str | None:
    """The condition of a partial index, None where there can't be one."""
    usable = draft.facts.partial_indexes and draft.options.partial_indexes and "partialIndexes" in draft.features
    if not usable:
        return None
    fields = [f for f in model.scalars() if f.arity != "[]" and f.scalar in _COMPARED]
    if fields and draft.chance(0.6):
        field = draft.random.choice(fields)
        value = draft.random.choice((_COMPARED[field.scalar], "null"))
        negated = draft.chance(0.4)
        draft.note(f"{feature} where not" if negated else f"{feature} where")
        return f"where: {{ {field.name}: {f'{{ not: {value} }}' if negated else value} }}"
    if not draft.options.raw:
        return None
    draft.note(f"{feature} where raw")
    return 'where: raw("1 = 1")'


_COMPARED = {"Boolean": "true", "Int": "7", "BigInt": "7", "Float": "1.5", "String": '"a"'}


def add_index(draft: SchemaDraft, model: ModelDraft) -> None:
    """A block index of any kind."""
    usable = [f for f in model.scalars() if f.can_be_key or (f.is_long and draft.facts.index_length)]
    if not usable:
        return
    fields = tuple(draft.random.sample(usable, min(len(usable), draft.random.choice((1, 1, 2, 3)))))
    if tuple(field.name for field in fields) in model.indexed:
        return
    if draft.chance(0.3):
        make_unique(draft, model, fields)
        return
    model.indexed.add(tuple(field.name for field in fields))
    if draft.facts.fulltext and draft.chance(0.4):
        _fulltext(draft, model)
        return
    for field in fields:
        field.is_used = True
    arguments = _fields_argument(draft, [_column(draft, field, "@@index") for field in fields])
    arguments += _index_name(draft, "@@index")
    if draft.facts.name != "sqlite" and draft.chance(0.15):
        arguments.append("type: BTree")
        draft.note("@@index BTree")
    if draft.chance(0.3) and (where := condition(draft, model, "@@index")):
        arguments.append(where)
    model.attributes.append(f"@@index({', '.join(arguments)})")
    draft.note("@@index")


def _index_name(draft: SchemaDraft, feature: str) -> list[str]:
    if not draft.chance(0.3):
        return []
    argument = draft.random.choice(("map", "map", "name") if feature == "@@index" else ("map",))
    draft.note(f"{feature} {argument}")
    return [f'{argument}: "{draft.constraint_name("ix")}"']


def _fulltext(draft: SchemaDraft, model: ModelDraft) -> None:
    texts = [f for f in model.scalars() if f.scalar == "String"]
    names = tuple(field.name for field in draft.random.sample(texts, min(len(texts), draft.random.randint(1, 2))))
    if not names or ("fulltext", *names) in model.indexed or names in model.indexed:
        return
    model.indexed |= {("fulltext", *names), names}
    arguments = _fields_argument(draft, list(names)) + _index_name(draft, "@@fulltext")
    model.attributes.append(f"@@fulltext({', '.join(arguments)})")
    draft.note("@@fulltext")
