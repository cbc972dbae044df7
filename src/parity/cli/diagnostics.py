"""Diagnostics of a schema file: file:line:column, the message, the source line with a caret, and the way to mend it."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

import click

from parity.cli.concealed import concealed, concealed_at
from parity.cli.printable import printable
from parity.counting import counted
from parity.diagnostics import Diagnostic, Severity, SourceFile

_WIDEST = 200


def render_diagnostics(diagnostics: Sequence[Diagnostic], sources: Sequence[SourceFile], *, color: bool) -> str:
    """All of them, in the order given, with a count at the end."""
    indexes = [_LineIndex(source.text) for source in sources]
    blocks = [_block(item, sources[item.span.file], indexes[item.span.file], color) for item in diagnostics]
    errors = sum(item.severity is Severity.ERROR for item in diagnostics)
    warnings = len(diagnostics) - errors
    counts = [counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return "\n\n".join([*blocks, f"Found {' and '.join(counts)}."])


def diagnostic_values(diagnostics: Sequence[Diagnostic], sources: Sequence[SourceFile]) -> list[dict[str, object]]:
    """The same for `--json`: one object each, with offsets and 1-based positions."""
    indexes = [_LineIndex(source.text) for source in sources]
    values: list[dict[str, object]] = []
    for item in diagnostics:
        line, column = indexes[item.span.file].position(item.span.start)
        last = _end(item, sources[item.span.file].text)
        end_line, end_column = indexes[item.span.file].position(last)
        values.append(
            {
                "code": item.code,
                "severity": item.severity.value,
                "message": concealed(item.message),
                "hint": item.hint and concealed(item.hint),
                "file": concealed(sources[item.span.file].name),
                "start": {"offset": item.span.start, "line": line, "column": column},
                "end": {"offset": last, "line": end_line, "column": end_column},
            }
        )
    return values


def github_annotations(diagnostics: Sequence[Diagnostic], sources: Sequence[SourceFile]) -> Iterator[str]:
    """The same as workflow commands of GitHub Actions, which shows them at their lines in a pull request."""
    indexes = [_LineIndex(source.text) for source in sources]
    for item in diagnostics:
        span, index = item.span, indexes[item.span.file]
        line, column = index.position(span.start)
        last_line, last_column = index.position(_end(item, sources[span.file].text))
        properties = {"file": sources[span.file].name, "line": line, "endLine": last_line}
        if line == last_line:  # GitHub refuses columns where there are several lines.
            properties |= {"col": column, "endColumn": last_column}
        properties["title"] = item.code
        text = item.message if item.hint is None else f"{item.message}\nhelp: {item.hint}"
        yield github_annotation(item.severity.value, text, properties)


def github_error(message: str, code: str) -> str:
    """An annotation for what has no place in a file."""
    return github_annotation("error", message, {"title": code})


def github_annotation(level: str, message: str, properties: Mapping[str, object]) -> str:
    """One command to the runner, whatever its texts hold."""
    shown = ",".join(f"{name}={_escaped(concealed(str(value)), _PROPERTY)}" for name, value in properties.items())
    return f"::{level} {shown}::{_escaped(concealed(message), _DATA)}"


def _end(item: Diagnostic, text: str) -> int:
    """The end of a finding, without the line break that it may take in."""
    return item.span.start + len(text[item.span.start : item.span.end].rstrip("\r\n"))


_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)


class _LineIndex:
    """Where the lines of a text begin, so that many positions cost little."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its end."""
        start = self.starts[number - 1]
        end = self.starts[number] - 1 if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


def _columns(character: str) -> int:
    """How many columns of a terminal a character takes, as it is shown."""
    shown = printable(character)
    if len(shown) > 1:
        return len(shown)
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _window(text: str, column: int) -> tuple[str, int]:
    """The part of a very long line that is around the column, and how much is left out before it."""
    if len(text) <= _WIDEST:
        return text, 0
    start = max(0, column - 1 - _WIDEST // 2)
    return text[start : start + _WIDEST], start


def _block(item: Diagnostic, source: SourceFile, index: _LineIndex, color: bool) -> str:
    line, column = index.position(item.span.start)
    head = printable(concealed(f"{source.name}:{line}:{column}: "))
    end_line, end_column = index.position(max(item.span.start, item.span.end))
    shade = "red" if item.severity is Severity.ERROR else "yellow"
    word = f"{item.severity.value}[{item.code}]"
    message = printable(concealed(item.message))
    lines = [
        (head + click.style(word, fg=shade, bold=True) if color else head + word) + f": {message}",
    ]
    text, (column, end_column) = concealed_at(index.line(line), column, end_column)
    text, left = _window(text, column)
    column, end_column = column - left, end_column - left
    marked = text[column - 1 : end_column - 1 if end_line == line else len(text)]
    pad = "".join("\t" if c == "\t" else " " * _columns(c) for c in text[: column - 1])
    caret = "^" * max(1, sum(map(_columns, marked.replace("\t", " "))))
    gutter = " " * len(str(line))
    lines += [
        f" {gutter} |",
        f" {line} | {printable(text)}",
        f" {gutter} | {pad}{click.style(caret, fg=shade) if color else caret}",
    ]
    if item.hint:
        lines.append(f"   help: {printable(concealed(item.hint))}")
    return "\n".join(lines)
