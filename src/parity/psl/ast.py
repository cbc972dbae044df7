"""The syntax tree: what stands in a schema file, in order, with the offsets of each piece.

Together with the text the tree is lossless: comments, blank lines and lines that make no sense are items like any
other, so that the formatter can lay a file out anew and a single field can be rewritten without touching the rest.

The nodes are named tuples, not dataclasses: a file of 100,000 fields makes a million of them. Offsets count
characters, `start` inclusive, `end` exclusive. Nothing here says whether the file is right.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple, TypeAlias, TypeVar, cast

make: Final = tuple.__new__
"""`make(Word, (text, start, end))` is `Word(text, start, end)` in half the time: for the parser's busiest lines."""


class Word(NamedTuple):
    """A name as written."""

    text: str
    start: int
    end: int


# --- expressions ------------------------------------------------------------------------------------------------


class StringLiteral(NamedTuple):
    """`"text"`: `value` is what stands between the quotes, still escaped."""

    value: str
    start: int
    end: int


class NumberLiteral(NamedTuple):
    """`1`, `-2.50`."""

    text: str
    start: int
    end: int


class Constant(NamedTuple):
    """A bare word or path: `true`, `Cascade`, `address.street`."""

    text: str
    start: int
    end: int


class Call(NamedTuple):
    """`now()`, `name(sort: Desc)`."""

    name: Word
    arguments: Arguments
    start: int
    end: int


class Array(NamedTuple):
    """`[a, b]`."""

    items: tuple[Expression, ...]
    start: int
    end: int


class Object(NamedTuple):
    """`{ a: 1 }`."""

    members: tuple[tuple[Word, Expression], ...]
    start: int
    end: int


Expression: TypeAlias = StringLiteral | NumberLiteral | Constant | Call | Array | Object


class Argument(NamedTuple):
    """`value`, `name: value`, or `name:` with nothing behind it."""

    name: Word | None
    value: Expression | None
    start: int
    end: int


class Arguments(NamedTuple):
    """What stands between parentheses. `trailing_comma` is the offset of a comma after the last argument, or -1."""

    items: tuple[Argument, ...]
    trailing_comma: int
    start: int
    end: int


_Node = TypeVar("_Node")


def moved(node: _Node, by: int) -> _Node:
    """A node, or a tuple of nodes, as it would be so many characters further on.

    Every number in a node is an offset, unless it is of an enumeration; -1 stands for none. Only for what stands in a
    short line, as it follows each bracket into itself.
    """
    if isinstance(node, tuple):
        return make(type(node), [moved(part, by) for part in node])
    if type(node) is int:
        offset = cast(int, node)
        return cast(_Node, offset + by if offset >= 0 else offset)
    return node


# --- items of a block -------------------------------------------------------------------------------------------


class CommentKind(IntEnum):
    """How a comment is written."""

    DOCUMENTATION = 0
    LINE = 1
    BETWEEN = 2


class Comment(NamedTuple):
    """One comment; `text` is what stands behind `///` or `//`, or between `/*` and `*/`."""

    kind: CommentKind
    text: str
    start: int
    end: int


class CommentBlock(NamedTuple):
    """Comments on lines of their own that follow each other without a blank line."""

    comments: tuple[Comment, ...]
    start: int
    end: int


class EmptyLines(NamedTuple):
    """The line breaks between two items."""

    start: int
    end: int


class BadLine(NamedTuple):
    """A line that is none of the things that may stand here. `too_deep` where brackets were nested beyond reason."""

    start: int
    end: int
    too_deep: bool = False


class Attribute(NamedTuple):
    """`@name(arguments)` or `@@name(arguments)`."""

    name: Word
    arguments: Arguments | None
    start: int
    end: int


class TypeSuffix(IntEnum):
    """What follows the name of a type, and the spellings that are not valid any more."""

    NONE = 0
    OPTIONAL = 1
    LIST = 2
    OPTIONAL_LIST = 3
    EXCLAMATION = 4
    BRACKETED = 5


class TypeReference(NamedTuple):
    """A field's type. `text` is the type without its suffix, as written; `unsupported` the string inside it."""

    text: str
    suffix: TypeSuffix
    unsupported: StringLiteral | None
    start: int
    end: int


class FieldText(NamedTuple):
    """What a field's line says behind its name. Lines that say the same share it: the offsets are those of the first.

    `colon` is the offset of an old-style colon, or -1; `start` that of the type, and `end` is before the line break.
    """

    type: TypeReference | None
    attributes: tuple[Attribute, ...]
    comment: Comment | None
    colon: int
    start: int
    end: int
    is_sound: bool = False
    """Whether the type is spelled as it should be, and the attributes' names are names."""


class FieldNode(NamedTuple):
    """A line of a model, view or type. `end` is before the line break; `colon` the offset of an old-style colon."""

    text: str
    """The field's name."""
    said: FieldText
    offset: int
    """How far this line stands behind the one that `said` has its offsets from."""
    start: int
    end: int

    @property
    def name(self) -> Word:
        """The field's name with its place."""
        return make(Word, (self.text, self.start, self.start + len(self.text)))

    @property
    def type(self) -> TypeReference | None:
        """The type, None where none is given."""
        found = self.said.type
        return found if found is None or not self.offset else moved(found, self.offset)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The attributes in order."""
        found = self.said.attributes
        return found if not found or not self.offset else moved(found, self.offset)

    @property
    def comment(self) -> Comment | None:
        """The comment at the line's end."""
        found = self.said.comment
        return found if found is None or not self.offset else moved(found, self.offset)

    @property
    def colon(self) -> int:
        """The offset of an old-style colon, or -1."""
        colon = self.said.colon
        return colon if colon < 0 else colon + self.offset


class EnumValueNode(NamedTuple):
    """A line of an enum."""

    name: Word
    attributes: tuple[Attribute, ...]
    comment: Comment | None
    start: int
    end: int


class PropertyNode(NamedTuple):
    """`key = value` in a datasource or generator; the value is None where nothing stands behind the sign."""

    name: Word
    value: Expression | None
    comment: Comment | None
    start: int
    end: int


class BlockAttributeNode(NamedTuple):
    """A `@@` line."""

    attribute: Attribute
    comment: Comment | None
    start: int
    end: int


BlockItem: TypeAlias = (
    FieldNode | EnumValueNode | PropertyNode | BlockAttributeNode | CommentBlock | EmptyLines | BadLine
)


# --- the file -----------------------------------------------------------------------------------------------------


class Block(NamedTuple):
    """A `model`, `view`, `type`, `enum`, `datasource` or `generator`. `body` is the offset behind the first line."""

    keyword: str
    name: Word
    items: tuple[BlockItem, ...]
    body: int
    start: int
    end: int


class UnknownBlock(NamedTuple):
    """A block without a keyword that the language knows."""

    start: int
    end: int


class AliasNode(NamedTuple):
    """`type Name = Int @attribute`: gone from the language, kept to say so."""

    start: int
    end: int


TopItem: TypeAlias = Block | UnknownBlock | AliasNode | CommentBlock | EmptyLines | BadLine


class File(NamedTuple):
    """One source text, parsed. `number` is its place among the files that were parsed together."""

    number: int
    text: str
    items: tuple[TopItem, ...]
