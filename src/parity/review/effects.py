"""What the statements of a migration do to a database: a closed union, whoever wrote the SQL.

`parity.review.reading` makes effects out of SQL text. An effect says what the text says, not what the database makes of
it: names are as written (folded where they had no quotes), types are the author's SQL, and whether a table is there
isn't known. They are not `schema.changes`, which compare two whole schemas, nor `schema.steps`, which `plan` makes.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from parity.schema.types import ObjectName


class Place(Struct, frozen=True):
    """Where an effect comes from: the 0-based number of its statement, and the 1-based line where that starts."""

    statement: int
    line: int


class ColumnText(Struct, frozen=True):
    """A column as a statement declares it.

    `type` is the author's SQL, None where there is none. `filled` is true where rows that are already there get a value
    (a default, an identity, a serial, a generated column), `numbered` where each gets another one.
    """

    name: str
    type: str | None = None
    required: bool = False
    filled: bool = False
    unique: bool = False
    numbered: bool = False


class ConstraintKind(StrEnum):
    """The kinds of constraints. The value is what a person reads."""

    PRIMARY_KEY = "primary key"
    UNIQUE = "unique constraint"
    FOREIGN_KEY = "foreign key"
    CHECK = "check"
    EXCLUDE = "exclusion constraint"


class CreatesTable(Struct, frozen=True):
    """CREATE TABLE. `unique_keys` are its UNIQUE and PRIMARY KEY constraints; `temporary` ones end with the session."""

    at: Place
    table: ObjectName
    columns: tuple[ColumnText, ...] = ()
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    temporary: bool = False
    if_missing: bool = False


class DropsTable(Struct, frozen=True):
    """DROP TABLE."""

    at: Place
    table: ObjectName
    cascade: bool = False


class RenamesTable(Struct, frozen=True):
    """ALTER TABLE … RENAME TO."""

    at: Place
    table: ObjectName
    new_name: str


class AltersTable(Struct, frozen=True):
    """Another clause of ALTER TABLE: `text` is `ENABLE ROW LEVEL SECURITY`, `SET SCHEMA archive`."""

    at: Place
    table: ObjectName
    text: str


class AddsColumn(Struct, frozen=True):
    """ALTER TABLE … ADD COLUMN."""

    at: Place
    table: ObjectName
    column: ColumnText
    if_missing: bool = False


class DropsColumn(Struct, frozen=True):
    """ALTER TABLE … DROP COLUMN."""

    at: Place
    table: ObjectName
    column: str
    cascade: bool = False


class RenamesColumn(Struct, frozen=True):
    """ALTER TABLE … RENAME COLUMN."""

    at: Place
    table: ObjectName
    column: str
    new_name: str


class ColumnChange(StrEnum):
    """What ALTER COLUMN changes. The value is what a person reads."""

    TYPE = "type"
    SET_NOT_NULL = "set not null"
    DROP_NOT_NULL = "drop not null"
    SET_DEFAULT = "set default"
    DROP_DEFAULT = "drop default"
    OTHER = "attributes"


class AltersColumn(Struct, frozen=True):
    """ALTER TABLE … ALTER COLUMN. `type` is the new type's SQL where the type changes, `type_name` the name in it."""

    at: Place
    table: ObjectName
    column: str
    change: ColumnChange
    type: str | None = None
    type_name: ObjectName | None = None


class AddsConstraint(Struct, frozen=True):
    """ALTER TABLE … ADD CONSTRAINT. `index` is the unique index that becomes the constraint, where one is named."""

    at: Place
    table: ObjectName
    constraint: ConstraintKind
    name: str | None = None
    columns: tuple[str, ...] = ()
    index: str | None = None


class DropsConstraint(Struct, frozen=True):
    """ALTER TABLE … DROP CONSTRAINT."""

    at: Place
    table: ObjectName
    name: str
    cascade: bool = False


class RenamesConstraint(Struct, frozen=True):
    """ALTER TABLE … RENAME CONSTRAINT."""

    at: Place
    table: ObjectName
    name: str
    new_name: str


class CreatesIndex(Struct, frozen=True):
    """CREATE INDEX. `columns` are the plain ones, `expressions` tells of others, `partial` of a condition."""

    at: Place
    table: ObjectName
    name: str | None
    columns: tuple[str, ...] = ()
    unique: bool = False
    partial: bool = False
    expressions: bool = False
    concurrently: bool = False


class DropsIndex(Struct, frozen=True):
    """DROP INDEX. The statement doesn't say which table the index is on."""

    at: Place
    name: ObjectName
    concurrently: bool = False
    cascade: bool = False


class RenamesIndex(Struct, frozen=True):
    """ALTER INDEX … RENAME TO."""

    at: Place
    name: ObjectName
    new_name: str


class CreatesType(Struct, frozen=True):
    """CREATE TYPE. `values` are an enum's, None for another kind of type."""

    at: Place
    name: ObjectName
    values: tuple[str, ...] | None = None


class AddsTypeValue(Struct, frozen=True):
    """ALTER TYPE … ADD VALUE."""

    at: Place
    name: ObjectName
    value: str


class DropsTypeValue(Struct, frozen=True):
    """ALTER TYPE … DROP VALUE."""

    at: Place
    name: ObjectName
    value: str


class RenamesType(Struct, frozen=True):
    """ALTER TYPE … RENAME TO."""

    at: Place
    name: ObjectName
    new_name: str


class DropsType(Struct, frozen=True):
    """DROP TYPE."""

    at: Place
    name: ObjectName
    cascade: bool = False


class ReplacesType(Struct, frozen=True):
    """An enum is made anew under another name, takes the old one's place in its columns, and then its name.

    Several statements in the file, one change. `old_name` is the name under which the old one was dropped.
    """

    at: Place
    name: ObjectName
    values: tuple[str, ...]
    columns: tuple[AltersColumn, ...]
    statements: tuple[int, ...]


class CreatesObject(Struct, frozen=True):
    """Something else is made: `kind` is SQL's name for it in lower case (`view`, `function`, `schema`)."""

    at: Place
    kind: str
    name: ObjectName
    table: ObjectName | None = None
    """The table that a trigger or a policy belongs to."""


class AltersObject(Struct, frozen=True):
    """Something else is altered, renamed ones included."""

    at: Place
    kind: str
    name: ObjectName


class DropsObject(Struct, frozen=True):
    """Something else is dropped."""

    at: Place
    kind: str
    name: ObjectName
    table: ObjectName | None = None
    cascade: bool = False


class CopiedColumn(Struct, frozen=True):
    """A column that INSERT … SELECT fills: from which columns of the source, and whether with their very values."""

    target: str
    reads: tuple[str, ...]
    plain: bool


class Copy(Struct, frozen=True):
    """INSERT … SELECT from one table. `columns` is None for `SELECT *`; `partial` says that rows may be left out."""

    source: ObjectName
    columns: tuple[CopiedColumn, ...] | None
    partial: bool


class InsertsRows(Struct, frozen=True):
    """INSERT. `rows` counts what VALUES lists, None where a query finds the rows."""

    at: Place
    table: ObjectName
    rows: int | None
    copy: Copy | None = None
    replaces: bool = False
    """INSERT OR REPLACE: rows that are in the way go."""


class UpdatesRows(Struct, frozen=True):
    """UPDATE. `every` is true where no condition chooses rows.

    `nulls_of` names the column of a condition that is `column IS NULL` and nothing else: the usual backfill.
    """

    at: Place
    table: ObjectName
    columns: tuple[str, ...]
    every: bool
    nulls_of: str | None = None


class DeletesRows(Struct, frozen=True):
    """DELETE. `every` is true where no condition chooses rows."""

    at: Place
    table: ObjectName
    every: bool


class Truncates(Struct, frozen=True):
    """TRUNCATE."""

    at: Place
    table: ObjectName
    cascade: bool = False


class RebuildsTable(Struct, frozen=True):
    """A table is made anew under another name, filled, and put in the old one's place: several statements, one change.

    `new` is the CREATE TABLE, `copy` what fills it (None where nothing does), `at` the DROP TABLE of the old one.
    """

    at: Place
    table: ObjectName
    new: CreatesTable
    copy: Copy | None
    statements: tuple[int, ...]


class Runs(Struct, frozen=True):
    """A statement that changes no object and no row that a review could name: SET, PRAGMA, BEGIN, SELECT, GRANT, DO.

    `words` are the ones it begins with. `opaque` is true for code whose effects can't be read (DO, CALL).
    """

    at: Place
    words: str
    opaque: bool = False


class NotUnderstood(Struct, frozen=True):
    """A statement that couldn't be read. `words` are the ones it begins with."""

    at: Place
    words: str


Effect = (
    CreatesTable
    | DropsTable
    | RenamesTable
    | AltersTable
    | RebuildsTable
    | AddsColumn
    | DropsColumn
    | RenamesColumn
    | AltersColumn
    | AddsConstraint
    | DropsConstraint
    | RenamesConstraint
    | CreatesIndex
    | DropsIndex
    | RenamesIndex
    | CreatesType
    | AddsTypeValue
    | DropsTypeValue
    | RenamesType
    | DropsType
    | ReplacesType
    | CreatesObject
    | AltersObject
    | DropsObject
    | InsertsRows
    | UpdatesRows
    | DeletesRows
    | Truncates
    | Runs
    | NotUnderstood
)
