"""What running a CockroachDB statement means. Schema changes don't belong into a transaction there.

The server carries most of them out after the commit, where they may still fail, and then nothing takes back the rest.
So each one is a transaction of its own, as it is when Node's prisma runs the script.
"""

from __future__ import annotations

from msgspec.structs import replace

from parity.dialects.postgres import statement_facts as parent
from parity.dialects.statements import SqlStatement, StatementFacts

_SCHEMA_CHANGES = frozenset(("CREATE", "ALTER", "DROP", "TRUNCATE", "COMMENT", "GRANT", "REVOKE"))
_WHY = "CockroachDB carries schema changes out one by one, and can't take several back together"


def facts_of(statement: SqlStatement) -> StatementFacts:
    """What has to be known about a statement before it is run."""
    facts = parent.facts_of(statement)
    changes = bool(facts.keywords) and facts.keywords[0] in _SCHEMA_CHANGES
    if not changes or facts.outside_transaction is not None or facts.transaction_control is not None:
        return facts
    return replace(facts, outside_transaction=_WHY, may_join=True, added_enum_value=None)
