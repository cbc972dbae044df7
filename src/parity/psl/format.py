"""Lays a schema file out: columns aligned, attributes in order, relation fields that are missing written in.

The layout is the language's own, byte for byte, so that a file formatted here and one formatted by others are the
same. Lines that make no sense are left as they are. Formatting never loses a comment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parity.diagnostics import Diagnostic, Sink, SourceFile
from parity.psl import ast
from parity.psl.codes import UNREADABLE
from parity.psl.collecting import collecting_later
from parity.psl.complete import missing_text
from parity.psl.parser import parse_file
from parity.psl.resolve import resolve

_INDENT = "  "
_ORDER = {
    name: place
    for place, name in enumerate(
        ("id", "unique", "default", "updatedAt", "index", "fulltext", "map", "relation", "ignore")
    )
}
_WHITE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


class Layout(NamedTuple):
    """What `format_files` gives: each file's text in order, and what in them can't be read, which stays as it is."""

    texts: tuple[str, ...]
    errors: tuple[Diagnostic, ...]


def format_text(text: str) -> str:
    """Format a schema that is one file."""
    return format_files((SourceFile("schema.prisma", text),)).texts[0]


def format_files(files: Sequence[SourceFile]) -> Layout:
    """Format the files that make one schema."""
    with collecting_later():
        return _format(files)


def _format(files: Sequence[SourceFile]) -> Layout:
    trees = tuple(parse_file(file.text, number) for number, file in enumerate(files))
    sink = Sink()
    resolution = resolve(trees, sink)
    if resolution.is_sound:
        insertions = missing_text(resolution)
        trees = tuple(
            parse_file(_insert(tree.text, insertions[tree.number]), tree.number) if tree.number in insertions else tree
            for tree in trees
        )
    errors = tuple(item for item in sink.sorted() if item.code in UNREADABLE)
    return Layout(tuple(lay_out(tree) for tree in trees), errors)


def _insert(text: str, insertions: list[tuple[int, str]]) -> str:
    pieces = []
    last = 0
    for position, insertion in sorted(insertions, key=lambda pair: pair[0]):
        pieces += [text[last:position], insertion]
        last = position
    return "".join((*pieces, text[last:]))


def lay_out(tree: ast.File) -> str:
    """The text of a tree, laid out, with nothing added."""
    lines: list[str] = []
    """Finished text; the last one may be an unfinished line."""
    items = tree.items[1:] if tree.items and isinstance(tree.items[0], ast.EmptyLines) else tree.items
    for index, item in enumerate(items):
        match item:
            case ast.Block():
                _block(tree.text, item, lines)
            case ast.CommentBlock():
                table = _Table()
                table.comments(item, tree.text)
                table.render(lines, "")
            case ast.EmptyLines():
                if index + 1 < len(items):
                    lines.append("\n")
            case _:
                lines.append(tree.text[item.start : item.end])
    text = "".join(lines)
    return text if text.endswith("\n") else text + "\n"


class _Row:
    """A line of a table: cells that are aligned and a suffix that isn't; or, without cells, a line as it is."""

    __slots__ = ("cells", "interleaved", "suffix")

    def __init__(self, interleaved: str | None = None) -> None:
        self.cells: list[str] = []
        self.suffix = ""
        self.interleaved = interleaved


def _blanks_before(text: str, at: int) -> str:
    start = at
    while text[start - 1] in _WHITE and text[start - 1] not in "\r\n":
        start -= 1
    return text[start:at]


class _Table:
    """Lines whose cells stand below each other."""

    __slots__ = ("rows",)

    def __init__(self) -> None:
        self.rows: list[_Row] = []

    def row(self) -> _Row:
        """Start a new line."""
        row = _Row()
        self.rows.append(row)
        return row

    def comments(self, block: ast.CommentBlock, text: str) -> None:
        """Add a line for each comment."""
        for number, comment in enumerate(block.comments):
            if comment.kind is ast.CommentKind.BETWEEN:
                # Of every comment but the first, the language's own layout cuts two bytes off the blanks before it,
                # not off its opening. What is left of the opening counts as content.
                blanks = len(_blanks_before(text, comment.start).encode()) if number else 0
                self._between(f"{'/*'[2 - min(blanks, 2) :]}{comment.text}")
            else:
                sign = "///" if comment.kind is ast.CommentKind.DOCUMENTATION else "//"
                self.row().suffix = sign + comment.text

    def _between(self, content_lines: str) -> None:
        self.row().suffix = "/**"
        for line in content_lines.split("\n"):
            content = line.strip(_WHITE)
            if content.startswith("*"):
                content = content[1:].lstrip(_WHITE)
            if content:
                self.row().suffix = " * " + content
        self.row().suffix = " */"

    def render(self, lines: list[str], indent: str) -> None:
        """Write the lines out and empty the table."""
        widths: list[int] = []
        for row in self.rows:
            while row.cells and not row.cells[-1]:
                row.cells.pop()
            for place, cell in enumerate(row.cells):
                width = len(cell) if cell.isascii() else len(cell.encode("utf-8", "surrogatepass"))
                if place == len(widths):
                    widths.append(width)
                elif width > widths[place]:
                    widths[place] = width
        for row in self.rows:
            text = row.interleaved if row.interleaved is not None else _line(row, widths)
            lines.append(f"{indent}{text}\n" if text else "\n")
        self.rows = []


def _line(row: _Row, widths: list[int]) -> str:
    cells = row.cells
    if not cells:
        return row.suffix
    padded = []
    for place, cell in enumerate(cells[:-1]):
        width = len(cell) if cell.isascii() else len(cell.encode("utf-8", "surrogatepass"))
        padded.append(cell + " " * (widths[place] - width + 1))
    text = "".join((*padded, cells[-1]))
    return f"{text} {row.suffix}" if row.suffix else text


def _block(text: str, block: ast.Block, lines: list[str]) -> None:
    lines.append(f"{block.keyword} {block.name.text} {{\n")
    items = list(block.items)
    attributes: list[tuple[ast.CommentBlock | None, ast.BlockAttributeNode]] = []
    table = _Table()
    pending: ast.CommentBlock | None = None
    count = len(items)
    at = 1 if items and isinstance(items[0], ast.EmptyLines) else 0
    while at < count:
        item = items[at]
        following = items[at + 1] if at + 1 < count else None
        after_gap = False
        if isinstance(item, ast.EmptyLines):
            at += 1
            if following is None:
                break
            after_gap = True
            item = following
            following = items[at + 1] if at + 1 < count else None
            if not isinstance(item, ast.BlockAttributeNode | ast.CommentBlock):
                table.render(lines, _INDENT)
                table.row()
        at += 1
        match item:
            case ast.CommentBlock():
                if isinstance(following, ast.BlockAttributeNode):
                    pending = item
                    continue
                if after_gap:
                    table.render(lines, _INDENT)
                    table.row()
                table.comments(item, text)
            case ast.FieldNode():
                _field(item, table.row())
            case ast.PropertyNode():
                _property(item, table.row())
            case ast.EnumValueNode():
                _enum_value(item, table.row())
            case ast.BlockAttributeNode():
                attributes.append((pending, item))
                pending = None
            case ast.BadLine():
                table.rows.append(_Row(text[item.start : item.end].rstrip("\n")))
            case ast.EmptyLines():
                pass
    table.render(lines, _INDENT)
    if attributes:
        table.row()
    for comment, node in sorted(attributes, key=lambda pair: _place(pair[1].attribute)):
        if comment is not None:
            table.comments(comment, text)
        row = table.row()
        row.cells.append("@@" + _attribute(node.attribute))
        row.suffix = _suffix(node.comment)
    table.render(lines, _INDENT)
    lines.append("}\n")


def attribute_place(name: str) -> int:
    """Where an attribute of this name stands among those of a field or a block."""
    return _ORDER.get(name, len(_ORDER))


def _place(attribute: ast.Attribute) -> int:
    return _ORDER.get(attribute.name.text, len(_ORDER))


def _suffix(comment: ast.Comment | None) -> str:
    if comment is None:
        return ""
    match comment.kind:
        case ast.CommentKind.DOCUMENTATION:
            return "///" + comment.text
        case ast.CommentKind.LINE:
            return "//" + comment.text
        case ast.CommentKind.BETWEEN:
            return f"/*{comment.text}*/"


def _field(node: ast.FieldNode, row: _Row) -> None:
    attributes = node.attributes
    if len(attributes) > 1:
        attributes = tuple(sorted(attributes, key=_place))
    row.cells = [
        node.name.text,
        "" if node.type is None else _type(node.type),
        " ".join(["@" + _attribute(attribute) for attribute in attributes]),
    ]
    if node.comment is not None:
        row.suffix = _suffix(node.comment)


_TYPE_SUFFIXES = ("", "?", "[]", "[]?", "", "[]")


def _type(reference: ast.TypeReference) -> str:
    return reference.text + _TYPE_SUFFIXES[reference.suffix]


def _property(node: ast.PropertyNode, row: _Row) -> None:
    row.cells = [node.name.text]
    if node.value is not None:
        row.cells.append("= " + expression(node.value))
    row.suffix = _suffix(node.comment)


def _enum_value(node: ast.EnumValueNode, row: _Row) -> None:
    row.cells = [node.name.text]
    if node.attributes:
        row.cells.append("".join("@" + _attribute(attribute) for attribute in node.attributes))
    row.suffix = _suffix(node.comment)


def _attribute(attribute: ast.Attribute) -> str:
    if attribute.arguments is None:
        return attribute.name.text
    return attribute.name.text + _arguments(attribute.arguments)


def _arguments(arguments: ast.Arguments) -> str:
    return f"({', '.join([_argument(argument) for argument in arguments.items])})"


def _argument(argument: ast.Argument) -> str:
    value = "" if argument.value is None else expression(argument.value)
    return value if argument.name is None else f"{argument.name.text}: {value}"


def expression(value: ast.Expression) -> str:
    """An expression as it is laid out. Nesting is bounded by the parser."""
    match value:
        case ast.StringLiteral():
            return f'"{value.value}"'
        case ast.NumberLiteral() | ast.Constant():
            return value.text
        case ast.Call():
            return value.name.text + _arguments(value.arguments)
        case ast.Array():
            return f"[{', '.join([expression(item) for item in value.items])}]"
        case ast.Object():
            return "{ " + ", ".join([f"{name.text}: {expression(member)}" for name, member in value.members]) + " }"
