"""`validate`: everything that is wrong in a schema."""

from __future__ import annotations

from msgspec import Struct

from parity.diagnostics import Diagnostic, Severity, SourceFile
from parity.psl import parse
from parity.workflow.schema_text import SchemaText


class Validated(Struct, frozen=True):
    """The findings, in the order of the source, and the files that they point into."""

    diagnostics: tuple[Diagnostic, ...]
    sources: tuple[SourceFile, ...]

    @property
    def is_valid(self) -> bool:
        """Whether there are no errors; warnings may be there."""
        return all(item.severity is not Severity.ERROR for item in self.diagnostics)


def validate(schema: SchemaText) -> Validated:
    """Parse, resolve and validate a schema."""
    return Validated(parse(schema.sources).diagnostics, schema.sources)
