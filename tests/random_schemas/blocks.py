"""Models and views as a whole: from the first field to the name of the table."""

from __future__ import annotations

from random_schemas.columns import add_field
from random_schemas.drafts import FieldDraft, ModelDraft, SchemaDraft
from random_schemas.plain_indexes import add_index, add_key
from random_schemas.typed_indexes import add_typed_index


def add_model(draft: SchemaDraft) -> None:
    """A model with a key and some columns."""
    model = ModelDraft(draft.model_name())
    draft.models.append(model)
    if draft.options.ignored and draft.chance(0.06):
        _without_key(draft, model)
    else:
        add_key(draft, model)
    for _ in range(draft.between(draft.options.fields)):
        add_field(draft, model)
    draft.place(model.attributes)
    draft.note("model")


def _without_key(draft: SchemaDraft, model: ModelDraft) -> None:
    """A model that clients don't see: it needs no key."""
    model.is_ignored = True
    model.attributes.append("@@ignore")
    model.fields.append(FieldDraft("lonely", "Int", "?", "Int", can_be_key=True))
    draft.note("@@ignore")


def finish_model(draft: SchemaDraft, model: ModelDraft) -> None:
    """Indexes, names and what clients don't see: when all columns are there."""
    for _ in range(draft.between(draft.options.indexes)):
        add_index(draft, model)
    if draft.chance(0.3):
        add_typed_index(draft, model)
    if draft.options.ignored and not model.is_ignored and draft.chance(0.2):
        unused = [f for f in model.scalars() if not f.is_used and not f.type.startswith("Unsupported")]
        if unused:
            draft.random.choice(unused).attributes.append("@ignore")
            draft.note("@ignore")
    if draft.chance(0.35):
        model.attributes.append(f'@@map("{draft.constraint_name("table")}")')
        draft.note("@@map")


def add_view(draft: SchemaDraft) -> None:
    """A view, perhaps with a relation to a model."""
    view = ModelDraft(draft.model_name(), "view")
    draft.models.append(view)
    for _ in range(1 + draft.between(draft.options.fields)):
        add_field(draft, view)
    view.fields = [f for f in view.fields if not any("autoincrement" in text for text in f.attributes)] or [
        FieldDraft("total", "Int", "", "Int")
    ]
    draft.note("view")
    if draft.chance(0.5):
        required = [f for f in view.fields if f.can_be_key and not f.arity]
        if required:
            draft.random.choice(required).attributes.append("@unique")
            draft.note("@unique in a view")
    targets = [m for m in draft.models if m.id and not m.is_ignored and m.keyword == "model"]
    if targets and draft.chance(0.4):
        _relation_of_view(draft, view, draft.random.choice(targets))
    draft.place(view.attributes)
    if draft.chance(0.3):
        view.attributes.append(f'@@map("{draft.constraint_name("view")}")')
        draft.note("@@map of a view")


def _relation_of_view(draft: SchemaDraft, view: ModelDraft, target: ModelDraft) -> None:
    columns = [FieldDraft(f"of{f.name.title()}", f.type, "", f.scalar, f.native) for f in target.id]
    names, references = ", ".join(c.name for c in columns), ", ".join(f.name for f in target.id)
    forward = FieldDraft("of", target.name, is_relation=True)
    forward.attributes.append(f"@relation(fields: [{names}], references: [{references}])")
    view.fields += [*columns, forward]
    back = FieldDraft(draft.field_name(target), view.name, "[]", is_relation=True)
    target.fields.append(back)
    draft.note("relation of a view")
