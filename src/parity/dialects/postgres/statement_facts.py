"""What running a PostgreSQL statement means: may it be in a transaction, does it end one, what does it leave
behind.

Read from the statement's tokens alone, without a server. Where only the server could tell (a procedure that
commits, an index of a partitioned table), the statement counts as an ordinary one. The manual's pages of the
single commands say which of them can't run inside a transaction block; PreventInTransactionBlock in the
server's source is the complete list.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from parity.dialects import scan
from parity.dialects.postgres.blocks import statements_in, tokens_of_body
from parity.dialects.postgres.server_statements import is_of_server, roles_made
from parity.dialects.postgres.split import LEXIS
from parity.dialects.postgres.strings import joined_string, names_in, string_value
from parity.dialects.scan import Token, TokenKind
from parity.dialects.statements import (
    AddedEnumValue,
    SessionChange,
    SqlStatement,
    StatementFacts,
    TransactionControl,
)

_MODIFIER_WORDS = """
    OR REPLACE UNIQUE TEMP TEMPORARY UNLOGGED GLOBAL LOCAL RECURSIVE FOREIGN EVENT DEFAULT TRUSTED PROCEDURAL
    CONSTRAINT TEXT SEARCH USER LARGE ACCESS MATERIALIZED
"""
_MODIFIERS = frozenset(_MODIFIER_WORDS.split())
_KIND_WORDS = """
    AGGREGATE CAST COLLATION CONFIGURATION CONVERSION DATABASE DICTIONARY DOMAIN EXTENSION FUNCTION GROUP INDEX
    LANGUAGE MAPPING METHOD OBJECT OPERATOR OWNED PARSER POLICY PRIVILEGES PROCEDURE PUBLICATION ROLE ROUTINE RULE
    SCHEMA SEQUENCE SERVER STATISTICS SUBSCRIPTION SYSTEM TABLE TABLESPACE TEMPLATE TRANSFORM TRIGGER TYPE VIEW
    WRAPPER USER
"""
_KINDS = frozenset(_KIND_WORDS.split())
_PAIRS = frozenset(
    (
        ("START", "TRANSACTION"),
        ("PREPARE", "TRANSACTION"),
        ("COMMIT", "PREPARED"),
        ("ROLLBACK", "PREPARED"),
        ("INSERT", "INTO"),
        ("DELETE", "FROM"),
        ("SECURITY", "LABEL"),
        ("IMPORT", "FOREIGN"),
    )
)
_FALSE = frozenset(("FALSE", "OFF", "0", "NO"))
_SETTING_ALIASES = {"NAMES": "client_encoding", "SCHEMA": "search_path", "ROLE": "role"}
_LONGEST_LEAD = 8
_PLAIN_WORDS = """
    CREATE TABLE, CREATE INDEX, CREATE UNIQUE INDEX, CREATE TYPE, CREATE SCHEMA, CREATE VIEW, DROP TABLE, DROP INDEX,
    DROP TYPE, DROP VIEW
"""
_PLAIN = {words: StatementFacts(keywords=words) for words in (tuple(w.split()) for w in _PLAIN_WORDS.split(","))}
"""Statements of which the words that they begin with say everything."""


def facts_of(statement: SqlStatement) -> StatementFacts:
    """What has to be known about a statement before it is run. Never raises for a statement that `split`
    gave."""
    words = _lead(statement.text)
    keywords = _keywords(words)
    plain = _PLAIN.get(keywords)
    if plain is not None:
        return plain
    return StatementFacts(
        keywords=keywords,
        outside_transaction=_outside_transaction(keywords, statement.text),
        of_server=is_of_server(words, statement.text),
        makes_roles=roles_made(words, statement.text),
        transaction_control=_transaction_control(keywords, statement.text),
        added_enum_value=_added_enum_value(statement.text) if keywords == ("ALTER", "TYPE") else None,
        session_change=_session_change(keywords, statement.text),
    )


def _lead(text: str) -> list[str]:
    """The first words of a statement, in upper case; an empty one stands for what is no word."""
    usual = scan.usual_lead(text)
    if usual is not None:
        return usual[:_LONGEST_LEAD]
    lead = islice(scan.tokens(text, LEXIS), _LONGEST_LEAD)
    return [token.keyword if token.kind is TokenKind.WORD else "" for token in lead]


def _keywords(words: Sequence[str]) -> tuple[str, ...]:
    if not words or not words[0]:
        return ()
    if words[0] not in {"CREATE", "ALTER", "DROP", "REFRESH", "REINDEX"}:
        return tuple(words[:2]) if tuple(words[:2]) in _PAIRS else (words[0],)
    count = 1
    while count < len(words) and words[count] in _MODIFIERS:
        count += 1
    if count < len(words) and words[count] in _KINDS:
        count += 1
        if count < len(words) and words[count] == "CONCURRENTLY":
            count += 1
    return tuple(words[:count])


def _outside_transaction(keywords: tuple[str, ...], text: str) -> str | None:
    match keywords:
        case (("CREATE" | "DROP"), *_, "CONCURRENTLY") | (
            ("CREATE" | "DROP"),
            ("DATABASE" | "TABLESPACE"),
        ):
            refused = True
        case ("VACUUM",) | ("ALTER", "SYSTEM") | ("DROP", "SUBSCRIPTION") | (("COMMIT" | "ROLLBACK"), "PREPARED"):
            refused = True
        case ("REINDEX", *_):
            refused = _reindexes_outside(text)
        case ("CLUSTER",):
            refused = _clusters_all(text)
        case ("ALTER", "DATABASE"):
            refused = _moves_database(text)
        case ("ALTER", "TABLE"):
            refused = _has_words(text, "DETACH", "PARTITION") and _has_words(text, "CONCURRENTLY")
        case ("CREATE", "SUBSCRIPTION"):
            refused = not ({"CONNECT", "CREATE_SLOT"} & _switched_off(text))
        case ("ALTER", "SUBSCRIPTION"):
            refused = _alters_subscription_outside(text)
        case ("DISCARD",):
            refused = _has_words(text, "DISCARD", "ALL")
        case ("DO",):
            refused = any(one[0].keyword in {"COMMIT", "ROLLBACK"} for one in statements_in(text))
            return "the block ends transactions itself" if refused else None
        case _:
            refused = False
    return f"{_title(keywords, text)} can't run inside a transaction" if refused else None


def _title(keywords: tuple[str, ...], text: str) -> str:
    if "CONCURRENTLY" not in keywords and keywords[0] in {"REINDEX", "ALTER"} and _has_words(text, "CONCURRENTLY"):
        return f"{' '.join(keywords)} … CONCURRENTLY"
    return " ".join(keywords)


def _reindexes_outside(text: str) -> bool:
    words = [part.text.strip("'").upper() for part in islice(scan.tokens(text, LEXIS), 64)]
    behind = _behind_options(words)
    # Behind the options it is asked for by its own word; among them, the last one counts.
    if behind[:1] and behind[0] in {"SCHEMA", "DATABASE", "SYSTEM"}:
        return True
    options = words[2 : words.index(")")] if words[1:2] == ["("] and ")" in words else []
    concurrent = False
    for at, word in enumerate(options):
        if word == "CONCURRENTLY":
            value = next((follower for follower in options[at + 1 : at + 3] if follower != "="), ",")
            concurrent = value not in _FALSE
    return concurrent or "CONCURRENTLY" in behind[1:2]


def _moves_database(text: str) -> bool:
    """ALTER DATABASE … [SET] TABLESPACE; not the setting of a parameter."""
    words = [part.keyword for part in islice(scan.tokens(text, LEXIS), 6)]
    return words[3:5] == ["SET", "TABLESPACE"] or "TABLESPACE" in words[3:5]


def _clusters_all(text: str) -> bool:
    words = [part.text.upper() for part in islice(scan.tokens(text, LEXIS), 32)]
    rest = _behind_options(words)
    return [word for word in rest if word != "VERBOSE"] == []


def _behind_options(words: list[str]) -> list[str]:
    """What follows the command's word and its options in parentheses."""
    if words[1:2] == ["("] and ")" in words:
        return words[words.index(")") + 1 :]
    return words[1:]


def _alters_subscription_outside(text: str) -> bool:
    words = [part.keyword for part in islice(scan.tokens(text, LEXIS), 64)]
    if "REFRESH" in words[3:4]:
        return True
    if words[3:5] == ["SET", "("]:
        return bool({"FAILOVER", "TWO_PHASE"} & set(words))
    return words[4:5] == ["PUBLICATION"] and "REFRESH" not in _switched_off(text)


def _switched_off(text: str) -> set[str]:
    """The options `name = false` or `name false` of a statement."""
    before: tuple[str, str] = ("", "")
    found = set()
    for part in scan.tokens(text, LEXIS):
        word = part.text.strip("'\"").upper()
        if word in _FALSE:
            found.add(before[0] if before[1] == "=" else before[1])
        before = (before[1], word)
    return found


def _has_words(text: str, *wanted: str) -> bool:
    """Whether these words follow each other in the text."""
    seen: tuple[str, ...] = ()
    for part in scan.tokens(text, LEXIS):
        seen = (*seen, part.keyword)[-len(wanted) :]
        if seen == wanted:
            return True
    return False


def _transaction_control(keywords: tuple[str, ...], text: str) -> TransactionControl | None:
    match keywords:
        case ("BEGIN",) | ("START", "TRANSACTION"):
            return TransactionControl.BEGIN
        case ("PREPARE", "TRANSACTION"):
            return TransactionControl.PREPARE
        case ("COMMIT", "PREPARED"):
            return TransactionControl.COMMIT_PREPARED
        case ("ROLLBACK", "PREPARED"):
            return TransactionControl.ROLLBACK_PREPARED
        case (("COMMIT" | "END"),):
            return TransactionControl.COMMIT_AND_CHAIN if _chains(text) else TransactionControl.COMMIT
        case (("ROLLBACK" | "ABORT"),):
            if _has_words(text, "TO"):
                return TransactionControl.ROLLBACK_TO
            return TransactionControl.ROLLBACK_AND_CHAIN if _chains(text) else TransactionControl.ROLLBACK
        case ("SAVEPOINT",):
            return TransactionControl.SAVEPOINT
        case ("RELEASE",):
            return TransactionControl.RELEASE
        case _:
            return None


def _chains(text: str) -> bool:
    return _has_words(text, "AND", "CHAIN")


def _added_enum_value(text: str) -> AddedEnumValue | None:
    parts = tuple(scan.tokens(text, LEXIS))
    words = [part.keyword for part in parts]
    add = next((at for at in range(3, len(parts)) if words[at : at + 2] == ["ADD", "VALUE"]), None)
    if add is None:
        return None
    at = add + (5 if words[add + 2 : add + 5] == ["IF", "NOT", "EXISTS"] else 2)
    literal = joined_string(text, parts[at:])
    names = names_in(parts[2:add])
    if literal is None or not names:
        return None
    return AddedEnumValue(names[-2] if len(names) > 1 else None, names[-1], literal)


def _session_change(keywords: tuple[str, ...], text: str) -> SessionChange | None:
    match keywords:
        case ("SET",):
            return _set(text, tuple(scan.tokens(text, LEXIS)))
        case ("RESET",) | ("DISCARD",):
            words = [part.text.lower() for part in scan.tokens(text, LEXIS)]
            name = " ".join(words[1:]) if words[1:2] in (["session"], ["time"]) else "".join(words[1:])
            return SessionChange(
                {"time zone": "timezone", "session authorization": "session_authorization"}.get(name, name), None
            )
        case ("DO",):
            return _changed_in_block(text)
        case (("SELECT" | "WITH" | "VALUES" | "INSERT" | "UPDATE" | "CALL" | "TABLE"), *_):
            return _set_config(tuple(scan.tokens(text, LEXIS))) if "set_config" in text.lower() else None
        case _:
            return None


def _set(text: str, parts: Sequence[Token]) -> SessionChange | None:
    words = [part.keyword for part in parts]
    local = words[1:2] == ["LOCAL"]
    at = 2 if words[1:2] in (["LOCAL"], ["SESSION"]) else 1
    match words[at : at + 2]:
        case [("TRANSACTION" | "CONSTRAINTS"), *_]:
            return None
        case ["CHARACTERISTICS", "AS"]:
            return SessionChange("transaction", _value(text, parts[at + 3 :]))
        case ["AUTHORIZATION", *_]:
            name, first = "session_authorization", at + 1
        case ["TIME", "ZONE"]:
            name, first = "timezone", at + 2
        case ["XML", "OPTION"]:
            name, first = "xmloption", at + 2
        case [("NAMES" | "SCHEMA" | "ROLE") as word, follower] if follower not in {"TO", "=", "."}:
            name, first = _SETTING_ALIASES[word], at + 1
        case _:
            first = next((n for n in range(at, len(parts)) if words[n] in {"TO", "="}), len(parts)) + 1
            name = ".".join(names_in(parts[at : first - 1])).lower()
    return SessionChange(name, _value(text, parts[first:]), local)


def _value(text: str, parts: Sequence[Token]) -> str | None:
    if not parts or (len(parts) == 1 and parts[0].keyword in {"DEFAULT", "NONE"}):
        return None
    if len(parts) == 1 and parts[0].kind is TokenKind.STRING:
        return string_value(parts[0].text)
    return text[parts[0].start : parts[-1].end]


def _set_config(parts: Sequence[Token]) -> SessionChange | None:
    calls = [
        at
        for at, part in enumerate(parts[:-1])
        if part.text.lower().strip('"') == "set_config" and parts[at + 1].text == "("
    ]
    if not calls:
        return None
    call = parts[calls[0] + 2 : calls[0] + 8]
    kinds = [part.kind for part in call]
    if len(calls) > 1 or kinds[:1] != [TokenKind.STRING] or [part.text for part in call[1:2]] != [","]:
        return SessionChange("set_config", None)
    plain = kinds[2:3] == [TokenKind.STRING] and [part.text for part in call[3:4]] == [","]
    local = plain and [part.keyword for part in call[4:6]] == ["TRUE", ")"]
    value = string_value(call[2].text) if plain else None
    return SessionChange(string_value(call[0].text).lower(), value, local)


def _changed_in_block(text: str) -> SessionChange | None:
    if any(one[0].keyword in {"SET", "RESET"} for one in statements_in(text)):
        return SessionChange("set_config", None)
    return _set_config(tuple(tokens_of_body(tuple(scan.tokens(text, LEXIS))))) if "set_config" in text.lower() else None
