"""`data export`: rows of a table into a file of reference data, which is read back before it is written."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from msgspec import Struct

from parity.data.compare import compare, query, rows_of
from parity.data.keeping import as_before, comments, edited_yaml
from parity.data.reading import READERS, must_be_given, read_table
from parity.data.shape import Shape
from parity.data.statements import column_lines, sentence
from parity.data.tables import DataRow, DataTable
from parity.data.write import text_of_rows
from parity.diagnostics import Sink, SourceFile
from parity.errors import ConfigError, DataInvalid, Refused
from parity.lower import lower
from parity.schema.model import Schema
from parity.schema.types import TypeFamily
from parity.workflow.context import Project, connected
from parity.workflow.data_folder import data_folder
from parity.workflow.files import write_file
from parity.workflow.reference_data import AMBIGUOUS, data_files, listed, read_files, shapes_of


class Exported(Struct, frozen=True):
    """The file, how many rows it holds, and the comments that it lost."""

    path: Path
    rows: int
    lost: tuple[str, ...] = ()


def export(project: Project, name: str, *, where: str | None, form: str, force: bool) -> Exported:
    """Write the rows. Raises ConfigError PAR171, PAR172, PAR176, Refused PAR177, and DatabaseError."""
    schema = lower(project.datamodel, project.dialect)
    shape = _shape(project, schema, name)
    path = _path(project, schema, shape, form, force=force)
    shown = project.places.show(path)
    old, before = _old(project, schema, path)
    table = _empty(shown, shape, old)
    rows = _rows(project, table, where)
    kept = rows if old is None else as_before(old, rows)
    whole = text_of_rows(shape, table.key, kept, form, owns_all=old is not None and old.owns_all)
    edited = edited_yaml(before, old, rows) if old is not None and form == "yaml" else None
    for text in (edited, whole):
        left = None if text is None else _reads_otherwise(SourceFile(shown, text), table, old, rows)
        if text is not None and left is None:
            write_file(path, text)
            return Exported(path, len(rows), _lost(before, text) if form == "yaml" else ())
    raise ConfigError(
        "PAR176",
        f"the rows of {shape.shown} can't be written as {form}",
        why=f"read back they would be others: {left}",
        hint="take another --format, or leave these rows out with --where",
    )


def _reads_otherwise(
    source: SourceFile, table: DataTable, old: DataTable | None, rows: tuple[DataRow, ...]
) -> str | None:
    """What would be another row, or a mistake, if the file were read; None where nothing would."""
    sink = Sink()
    again = read_table(source, 0, table.shape, sink)
    if again is None or sink.has_errors:
        return sink.items[0].message
    if (again.key, again.owns_all) != (table.key, old is not None and old.owns_all):
        return "its key, or who owns its rows"
    different = next(compare(again, rows), None)
    if different is None:
        return None if len(again.rows) == len(rows) else "a row is missing"
    return "; ".join((sentence(different), *column_lines(different)))


def _lost(before: str, text: str) -> tuple[str, ...]:
    return tuple((Counter(comments(before)) - Counter(comments(text))).elements())


def _old(project: Project, schema: Schema, path: Path) -> tuple[DataTable | None, str]:
    """The file that is there, and its text."""
    if not path.exists():
        return None, ""
    try:
        (table,) = read_files(project, schema, (path,))
    except DataInvalid as error:
        raise Refused(
            "PAR177",
            f"{project.places.show(path)} is there already, and has mistakes",
            why=f"what it says beside its rows couldn't be kept: {error.lines[0]}",
            hint="mend it, or remove it, first",
        ) from error
    return table, path.read_bytes().decode("utf-8-sig")


def _path(project: Project, schema: Schema, shape: Shape, form: str, *, force: bool) -> Path:
    """Where to write: in place of the table's file where there is one, and --force."""
    new = data_folder(project) / f"{shape.model}.{form}"
    for path in data_files(project):
        if any(other.table is shape.table for other in shapes_of(project, schema, path.stem)):
            same = READERS[path.suffix[1:].lower()] is READERS[form]
            if force and same:
                return path
            way = (
                "--force writes it anew: its key:, owned:, columns and comments stay"
                if same
                else "remove it first, or take its --format"
            )
            raise Refused("PAR177", f"{project.places.show(path)} is there already", hint=way)
    return new


def _shape(project: Project, schema: Schema, name: str) -> Shape:
    shapes = shapes_of(project, schema, name)
    if not shapes:
        raise ConfigError(
            "PAR171", f"there is no table {name}", why="no model and no table is called so", hint="mend the name"
        )
    if len(shapes) > 1:
        raise ConfigError("PAR171", f"there are several tables {name}", why=f"{listed(shapes)}", hint=AMBIGUOUS)
    return shapes[0]


def _empty(shown: str, shape: Shape, old: DataTable | None) -> DataTable:
    """The table with every column that a file can hold; or with those that the file has, and what it must have."""
    if old is not None and old.rows:
        must = (column for column in shape.table.columns if must_be_given(column))
        cells = {column.name: None for column in (*old.columns, *must)}
        return DataTable(shown, shape, old.key, True, (DataRow(cells),))
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
