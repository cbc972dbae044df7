"""Random rows for the tables of a database, whatever its schema: of the right types, with keys that hold.

The same seed gives the same rows. A row that the database refuses (a duplicate, a check) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from parity.dialects.base import Dialect, Session
from parity.dialects.sql import quote_identifier, quote_string
from parity.errors import DatabaseError
from parity.schema.model import Column, ForeignKey, Schema, Table
from parity.schema.types import Arity, AutoIncrement, ColumnType, ObjectName, TypeFamily

ROWS = 4
_WORDS = ("", "a", "b", "it's", "42", "true", "two words", "ü", "2021-03-04", "a longer text than most columns hold")
_MOMENTS = ("2020-01-01 00:00:00", "2021-03-04 05:06:07", "1999-12-31 23:59:59.123")
_DOCUMENTS = ("{}", "[]", '{"a": 1}', '"text"', "42", '{"b": [true, null]}')


def fill(session: Session, schema: Schema, dialect: Dialect, random: Random) -> int:
    """Put some rows into each table, in one transaction. Returns how many there are."""
    filling = _Filling(session, dialect, random, {enum.name: enum.values for enum in schema.enums}, {})
    session.begin()
    # Twice, so that tables which refer to each other in a circle get rows that do.
    for table in (*_referenced_first(schema), *schema.tables):
        for _ in range(random.randrange(1, ROWS + 1)):
            filling.insert(table)
    session.commit()
    return sum(filling.counts.values())


def _referenced_first(schema: Schema) -> Iterator[Table]:
    waiting = {table.name: table for table in schema.tables}
    while waiting:
        free = [t for t in waiting.values() if all(k.referenced_table not in waiting for k in t.foreign_keys)]
        for table in free or list(waiting.values())[:1]:
            del waiting[table.name]
            yield table


@dataclass(slots=True)
class _Filling:
    """One run. `counts` are the rows that each table has by now."""

    session: Session
    dialect: Dialect
    random: Random
    enums: dict[ObjectName, tuple[str, ...]]
    counts: dict[ObjectName, int]

    def insert(self, table: Table) -> None:
        values: dict[str, str] = {}
        for column in table.columns:
            value = None if column.generated is not None else self._value(column)
            if value is not None:
                values[column.name] = value
        for key in table.foreign_keys:
            values.update(self._reference(key))
        name = self.dialect.quote(table.name)
        names, given = ", ".join(map(quote_identifier, values)), ", ".join(values.values())
        statement = f"INSERT INTO {name} " + (f"({names}) VALUES ({given})" if values else "DEFAULT VALUES")
        if self._is_accepted(statement):
            self.counts[table.name] = self.counts.get(table.name, 0) + 1

    def _is_accepted(self, statement: str) -> bool:
        self.session.execute("SAVEPOINT before_row")
        try:
            self.session.execute(statement)
        except DatabaseError:
            self.session.execute("ROLLBACK TO SAVEPOINT before_row")
            return False
        self.session.execute("RELEASE SAVEPOINT before_row")
        return True

    def _reference(self, key: ForeignKey) -> dict[str, str]:
        """The columns of a foreign key: those of one row that is there, or NULL."""
        there = self.counts.get(key.referenced_table, 0)
        if not there or self.random.random() < 0.15:
            return dict.fromkeys(key.columns, "NULL")
        place = self.random.randrange(there)
        row = "ctid" if self.dialect.capabilities.namespaces else "rowid"
        table = self.dialect.quote(key.referenced_table)
        return {
            own: f"(SELECT {quote_identifier(other)} FROM {table} ORDER BY {row} LIMIT 1 OFFSET {place})"
            for own, other in zip(key.columns, key.referenced_columns, strict=True)
        }

    def _value(self, column: Column) -> str | None:
        """An SQL expression; None to leave the column to its default."""
        random = self.random
        if isinstance(column.default, AutoIncrement) or column.identity is not None:
            return None
        if column.default is not None and random.random() < 0.3:
            return None
        if column.arity is Arity.NULLABLE and random.random() < 0.3:
            return "NULL"
        if column.arity is not Arity.LIST:
            return self._constant(column.type)
        items = [self._constant(column.type) for _ in range(random.randrange(3))]
        return f"ARRAY[{', '.join(items)}]::{self.dialect.types.render(column.type, is_list=True)}"

    def _constant(self, column_type: ColumnType) -> str:
        random = self.random
        native = column_type.native.name if column_type.native is not None else ""
        arguments = column_type.native.args if column_type.native is not None else ()
        match column_type.family:
            case TypeFamily.INT:
                return str(random.randrange(0 if native == "Oid" else -20, 30))
            case TypeFamily.BIG_INT:
                return str(random.choice((random.randrange(20), random.randrange(1 << 40))))
            case TypeFamily.FLOAT:
                return str(random.randrange(-40, 40) / 4)
            case TypeFamily.DECIMAL:
                return str(random.randrange(-9, 9)) if native == "Money" else str(random.randrange(-36, 36) / 4)
            case TypeFamily.BOOLEAN:
                return random.choice(("true", "false"))
            case TypeFamily.STRING | TypeFamily.UUID:
                return quote_string(_text(native, arguments, random))
            case TypeFamily.DATE_TIME:
                return quote_string(_moment(native, random))
            case TypeFamily.JSON:
                return quote_string(random.choice(_DOCUMENTS))
            case TypeFamily.BINARY:
                data = random.randbytes(random.randrange(4)).hex()
                return f"'\\x{data}'" if self.dialect.capabilities.namespaces else f"X'{data}'"
            case TypeFamily.ENUM if column_type.enum is not None:
                return quote_string(random.choice(self.enums[column_type.enum]))
            case _:
                return "NULL"


def _text(native: str, arguments: tuple[int, ...], random: Random) -> str:
    length = arguments[0] if arguments else 40
    match native:
        case "Uuid":
            return f"{random.getrandbits(128):032x}"
        case "Inet":
            return f"10.0.0.{random.randrange(20)}"
        case "Xml":
            return random.choice(("<a/>", "<b>1</b>"))
        case "Bit":
            return "".join(random.choice("01") for _ in range(arguments[0] if arguments else 1))
        case "VarBit":
            return "".join(random.choice("01") for _ in range(random.randrange(min(length, 8) + 1)))
        case "Char":
            return random.choice(_WORDS)[: arguments[0] if arguments else 1]
        case _:
            return (random.choice(_WORDS) + random.choice(("", "", str(random.randrange(1000)))))[:length]


def _moment(native: str, random: Random) -> str:
    moment = random.choice(_MOMENTS)
    if native == "Date":
        return moment[:10]
    return moment[11:] if native in ("Time", "Timetz") else moment
