"""Reading attributes: their arguments by name, values coerced to what the rule wants, every misuse reported.

The pattern is the same for each attribute: `take` it from the attributes of its place, ask the reader for each
argument, then `finish`, which reports what nobody asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from parity.diagnostics import Sink, Span
from parity.psl import ast
from parity.psl.ast import make
from parity.psl.codes import Code
from parity.psl.strings import unescape

_MOST_HINTS = 100
"""Findings after which no close names are looked for any more: looking takes time, and nobody reads that far."""
_MOST_COMPARED = 2000
_LONGEST_COMPARED = 80
_MOST_LISTED = 10
_FURTHEST = 3
"""Characters by which two close names may differ in length."""


class Located(Protocol):
    """Anything with offsets."""

    @property
    def start(self) -> int:
        """The first character."""

    @property
    def end(self) -> int:
        """Behind the last character."""


class Report:
    """Collects diagnostics for one source file."""

    __slots__ = ("file", "sink")

    def __init__(self, sink: Sink, file: int) -> None:
        self.sink = sink
        self.file = file

    def error(self, code: Code, message: str, at: Located, hint: str | None = None) -> None:
        """Record an error at a node of this file."""
        self.sink.error(code, message, Span(at.start, at.end, self.file), hint)

    def warn(self, code: Code, message: str, at: Located, hint: str | None = None) -> None:
        """Record a warning at a node of this file."""
        self.sink.warn(code, message, Span(at.start, at.end, self.file), hint)

    def span(self, at: Located) -> Span:
        """The span of a node of this file."""
        return make(Span, (at.start, at.end, self.file))


def did_you_mean(sink: Sink, name: str, known: Iterable[str]) -> str | None:
    """A hint that names the closest known name, where one is close. Only the first findings of a run get one."""
    if len(sink.items) >= _MOST_HINTS:
        return None
    names = sorted(other for other in known if abs(len(other) - len(name)) <= _FURTHEST and other != name)
    if len(names) > _MOST_COMPARED or len(name) > _LONGEST_COMPARED:
        folded = name.casefold()
        matches = [other for other in names if other.casefold() == folded][:1]
    else:
        from difflib import get_close_matches  # only an error needs it

        matches = get_close_matches(name, names, n=1, cutoff=0.7)
    return f"did you mean `{matches[0]}`?" if matches else None


def describe(value: ast.Expression) -> str:
    """What kind of value an expression is, for a message."""
    match value:
        case ast.StringLiteral():
            return "a string"
        case ast.NumberLiteral():
            return "a number"
        case ast.Constant():
            return "a bare word"
        case ast.Call():
            return "a function call"
        case ast.Array():
            return "a list"
        case ast.Object():
            return "an object"


def listed(names: Sequence[str]) -> str:
    """Names for a message, the first few of them."""
    shown = ", ".join(f"`{show(name)}`" for name in names[:_MOST_LISTED])
    return shown if len(names) <= _MOST_LISTED else f"{shown} and {len(names) - _MOST_LISTED} more"


def show(text: str) -> str:
    """A piece of the source for a message, cut where it is long."""
    return text if len(text) <= 60 else text[:57] + "…"


class AttributeReader:
    """The arguments of one attribute, each to be asked for once."""

    __slots__ = ("attribute", "named", "report", "unnamed")

    def __init__(self, report: Report, attribute: ast.Attribute) -> None:
        self.report = report
        self.attribute = attribute
        self.named: dict[str, ast.Argument] = {}
        self.unnamed: ast.Argument | None = None
        arguments = attribute.arguments
        if arguments is not None:
            items = arguments.items
            if len(items) == 1 and items[0].name is None:
                self.unnamed = items[0]
            else:
                self._sort(items)

    def _sort(self, arguments: tuple[ast.Argument, ...]) -> None:
        several = False
        for argument in arguments:
            if argument.name is None:
                several = several or self.unnamed is not None
                self.unnamed = argument
            elif argument.name.text in self.named:
                name = argument.name.text
                self.report.error(Code.REPEATED_ARGUMENT, f"the argument `{name}` is given twice", argument)
                self.named[name] = argument
            else:
                self.named[argument.name.text] = argument
        if several:
            self.error(
                Code.REPEATED_ARGUMENT,
                f"{self.title} takes one argument without a name, but several are given",
                hint="put several values into brackets: `[a, b]`",
            )

    @property
    def title(self) -> str:
        """The attribute as it is written, without arguments."""
        sign = "@@" if self.attribute.name.start - self.attribute.start > 1 else "@"
        return f"`{sign}{self.attribute.name.text}`"

    def error(self, code: Code, message: str, hint: str | None = None) -> None:
        """Report an error over the whole attribute."""
        self.report.error(code, message, self.attribute, hint)

    def optional(self, name: str) -> ast.Expression | None:
        """The value of a named argument, None where it isn't given."""
        argument = self.named.pop(name, None) if self.named else None
        return None if argument is None else argument.value

    def default(self, name: str) -> ast.Expression | None:
        """The value of the argument that may stand without its name. Reports where it is missing."""
        unnamed, self.unnamed = self.unnamed, None
        if unnamed is not None and not self.named:
            return unnamed.value
        named = self.named.pop(name, None)
        if named is not None and unnamed is not None:
            self.report.error(
                Code.REPEATED_ARGUMENT, f"the argument `{name}` is given twice, with its name and without", named
            )
            return None
        found = named or unnamed
        if found is None:
            self.error(Code.MISSING_ARGUMENT, f"{self.title} needs its argument `{name}`")
            return None
        return found.value

    def text(self, name: str) -> str | None:
        """The value of a named argument that must be a string and not an empty one."""
        if not self.named:
            return None
        value = self.optional(name)
        if value is None:
            return None
        text = string(self.report, value)
        if text == "":
            self.error(Code.EMPTY_TEXT, f"the argument `{name}` of {self.title} is empty")
            return None
        return text

    def flag(self, name: str) -> bool | None:
        """The value of a named argument that must be `true` or `false`."""
        if not self.named:
            return None
        value = self.optional(name)
        if value is None:
            return None
        if isinstance(value, ast.Constant) and value.text in ("true", "false"):
            return value.text == "true"
        mismatch(self.report, "`true` or `false`", value)
        return None

    def finish(self) -> None:
        """Report the arguments that nobody asked for."""
        if self.unnamed is None and not self.named:
            return
        for argument in (*self.named.values(), *(() if self.unnamed is None else (self.unnamed,))):
            self.report.error(Code.UNKNOWN_ARGUMENT, f"{self.title} takes no such argument", argument)


_NONE: Mapping[str, list[ast.Attribute]] = {}


def _repeated(attributes: Sequence[ast.Attribute]) -> dict[str, list[ast.Attribute]]:
    by_name: dict[str, list[ast.Attribute]] = {}
    for attribute in attributes:
        by_name.setdefault(attribute.name.text, []).append(attribute)
    return {name: several for name, several in by_name.items() if len(several) > 1}


class Attributes:
    """The attributes of one place (a field, a block), each to be taken once."""

    __slots__ = ("by_name", "repeated", "report")

    def __init__(self, report: Report, attributes: Sequence[ast.Attribute]) -> None:
        self.report = report
        self.by_name = {attribute.name.text: attribute for attribute in attributes}
        self.repeated: Mapping[str, list[ast.Attribute]] = _NONE
        """Every attribute of a name that is given more than once."""
        if len(self.by_name) < len(attributes):
            self.repeated = _repeated(attributes)

    def all_of(self, name: str) -> list[ast.Attribute]:
        """Every attribute of a name, which nobody can take afterwards."""
        found = self.by_name.pop(name, None)
        if found is None:
            return []
        return self.repeated.get(name) or [found]

    def take(self, name: str) -> AttributeReader | None:
        """The attribute called `name`, None where it isn't given or can't be read."""
        found = self.by_name.pop(name, None)
        if found is None:
            return None
        if name in self.repeated:
            for attribute in self.repeated[name]:
                message = f"the attribute `{name}` may be given only once"
                self.report.error(Code.REPEATED_ATTRIBUTE, message, attribute)
            return None
        return open_attribute(self.report, found)

    def take_all(self, name: str) -> list[AttributeReader]:
        """Every attribute called `name` that can be read."""
        readers = (open_attribute(self.report, attribute) for attribute in self.all_of(name))
        return [reader for reader in readers if reader is not None]

    def finish(self, known: Sequence[str], sign: str) -> None:
        """Report the attributes that nobody took."""
        for name, first in self.by_name.items():
            for attribute in self.repeated.get(name) or [first]:
                hint = did_you_mean(self.report.sink, name, known)
                message = f"`{sign}{show(name)}` is no attribute that fits here"
                self.report.error(Code.UNKNOWN_ATTRIBUTE, message, attribute, hint)


def open_attribute(report: Report, attribute: ast.Attribute) -> AttributeReader | None:
    """A reader for an attribute; None where an argument has no value, which is reported."""
    usable = True
    if attribute.arguments is not None and not _is_whole(attribute.arguments):
        for arguments in _argument_lists(attribute.arguments):
            for argument in arguments.items:
                if argument.value is None and argument.name is not None:
                    _missing_value(report, argument.name)
                    usable = False
                elif isinstance(argument.value, ast.Array):
                    _nested_missing_values(report, argument.value)
            if arguments.trailing_comma >= 0:
                comma = ast.Word(",", arguments.trailing_comma, arguments.trailing_comma + 1)
                report.error(Code.TRAILING_COMMA, "a comma stands behind the last argument", comma, "remove the comma")
    return AttributeReader(report, attribute) if usable else None


def _is_whole(arguments: ast.Arguments) -> bool:
    """Whether each argument is a literal, a word, a list of those, or a call without arguments: nothing is missing."""
    if arguments.trailing_comma >= 0:
        return False
    for argument in arguments.items:
        value = argument.value
        if isinstance(value, ast.Call):
            if value.arguments.items or value.arguments.trailing_comma >= 0:
                return False
        elif isinstance(value, ast.Array):
            if any(isinstance(item, ast.Call) for item in value.items):
                return False
        elif value is None:
            return False
    return True


def _argument_lists(arguments: ast.Arguments) -> list[ast.Arguments]:
    nested = [a.value.arguments for a in arguments.items if isinstance(a.value, ast.Call)]
    return [arguments, *nested]


def _nested_missing_values(report: Report, array: ast.Array) -> None:
    for item in array.items:
        if isinstance(item, ast.Call):
            for argument in item.arguments.items:
                if argument.value is None and argument.name is not None:
                    _missing_value(report, argument.name)


def _missing_value(report: Report, name: ast.Word) -> None:
    report.error(Code.MISSING_VALUE, f"the argument `{name.text}` has no value", name)


# --- values -------------------------------------------------------------------------------------------------------


def mismatch(report: Report, wanted: str, value: ast.Expression) -> None:
    """Report a value of the wrong kind."""
    report.error(Code.WRONG_VALUE_TYPE, f"{wanted} must stand here, not {describe(value)}", value)


def string(report: Report, value: ast.Expression) -> str | None:
    """The value of a string literal."""
    if isinstance(value, ast.StringLiteral):
        return unescape(value.value)
    mismatch(report, "a string", value)
    return None


def constant(report: Report, value: ast.Expression) -> str | None:
    """The text of a bare word."""
    if isinstance(value, ast.Constant):
        return value.text
    mismatch(report, "a bare word", value)
    return None


def integer(report: Report, value: ast.Expression) -> int | None:
    """The value of a whole number that fits 64 bits."""
    if isinstance(value, ast.NumberLiteral) and len(value.text) < 20 and "." not in value.text:
        number = int(value.text)
        if -(2**63) <= number < 2**63:
            return number
    mismatch(report, "a whole number", value)
    return None


def elements(value: ast.Expression) -> tuple[ast.Expression, ...]:
    """The items of a list; a single value counts as a list of one."""
    return value.items if isinstance(value, ast.Array) else (value,)
