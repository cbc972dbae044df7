"""The project's reference data: its files, read for the tables of a schema, and held against a database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from parity.data.compare import Difference, compare, matched, query, rows_of
from parity.data.reading import READERS, read_table
from parity.data.rules import constrained
from parity.data.shape import Shape
from parity.data.tables import DataTable
from parity.diagnostics import Sink, SourceFile, Span
from parity.dialects.base import Dialect, Session
from parity.errors import ConfigError, DataInvalid
from parity.psl import model as psl
from parity.schema.model import Schema, Table
from parity.workflow.context import Project
from parity.workflow.data_folder import data_folder


def reference_data(project: Project, schema: Schema) -> tuple[DataTable, ...]:
    """All files, by name. Raises DataInvalid PAR181 with all mistakes in them, ConfigError PAR170 for the folder."""
    if not project.settings.reads_data:
        return ()
    return tuple(read_files(project, schema, data_files(project)))


def data_files(project: Project) -> tuple[Path, ...]:
    """The files of the folder, by name. Raises ConfigError PAR170."""
    folder = data_folder(project)
    try:
        entries = folder.iterdir() if folder.is_dir() else ()
        return tuple(
            sorted(path for path in entries if path.suffix[1:].lower() in READERS and not path.name.startswith("."))
        )
    except OSError as error:
        raise ConfigError(
            "PAR170", f"{project.places.show(folder)}: can't be read", why=error.strerror, hint="mend its rights"
        ) from error


def read_files(project: Project, schema: Schema, files: Sequence[Path]) -> tuple[DataTable, ...]:
    """The rows of these files. Raises DataInvalid."""
    sink, sources = Sink(), list[SourceFile]()
    found: dict[int, DataTable] = {}
    first: dict[int, str] = {}
    for number, path in enumerate(files):
        name = project.places.show(path)
        text, broken = _text(path)
        source = SourceFile(name, text)
        sources.append(source)
        start = Span(0, 0, number)
        if broken is not None:
            sink.error("PAR170", f"the file can't be read: {broken}", start, "mend its rights or its encoding")
        shape = _shape_told(project, schema, path.stem, sink, start)
        if shape is None:
            continue
        if (other := first.setdefault(id(shape.table), name)) != name:
            message = f"this is a second file for {shape.shown}; the first one is {other}"
            sink.error("PAR171", message, start, "keep all rows of a table in one file")
        table = read_table(source, number, shape, sink) if broken is None else None
        if table is not None:
            found.setdefault(id(shape.table), table)
    if sink.has_errors:
        raise DataInvalid(sink.sorted(), tuple(sources))
    return tuple(found.values())


def _shape_told(project: Project, schema: Schema, name: str, sink: Sink, start: Span) -> Shape | None:
    shapes = shapes_of(project, schema, name)
    if len(shapes) == 1:
        return shapes[0]
    if shapes:
        sink.error("PAR171", f"the file's name is that of several tables: {listed(shapes)}", start, AMBIGUOUS)
    else:
        sink.error(
            "PAR171",
            f"the file is named for no table: neither a model nor a table is called {name}",
            start,
            "name it as the model or the table whose rows it holds; or, where the folder holds other files, "
            "say data = false in [tool.parity], or name another folder there",
        )
    return None


AMBIGUOUS = "name it as the model, or as schema.table"


def listed(shapes: Sequence[Shape]) -> str:
    """Tables for a message, each with its model."""
    return ", ".join(f"{shape.shown} ({shape.model})" for shape in shapes)


def shapes_of(project: Project, schema: Schema, name: str) -> tuple[Shape, ...]:
    """The table of the model with this name; else those of that name in the database, `schema.table` included."""
    found = []
    models = [model for model in project.datamodel.models if not model.is_view]
    same = [model for model in models if model.name == name]
    for model in same or (m for m in models if name in (m.db_name, f"{m.schema}.{m.db_name}")):
        for table in schema.tables:
            if table.name.name == model.db_name and table.name.namespace in (None, model.schema):
                found.append(_shape(project, schema, model, table))
    return tuple(found)


def _shape(project: Project, schema: Schema, model: psl.Model, table: Table) -> Shape:
    enums = {enum.name: enum for enum in project.datamodel.enums}
    values = {}
    for field in model.scalar_fields:
        if isinstance(field.type, psl.EnumRef) and field.type.name in enums:
            enum = enums[field.type.name]
            by_name = {value.db_name: value.db_name for value in enum.values}
            values[field.db_name] = by_name | {value.name: value.db_name for value in enum.values}
    fields = {field.name: field.db_name for field in model.scalar_fields}
    referring = tuple(
        (other.name.name, key)
        for other in schema.tables
        for key in other.foreign_keys
        if key.referenced_table == table.name
    )
    return Shape(table, model.name, fields, values, referring)


def _text(path: Path) -> tuple[str, str | None]:
    """A file's text, and why it can't be read."""
    try:
        # Not read_text: it would turn a carriage return within a cell into a line feed.
        return path.read_bytes().decode("utf-8-sig"), None
    except UnicodeDecodeError:
        return "", "it isn't UTF-8"
    except OSError as error:
        return "", error.strerror or str(error)


def differences(session: Session, tables: Sequence[DataTable], dialect: Dialect) -> tuple[Difference, ...]:
    """What isn't in a database as the files want it. One query a table."""
    found: list[Difference] = []
    for table in tables:
        if table.rows or table.owns_all:
            found += compare(table, rows_of(table, session.query(query(table, dialect)), dialect))
    return tuple(found)


def all_rows(session: Session, tables: Sequence[DataTable], dialect: Dialect) -> tuple[Difference, ...]:
    """The same with rows that don't differ, and with all columns that have a part in keys and references."""
    found: list[Difference] = []
    for table in tables:
        if table.rows or table.owns_all:
            beyond = constrained(table)
            rows = rows_of(table, session.query(query(table, dialect, beyond)), dialect, beyond)
            found += matched(table, rows)
    return tuple(found)
