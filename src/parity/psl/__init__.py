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
from parity.psl import ast
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
    with collecting_later():
        return _parsed(_trees(source))


def parse_config(source: str | Sequence[SourceFile]) -> Parsed:
    """The datasource and the generators alone: what stands in the other blocks isn't looked at, right or wrong.

    Where no datasource is found, whatever hides it is reported: then this is `parse`.
    """
    with collecting_later():
        trees = _trees(source)
        parsed = _parsed(tuple(tree._replace(items=tuple(filter(_is_config, tree.items))) for tree in trees))
        return parsed if parsed.datamodel.datasource is not None else _parsed(trees)


def _trees(source: str | Sequence[SourceFile]) -> tuple[ast.File, ...]:
    files = (SourceFile("schema.prisma", source),) if isinstance(source, str) else source
    return tuple(parse_file(file.text, number) for number, file in enumerate(files))


def _parsed(trees: tuple[ast.File, ...]) -> Parsed:
    sink = Sink()
    resolution = resolve(trees, sink)
    if not sink.has_errors:
        validate(resolution, sink)
    return Parsed(resolution.datamodel, sink.sorted())


def _is_config(item: object) -> bool:
    return isinstance(item, ast.Block) and item.keyword in ("datasource", "generator")
