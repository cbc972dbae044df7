"""PostgreSQL, as the rest of the project sees it. Nothing here connects or imports the driver's library.

The parts that asking where a database stands doesn't need are loaded when they are called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from parity.dialects.base import Dialect, Driver, Hosting, Leftovers, RenderedStep, RowValues, Shelf
from parity.dialects.capabilities import Capabilities
from parity.dialects.copying import Copies, CopyWish
from parity.dialects.postgres import driver
from parity.dialects.postgres.index_repair import INDEX_REPAIR
from parity.dialects.postgres.ledger import LEDGER
from parity.dialects.postgres.names import DEFAULT_NAMESPACE, MAX_NAME_BYTES
from parity.dialects.postgres.provider import PROVIDER
from parity.dialects.postgres.roles import ROLES
from parity.dialects.postgres.types import PostgresTypes
from parity.dialects.postgres.url import parse_url
from parity.dialects.sql import identifier, quote_identifier

if TYPE_CHECKING:
    from parity.dialects.statements import SqlStatement, StatementFacts
    from parity.schema.changes import TableChange
    from parity.schema.model import Column, Schema, Table
    from parity.schema.steps import Cast, Step
    from parity.schema.types import ColumnType, ListLiteral, Literal, Now, ObjectName

CAPABILITIES = Capabilities(
    max_identifier_bytes=MAX_NAME_BYTES,
    namespaces=True,
    default_namespace=DEFAULT_NAMESPACE,
    enums=True,
    lists=True,
    extensions=True,
    comments=True,
    native_types=True,
    named_primary_keys=True,
    named_foreign_keys=True,
    inline_foreign_keys=False,
    alters_columns_in_place=True,
    renames_indexes=True,
    index_methods=True,
    transactional_ddl=True,
    scratch_is_file=False,
    join_table_primary_key=True,
)


def quote(name: ObjectName) -> str:
    """A qualified name, quoted."""
    return str(identifier(name))


def enforcement_switch(facts: StatementFacts) -> bool | None:
    """None: no statement switches the checking of foreign keys off for a rebuild."""
    return None


def _cast(old: ColumnType, new: ColumnType, old_is_list: bool, new_is_list: bool) -> Cast:
    from parity.dialects.postgres.casts import cast

    return cast(old, new, old_is_list, new_is_list)


def _conversion(old: Column, new: Column) -> str | None:
    from parity.dialects.postgres.conversions import conversion

    return conversion(old, new, quote_identifier(old.name))


def _rebuilds(change: TableChange) -> bool:
    from parity.dialects.postgres.rewrite import rebuilds

    return rebuilds(change)


def _render(step: Step) -> RenderedStep:
    from parity.dialects.postgres.render import render

    return render(step)


def _as_read_now(schema: Schema) -> Schema:
    from parity.dialects.postgres.reread import schema_as_reread

    return schema_as_reread(schema)


def _settle(table: Table) -> Table:
    from parity.dialects.postgres.settle import settle

    return settle(table)


def _split(script: str) -> tuple[SqlStatement, ...]:
    from parity.dialects.postgres.split import split

    return split(script)


def _iter_statements(script: str) -> Iterator[SqlStatement]:
    from parity.dialects.postgres.split import iter_statements

    return iter_statements(script)


def _comments(script: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    from parity.dialects.postgres.split import comments

    return comments(script, start, stop)


def _essence_of(script: str) -> str | None:
    from parity.dialects.postgres.split import essence_of

    return essence_of(script)


def _mentions(statement: SqlStatement, value: str) -> bool:
    from parity.dialects.postgres.strings import mentions

    return mentions(statement, value)


def _facts_of(statement: SqlStatement) -> StatementFacts:
    from parity.dialects.postgres.statement_facts import facts_of

    return facts_of(statement)


def _value_sql(column: Column, value: Literal | ListLiteral | Now) -> str:
    from parity.dialects.postgres.rows import value_sql

    return value_sql(column, value)


def _as_text(column: Column) -> str:
    from parity.dialects.postgres.rows import as_text

    return as_text(column)


def _text_of(column: Column, value: object) -> str | tuple[str, ...] | None:
    from parity.dialects.postgres.rows import text_of

    return text_of(column, value)


def _numbering(table: Table, column: Column) -> str | None:
    from parity.dialects.postgres.rows import numbering_sql

    return numbering_sql(table, column)


def _copies(wish: CopyWish) -> Copies:
    from parity.dialects.postgres.copies import copies as make

    return make(wish)


DIALECT = Dialect(
    name=PROVIDER.name,
    aliases=PROVIDER.aliases,
    url_schemes=PROVIDER.url_schemes,
    title="PostgreSQL",
    capabilities=CAPABILITIES,
    types=PostgresTypes(),
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
    ledger=LEDGER,
    driver=Driver(
        parse_url=parse_url,
        connect=driver.connect,
        create_database=driver.create_database,
        scratch=driver.scratch,
        empty_scratch=driver.empty_scratch,
        introspect=driver.introspect,
        introspect_compared=driver.introspect_compared,
        as_read_now=_as_read_now,
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
        discard_temporary=driver.discard_temporary,
        is_bare=driver.is_bare,
        turns=driver.LOCK_TURNS,
        statement_locks=driver.STATEMENT_LOCKS,
        index_repair=INDEX_REPAIR,
        count_misfits=driver.count_misfits,
        shelf=Shelf(driver.kept_scratch, driver.surroundings, driver.lasts),
        copies=_copies,
        furnishings=driver.furnishings,
        roles=ROLES,
        private_scratch=driver.private_scratch,
        leftovers=Leftovers(driver.find_leftovers, driver.drop_leftover),
    ),
    default_url="postgresql://user:password@localhost:5432/mydb?schema=public",
    settle=_settle,
    row_values=RowValues(_value_sql, _as_text, _text_of, _numbering),
    conversion=_conversion,
    extra="postgres",
    hosting=Hosting(
        image="postgres:17",
        port=5432,
        ready="pg_isready",
        settings=(("POSTGRES_PASSWORD", "parity"),),
        url="postgresql://postgres:parity@localhost:5432/postgres",
        engine="PG",
    ),
)
"""The bundle."""
