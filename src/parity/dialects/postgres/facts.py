"""PostgreSQL, as the rest of the project sees it. Nothing here connects or imports the driver's library."""

from __future__ import annotations

from parity.dialects.base import Dialect, Driver
from parity.dialects.capabilities import Capabilities
from parity.dialects.postgres import driver
from parity.dialects.postgres.casts import cast
from parity.dialects.postgres.columns import TYPES
from parity.dialects.postgres.ledger import LEDGER
from parity.dialects.postgres.names import DEFAULT_NAMESPACE, MAX_NAME_BYTES
from parity.dialects.postgres.provider import PROVIDER
from parity.dialects.postgres.render import render
from parity.dialects.postgres.rewrite import rebuilds
from parity.dialects.postgres.settle import settle
from parity.dialects.postgres.split import iter_statements, split
from parity.dialects.postgres.statement_facts import facts_of
from parity.dialects.postgres.url import parse_url
from parity.dialects.sql import identifier, quote_identifier
from parity.dialects.statements import StatementFacts
from parity.schema.types import ObjectName

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


DIALECT = Dialect(
    name=PROVIDER.name,
    aliases=PROVIDER.aliases,
    url_schemes=PROVIDER.url_schemes,
    title="PostgreSQL",
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
    sqlglot_dialect="postgres",
    ledger=LEDGER,
    driver=Driver(
        parse_url=parse_url,
        connect=driver.connect,
        create_database=driver.create_database,
        scratch=driver.scratch,
        empty_scratch=driver.empty_scratch,
        introspect=driver.introspect,
        drop_everything=driver.drop_everything,
        try_lock=driver.try_lock,
        unlock=driver.unlock,
        lock_holder=driver.lock_holder,
        same_database=driver.same_database,
        restore_session=driver.restore_session,
        enforce_foreign_keys=None,
        deferred_constraints_hold=driver.deferred_constraints_hold,
    ),
    default_url="postgresql://user:password@localhost:5432/mydb?schema=public",
    settle=settle,
    extra="postgres",
)
"""The bundle."""
