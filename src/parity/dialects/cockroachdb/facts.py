"""CockroachDB, as the rest of the project sees it. Nothing here connects or imports the driver's library.

The parts that asking where a database stands doesn't need are loaded when they are called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from parity.dialects.base import Dialect, Driver, RenderedStep, RowValues
from parity.dialects.cockroachdb import driver
from parity.dialects.cockroachdb.provider import PROVIDER
from parity.dialects.cockroachdb.types import CockroachTypes
from parity.dialects.cockroachdb.url import parse_url
from parity.dialects.postgres.facts import CAPABILITIES as PARENT_CAPABILITIES
from parity.dialects.postgres.ledger import LEDGER
from parity.dialects.sql import identifier, quote_identifier

if TYPE_CHECKING:
    from parity.dialects.statements import SqlStatement, StatementFacts
    from parity.schema.changes import AlterColumn, TableChange
    from parity.schema.model import Column, Table
    from parity.schema.steps import Cast, Step
    from parity.schema.types import ColumnType, ListLiteral, Literal, Now, ObjectName

CAPABILITIES = replace(
    PARENT_CAPABILITIES,
    extensions=False,
    transactional_ddl=False,
    alters_primary_keys=True,
    drops_enum_values=True,
    join_table_primary_key=False,
)


def quote(name: ObjectName) -> str:
    """A qualified name, quoted."""
    return str(identifier(name))


def enforcement_switch(facts: StatementFacts) -> bool | None:
    """None: no statement switches the checking of foreign keys off for a rebuild."""
    return None


def _cast(old: ColumnType, new: ColumnType, old_is_list: bool, new_is_list: bool) -> Cast:
    from parity.dialects.cockroachdb.casts import cast

    return cast(old, new, old_is_list, new_is_list)


def _bars_cast(change: AlterColumn) -> bool:
    from parity.dialects.cockroachdb.casts import bars_cast

    return bars_cast(change)


def _rebuilds(change: TableChange) -> bool:
    from parity.dialects.cockroachdb.rewrite import rebuilds

    return rebuilds(change)


def _render(step: Step) -> RenderedStep:
    from parity.dialects.cockroachdb.render import render

    return render(step)


def _settle(table: Table) -> Table:
    from parity.dialects.cockroachdb.settle import settle

    return settle(table)


def _split(script: str) -> tuple[SqlStatement, ...]:
    from parity.dialects.cockroachdb.split import split

    return split(script)


def _iter_statements(script: str) -> Iterator[SqlStatement]:
    from parity.dialects.cockroachdb.split import iter_statements

    return iter_statements(script)


def _comments(script: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    from parity.dialects.cockroachdb.split import comments

    return comments(script, start, stop)


def _essence_of(script: str) -> str | None:
    from parity.dialects.cockroachdb.split import essence_of

    return essence_of(script)


def _mentions(statement: SqlStatement, value: str) -> bool:
    from parity.dialects.postgres.strings import mentions

    return mentions(statement, value)


def _facts_of(statement: SqlStatement) -> StatementFacts:
    from parity.dialects.cockroachdb.statement_facts import facts_of

    return facts_of(statement)


def _value_sql(column: Column, value: Literal | ListLiteral | Now) -> str:
    from parity.dialects.cockroachdb.rows import value_sql

    return value_sql(column, value)


def _as_text(column: Column) -> str:
    from parity.dialects.postgres.rows import as_text

    return as_text(column)


def _text_of(column: Column, value: object) -> str | tuple[str, ...] | None:
    from parity.dialects.postgres.rows import text_of

    return text_of(column, value)


def _numbering(table: Table, column: Column) -> str | None:
    from parity.dialects.cockroachdb.rows import numbering_sql

    return numbering_sql(table, column)


DIALECT = Dialect(
    name=PROVIDER.name,
    aliases=PROVIDER.aliases,
    url_schemes=PROVIDER.url_schemes,
    title="CockroachDB",
    capabilities=CAPABILITIES,
    types=CockroachTypes(),
    cast=_cast,
    rebuilds=_rebuilds,
    render=_render,
    quote=quote,
    quote_column=quote_identifier,
    split=_split,
    iter_statements=_iter_statements,
    comments=_comments,
    essence_of=_essence_of,
    facts_of=_facts_of,
    mentions=_mentions,
    enforcement_switch=enforcement_switch,
    sqlglot_dialect="postgres",
    ledger=replace(LEDGER, stamp=str),
    driver=Driver(
        parse_url=parse_url,
        connect=driver.connect,
        create_database=driver.create_database,
        scratch=driver.scratch,
        empty_scratch=driver.empty_scratch,
        introspect=driver.introspect,
        printed_by=driver.printed_by,
        drop_everything=driver.drop_everything,
        try_lock=driver.try_lock,
        unlock=driver.unlock,
        unlocks_by_closing=driver.unlocks_by_closing,
        lock_holder=driver.lock_holder,
        refuse_read_only=driver.refuse_read_only,
        is_over=driver.is_over,
        same_database=driver.same_database,
        restore_session=driver.restore_session,
        enforce_foreign_keys=None,
        deferred_constraints_hold=driver.deferred_constraints_hold,
    ),
    default_url="postgresql://user:password@localhost:26257/mydb",
    settle=_settle,
    bars_cast=_bars_cast,
    extra="postgres",
    row_values=RowValues(_value_sql, _as_text, _text_of, _numbering),
)
"""The bundle."""
