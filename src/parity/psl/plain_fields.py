"""The fields of a model as nearly all are written, read at once: types that are there, attributes that surely fit.

A shortcut and nothing else: it gives what `resolve` and `fields` would give, and leaves whatever it doesn't know, and
all that is wrong, to them. Reading a large schema spends most of its time in fields, and most fields say what others
say but for their name: what that comes to is found out once.
"""

from __future__ import annotations

from typing import NamedTuple

from parity.diagnostics import Sink, Span
from parity.psl import ast
from parity.psl.ast import make
from parity.psl.defaults import read_default
from parity.psl.entries import EnumEntry, ModelEntry, Side
from parity.psl.fields import ARITIES, field_type
from parity.psl.keys import plain_column
from parity.psl.known_defaults import known_default
from parity.psl.model import (
    Arity,
    DefaultValue,
    FieldDefault,
    FieldType,
    Index,
    IndexKind,
    NativeType,
    PrimaryKey,
    RelationField,
    ScalarField,
    ScalarType,
    UnsupportedType,
)
from parity.psl.names import SCALARS, DocumentedField, Names, documentation_of
from parity.psl.reading import Report, open_attribute

_LIST, _DATE_TIME, _UNIQUE = Arity.LIST, ScalarType.DATE_TIME, IndexKind.UNIQUE
_ENTANGLED = frozenset(("id", "unique", "map"))
"""Attributes whose meaning depends on the model's other fields."""

Place = tuple[int, int]
Likenesses = dict[int, "Likeness"]
"""By the identity of what the fields say."""


class Likeness(NamedTuple):
    """What fields come to that say the same. Places are those of the first of them."""

    type: FieldType
    arity: Arity
    is_read: bool = True
    """Whether the attributes are all in here. Else `fields` has to read them."""
    is_entangled: bool = False
    """Whether one of the attributes that aren't in here depends on other fields."""
    database_name: str | None = None
    native: tuple[str, str, tuple[str, ...], Place] | None = None
    """The prefix, the type, its arguments, and the place."""
    default: tuple[DefaultValue, Place] | None = None
    updated_at: bool = False
    ignored: bool = False
    key: tuple[str | None, Place] | None = None
    """The name in the database, and the place, of `@id`."""
    unique: tuple[str | None, Place] | None = None
    """The same of `@unique`."""


def likeness(said: ast.FieldText, type_: FieldType, arity: Arity, enums: dict[str, EnumEntry]) -> Likeness:
    """What a scalar field comes to."""
    database_name: str | None = None
    native: tuple[str, str, tuple[str, ...], Place] | None = None
    default: tuple[DefaultValue, Place] | None = None
    key: tuple[str | None, Place] | None = None
    unique: tuple[str | None, Place] | None = None
    updated_at = ignored = False
    for attribute in said.attributes:
        name, arguments = attribute.name.text, attribute.arguments
        place = attribute.start, attribute.end
        if name == "default" and default is None:
            value = None if arguments is None else known_default(arguments, type_, arity, enums)
            value = value or _default(attribute, type_, arity, enums)
            if value is None:
                return _unread(said, type_, arity)
            default = value, place
        elif name == "map" and database_name is None:
            database_name = _plain_text(arguments)
            if database_name is None:
                return _unread(said, type_, arity)
        elif "." in name and native is None:
            args = _numbers(arguments)
            if args is None or not isinstance(type_, ScalarType):
                return _unread(said, type_, arity)
            prefix, _, type_name = name.partition(".")
            native = prefix, type_name, args, place
        elif name in ("id", "unique") and (key if name == "id" else unique) is None:
            constraint = None if arguments is None else _map(arguments)
            if arguments is not None and not constraint:
                return _unread(said, type_, arity)
            key, unique = ((constraint, place), unique) if name == "id" else (key, (constraint, place))
        elif arguments is not None:
            return _unread(said, type_, arity)
        elif name == "updatedAt" and not updated_at and type_ is _DATE_TIME and arity is not _LIST:
            updated_at = True
        elif name == "ignore" and not ignored and not isinstance(type_, UnsupportedType):
            ignored = True
        else:
            return _unread(said, type_, arity)
    return Likeness(type_, arity, True, False, database_name, native, default, updated_at, ignored, key, unique)


def _default(
    attribute: ast.Attribute, type_: FieldType, arity: Arity, enums: dict[str, EnumEntry]
) -> DefaultValue | None:
    """The value of `@default`, where nothing at all is wrong with it and it has no name."""
    sink = Sink()
    reader = open_attribute(Report(sink, 0), attribute)
    default = None if reader is None else read_default(reader, type_, arity, enums, composite=False)
    if reader is None or default is None or default.map is not None:
        return None
    reader.finish()
    return None if sink.items else default.value


def _unread(said: ast.FieldText, type_: FieldType, arity: Arity) -> Likeness:
    return Likeness(type_, arity, False, any(a.name.text in _ENTANGLED for a in said.attributes))


def _plain_text(arguments: ast.Arguments | None) -> str | None:
    """The only argument, where it is a string without escapes."""
    return None if arguments is None else _only_text(arguments, None)


def _map(arguments: ast.Arguments) -> str | None:
    """The argument `map`, where it is the only one and a string without escapes."""
    return _only_text(arguments, "map")


def _only_text(arguments: ast.Arguments, name: str | None) -> str | None:
    if len(arguments.items) != 1 or arguments.trailing_comma >= 0:
        return None
    label, value, *_ = arguments.items[0]
    if (None if label is None else label.text) != name:
        return None
    return value.value if isinstance(value, ast.StringLiteral) and "\\" not in value.value else None


def _numbers(arguments: ast.Arguments | None) -> tuple[str, ...] | None:
    """The arguments of a native type, where all are numbers."""
    if arguments is None:
        return ()
    if arguments.trailing_comma >= 0:
        return None
    numbers = []
    for argument in arguments.items:
        if argument.name is not None or not isinstance(argument.value, ast.NumberLiteral):
            return None
        numbers.append(argument.value.text)
    return tuple(numbers)


# --- a model's fields ---------------------------------------------------------------------------------------------


class _Reader:
    """Reads the fields of one model. Nothing gets into the entry before all of them are read."""

    __slots__ = ("entry", "fields", "indexes", "key", "key_arity", "likes", "mapped", "nodes", "prefixes", "unread")

    def __init__(self, entry: ModelEntry) -> None:
        self.entry = entry
        self.nodes: list[ast.FieldNode] = []
        self.fields: dict[str, ScalarField | RelationField] = {}
        self.likes: list[object] = []
        self.indexes: list[Index] = []
        self.mapped: list[str] = []
        self.prefixes: list[tuple[str, str, Span]] = []
        self.unread: list[int] = []
        self.key: PrimaryKey | None = None
        self.key_arity = Arity.REQUIRED

    def read(self, fields: list[DocumentedField], names: Names, enums: dict[str, EnumEntry], likes: Likenesses) -> bool:
        """Whether all of them could be read."""
        file = self.entry.report.file
        for node, comment in fields:
            said, text = node.said, node.text
            if text in self.fields:
                return False
            documentation = None
            if comment is not None or said.comment is not None:
                documentation = documentation_of(comment, said.comment)
            span = make(Span, (node.start, node.end, file))
            like = likes.get(id(said))
            if like is None:
                resolved = _type(self.entry, said, names)
                if resolved is None:
                    return False
                arity = ARITIES[said.type.suffix]  # type: ignore[union-attr]
                if isinstance(resolved, ast.Block):
                    model = resolved.name.text
                    self.fields[text] = RelationField(text, model, arity, None, False, documentation, span)
                    self.nodes.append(node)
                    self.likes.append(None)
                    continue
                like = likeness(said, resolved, arity, enums)
                if like.is_read:
                    likes[id(said)] = like
                elif like.is_entangled:
                    return False
                else:
                    self.unread.append(len(self.nodes))
            self.nodes.append(node)
            self.likes.append(like if like.is_read else None)
            self.fields[text] = self._scalar(text, like, node.offset, documentation, span)
            if like.key is not None or like.unique is not None:
                if like.key is not None and self.key is not None:
                    return False
                self._keys(text, like, node.offset)
        return self._columns_differ()

    def _scalar(self, name: str, like: Likeness, by: int, documentation: str | None, span: Span) -> ScalarField:
        native, default, file = None, None, span.file
        if like.native is not None:
            prefix, type_name, args, (start, end) = like.native
            place = make(Span, (start + by, end + by, file))
            native = NativeType(type_name, args, place)
            self.prefixes.append((name, prefix, place))
        if like.default is not None:
            value, (start, end) = like.default
            default = FieldDefault(value, None, make(Span, (start + by, end + by, file)))
        column = like.database_name
        if column is not None:
            self.mapped.append(column)
        return ScalarField(
            name, like.type, like.arity, column, native, default, like.updated_at, like.ignored, documentation, span
        )

    def _keys(self, name: str, like: Likeness, by: int) -> None:
        file = self.entry.report.file
        columns = (plain_column(name),)
        if like.key is not None:
            constraint, (start, end) = like.key
            self.key = PrimaryKey(columns, None, constraint, None, True, Span(start + by, end + by, file))
            self.key_arity = like.arity
        if like.unique is not None:
            constraint, (start, end) = like.unique
            span = Span(start + by, end + by, file)
            self.indexes.append(Index(_UNIQUE, columns, None, constraint, None, None, None, (), True, span))

    def _columns_differ(self) -> bool:
        """Whether no two fields have one column, nor a mapped one that of another's name."""
        mapped = self.mapped
        return not mapped or (len(set(mapped)) == len(mapped) and self.fields.keys().isdisjoint(mapped))

    def finish(self) -> None:
        """Put everything into the entry."""
        entry = self.entry
        entry.nodes, entry.fields, entry.likes = self.nodes, list(self.fields.values()), self.likes
        for node, field in zip(self.nodes, entry.fields, strict=True):
            if isinstance(field, ScalarField):
                entry.scalars[field.name] = field
            else:
                entry.sides[field.name] = Side(entry.name, field.name, field.model, field.arity, field.span)
                entry.side_nodes[field.name] = node
        entry.native_prefixes, entry.indexes, entry.unread = self.prefixes, self.indexes, self.unread
        if self.key is not None:
            entry.primary_key, entry.id_arity = self.key, self.key_arity


def read_plain_fields(
    entry: ModelEntry, fields: list[DocumentedField], names: Names, enums: dict[str, EnumEntry], likes: Likenesses
) -> bool:
    """Whether the model's fields could be read, which are in the entry then; else nothing is done."""
    reader = _Reader(entry)
    if not reader.read(fields, names, enums, likes):
        return False
    reader.finish()
    return True


def _type(entry: ModelEntry, said: ast.FieldText, names: Names) -> FieldType | ast.Block | None:
    """What the type means; None, and nothing reported, where it means nothing."""
    reference = said.type
    assert reference is not None
    known = reference.unsupported is not None or reference.text in SCALARS or reference.text in names.types
    return field_type(entry.report, reference, names) if known else None
