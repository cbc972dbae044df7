"""One SQL statement of a script, and what running it means. Values only; each database's folder fills them
in.

A script is cut by `split` of a database's folder, and a statement is judged by its `facts_of`. Both read the
text the way that the database's own lexer does. Neither checks that the statement is valid: the database says
that better.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class SqlStatement(Struct, frozen=True):
    """A statement: `text` is `script[start:end]`, from its first token to its last, without the semicolon.

    Offsets are in characters. `line` is the 1-based line of the first token. Comments before the first token
    and behind the last one belong to the gap between two statements: see
    `parity.dialects.scan.comments_before`.
    """

    text: str
    start: int
    end: int
    line: int


class TransactionControl(StrEnum):
    """What a statement does to the transaction that it runs in."""

    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    COMMIT_AND_CHAIN = "commit and chain"
    """Ends the transaction and starts the next one at once."""
    ROLLBACK_AND_CHAIN = "rollback and chain"
    SAVEPOINT = "savepoint"
    RELEASE = "release"
    ROLLBACK_TO = "rollback to savepoint"
    PREPARE = "prepare transaction"
    """Ends the transaction, and leaves its work to be committed later by name."""
    COMMIT_PREPARED = "commit prepared"
    ROLLBACK_PREPARED = "rollback prepared"


class AddedEnumValue(Struct, frozen=True):
    """A value added to an existing enum type, which can't be used before the transaction that adds it is
    over.

    Names are as the database stores them: unquoted, and folded where they were written without quotes.
    """

    namespace: str | None
    type_name: str
    value: str


class SessionChange(Struct, frozen=True):
    """A setting of the connection that a statement changes.

    `name` is in lower case: `search_path`, `role`, `foreign_keys`; `all` for RESET ALL and DISCARD ALL;
    `set_config` where a call of that function changes settings that can't be read from the text alone.
    """

    name: str
    value: str | None
    """The value as it is written, strings without their quotes; None where it goes back to the default."""
    local: bool = False
    """Whether it lasts for the current transaction only."""


class StatementFacts(Struct, frozen=True):
    """What has to be known about a statement before it is run."""

    keywords: tuple[str, ...]
    """The words it begins with, in upper case, up to the first that names something: CREATE UNIQUE INDEX
    CONCURRENTLY."""
    outside_transaction: str | None = None
    """Why it can't run, or has no effect, inside a transaction. None where it can run in one."""
    of_server: bool = False
    """Whether it is about the whole server, and none of what is in this database: a replay leaves it out."""
    makes_roles: tuple[str, ...] = ()
    """The roles that it makes, which other statements name; they are the server's."""
    may_join: bool = False
    """Whether a statement that is run outside of transactions for a good reason could be in one all the same."""
    transaction_control: TransactionControl | None = None
    added_enum_value: AddedEnumValue | None = None
    session_change: SessionChange | None = None
