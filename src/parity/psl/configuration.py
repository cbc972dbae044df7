"""The datasource and the generators of a schema, without the models, which a deployment has no use for.

Nothing here needs the parts that resolve and validate models: loading those takes longer than reading a configuration.
"""

from __future__ import annotations

from parity.diagnostics import Sink
from parity.psl import ast
from parity.psl.codes import Code
from parity.psl.config import read_datasource, read_generator
from parity.psl.entries import Resolution
from parity.psl.model import Datamodel, Datasource, Generator
from parity.psl.names import Names, collect_names
from parity.psl.providers.registry import facts_of
from parity.psl.reading import Report
from parity.psl.syntax import report_syntax
from parity.psl.validate import datasource as rules
from parity.psl.validate.context import context_of

KEYWORDS = frozenset(("datasource", "generator"))
"""What blocks of configuration begin with."""


def read_configuration(files: tuple[ast.File, ...], sink: Sink) -> Datamodel:
    """Resolve and validate trees that hold blocks of configuration and nothing else."""
    for file in files:
        report_syntax(file, sink)
    names = collect_names(files, sink)
    datasource, place = find_datasource(names)
    generators = find_generators(names, files, datasource)
    datamodel = Datamodel(datasource, generators, (), (), (), ())
    if not sink.has_errors:
        resolution = Resolution(files, datamodel, {}, {}, [], (), datasource, place, generators)
        facts = facts_of(None if datasource is None else datasource.provider)
        if rules.database_is_supported(resolution, facts, sink):
            rules.validate_datasource(context_of(resolution, facts, sink))
    return datamodel


def find_datasource(names: Names) -> tuple[Datasource | None, tuple[ast.Block, Report] | None]:
    """The datasource and where it stands. Several are reported."""
    found: list[tuple[Datasource, ast.Block, Report]] = []
    blocks = [(block, report) for block, report, _ in names.blocks if block.keyword == "datasource"]
    for block, report in blocks:
        datasource = read_datasource(report, block)
        if datasource is not None:
            found.append((datasource, block, report))
    if len(found) > 1:
        for block, report in blocks:
            message = "a schema has one datasource, but several are defined"
            report.error(Code.SEVERAL_DATASOURCES, message, block)
    if not found:
        return None, None
    return found[0][0], found[0][1:]


def find_generators(names: Names, files: tuple[ast.File, ...], datasource: Datasource | None) -> tuple[Generator, ...]:
    """The generators that can be read."""
    provider = None if datasource is None else datasource.provider
    texts = {file.number: file.text for file in files}
    generators = (
        read_generator(report, block, texts[report.file], provider)
        for block, report, _ in names.blocks
        if block.keyword == "generator"
    )
    return tuple(generator for generator in generators if generator is not None)
