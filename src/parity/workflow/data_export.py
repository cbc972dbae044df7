"""`data export`: rows of a table into a file of reference data, which is read back before it is written."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from parity.data.compare import compare, query, rows_of
from parity.data.reading import READERS, read_table
from parity.data.shape import Shape
from parity.data.tables import DataRow, DataTable
from parity.data.write import text_of_rows
from parity.diagnostics import Sink, SourceFile
from parity.errors import ConfigError, Refused
from parity.lower import lower
from parity.schema.types import TypeFamily
from parity.workflow.context import Project, connected
from parity.workflow.data_folder import data_folder
from parity.workflow.files import write_file
from parity.workflow.reference_data import AMBIGUOUS, listed, shapes_of


class Exported(Struct, frozen=True):
    """The file, and how many rows it holds."""

    path: Path
    rows: int


def export(project: Project, name: str, *, where: str | None, form: str, force: bool) -> Exported:
    """Write the rows. Raises ConfigError PAR171, PAR172, PAR176, Refused PAR177, and DatabaseError."""
    shape = _shape(project, name)
    path = data_folder(project) / f"{shape.model}.{form}"
    shown = project.places.show(path)
    _refuse_other(project, shape, path, force=force)
    table = _empty(shown, shape)
    rows = _rows(project, table, where)
    text = text_of_rows(shape, table.key, rows, form)
    again = read_table(SourceFile(shown, text), 0, shape, Sink())
    if again is None or len(again.rows) != len(rows) or any(compare(again, rows)):
        raise ConfigError(
            "PAR176",
            f"the rows of {shape.shown} can't be written as {form}",
            why="read back they would be others (in CSV an empty text is NULL, where the column may hold that)",
            hint="take another --format",
        )
    write_file(path, text)
    return Exported(path, len(rows))


def _shape(project: Project, name: str) -> Shape:
    shapes = shapes_of(project, lower(project.datamodel, project.dialect), name)
    if not shapes:
        raise ConfigError(
            "PAR171", f"there is no table {name}", why="no model and no table is called so", hint="mend the name"
        )
    if len(shapes) > 1:
        raise ConfigError("PAR171", f"there are several tables {name}", why=f"{listed(shapes)}", hint=AMBIGUOUS)
    return shapes[0]


def _refuse_other(project: Project, shape: Shape, path: Path, *, force: bool) -> None:
    for stem in (shape.model, shape.table.name.name):
        for ending in READERS:
            other = path.with_name(f"{stem}.{ending}")
            if "/" not in stem and other.exists() and not (force and other == path):
                way = "--force writes it anew" if other == path else "remove it first, or take its --format"
                raise Refused("PAR177", f"{project.places.show(other)} is there already", hint=way)


def _empty(shown: str, shape: Shape) -> DataTable:
    """The table with every column that a file can hold."""
    unique = (tuple(c.name for c in index.columns) for index in shape.table.indexes)
    key = shape.primary_key or next((columns for columns in unique if shape.is_key(columns)), ())
    if not key:
        raise ConfigError(
            "PAR172", f"rows of {shape.shown} can't be told apart", why="it has no key", hint="give it a primary key"
        )
    names = {
        column.name: None
        for column in shape.table.columns
        if column.generated is None and column.type.family is not TypeFamily.UNSUPPORTED
    }
    return DataTable(shown, shape, key, True, (DataRow(names),))


def _rows(project: Project, table: DataTable, where: str | None) -> tuple[DataRow, ...]:
    text = query(table, project.dialect)
    if where is not None:
        text = f"{text} WHERE ({where}\n)"
        if len(project.dialect.split(text)) != 1:
            raise ConfigError("PAR176", "--where isn't a single condition", hint="give what stands behind WHERE")
    text += f" ORDER BY {', '.join(map(project.dialect.quote_column, table.key))}"
    with connected(project.dialect, project.target()) as session:
        return rows_of(table, session.query(text), project.dialect)
