"""SQL of columns and their defaults: `"id" INT8 NOT NULL DEFAULT unique_rowid()`. Pure text, no statements."""

from __future__ import annotations

from parity.dialects.cockroachdb.sequences import identity_clause
from parity.dialects.cockroachdb.types import CockroachTypes
from parity.dialects.postgres import columns as parent
from parity.dialects.postgres.columns import is_not_null
from parity.dialects.sql import quote_identifier
from parity.schema.model import Column
from parity.schema.types import Arity, ColumnType, Default, ListLiteral, Sequence, UniqueRowid

TYPES = CockroachTypes()


def column_definition(column: Column) -> str:
    """A column as CREATE TABLE and ADD COLUMN write it."""
    words = [quote_identifier(column.name), column_type(column)]
    if column.collation is not None:
        words.append(f"COLLATE {column.collation}")
    if is_not_null(column):
        words.append("NOT NULL")
    if column.generated is not None:
        words.append(f"AS ({column.generated.expression}) {'STORED' if column.generated.stored else 'VIRTUAL'}")
    elif isinstance(column.default, Sequence):
        words.append(identity_clause(column.default))
    elif column.default is not None:
        default = default_sql(column.default, column.type)
        if default is not None:
            words.append(f"DEFAULT {default}")
    elif column.default_written is not None:
        words.append(f"DEFAULT {column.default_written}")
    return " ".join(words)


def column_type(column: Column) -> str:
    """The type's SQL, arity included."""
    return TYPES.render(column.type, is_list=column.arity is Arity.LIST)


def default_sql(default: Default, column_type: ColumnType) -> str | None:
    """The SQL behind DEFAULT; None where there is none to write (an identity column has it in its clause)."""
    match default:
        case UniqueRowid():
            return default.sql or "unique_rowid()"
        case ListLiteral() if default.sql is None:
            return f"{parent.array_sql(default)}::{TYPES.render(column_type, is_list=True)}"
        case _:
            return parent.default_sql(default, column_type)
