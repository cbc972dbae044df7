"""`format`: a schema's files laid out anew, as the language prescribes."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

from msgspec import Struct

from parity.diagnostics import Diagnostic, SourceFile
from parity.psl.format import format_files
from parity.workflow.files import write_file
from parity.workflow.schema_text import SchemaText


class FormattedFile(Struct, frozen=True):
    """One file before and after. `path` is None for what came from a stream."""

    source: SourceFile
    path: Path | None
    text: str

    @property
    def changed(self) -> bool:
        """Whether the layout differs."""
        return self.text != self.source.text

    def difference(self) -> str:
        """A unified diff from the file as it is to the file laid out; empty where they are the same."""
        old, new = (text.splitlines(keepends=True) for text in (self.source.text, self.text))
        lines = unified_diff(old, new, self.source.name, self.source.name)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


class Formatted(Struct, frozen=True):
    """The files of a schema, laid out, and what of them is not the language's syntax: such a file stays as it is."""

    files: tuple[FormattedFile, ...]
    errors: tuple[Diagnostic, ...]

    @property
    def changed(self) -> tuple[FormattedFile, ...]:
        """The files whose layout differs, and that could be read as a whole."""
        broken = {item.span.file for item in self.errors}
        return tuple(file for number, file in enumerate(self.files) if file.changed and number not in broken)

    @property
    def tidy(self) -> int:
        """How many files are laid out already."""
        return sum(not file.changed for file in self.files)


def format_schema(schema: SchemaText) -> Formatted:
    """Lay out a schema. Nothing is written."""
    layout = format_files(schema.sources)
    files = tuple(
        FormattedFile(source, path, text)
        for source, path, text in zip(schema.sources, schema.paths, layout.texts, strict=True)
    )
    return Formatted(files, layout.errors)


def write_formatted(formatted: Formatted) -> None:
    """Write the files whose layout differs. Raises ConfigError PAR125."""
    for file in formatted.changed:
        if file.path is not None:
            write_file(file.path, file.text)
