"""SQLite, as the rest of the project sees it. Nothing here opens a database or imports the driver's library."""

from __future__ import annotations

from parity.dialects.base import Dialect, Driver
from parity.dialects.capabilities import Capabilities
from parity.dialects.sql import quote_identifier
from parity.dialects.sqlite import counters, driver, introspect, url
from parity.dialects.sqlite.casts import cast
from parity.dialects.sqlite.ledger import LEDGER
from parity.dialects.sqlite.normalize import settle
from parity.dialects.sqlite.provider import PROVIDER
from parity.dialects.sqlite.render import quote, render
from parity.dialects.sqlite.rewrite import rebuilds
from parity.dialects.sqlite.split import iter_statements, split
from parity.dialects.sqlite.statement_facts import facts_of
from parity.dialects.sqlite.types import TYPES
from parity.dialects.statements import StatementFacts

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
    renames_indexes=False,
    index_methods=False,
    transactional_ddl=True,
    scratch_is_file=True,
    case_insensitive_tables=True,
    lists_newest_first=True,
    tells_expressions=False,
)


def enforcement_switch(facts: StatementFacts) -> bool | None:
    """What `PRAGMA foreign_keys = …` switches to; None for all other statements."""
    change = facts.session_change
    if change is None or change.name != "foreign_keys":
        return None
    return (change.value or "").lower() in ("on", "yes", "true", "1")


DIALECT = Dialect(
    name=PROVIDER.name,
    aliases=PROVIDER.aliases,
    url_schemes=PROVIDER.url_schemes,
    title="SQLite",
    capabilities=CAPABILITIES,
    types=TYPES,
    cast=cast,
    rebuilds=rebuilds,
    render=render,
    quote=quote,
    quote_column=quote_identifier,
    split=split,
    iter_statements=iter_statements,
    facts_of=facts_of,
    enforcement_switch=enforcement_switch,
    sqlglot_dialect="sqlite",
    ledger=LEDGER,
    driver=Driver(
        parse_url=url.parse_url,
        connect=driver.connect,
        create_database=driver.create_database,
        scratch=driver.scratch,
        empty_scratch=driver.empty_scratch,
        introspect=introspect.introspect,
        drop_everything=driver.drop_everything,
        try_lock=driver.try_lock,
        unlock=driver.unlock,
        lock_holder=driver.lock_holder,
        same_database=driver.same_database,
        restore_session=driver.restore_session,
        enforce_foreign_keys=driver.enforce_foreign_keys,
        deferred_constraints_hold=driver.deferred_constraints_hold,
        hold_counters=counters.hold_counters,
    ),
    default_url="file:./dev.db",
    settle=settle,
)
"""The bundle."""
