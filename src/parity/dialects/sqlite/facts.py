"""SQLite, as the rest of the project sees it. Nothing here opens a database or imports the driver's library.

The parts that asking where a database stands doesn't need are loaded when they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from parity.dialects.base import Dialect, Driver, RenderedStep, RowValues, Session, Shelf
from parity.dialects.capabilities import Capabilities
from parity.dialects.copying import Copies, CopyWish
from parity.dialects.sql import quote_identifier
from parity.dialects.sqlite import driver, url
from parity.dialects.sqlite.ledger import LEDGER
from parity.dialects.sqlite.names import quote
from parity.dialects.sqlite.provider import PROVIDER
from parity.dialects.sqlite.temporary import discard_temporary
from parity.dialects.sqlite.types import TYPES

if TYPE_CHECKING:
    from parity.dialects.statements import SqlStatement, StatementFacts
    from parity.schema.changes import TableChange
    from parity.schema.model import Column, Opaque, Schema, Table
    from parity.schema.steps import Cast, Step
    from parity.schema.types import ColumnType, ListLiteral, Literal, Now

CAPABILITIES = Capabilities(
    max_identifier_bytes=None,
    namespaces=False,
    default_namespace=None,
    enums=False,
    lists=False,
    extensions=False,
    comments=False,
    native_types=False,
    named_primary_keys=False,
    named_foreign_keys=False,
    inline_foreign_keys=True,
    alters_columns_in_place=False,
    sequences=False,
    renames_indexes=False,
    index_methods=False,
    transactional_ddl=True,
    scratch_is_file=True,
    case_insensitive_tables=True,
    tells_expressions=False,
)


def enforcement_switch(facts: StatementFacts) -> bool | None:
    """What `PRAGMA foreign_keys = …` switches to; None for all other statements."""
    change = facts.session_change
    if change is None or change.name != "foreign_keys":
        return None
    return (change.value or "").lower() in ("on", "yes", "true", "1")


def _cast(old: ColumnType, new: ColumnType, old_is_list: bool, new_is_list: bool) -> Cast:
    from parity.dialects.sqlite.casts import cast

    return cast(old, new, old_is_list, new_is_list)


def _rebuilds(change: TableChange) -> bool:
    from parity.dialects.sqlite.rewrite import rebuilds

    return rebuilds(change)


def _render(step: Step) -> RenderedStep:
    from parity.dialects.sqlite.render import render

    return render(step)


def _settle(table: Table) -> Table:
    from parity.dialects.sqlite.normalize import settle

    return settle(table)


def _split(script: str) -> tuple[SqlStatement, ...]:
    from parity.dialects.sqlite.split import split

    return split(script)


def _iter_statements(script: str) -> Iterator[SqlStatement]:
    from parity.dialects.sqlite.split import iter_statements

    return iter_statements(script)


def _comments(script: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    from parity.dialects.sqlite.split import comments

    return comments(script, start, stop)


def _essence_of(script: str) -> str | None:
    from parity.dialects.sqlite.split import essence_of

    return essence_of(script)


def _facts_of(statement: SqlStatement) -> StatementFacts:
    from parity.dialects.sqlite.statement_facts import facts_of

    return facts_of(statement)


def _introspect(session: Session, namespaces: Sequence[str]) -> Schema:
    from parity.dialects.sqlite.introspect import introspect

    return introspect(session, namespaces)


def _inserts_by_position(opaque: Opaque) -> frozenset[str]:
    from parity.dialects.sqlite.object_text import read_trigger
    from parity.schema.model import OpaqueKind

    if opaque.kind is not OpaqueKind.TRIGGER:
        return frozenset()
    return frozenset(table.lower() for table, columns in read_trigger(opaque.definition).inserts if columns is None)


def _hold_counters(session: Session, statements: Iterable[str]) -> Callable[[], None]:
    from parity.dialects.sqlite.counters import hold_counters

    return hold_counters(session, statements)


def _value_sql(column: Column, value: Literal | ListLiteral | Now) -> str:
    from parity.dialects.sqlite.rows import value_sql

    return value_sql(column, value)


def _as_text(column: Column) -> str:
    from parity.dialects.sqlite.rows import as_text

    return as_text(column)


def _text_of(column: Column, value: object) -> str | tuple[str, ...] | None:
    from parity.dialects.sqlite.rows import text_of

    return text_of(column, value)


def _numbering(table: Table, column: Column) -> str | None:
    return None  # The next number is the greatest one and one more.


def _copies(wish: CopyWish) -> Copies:
    from parity.dialects.sqlite.copies import copies as make

    return make(wish)


DIALECT = Dialect(
    name=PROVIDER.name,
    aliases=PROVIDER.aliases,
    url_schemes=PROVIDER.url_schemes,
    title="SQLite",
    capabilities=CAPABILITIES,
    types=TYPES,
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
    enforcement_switch=enforcement_switch,
    sqlglot_dialect="sqlite",
    ledger=LEDGER,
    driver=Driver(
        parse_url=url.parse_url,
        connect=driver.connect,
        create_database=driver.create_database,
        scratch=driver.scratch,
        empty_scratch=driver.empty_scratch,
        introspect=_introspect,
        printed_by=lambda session: "SQLite",
        drop_everything=driver.drop_everything,
        try_lock=driver.try_lock,
        unlock=driver.unlock,
        unlocks_by_closing=driver.unlocks_by_closing,
        lock_holder=driver.lock_holder,
        refuse_read_only=driver.refuse_read_only,
        is_over=driver.is_over,
        same_database=driver.same_database,
        restore_session=driver.restore_session,
        discard_temporary=discard_temporary,
        enforce_foreign_keys=driver.enforce_foreign_keys,
        deferred_constraints_hold=driver.deferred_constraints_hold,
        is_bare=driver.is_bare,
        hold_counters=_hold_counters,
        shelf=Shelf(driver.kept_scratch, driver.surroundings, driver.lasts),
        copies=_copies,
    ),
    default_url="file:./dev.db",
    settle=_settle,
    row_values=RowValues(_value_sql, _as_text, _text_of, _numbering),
    inserts_by_position=_inserts_by_position,
)
"""The bundle."""
