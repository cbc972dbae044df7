"""Names: which block is meant by a name, and every name that is taken twice, reserved, or not a name.

Blocks that hold models, views, enums and types share one namespace; generators and datasources have one each. Where
a name is taken twice the later block keeps it, so that fields still find something.
"""

from __future__ import annotations

from msgspec import Struct, field

from parity.diagnostics import Sink
from parity.psl import ast
from parity.psl.codes import Code
from parity.psl.model import ScalarType
from parity.psl.reading import Report
from parity.psl.syntax import is_field

SCALARS: dict[str, ScalarType] = {scalar.value: scalar for scalar in ScalarType}

RESERVED = frozenset(
    """
    PrismaClient async await break case catch class const continue debugger default delete do else enum
    export extends false finally for function if implements import in instanceof interface let new null
    package private protected public return super switch this throw true try typeof using var void while
    with yield
    """.split()  # noqa: SIM905
)
"""Names that generated clients can't use for a type."""

_TYPES = frozenset(("model", "view", "enum", "type"))
_WITH_FIELDS = frozenset(("model", "view", "type"))


DocumentedField = tuple[ast.FieldNode, ast.CommentBlock | None]
"""A field and the comments before it."""


class Names(Struct):
    """The blocks by name, with the report of the file that each stands in."""

    types: dict[str, ast.Block] = field(default_factory=dict)
    blocks: list[tuple[ast.Block, Report, str | None]] = field(default_factory=list)
    """Every block in source order, with its documentation."""
    fields: dict[int, list[DocumentedField]] = field(default_factory=dict)
    """The usable fields of each model, view and type, by the identity of the block."""


def collect_names(files: tuple[ast.File, ...], sink: Sink) -> Names:
    """Find every block of every file."""
    names = Names()
    others: dict[tuple[str, str], ast.Block] = {}
    for file in files:
        report = Report(sink, file.number)
        for block, documentation in _documented_blocks(file):
            names.blocks.append((block, report, documentation))
            if block.keyword in _WITH_FIELDS:
                names.fields[id(block)] = _fields_of(block)
            _check_block(report, block, names)
            if block.keyword in _TYPES:
                existing = names.types.get(block.name.text)
                names.types[block.name.text] = block
            else:
                existing = others.get((block.keyword, block.name.text))
                others[block.keyword, block.name.text] = block
            if existing is not None:
                report.error(
                    Code.DUPLICATE_NAME,
                    f"the {block.keyword} `{block.name.text}` has the name of another {existing.keyword}",
                    block.name,
                )
    return names


def _documented_blocks(file: ast.File) -> list[tuple[ast.Block, str | None]]:
    found: list[tuple[ast.Block, str | None]] = []
    comment: ast.CommentBlock | None = None
    for item in file.items:
        if isinstance(item, ast.CommentBlock):
            comment = item
        else:
            if isinstance(item, ast.Block):
                found.append((item, None if comment is None else documentation_of(comment)))
            comment = None
    return found


def documentation_of(*comments: ast.CommentBlock | ast.Comment | None) -> str | None:
    """The documentation in comment blocks and a trailing comment, None where there is none."""
    lines: list[str] = []
    for comment in comments:
        if comment is None:
            continue
        for single in comment.comments if isinstance(comment, ast.CommentBlock) else (comment,):
            if single.kind is ast.CommentKind.DOCUMENTATION:
                lines.append(single.text.lstrip())
            elif single.kind is ast.CommentKind.BETWEEN:
                lines.append(single.text.strip())
    return "\n".join(lines) if lines else None


def _fields_of(block: ast.Block) -> list[DocumentedField]:
    found: list[DocumentedField] = []
    comment: ast.CommentBlock | None = None
    for item in block.items:
        if type(item) is ast.FieldNode:
            if item.said.is_sound or is_field(item):
                found.append((item, comment))
            comment = None
        elif type(item) is ast.CommentBlock:
            comment = item
    return found


def _check_block(report: Report, block: ast.Block, names: Names) -> None:
    name = block.name
    if name.text in SCALARS:
        report.error(Code.RESERVED_NAME, f"`{name.text}` is the name of a built-in type", name, "choose another name")
    if block.keyword in _TYPES:
        check_name(report, name, f"a {block.keyword}")
        if block.keyword != "type" and name.text in RESERVED:
            hint = f'choose another name, and keep the database\'s one with `@@map("{name.text}")`'
            report.error(Code.RESERVED_NAME, f"`{name.text}` is a reserved name", block, hint)
    match block.keyword:
        case "enum":
            _check_enum(report, block)
        case "model" | "view" | "type":
            _check_fields(report, block, names.fields[id(block)])
        case _:
            _check_properties(report, block)


def check_name(report: Report, name: ast.Word, what: str) -> None:
    """Report a name that starts with a digit or holds a dash."""
    if name.text[0].isdigit():
        report.error(Code.BAD_NAME, f"the name of {what} can't start with a digit: `{name.text}`", name)
    elif "-" in name.text:
        hint = f"write `{name.text.replace('-', '_')}` and keep the database's name with `@map`"
        report.error(Code.BAD_NAME, f"the name of {what} can't hold a dash: `{name.text}`", name, hint)


def _check_attribute_names(report: Report, attributes: tuple[ast.Attribute, ...]) -> None:
    for attribute in attributes:
        text = attribute.name.text
        if "-" in text or text[0] in "0123456789":
            check_name(report, attribute.name, "an attribute")


def _check_enum(report: Report, block: ast.Block) -> None:
    seen: set[str] = set()
    for item in block.items:
        if isinstance(item, ast.EnumValueNode):
            check_name(report, item.name, "an enum's value")
            _check_attribute_names(report, item.attributes)
            if item.name.text in seen:
                message = f"the enum `{block.name.text}` has its value `{item.name.text}` twice"
                report.error(Code.DUPLICATE_ENUM_VALUE, message, item)
            seen.add(item.name.text)
        elif isinstance(item, ast.BlockAttributeNode):
            _check_attribute_names(report, (item.attribute,))
    if not seen:
        report.error(Code.EMPTY_ENUM, f"the enum `{block.name.text}` has no values", block)


def _check_fields(report: Report, block: ast.Block, fields: list[DocumentedField]) -> None:
    seen: set[str] = set()
    composite = block.keyword == "type"
    for node, _ in fields:
        text = node.text
        if text in seen:
            message = f"the {block.keyword} `{block.name.text}` has its field `{text}` twice"
            report.error(Code.DUPLICATE_FIELD, message, node.name)
        seen.add(text)
        if composite:
            continue
        if "-" in text or text[0] in "0123456789":
            check_name(report, node.name, "a field")
        if not node.said.is_sound:
            _check_attribute_names(report, node.attributes)
    for item in block.items:
        if isinstance(item, ast.BlockAttributeNode):
            _check_attribute_names(report, (item.attribute,))


def _check_properties(report: Report, block: ast.Block) -> None:
    seen: set[str] = set()
    for item in block.items:
        if isinstance(item, ast.PropertyNode):
            if item.name.text in seen:
                message = f"the {block.keyword} `{block.name.text}` has its property `{item.name.text}` twice"
                report.error(Code.DUPLICATE_PROPERTY, message, item.name)
            seen.add(item.name.text)
