"""From a draft to text: tidy, or with comments and blanks wherever they may stand."""

from __future__ import annotations

import re

from random_schemas.drafts import EnumDraft, FieldDraft, ModelDraft, SchemaDraft

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\](),:{}]|[^\[\](),:{}"]+')
_FIRST_ARGUMENT = re.compile(r"(@default|@map|@@map|@@schema)\((?!\w+:)")
_COMMENTS = ("// plain", "//", "//   with   blanks  ", "/// documentation", "///", "/* between */", "// ĵaŭdo 🜁")
_TRAILING = ("// why", "/// what", "//", "//no blank", "// {")


def write(draft: SchemaDraft) -> str:
    """The schema file."""
    blocks = [_datasource(draft)]
    if draft.features or draft.chance(0.4):
        blocks.append(_generator(draft))
    blocks += [_model(draft, model) for model in draft.models]
    blocks += [_enum(draft, enum) for enum in draft.enums]
    if not draft.options.untidy:
        return "\n".join(blocks)
    draft.random.shuffle(blocks)
    text = "".join(_between(draft) + block for block in blocks) + _between(draft)
    if draft.chance(0.05):
        draft.note("line ends of Windows")
        return text.replace("\n", "\r\n")
    return text.rstrip("\n") if draft.chance(0.1) else text


def _between(draft: SchemaDraft) -> str:
    """What stands between two blocks."""
    lines = []
    for _ in range(draft.random.choice((0, 1, 1, 2))):
        if draft.chance(0.3):
            comment = draft.random.choice(_COMMENTS)
            draft.note("comment between blocks")
            lines.append(comment)
        else:
            lines.append(draft.random.choice(("", "", "   ")))
    return "".join(f"{line}\n" for line in lines)


def _block(draft: SchemaDraft, head: str, lines: list[str]) -> str:
    """A block whose lines are there already."""
    if not draft.options.untidy:
        return f"{head} {{\n" + "".join(f"  {line}\n" if line else "\n" for line in lines) + "}\n"
    draft.note("untidy block")
    gap = draft.random.choice((" ", " ", "", "\t", "   "))
    start = f"{draft.random.choice(('', '', ' '))}{head.replace(' ', draft.random.choice((' ', '  ')), 1)}{gap}{{\n"
    written = []
    for line in lines:
        if draft.chance(0.08):
            written.append(draft.random.choice(("", "", "  ", *_COMMENTS)))
            draft.note("comment in a block")
        if line and draft.chance(0.06):
            line += f"{draft.random.choice((' ', '', '   '))}{draft.random.choice(_TRAILING)}"
            draft.note("comment behind a line")
        written.append(draft.random.choice(("  ", "  ", "    ", "\t", "", " ")) + line)
        if draft.chance(0.05):
            written += [""] * draft.random.randint(1, 3)
    return start + "".join(f"{line}{draft.random.choice(('', '', '', ' '))}\n" for line in written) + "}\n"


def respaced(draft: SchemaDraft, text: str) -> str:
    """An attribute with other blanks between its pieces."""
    if not draft.options.untidy or draft.chance(0.7):
        return text
    pieces = []
    for piece in _PIECE.findall(_with_names(draft, text)):
        blank = draft.random.choice(("", "", " ", "  "))
        if piece in ("(", "["):
            pieces += [piece, blank]
        elif piece in (")", "]"):
            pieces += [blank, piece]
        elif piece in (",", ":"):
            pieces += [draft.random.choice(("", "", " ")), piece, blank]
        else:
            pieces.append(piece.strip(" ") if not piece.startswith('"') else piece)
    return "".join(pieces)


def _with_names(draft: SchemaDraft, text: str) -> str:
    """The attribute with the name of its first argument."""
    found = _FIRST_ARGUMENT.match(text)
    if found is not None and draft.chance(0.5):
        name = "value" if found[1] == "@default" else "name" if "map" in found[1] else "map"
        draft.note(f"{found[1]} {name}:")
        text = f"{found[1]}({name}: {text[found.end() :]}"
    return text


def _gap(draft: SchemaDraft) -> str:
    return draft.random.choice((" ", " ", "  ", "\t", "     ")) if draft.options.untidy else " "


def _field(draft: SchemaDraft, field: FieldDraft) -> str:
    attributes = [*field.attributes, *([f"@{draft.datasource}.{field.native}"] if field.native else [])]
    if draft.options.untidy:
        draft.random.shuffle(attributes)
    parts = [field.name, f"{field.type}{field.arity}", *(respaced(draft, text) for text in attributes)]
    return "".join(f"{part}{_gap(draft)}" for part in parts).rstrip()


def _model(draft: SchemaDraft, model: ModelDraft) -> str:
    fields = [_field(draft, field) for field in model.fields]
    attributes = [respaced(draft, text) for text in model.attributes]
    if draft.options.untidy:
        draft.random.shuffle(fields)
        draft.random.shuffle(attributes)
        if draft.chance(0.1):
            # An attribute that comes first leaves its blank line when the formatter moves it: not twice the same.
            first, *rest = fields
            rest += attributes
            draft.random.shuffle(rest)
            draft.note("block attributes between fields")
            return _block(draft, f"{model.keyword} {model.name}", [first, *rest])
    apart = [""] if attributes and draft.chance(0.8) else []
    return _block(draft, f"{model.keyword} {model.name}", [*fields, *apart, *attributes])


def _enum(draft: SchemaDraft, enum: EnumDraft) -> str:
    lines = [f"{name}{_gap(draft)}{respaced(draft, attribute)}".rstrip() for name, attribute in enum.values]
    return _block(draft, f"enum {enum.name}", [*lines, *(respaced(draft, text) for text in enum.attributes)])


def _property(draft: SchemaDraft, name: str, value: str) -> str:
    around = draft.random.choice((" ", " ", "", "  ")) if draft.options.untidy else " "
    return f"{name}{around}={around}{respaced(draft, value)}"


def _listed(items: tuple[str, ...] | list[str]) -> str:
    return "[" + ", ".join(f'"{item}"' for item in items) + "]"


def _datasource(draft: SchemaDraft) -> str:
    provider = draft.facts.name
    if provider == "postgresql" and draft.chance(0.2):
        provider = "postgres"
    lines = [_property(draft, "provider", f'"{provider}"')]
    if draft.emulated:
        lines.append(_property(draft, "relationMode", '"prisma"'))
    elif draft.chance(0.1):
        lines.append(_property(draft, "relationMode", '"foreignKeys"'))
    if draft.schemas:
        lines.append(_property(draft, "schemas", _listed(draft.schemas)))
    if draft.extensions:
        lines.append(_property(draft, "extensions", f"[{', '.join(draft.extensions)}]"))
    return _block(draft, f"datasource {draft.datasource}", lines)


def _generator(draft: SchemaDraft) -> str:
    provider = draft.random.choice(("prisma-client-js", "prisma-client", "./make-something --fast"))
    lines = [_property(draft, "provider", f'"{provider}"')]
    if draft.features:
        lines.append(_property(draft, "previewFeatures", _listed(draft.features)))
        draft.note("previewFeatures")
    if draft.chance(0.4):
        lines.append(_property(draft, "output", draft.random.choice(('"../made"', 'env("OUTPUT")'))))
    if draft.chance(0.2):
        lines.append(_property(draft, "binaryTargets", '["native", "debian-openssl-3.0.x"]'))
    if draft.chance(0.2):
        lines.append(_property(draft, "moduleFormat", '"esm"'))
        draft.note("property of a generator's own")
    return _block(draft, f"generator {draft.random.choice(('client', 'js', 'docs_2'))}", lines)
