"""What running an SQLite statement means: may it be in a transaction, does it end one, which setting does it
change.

Read from the statement's tokens alone. See https://www.sqlite.org/pragma.html and
https://www.sqlite.org/lang_transaction.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from parity.dialects import scan
from parity.dialects.scan import Token, TokenKind
from parity.dialects.sqlite.split import LEXIS
from parity.dialects.statements import SessionChange, SqlStatement, StatementFacts, TransactionControl

_KINDS = frozenset(("TABLE", "INDEX", "TRIGGER", "VIEW"))
_MODIFIERS = frozenset(("UNIQUE", "TEMP", "TEMPORARY", "VIRTUAL"))

# Pragmas whose new value is refused, or silently not taken, while a transaction is open.
_OUTSIDE_PRAGMAS = {
    "foreign_keys": "has no effect inside a transaction",
    "journal_mode": "can't be changed inside a transaction",
    "synchronous": "can't be changed inside a transaction",
    "temp_store": "can't be changed inside a transaction",
    "temp_store_directory": "can't be changed inside a transaction",
    "page_size": "has no effect inside a transaction",
    "auto_vacuum": "has no effect inside a transaction",
    "wal_checkpoint": "can't run inside a transaction",
}
# `PRAGMA name(x)` sets a value, but for those where x is what the question is about.
_QUESTION_WORDS = """
    foreign_key_check foreign_key_list incremental_vacuum index_info index_list index_xinfo integrity_check
    optimize quick_check table_info table_list table_xinfo wal_checkpoint
"""
_QUESTIONS = frozenset(_QUESTION_WORDS.split())


_PLAIN_WORDS = """
    CREATE TABLE, CREATE INDEX, CREATE UNIQUE INDEX, CREATE VIEW, ALTER TABLE, DROP TABLE, DROP INDEX, DROP VIEW,
    INSERT INTO, DELETE FROM
"""
_PLAIN = {words: StatementFacts(keywords=words) for words in (tuple(w.split()) for w in _PLAIN_WORDS.split(","))}
"""Statements of which the words that they begin with say everything."""


def facts_of(statement: SqlStatement) -> StatementFacts:
    """What has to be known about a statement before it is run. Never raises for a statement that `split`
    gave."""
    plain = _PLAIN.get(tuple(scan.usual_lead(statement.text) or ()))
    if plain is not None:
        return plain
    lead = tuple(islice(scan.tokens(statement.text, LEXIS), 8))
    keywords = _keywords(lead)
    change = _pragma(lead) if keywords == ("PRAGMA",) else None
    return StatementFacts(
        keywords=keywords,
        outside_transaction=_outside_transaction(keywords, lead, change),
        transaction_control=_transaction_control(keywords, lead),
        session_change=change,
    )


def _keywords(lead: Sequence[Token]) -> tuple[str, ...]:
    words = [token.keyword if token.kind is TokenKind.WORD else "" for token in lead]
    if not words or not words[0]:
        return ()
    if words[0] in {"INSERT", "REPLACE"} and words[1:2] == ["INTO"]:
        return (words[0], "INTO")
    if words[:2] == ["DELETE", "FROM"]:
        return ("DELETE", "FROM")
    if words[0] not in {"CREATE", "ALTER", "DROP"}:
        return (words[0],)
    count = 1
    while count < len(words) and words[count] in _MODIFIERS:
        count += 1
    return tuple(words[: count + 1 if count < len(words) and words[count] in _KINDS else count])


def _outside_transaction(keywords: tuple[str, ...], lead: Sequence[Token], change: SessionChange | None) -> str | None:
    match keywords:
        case (("VACUUM" | "ATTACH" | "DETACH") as word,):
            return f"{word} can't run inside a transaction"
        case ("PRAGMA",):
            name = change.name if change else _pragma_name(lead)[0]
            if name in _OUTSIDE_PRAGMAS and (change is not None or name == "wal_checkpoint"):
                return f"PRAGMA {name} {_OUTSIDE_PRAGMAS[name]}"
            return None
        case _:
            return None


def _transaction_control(keywords: tuple[str, ...], lead: Sequence[Token]) -> TransactionControl | None:
    match keywords:
        case ("BEGIN",):
            return TransactionControl.BEGIN
        case (("COMMIT" | "END"),):
            return TransactionControl.COMMIT
        case ("ROLLBACK",):
            back_to = any(part.keyword == "TO" for part in lead[1:3])
            return TransactionControl.ROLLBACK_TO if back_to else TransactionControl.ROLLBACK
        case ("SAVEPOINT",):
            return TransactionControl.SAVEPOINT
        case ("RELEASE",):
            return TransactionControl.RELEASE
        case _:
            return None


def _pragma_name(lead: Sequence[Token]) -> tuple[str, int]:
    """The pragma's name in lower case, and the index of the token behind it."""
    at = 3 if len(lead) > 3 and lead[2].text == "." else 1
    return (_plain(lead[at]).lower() if at < len(lead) else "", at + 1)


def _pragma(lead: Sequence[Token]) -> SessionChange | None:
    name, at = _pragma_name(lead)
    sign = lead[at].text if at < len(lead) else ""
    if sign == "=" or (sign == "(" and name not in _QUESTIONS):
        value = "".join(_plain(part) for part in lead[at + 1 :] if part.text != ")")
        return SessionChange(name, value)
    return None


def _plain(part: Token) -> str:
    """A token without its quotes."""
    if part.kind is TokenKind.NAME or part.kind is TokenKind.STRING:
        return part.text[1:-1]
    return part.text
