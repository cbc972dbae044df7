"""The project's reference data: its files, read for the tables of a schema, and held against a database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from parity.data.compare import Difference, compare, matched, query, rows_of
from parity.data.rules import constrained
from parity.data.shape import Shape
from parity.data.tables import READERS, DataTable, read_table
from parity.dialects.base import Dialect, Session
from parity.errors import ConfigError
from parity.psl import model as psl
from parity.schema.model import Schema, Table
from parity.workflow.context import Project
from parity.workflow.data_folder import data_folder


def reference_data(project: Project, schema: Schema) -> tuple[DataTable, ...]:
    """All files, by name. Raises ConfigError PAR170 to PAR175."""
    folder = data_folder(project)
    if not project.settings.reads_data:
        return ()
    try:
        entries = folder.iterdir() if folder.is_dir() else ()
        files = sorted(path for path in entries if path.suffix[1:].lower() in READERS and not path.name.startswith("."))
    except OSError as error:
        raise _unreadable(project.places.show(folder), error.strerror or str(error)) from error
    found: dict[int, DataTable] = {}
    for path in files:
        shape = shape_of(project, schema, path.stem)
        name = project.places.show(path)
        if shape is None:
            raise ConfigError(
                "PAR171",
                f"{name} is named for no table",
                why=f"neither a model nor a table is called {path.stem}",
                hint="name it as the model or the table whose rows it holds; or, where the folder holds other files, "
                "say data = false in [tool.parity], or name another folder there",
            )
        table = read_table(name, _text(path, name), shape)
        other = found.setdefault(id(shape.table), table)
        if other is not table:
            raise ConfigError(
                "PAR171",
                f"{name} is a second file for {shape.shown}",
                why=f"the first one is {other.path}",
                hint="keep all rows of a table in one file",
            )
    return tuple(found.values())


def shape_of(project: Project, schema: Schema, name: str) -> Shape | None:
    """The table of a model, or of that name in the database."""
    models = [model for model in project.datamodel.models if not model.is_view]
    for model in (*(m for m in models if m.name == name), *(m for m in models if m.db_name == name)):
        for table in schema.tables:
            if table.name.name == model.db_name and table.name.namespace in (None, model.schema):
                return _shape(project, schema, model, table)
    return None


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


def _text(path: Path, name: str) -> str:
    try:
        # Not read_text: it would turn a carriage return within a cell into a line feed.
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unreadable(name, "it isn't UTF-8") from error
    except OSError as error:
        raise _unreadable(name, error.strerror or str(error)) from error


def _unreadable(name: str, why: str) -> ConfigError:
    return ConfigError("PAR170", f"{name}: can't be read", why=why, hint="mend its rights or its encoding")


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
