"""Text to syntax tree. Never raises: what makes no sense becomes a `BadLine` or an `UnknownBlock` of the tree.

Recovery works by lines: a line that is none of the things that may stand in its block is kept as a bad one, and the
next line is read as if nothing had happened. A block that is never closed is not a block: each of its lines is bad.
`syntax_errors` turns those items into diagnostics; whether names and values mean something is for `resolve`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from parity.psl import ast
from parity.psl.ast import make
from parity.psl.expressions import TooDeep, list_argument, parse_arguments, parse_expression, plain_arguments
from parity.psl.lexer import (
    ATTRIBUTE,
    BLOCK_ATTRIBUTE,
    BLOCK_HEAD,
    BRACKETED_TYPE,
    COMMENT,
    EMPTY_LINES,
    FIELD_HEAD,
    KEY,
    LINE,
    LINE_END,
    LIST_ATTRIBUTE,
    NEWLINE,
    OPEN_PARENTHESIS,
    PLAIN_FIELD,
    SIMPLE_LINE,
    SPACES,
    TYPE,
    TYPE_ALIAS,
    UNKNOWN_BLOCK,
)
from parity.psl.passing import end_of_other_block

if TYPE_CHECKING:
    from collections.abc import Callable, Container

_SUFFIXES = {
    None: ast.TypeSuffix.NONE,
    "?": ast.TypeSuffix.OPTIONAL,
    "[]": ast.TypeSuffix.LIST,
    "!": ast.TypeSuffix.EXCLAMATION,
}
_LONGEST_SHARED = 120
"""Characters. Longer lines are hardly ever alike."""
_MODEL_LIKE = frozenset(("model", "view", "type"))


class _Source(NamedTuple):
    """A text, and what was found out about it once."""

    text: str
    last_comment_end: int
    """The offset of the last `*/`: a comment that opens behind it is none. Saves a search for each such opening."""
    said: dict[str, ast.FieldText]
    """What fields say behind their names, by the text of that: see `_plain_fields`."""


_LineParser: TypeAlias = "Callable[[_Source, int], ast.BlockItem | None]"


def parse_file(text: str, index: int = 0, only: Container[str] | None = None) -> ast.File:
    """Parse one source text into its tree; with `only`, into one of the blocks of those kinds and nothing else."""
    source = _Source(text, text.rfind("*/"), {})
    items: list[ast.TopItem] = []
    at, end = 0, len(text)
    unclosed = False
    """Whether a block was found that nothing closes: no later one can be closed either."""
    no_brace = text.rfind("}")
    while True:
        at = _skip_spaces(text, at)
        if at >= end:
            return ast.File(index, text, tuple(items))
        if only is not None and not unclosed and (behind := end_of_other_block(text, at, only)) is not None:
            at = behind
            continue
        item: ast.TopItem | None = None
        character = text[at]
        if character in "\r\n":
            item = ast.EmptyLines(at, EMPTY_LINES.match(text, at).end())  # type: ignore[union-attr]
        elif character == "/":
            item = _comment_block(source, at)
        elif character.isalnum():
            if not unclosed:
                item = _block(source, at)
                unclosed = item is None and BLOCK_HEAD.match(text, at) is not None
            item = item or _type_alias(text, at)
            if item is None and at < no_brace:
                item = _unknown_block(text, at)
        item = item or _bad_line(text, at)
        if only is None or (isinstance(item, ast.Block) and item.keyword in only):
            items.append(item)
        at = item.end


def _skip_spaces(text: str, at: int) -> int:
    return SPACES.match(text, at).end()  # type: ignore[union-attr]


def _bad_line(text: str, at: int, too_deep: bool = False) -> ast.BadLine:
    line = LINE.match(text, at)
    assert line is not None
    return ast.BadLine(at, line.end(), too_deep)


def _type_alias(text: str, at: int) -> ast.AliasNode | None:
    head = TYPE_ALIAS.match(text, at)
    if head is None:
        return None
    base = TYPE.match(text, head.end())
    if base is None:
        return None
    end = base.end(1) if base[1] is not None else base.end(3)
    try:
        attributes = _attributes(text, end)
    except TooDeep:
        attributes = None
    if attributes:
        end = attributes[-1].end
    return ast.AliasNode(at, end)


def _unknown_block(text: str, at: int) -> ast.UnknownBlock | None:
    block = UNKNOWN_BLOCK.match(text, at)
    return None if block is None else ast.UnknownBlock(at, block.end())


def _comment_block(source: _Source, at: int) -> ast.CommentBlock | None:
    """The comments that start at `at`, each on its own line or behind the one before. Takes the line break too."""
    text = source.text
    comments: list[ast.Comment] = []
    end = at
    while (comment := _comment(source, end)) is not None:
        comments.append(comment)
        end = comment.end
        if (newline := NEWLINE.match(text, end)) is not None:
            end = newline.end()
    return ast.CommentBlock(tuple(comments), at, end) if comments else None


def _comment(source: _Source, at: int) -> ast.Comment | None:
    text = source.text
    found = COMMENT.match(text, at)
    if found is None:
        return None
    end = found.end()
    if found[1] is not None:
        return ast.Comment(ast.CommentKind.DOCUMENTATION, found[1], found.start(1) - 3, end)
    if found[2] is not None:
        return ast.Comment(ast.CommentKind.LINE, found[2], found.start(2) - 2, end)
    if end > source.last_comment_end:
        return None
    closing = text.index("*/", end)
    return ast.Comment(ast.CommentKind.BETWEEN, text[end:closing], end - 2, closing + 2)


# --- blocks -------------------------------------------------------------------------------------------------------


def _block(source: _Source, at: int) -> ast.Block | None:
    text = source.text
    head = BLOCK_HEAD.match(text, at)
    if head is None:
        return None
    keyword = head[1]
    line: _LineParser
    if keyword in _MODEL_LIKE:
        line = _field
    elif keyword == "enum":
        line = _enum_value
    else:
        line = _property
    items: list[ast.BlockItem] = []
    body = here = head.end()
    size = len(text)
    has_fields = line is _field
    while True:
        if has_fields:
            here = _plain_fields(source, here, items)
        here = _skip_spaces(text, here)
        if here >= size:
            return None
        character = text[here]
        if character == "}":
            name = ast.Word(head[2], head.start(2), head.end(2))
            return ast.Block(keyword, name, tuple(items), body, at, here + 1)
        item: ast.BlockItem | None = None
        if character in "\r\n":
            item = ast.EmptyLines(here, EMPTY_LINES.match(text, here).end())  # type: ignore[union-attr]
            here = item.end
        elif character == "/":
            item = _comment_block(source, here)
            here = here if item is None else item.end
        else:
            try:
                item, here = _line(source, here, line, keyword)
            except TooDeep:
                item = _bad_line(text, here, too_deep=True)
                here = item.end
        if item is None:
            item = _bad_line(text, here)
            here = item.end
        items.append(item)


def _line(source: _Source, at: int, parse: _LineParser, keyword: str) -> tuple[ast.BlockItem, int]:
    """Read one line with its own parser, and where the next begins; a bad line where something is left over."""
    text = source.text
    item: ast.BlockItem | None = None
    character = text[at]
    if character == "@":
        if keyword not in ("datasource", "generator"):
            item = _block_attribute(source, at)
    elif character.isalnum():
        item = parse(source, at)
    if item is not None:
        end = LINE_END.match(text, item.end)
        if end is not None:
            return item, end.end()
    bad = _bad_line(text, at)
    return bad, bad.end


def _plain_fields(source: _Source, at: int, items: list[ast.BlockItem]) -> int:
    """Read lines from `at` on while they are fields as nearly all are written; where the first other one starts.

    Many lines of a file are alike but for the field's name. What they say is read once.
    """
    text, said = source.text, source.said
    match_line = SIMPLE_LINE.match
    while True:
        line = match_line(text, at)
        like = None if line is None else said.get(line[2])
        if line is None or like is None:
            node = _plain_field(source, at)
            if node is None:
                return at
            items.append(node)
            at = LINE_END.match(text, node.end).end()  # type: ignore[union-attr]
            if line is not None and node.said.is_sound and line.end() - line.start(2) < _LONGEST_SHARED:
                said[line[2]] = node.said
        else:
            offset = line.start(2) - like.start
            items.append(make(ast.FieldNode, (line[1], like, offset, line.start(1), like.end + offset)))
            at = line.end()


def _plain_field(source: _Source, at: int) -> ast.FieldNode | None:
    """The line at `at`, where it is a field as nearly all are written."""
    text = source.text
    plain = PLAIN_FIELD.match(text, at)
    if plain is None:
        return None
    type_start, end = plain.span(2)
    sign = plain[3]
    if sign is not None:
        end = plain.end(3)
    suffix = _SUFFIXES.get(sign, ast.TypeSuffix.OPTIONAL_LIST)
    reference = make(ast.TypeReference, (plain[2], suffix, None, type_start, end))
    attributes: tuple[ast.Attribute, ...] = ()
    comment = None
    if plain[4] is None:
        try:
            found = _attributes(text, end)
        except TooDeep:
            return None
        if found is None:
            return None
        attributes = found
        if attributes:
            end = attributes[-1].end
        if LINE_END.match(text, end) is None:
            comment = _comment(source, end)
            if comment is None:
                return None
            end = comment.end
            if LINE_END.match(text, end) is None:
                return None
    is_sound = suffix <= ast.TypeSuffix.LIST and all(_is_name(a.name.text) for a in attributes)
    said = make(ast.FieldText, (reference, attributes, comment, -1, type_start, end, is_sound))
    return make(ast.FieldNode, (plain[1], said, 0, plain.start(1), end))


def _is_name(text: str) -> bool:
    return "-" not in text and text[0] not in "0123456789"


def _field(source: _Source, at: int) -> ast.FieldNode | None:
    """A line with a field, however it is written."""
    text = source.text
    head = FIELD_HEAD.match(text, at)
    if head is None:
        return None
    colon = head.start(2)
    end = head.end(1) if colon < 0 else colon + 1
    reference = _type(text, head.end())
    if reference is not None:
        end = reference.end
    attributes = _attributes(text, end)
    if attributes is None:
        return None
    if attributes:
        end = attributes[-1].end
    comment = _comment(source, end)
    if comment is not None:
        end = comment.end
    return ast.FieldNode(head[1], ast.FieldText(reference, attributes, comment, colon, head.end(), end), 0, at, end)


def _type(text: str, at: int) -> ast.TypeReference | None:
    bracketed = BRACKETED_TYPE.match(text, at) if text.startswith("[", at) else None
    if bracketed is not None:
        inner = TYPE.match(text, _skip_spaces(text, at + 1))
        assert inner is not None
        name = inner[3] if inner[1] is None else inner[1]
        return ast.TypeReference(name, ast.TypeSuffix.BRACKETED, None, at, bracketed.end())
    found = TYPE.match(text, at)
    if found is None:
        return None
    unsupported = None
    if found[1] is not None:
        unsupported = ast.StringLiteral(found[2][1:-1], found.start(2), found.end(2))
    suffix = _SUFFIXES.get(found[4], ast.TypeSuffix.OPTIONAL_LIST)
    return ast.TypeReference(found[1] or found[3], suffix, unsupported, at, found.end())


def _attributes(text: str, at: int) -> tuple[ast.Attribute, ...] | None:
    """The `@` attributes from `at` on. None where an argument list is broken."""
    attributes: list[ast.Attribute] = []
    match_attribute = ATTRIBUTE.match
    while (found := match_attribute(text, at)) is not None:
        start, at = found.span(1)
        name = make(ast.Word, (found[1], start, at))
        arguments: ast.Arguments | None = None
        if found[2] is not None:
            arguments = parse_arguments(text, found.start(2)) if found[6] is None else plain_arguments(found)
            if arguments is None:
                return None
            at = arguments.end
        attributes.append(make(ast.Attribute, (name, arguments, text.rindex("@", 0, start), at)))
        if text.startswith(("\n", "\r"), at):
            break
    return tuple(attributes)


def _attribute(text: str, name: ast.Word, start: int) -> ast.Attribute | None:
    opening = OPEN_PARENTHESIS.match(text, name.end)
    if opening is None:
        return ast.Attribute(name, None, start, name.end)
    arguments = parse_arguments(text, opening.end() - 1)
    return None if arguments is None else ast.Attribute(name, arguments, start, arguments.end)


def _block_attribute(source: _Source, at: int) -> ast.BlockAttributeNode | None:
    text = source.text
    plain = LIST_ATTRIBUTE.match(text, at)
    if plain is not None:
        name = make(ast.Word, (plain[1], at + 2, plain.end(1)))
        end = plain.end(3) + 1
        whole = make(ast.Attribute, (name, list_argument(text, plain), at, end))
        return make(ast.BlockAttributeNode, (whole, None, at, end))
    head = BLOCK_ATTRIBUTE.match(text, at)
    if head is None:
        return None
    attribute = _attribute(text, ast.Word(head[1], head.start(1), head.end()), at)
    if attribute is None:
        return None
    comment = _comment(source, attribute.end)
    return ast.BlockAttributeNode(attribute, comment, at, attribute.end if comment is None else comment.end)


def _enum_value(source: _Source, at: int) -> ast.EnumValueNode | None:
    text = source.text
    head = FIELD_HEAD.match(text, at)
    if head is None:
        return None
    name = ast.Word(head[1], at, head.end(1))
    attributes = _attributes(text, name.end)
    if attributes is None:
        return None
    end = attributes[-1].end if attributes else name.end
    comment = _comment(source, end)
    return ast.EnumValueNode(name, attributes, comment, at, end if comment is None else comment.end)


def _property(source: _Source, at: int) -> ast.PropertyNode | None:
    text = source.text
    head = KEY.match(text, at)
    if head is None:
        return None
    name = ast.Word(head[1], at, head.end(1))
    value = parse_expression(text, head.end())
    end = head.end() if value is None else value.end
    comment = _comment(source, end)
    return ast.PropertyNode(name, value, comment, at, end if comment is None else comment.end)
