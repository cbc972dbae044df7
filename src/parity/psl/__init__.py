"""The Prisma schema language: text to a resolved, typed, frozen model, with everything that is wrong in it.

    from parity.psl import parse

    datamodel, diagnostics = parse(text)

`parse` never raises, whatever the text. The values of the datamodel are in `parity.psl.model`; reading files is in
`parity.psl.sources`, laying a file out in `parity.psl.format`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parity.diagnostics import Diagnostic, Sink, SourceFile
from parity.psl.collecting import collecting_later
from parity.psl.model import Datamodel
from parity.psl.parser import parse_file
from parity.psl.resolve import resolve
from parity.psl.validate.pipeline import validate

Diagnostics = tuple[Diagnostic, ...]
"""Every finding, in the order of the source."""


class Parsed(NamedTuple):
    """What `parse` gives: the datamodel, and the findings. Without errors the datamodel is whole."""

    datamodel: Datamodel
    diagnostics: Diagnostics


def parse(source: str | Sequence[SourceFile]) -> Parsed:
    """Parse, resolve and validate a schema: one text, or the files that make one schema together."""
    files = (SourceFile("schema.prisma", source),) if isinstance(source, str) else source
    sink = Sink()
    with collecting_later():
        trees = tuple(parse_file(file.text, number) for number, file in enumerate(files))
        resolution = resolve(trees, sink)
        if not sink.has_errors:
            validate(resolution, sink)
    return Parsed(resolution.datamodel, sink.sorted())
