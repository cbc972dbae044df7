"""The Prisma schema language: text to a resolved, typed, frozen model, with everything that is wrong in it.

    from parity.psl import parse

    datamodel, diagnostics = parse(text)

`parse` never raises, whatever the text. The values of the datamodel are in `parity.psl.model`; reading files is in
`parity.psl.sources`, laying a file out in `parity.psl.format`. What each function needs is loaded when it is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from parity.diagnostics import Diagnostic, Sink, SourceFile
from parity.psl.model import Datamodel

Diagnostics = tuple[Diagnostic, ...]
"""Every finding, in the order of the source."""


class Parsed(NamedTuple):
    """What `parse` gives: the datamodel, and the findings. Without errors the datamodel is whole."""

    datamodel: Datamodel
    diagnostics: Diagnostics

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity == "error" for found in self.diagnostics)


def parse(source: str | Sequence[SourceFile]) -> Parsed:
    """Parse, resolve and validate a schema: one text, or the files that make one schema together."""
    from parity.psl.collecting import collecting_later
    from parity.psl.parser import parse_file
    from parity.psl.resolve import resolve
    from parity.psl.validate.pipeline import validate

    sink = Sink()
    with collecting_later():
        trees = tuple(parse_file(file.text, number) for number, file in enumerate(_files(source)))
        resolution = resolve(trees, sink)
        if not sink.has_errors:
            validate(resolution, sink)
        return Parsed(resolution.datamodel, sink.sorted())


def parse_config(source: str | Sequence[SourceFile]) -> Parsed:
    """The datasource and the generators alone: what stands in the other blocks isn't looked at, right or wrong.

    Where no datasource is found, whatever hides it is reported: then this is `parse`.
    """
    from parity.psl.configuration import KEYWORDS, read_configuration
    from parity.psl.parser import parse_file

    sink = Sink()
    trees = tuple(parse_file(file.text, number, KEYWORDS) for number, file in enumerate(_files(source)))
    datamodel = read_configuration(trees, sink)
    return parse(source) if datamodel.datasource is None else Parsed(datamodel, sink.sorted())


def _files(source: str | Sequence[SourceFile]) -> Sequence[SourceFile]:
    return (SourceFile("schema.prisma", source),) if isinstance(source, str) else source
