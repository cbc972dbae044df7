"""Indexes of a type of their own, with operator classes, each on a column that is made for it."""

from __future__ import annotations

from random_schemas.drafts import FieldDraft, ModelDraft, SchemaDraft

_BLOCK_RANGES = {
    "Bit": "MinMax",
    "VarBit": "MinMax",
    "Char": "Bpchar Bloom MinMax",
    "Date": "Bloom MinMax MinMaxMulti",
    "Real": "Float4 Bloom MinMax MinMaxMulti",
    "DoublePrecision": "Float8 Bloom MinMax MinMaxMulti",
    "Inet": "Inclusion Bloom MinMax MinMaxMulti",
    "SmallInt": "Int2 Bloom MinMax MinMaxMulti",
    "Integer": "Int4 Bloom MinMax MinMaxMulti",
    "BigInt": "Int8 Bloom MinMax MinMaxMulti",
    "Decimal": "Numeric Bloom MinMax MinMaxMulti",
    "Oid": "Bloom MinMax MinMaxMulti",
    "ByteA": "Bytea Bloom MinMax",
    "Text": "Bloom MinMax",
    "VarChar": "Text Bloom MinMax",
    "Timestamp": "Bloom MinMax MinMaxMulti",
    "Timestamptz": "TimestampTz Bloom MinMax MinMaxMulti",
    "Time": "Bloom MinMax MinMaxMulti",
    "Timetz": "TimeTz Bloom MinMax MinMaxMulti",
    "Uuid": "Bloom MinMax MinMaxMulti",
}
"""The operator classes of block range indexes by native type: the stem, where it is another, and the endings."""

_Column = tuple[str, str, str, str]
"""A scalar with its arity, a native type, and an operator class (both may be empty)."""


def _block_range_classes(native: str) -> list[str]:
    words = _BLOCK_RANGES[native].split()
    stem = native if words[0] in ("Bloom", "MinMax", "Inclusion") else words.pop(0)
    return [f"{stem}{ending}Ops" for ending in words]


def _block_range_columns(draft: SchemaDraft) -> list[_Column]:
    scalars = {n.name: scalar for scalar, natives in draft.facts.natives.items() for n in natives}
    return [
        (scalars[native], "", native, ops) for native in _BLOCK_RANGES for ops in ("", *_block_range_classes(native))
    ]


def _columns(draft: SchemaDraft, algorithm: str) -> list[_Column]:
    match algorithm:
        case "Gin" if not draft.facts.json_lists:
            return [("Json", "", "", ""), ("Json", "", "JsonB", ""), ("Int", "[]", "", ""), ("String", "[]", "", "")]
        case "Gin":
            classes = ("", "JsonbOps", "JsonbPathOps")
            return [
                *(("Json", "", native, ops) for native in ("", "JsonB") for ops in classes),
                *(("Int", "[]", "", ops) for ops in ("", "ArrayOps")),
            ]
        case "Gist":
            return [("String", "", "Inet", "InetOps")]
        case "SpGist":
            return [("String", "", "Inet", "InetOps"), ("String", "", "Text", "TextOps"), ("String", "", "", "")]
        case "Brin":
            return _block_range_columns(draft)
        case "Hash":
            return [("String", "", "", ""), ("Int", "", "", ""), ("DateTime", "?", "Date", "")]
        case _:
            return [("String", "", "", 'raw("text_pattern_ops")'), ("String", "?", "VarChar(20)", 'raw("varchar_ops")')]


def add_typed_index(draft: SchemaDraft, model: ModelDraft) -> None:
    """A new column, and an index on it whose type isn't the usual one."""
    if not draft.facts.lists or not draft.options.natives or not draft.options.lists:
        return
    everything = draft.facts.json_lists
    algorithm = draft.random.choice(
        ("Gin", "Gist", "SpGist", "Brin", "Brin", "Hash", "BTree") if everything else ("Gin",)
    )
    if algorithm == "BTree" and not draft.options.raw:
        return
    scalar, arity, native, ops = draft.random.choice(_columns(draft, algorithm))
    field = FieldDraft(draft.field_name(model), scalar, arity, scalar, native, is_used=True)
    if algorithm == "Gin" and not ops and everything and draft.options.unsupported and draft.chance(0.2):
        field = FieldDraft(field.name, 'Unsupported("tsvector")', "?", is_used=True)
        draft.note("@@index of Unsupported")
    model.fields.append(field)
    model.indexed.add((field.name,))
    column = f"{field.name}(ops: {ops})" if ops else field.name
    arguments = [f"[{column}]", f"type: {algorithm}"]
    if algorithm == "BTree":
        arguments.pop()
    if draft.chance(0.2):
        arguments.append(f'map: "{draft.constraint_name("ix")}"')
    model.attributes.append(f"@@index({', '.join(arguments)})")
    draft.note(f"@@index {algorithm}")
    if ops:
        draft.note("@@index raw ops" if ops.startswith("raw") else f"@@index ops of {algorithm}")
