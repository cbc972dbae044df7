"""The line of a file of the project that a finding is about, for what shows findings beside the code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from parity.psl.sources import read_sources
from parity.workflow.check_report import Check, Finding
from parity.workflow.context import Project


class Spot(Struct, frozen=True):
    """A path, with slashes, and a 1-based line."""

    file: str
    line: int = 1


def spots(project: Project | None, top: Path | None) -> Callable[[Finding], Spot | None]:
    """A function that finds it: a migration's script, a table's model, else the schema file; None for a whole database.

    Paths are relative to `top`, if they lie below it, else as the project shows them.
    """
    if project is None:
        return lambda _: None
    places = project.places

    def show(path: Path) -> str:
        below = top is not None and path.is_relative_to(top)
        return path.relative_to(top).as_posix() if below and top is not None else places.show(path)

    sources = read_sources(project.places.schema, show)
    migrations = project.migrations()
    scripts = {migration.name: migration.path for migration in migrations.migrations}
    models = {(model.db_name, model.schema): model.span for model in project.whole().datamodel.models}

    def spot_of(finding: Finding) -> Spot | None:
        script = scripts.get(finding.migration or "")
        if script is not None:
            return Spot(show(script))
        if finding.check is Check.HISTORY:
            return None
        span = models.get((finding.table or "", finding.namespace))
        source = sources[0 if span is None else span.file]
        return Spot(source.name, 1 if span is None else source.text.count("\n", 0, span.start) + 1)

    return spot_of
