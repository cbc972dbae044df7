"""What the syntax alone gets wrong: lines that mean nothing, spellings of old, broken strings.

Reads a tree and reports; the tree itself is not changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from parity.counting import counted
from parity.diagnostics import Sink
from parity.psl import ast
from parity.psl.codes import Code
from parity.psl.lexer import BLOCK_HEAD, IDENTIFIER
from parity.psl.reading import Report, did_you_mean, show
from parity.psl.strings import bad_escapes

_LAST_VALID = ast.TypeSuffix.LIST
_MOST_MISPLACED = 1000
"""How many lines outside of blocks are reported one by one: a file with more is something else."""

_KEYWORDS = ("model", "enum", "datasource", "generator", "view", "type")
_COMPOSITE_HINTS = {
    "map": "a type has no table of its own: map its fields instead",
    "unique": "put the uniqueness on the model that embeds the type",
    "index": "put the index on the model that embeds the type",
    "fulltext": "put the index on the model that embeds the type",
}


def report_syntax(file: ast.File, sink: Sink) -> None:
    """Report everything in a file that is not the language's syntax."""
    report = Report(sink, file.number)
    misplaced = [item for item in file.items if isinstance(item, ast.BadLine | ast.UnknownBlock)]
    for stray in misplaced[:_MOST_MISPLACED]:
        if isinstance(stray, ast.BadLine):
            _bad_top_line(report, file.text, stray)
        else:
            _unknown_block(report, file.text, stray)
    if len(misplaced) > _MOST_MISPLACED:
        more = counted(len(misplaced) - _MOST_MISPLACED, "more line like that follows", "more lines like that follow")
        message = f"{more}: is this a schema?"
        report.error(Code.BAD_LINE, message, misplaced[_MOST_MISPLACED])
    for item in file.items:
        match item:
            case ast.AliasNode():
                report.error(Code.TYPE_ALIAS, "a type can't be an alias of another one", item)
            case ast.Block():
                _report_block(report, file.text, item)
            case _:
                pass
    if "\\" in file.text:
        for literal in _strings(file):
            for start, end in bad_escapes(literal):
                at = ast.Word("", start, end)
                report.error(Code.BAD_ESCAPE, "this escape sequence means nothing", at, "write a backslash as `\\\\`")


def _bad_top_line(report: Report, text: str, line: ast.BadLine) -> None:
    head = BLOCK_HEAD.match(text, line.start)
    if head is not None:
        message = f"the {head[1]} `{head[2]}` is never closed: no line starts with `}}`"
        report.error(Code.UNCLOSED_BLOCK, message, line, "each block ends with `}` on a line of its own")
        return
    word = (text[line.start : min(line.end, line.start + 40)].split() or [""])[0]
    hint = did_you_mean(report.sink, word, _KEYWORDS)
    report.error(Code.BAD_LINE, "this line starts with no keyword of the language", line, hint)


def _unknown_block(report: Report, text: str, block: ast.UnknownBlock) -> None:
    found = IDENTIFIER.match(text, block.start)
    word = "" if found is None else found[0]
    message = f"a block can't start with `{show(word)}`: the keywords are {', '.join(_KEYWORDS)}"
    report.error(Code.UNKNOWN_BLOCK, message, block, did_you_mean(report.sink, word, _KEYWORDS))


def _report_block(report: Report, text: str, block: ast.Block) -> None:
    composite = block.keyword == "type"
    for item in block.items:
        if type(item) is ast.FieldNode and item.said.is_sound and not composite:
            continue
        match item:
            case ast.BadLine():
                _bad_line(report, text[item.start : item.end], block, item)
            case ast.FieldNode():
                if not is_field(item):
                    _bad_field(report, block, item)
                elif composite:
                    _composite_field(report, item)
            case ast.BlockAttributeNode() if composite:
                name = item.attribute.name.text
                message = f"a type can't have the attribute `@@{show(name)}`"
                report.error(Code.COMPOSITE_ATTRIBUTE, message, item, _COMPOSITE_HINTS.get(name))
            case _:
                pass


_NOT_A_LINE = {
    "enum": "this line is neither a value nor an attribute of the enum",
    "datasource": "this line is no property of the datasource: a property is `key = value`",
    "generator": "this line is no property of the generator: a property is `key = value`",
}


def _bad_line(report: Report, text: str, block: ast.Block, line: ast.BadLine) -> None:
    if line.too_deep:
        report.error(Code.TOO_DEEP, "brackets are nested too deeply in this line", line)
        return
    message = _NOT_A_LINE.get(block.keyword, "this line is neither a field nor an attribute of the block")
    hint = None
    opened = sum(text.count(c) for c in "([") - sum(text.count(c) for c in ")]")
    if any(character < " " and character not in "\t\r\n" for character in text):
        hint = "the line holds a control character: remove it"
    elif text.count('"') % 2:
        hint = "is a quote missing? a string ends on the line where it starts"
    elif opened > 0:
        hint = "a bracket is not closed: an attribute ends on the line where it starts"
    elif text.rstrip().endswith("}"):
        hint = "put the closing `}` on a line of its own"
    report.error(Code.BAD_LINE, message, line, hint)


def _bad_field(report: Report, block: ast.Block, item: ast.FieldNode) -> None:
    name = item.name.text
    if item.colon >= 0:
        colon = ast.Word(":", item.colon, item.colon + 1)
        report.error(Code.OLD_COLON, f"no colon stands between `{name}` and its type", colon, "remove the colon")
        return
    if item.type is None:
        message = f"the field `{name}` of `{block.name.text}` has no type"
        report.error(Code.INCOMPLETE_FIELD, message, item, f"write `{name} String`, for instance")
        return
    text = show(item.type.text)
    match item.type.suffix:
        case ast.TypeSuffix.OPTIONAL_LIST:
            message = "a list can't be optional: an empty list stands for nothing"
            report.error(Code.OPTIONAL_LIST, message, item.type, f"write `{text}[]`")
        case ast.TypeSuffix.EXCLAMATION:
            message = "a field is required without an exclamation mark"
            report.error(Code.OLD_TYPE, message, item.type, f"write `{text}`")
        case _:
            report.error(Code.OLD_TYPE, "a list is written behind the type", item.type, f"write `{text}[]`")


def _composite_field(report: Report, item: ast.FieldNode) -> None:
    for attribute in item.attributes:
        if attribute.name.text in ("relation", "unique", "id"):
            message = f"a field of a type can't have the attribute `@{attribute.name.text}`"
            report.error(Code.COMPOSITE_ATTRIBUTE, message, item)


def is_field(node: ast.FieldNode) -> bool:
    """Whether a field can be used: it has a type in a valid spelling."""
    said = node.said
    return said.is_sound or (said.type is not None and said.colon < 0 and said.type.suffix <= _LAST_VALID)


def _strings(file: ast.File) -> Iterator[ast.StringLiteral]:
    """Every string literal of a file, by a stack of our own."""
    for block in file.items:
        if not isinstance(block, ast.Block):
            continue
        for item in block.items:
            stack: list[ast.Expression] = []
            match item:
                case ast.FieldNode() | ast.EnumValueNode():
                    for attribute in item.attributes:
                        stack.extend(_values(attribute.arguments))
                    if isinstance(item, ast.FieldNode) and item.type is not None and item.type.unsupported:
                        stack.append(item.type.unsupported)
                case ast.BlockAttributeNode():
                    stack.extend(_values(item.attribute.arguments))
                case ast.PropertyNode() if item.value is not None:
                    stack.append(item.value)
                case _:
                    pass
            while stack:
                value = stack.pop()
                match value:
                    case ast.StringLiteral():
                        yield value
                    case ast.Call():
                        stack.extend(_values(value.arguments))
                    case ast.Array():
                        stack.extend(value.items)
                    case ast.Object():
                        stack.extend(member for _, member in value.members)
                    case _:
                        pass


def _values(arguments: ast.Arguments | None) -> list[ast.Expression]:
    return [] if arguments is None else [a.value for a in arguments.items if a.value is not None]
