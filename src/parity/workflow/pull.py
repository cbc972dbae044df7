"""`db pull`: the schema.prisma that says what a database holds."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from parity.diagnostics import SourceFile
from parity.errors import HistoryError, Interrupted
from parity.lifting.lift import lift_files
from parity.lifting.same import says_the_same
from parity.psl import ast
from parity.psl.parser import parse_file
from parity.psl.sources import read_sources, schema_files
from parity.workflow.context import Project, connected
from parity.workflow.files import write_file
from parity.workflow.interaction import Interaction

INTROSPECTED = "introspected.prisma"
"""Where the new blocks of a schema of several files go."""


class PulledFile(Struct, frozen=True):
    """One file of the schema: its place, its name to show, its text now (None: it isn't there yet) and by the pull."""

    path: Path
    name: str
    current: str | None
    text: str

    @property
    def changed(self) -> bool:
        """Whether writing it would change it."""
        return self.text != (self.current or "")

    @property
    def differs(self) -> bool:
        """Whether it says anything else of the database than the pull does."""
        return self.changed and not (self.current is not None and says_the_same(self.current, self.text))

    def difference(self) -> str:
        """The unified diff from the file to the pulled text."""
        from difflib import unified_diff  # only a shown difference needs it

        old, new = (self.current or "").splitlines(keepends=True), self.text.splitlines(keepends=True)
        return "".join(
            line if line.endswith("\n") else f"{line}\n" for line in unified_diff(old, new, self.name, self.name)
        )


class Pulled(Struct, frozen=True):
    """The files of the schema as the database has it, and the warnings that go with them."""

    database: str
    files: tuple[PulledFile, ...]
    warnings: tuple[str, ...]

    @property
    def changed(self) -> tuple[PulledFile, ...]:
        """The files that differ from what is there."""
        return tuple(file for file in self.files if file.changed)

    @property
    def differing(self) -> tuple[PulledFile, ...]:
        """The files that say something else than the database."""
        return tuple(file for file in self.files if file.differs)


def pull(project: Project) -> Pulled:
    """Read the database and lay out its schema files; nothing is written. Raises HistoryError P4001."""
    show = project.places.show
    paths = schema_files(project.places.schema, show)
    sources = read_sources(project.places.schema, show=show)
    with connected(project.dialect, project.target()) as session:
        schema = project.dialect.driver.introspect(session, project.namespaces)
        database = session.target.display
    if schema.is_empty:
        raise HistoryError("P4001", f"the database {database} is empty: there is nothing to pull")
    headers = tuple(header_of((source,)) for source in sources)
    new_in = 0
    if len(paths) > 1:
        introspected = project.places.schema / INTROSPECTED
        if introspected not in paths:
            paths, headers = (*paths, introspected), (*headers, "")
        new_in = paths.index(introspected)
    lifted = lift_files(schema, project.dialect, existing=project.datamodel, headers=headers, new_in=new_in)
    current = [source.text for source in sources]
    files = [
        PulledFile(path, show(path), current[number] if number < len(current) else None, text)
        for number, (path, text) in enumerate(zip(paths, lifted.texts, strict=True))
    ]
    return Pulled(database, tuple(file for file in files if _says_something(file)), lifted.warnings)


def write_pulled(pulled: Pulled, interaction: Interaction, *, force: bool) -> None:
    """Put the texts into the schema files; where they held more than settings, after a question or with `force`.

    Raises Interrupted if the answer is no.
    """
    changed = pulled.changed
    if not changed:
        return
    overwritten = [file.path.name for file in changed if file.current is not None and not _is_header(file.current)]
    if overwritten and not force and not interaction.confirm(f"Overwrite {', '.join(overwritten)}?", flag="--force"):
        raise Interrupted("PAR130", "nothing was written")
    for file in changed:
        write_file(file.path, file.text)


def _is_header(text: str) -> bool:
    """Whether a file holds nothing but what a pull keeps as it is written."""
    return header_of((SourceFile("schema.prisma", text),)).strip() == text.strip()


def _says_something(file: PulledFile) -> bool:
    """Whether a pull has to do with a file: one that holds comments only is left alone, and none is made empty."""
    if file.text.strip():
        return True
    return file.current is not None and any(isinstance(i, ast.Block) for i in parse_file(file.current).items)


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
