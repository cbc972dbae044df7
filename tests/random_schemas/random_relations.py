"""Relations of every shape between the models that are there."""

from __future__ import annotations

from dataclasses import dataclass

from random_schemas.drafts import FieldDraft, ModelDraft, SchemaDraft
from random_schemas.plain_indexes import compound_id, make_unique


@dataclass(frozen=True, slots=True)
class Link:
    """A relation from columns of one model to a key of another."""

    source: ModelDraft
    target: ModelDraft
    columns: tuple[FieldDraft, ...]
    references: tuple[FieldDraft, ...]
    name: str = ""
    """Empty where the relation needs none."""


def add_relation(draft: SchemaDraft) -> None:
    """A relation between two models, or of one with itself."""
    keyed = [model for model in draft.models if model.keys and not model.is_ignored]
    if not keyed:
        return
    target = draft.random.choice(keyed)
    source = target if draft.chance(0.15) else draft.random.choice(keyed)
    kind = draft.random.random()
    if kind < 0.45:
        _one_to_many(draft, source, target)
    elif kind < 0.65:
        _one_to_one(draft, source, target)
    elif kind < 0.75:
        _shared_key(draft, target)
    elif kind < 0.9:
        _implicit_many_to_many(draft, source, target)
    else:
        _explicit_many_to_many(draft, source, target)


def _relation_name(draft: SchemaDraft, source: ModelDraft, target: ModelDraft) -> str:
    """The relation's name, empty where it needs none."""
    pair = (min(source.name, target.name), max(source.name, target.name))
    draft.pairs[pair] += 1
    if source is target:
        draft.note("self relation")
    elif draft.pairs[pair] == 2:
        draft.note("several relations between two models")
    if source is target or draft.pairs[pair] > 1 or draft.chance(0.2):
        draft.note("@relation name")
        return f"{source.name}With{target.name}{draft.number()}"
    return ""


def _link(draft: SchemaDraft, source: ModelDraft, target: ModelDraft, optional: bool) -> Link:
    """New columns in the source, and those of the target that they reference."""
    name = _relation_name(draft, source, target)
    references = draft.random.choice(target.keys)
    columns = tuple(_column(draft, source, target, reference, optional) for reference in references)
    if len(columns) > 1:
        draft.note("composite reference")
        if optional and draft.chance(0.3):
            columns[0].arity = ""
            draft.note("partly optional reference")
    if references != target.id:
        draft.note("reference to a unique key")
    return Link(source, target, columns, references, name)


def _column(
    draft: SchemaDraft, source: ModelDraft, target: ModelDraft, reference: FieldDraft, optional: bool
) -> FieldDraft:
    name = f"{target.name[:1].lower()}{target.name[1:]}{reference.name.title().replace('_', '')}"
    if any(field.name.casefold() == name.casefold() for field in source.fields):
        name += str(draft.number())
    made = FieldDraft(name, reference.type, "?" if optional else "", reference.scalar, reference.native)
    made.can_be_key = made.is_used = True
    if draft.chance(0.1):
        made.attributes.append(f'@map("{draft.constraint_name("fk")}")')
    source.fields.append(made)
    return made


def _allowed_actions(draft: SchemaDraft, link: Link) -> tuple[str, ...]:
    """The referential actions of a relation. Emulated ones may not go round in a circle."""
    allowed = draft.facts.emulated_actions if draft.emulated else draft.facts.actions
    if _may_close_circle(draft, link):
        return tuple(action for action in allowed if action in ("NoAction", "Restrict"))
    forbidden = set() if draft.options.set_default else {"SetDefault"}
    required = any(not column.arity for column in link.columns)
    if required and not (draft.facts.set_null_on_required and not draft.emulated and draft.chance(0.1)):
        forbidden.add("SetNull")
    return tuple(action for action in allowed if action not in forbidden)


def _may_close_circle(draft: SchemaDraft, link: Link) -> bool:
    if not draft.emulated:
        return False
    names = [model.name for model in draft.models]
    return names.index(link.source.name) <= names.index(link.target.name)


def _actions(draft: SchemaDraft, link: Link) -> list[str]:
    arguments = []
    always = _may_close_circle(draft, link)
    for argument in ("onDelete", "onUpdate"):
        if always or draft.chance(0.3):
            action = draft.random.choice(_allowed_actions(draft, link))
            arguments.append(f"{argument}: {action}")
            draft.note(f"{argument}: {action}")
    return arguments


def _forward(draft: SchemaDraft, link: Link, in_order: bool = False) -> None:
    """The relation field that says its columns."""
    order = list(zip(link.columns, link.references, strict=True))
    if not in_order:
        draft.random.shuffle(order)
    arguments = [
        f"fields: [{', '.join(column.name for column, _ in order)}]",
        f"references: [{', '.join(reference.name for _, reference in order)}]",
        *_actions(draft, link),
    ]
    if draft.facts.named_foreign_keys and draft.chance(0.15):
        arguments.append(f'map: "{draft.constraint_name("fk")}"')
        draft.note("@relation map")
    if link.name:
        named = f'name: "{link.name}"' if draft.chance(0.3) else f'"{link.name}"'
        arguments.insert(0, named)
    arity = "?" if any(column.arity for column in link.columns) else ""
    field = FieldDraft(draft.field_name(link.source), link.target.name, arity, is_relation=True)
    field.attributes.append(f"@relation({', '.join(arguments)})")
    link.source.fields.append(field)


def _back(draft: SchemaDraft, source: ModelDraft, target: ModelDraft, arity: str, name: str) -> None:
    """The relation field on the other side."""
    field = FieldDraft(draft.field_name(target), source.name, arity, is_relation=True)
    if name:
        field.attributes.append(f'@relation("{name}")' if draft.chance(0.7) else f'@relation(name: "{name}")')
    if source.is_ignored:
        field.attributes.append("@ignore")
    target.fields.append(field)


def _one_to_many(draft: SchemaDraft, source: ModelDraft, target: ModelDraft) -> None:
    link = _link(draft, source, target, draft.chance(0.4))
    columns = link.columns
    _forward(draft, link)
    _back(draft, source, target, "[]", link.name)
    if draft.emulated and draft.chance(0.5):
        source.attributes.append(f"@@index([{', '.join(column.name for column in columns)}])")
        source.indexed.add(tuple(column.name for column in columns))
        draft.note("index of an emulated relation")
    elif draft.emulated:
        draft.note("emulated relation without an index")
    draft.note("one to many")


def _one_to_one(draft: SchemaDraft, source: ModelDraft, target: ModelDraft) -> None:
    link = _link(draft, source, target, draft.chance(0.5))
    columns = link.columns
    names = tuple(column.name for column in columns)
    if len(columns) == 1 and draft.chance(0.8):
        columns[0].attributes.append("@unique")
        source.indexed.add(names)
    else:
        source.attributes.append(f"@@unique([{', '.join(names)}])")
        source.indexed.add(names)
    _forward(draft, link, in_order=True)
    _back(draft, source, target, "?", link.name)
    draft.note("one to one")


def _shared_key(draft: SchemaDraft, target: ModelDraft) -> None:
    """A new model whose key is that of another: one to one."""
    if not target.id:
        return
    source = ModelDraft(f"{target.name}Detail{draft.number()}")
    draft.place(source.attributes)
    columns = tuple(
        FieldDraft(field.name, field.type, "", field.scalar, field.native, can_be_key=True, is_used=True)
        for field in target.id
    )
    source.fields += columns
    if len(columns) == 1:
        columns[0].attributes.append("@id")
        source.id, source.keys = columns, [columns]
        source.indexed.add((columns[0].name,))
    elif any("(length:" in text for text in target.attributes):
        return
    else:
        compound_id(draft, source, columns)
    draft.models.append(source)
    _forward(draft, Link(source, target, columns, target.id), in_order=True)
    _back(draft, source, target, "?", "")
    draft.pairs[min(source.name, target.name), max(source.name, target.name)] += 1
    draft.note("one to one that shares its key")


def _implicit_many_to_many(draft: SchemaDraft, source: ModelDraft, target: ModelDraft) -> None:
    if len(source.id) != 1 or len(target.id) != 1:
        return
    name = _relation_name(draft, source, target)
    _back(draft, source, target, "[]", name)
    _back(draft, target, source, "[]", name)
    draft.note("implicit many to many")


def _explicit_many_to_many(draft: SchemaDraft, source: ModelDraft, target: ModelDraft) -> None:
    join = ModelDraft(draft.model_name())
    draft.place(join.attributes)
    draft.models.append(join)
    columns: tuple[FieldDraft, ...] = ()
    for side in (source, target):
        link = _link(draft, join, side, False)
        _forward(draft, link)
        _back(draft, join, side, "[]", link.name)
        columns += link.columns
    if draft.chance(0.7):
        compound_id(draft, join, columns)
    else:
        make_unique(draft, join, columns)
    draft.note("explicit many to many")
