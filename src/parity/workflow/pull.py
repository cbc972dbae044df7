"""`db pull`: the schema.prisma that says what a database holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from parity.diagnostics import SourceFile
from parity.errors import ConfigError, HistoryError, Interrupted
from parity.lifting.lift import lift
from parity.psl import ast
from parity.psl.parser import parse_file
from parity.psl.sources import read_sources
from parity.workflow.context import Project, connected
from parity.workflow.files import write_file
from parity.workflow.interaction import Interaction


@dataclass(frozen=True, slots=True)
class Pulled:
    """The text, the warnings that go with it, and whether it differs from the file that is there."""

    database: str
    path: Path
    text: str
    warnings: tuple[str, ...]
    changed: bool


def pull(project: Project) -> Pulled:
    """Read the database and lay out its schema file; nothing is written. Raises HistoryError P4001 for an empty one."""
    sources = tuple(read_sources(project.places.schema, show=project.places.show))
    with connected(project.dialect, project.target()) as session:
        schema = project.dialect.driver.introspect(session, project.namespaces)
        database = session.target.display
    if schema.is_empty:
        raise HistoryError("P4001", f"the database {database} is empty: there is nothing to pull")
    lifted = lift(schema, project.dialect, existing=project.datamodel, header=header_of(sources))
    current = "\n".join(source.text for source in sources)
    return Pulled(database, project.places.schema, lifted.text, tuple(lifted.warnings), lifted.text != current)


def write_pulled(pulled: Pulled, interaction: Interaction, *, force: bool) -> None:
    """Put the text into the schema file, after a question or with `force`. Raises Interrupted if the answer is no."""
    if pulled.path.is_dir():
        raise ConfigError(
            "PAR126",
            f"{pulled.path} is a folder of schema files",
            why="which file a new model belongs to can't be known",
            hint="run `parity db pull --print` and take over what you need",
        )
    if not pulled.changed:
        return
    if not force and not interaction.confirm(f"Overwrite {pulled.path.name}?", flag="--force"):
        raise Interrupted("PAR130", "nothing was written")
    write_file(pulled.path, pulled.text)


def header_of(sources: tuple[SourceFile, ...]) -> str:
    """The datasource and generator blocks, with the comments before them, as they are written."""
    pieces: list[str] = []
    for index, source in enumerate(sources):
        start = 0
        for item in parse_file(source.text, index).items:
            if isinstance(item, ast.Block):
                if item.keyword in ("datasource", "generator"):
                    pieces.append(source.text[start : item.end].strip("\n"))
                start = item.end
    return "\n\n".join(pieces) + "\n"
