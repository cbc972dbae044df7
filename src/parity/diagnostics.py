"""What a user got wrong in a file: where, what, and how to mend it.

A mistake in a file is data, not an exception: checks collect diagnostics in a `Sink` and go on, so that one
run shows all of them. Rendering them with the source line and a caret is the command line's work.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct, field


class Span(NamedTuple):
    """A stretch of one source text: offsets in characters, `start` inclusive, `end` exclusive.

    `file` is an index into the list of files that were parsed together (0 for a single one). A named tuple, as a large
    schema has a hundred thousand of them.
    """

    start: int
    end: int
    file: int = 0


class Severity(StrEnum):
    """How bad a diagnostic is: an error rejects the file, a warning doesn't."""

    ERROR = "error"
    WARNING = "warning"


class Diagnostic(Struct, frozen=True):
    """One finding. `code` is stable and never reused; `hint` says how to mend it where that is known."""

    code: str
    message: str
    span: Span
    severity: Severity = Severity.ERROR
    hint: str | None = None


class Sink(Struct):
    """Collects diagnostics; never raises."""

    items: list[Diagnostic] = field(default_factory=list)

    def error(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        """Record an error."""
        self.items.append(Diagnostic(code, message, span, Severity.ERROR, hint))

    def warn(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        """Record a warning."""
        self.items.append(Diagnostic(code, message, span, Severity.WARNING, hint))

    @property
    def has_errors(self) -> bool:
        """Whether any error was recorded."""
        return any(item.severity is Severity.ERROR for item in self.items)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All findings in the order of the source, errors before warnings at the same place."""
        return tuple(sorted(self.items, key=lambda d: (d.span.file, d.span.start, d.span.end, d.severity, d.code)))


class SourceFile(Struct, frozen=True):
    """A source text and the name to show for it."""

    name: str
    text: str

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of a character offset. A CR before LF belongs to the line end."""
        offset = min(max(offset, 0), len(self.text))
        line = self.text.count("\n", 0, offset) + 1
        column = offset - (self.text.rfind("\n", 0, offset) + 1) + 1
        return line, column
