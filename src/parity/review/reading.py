"""Reading the statements of a migration into effects, whoever wrote them. Pure, and never an exception on odd SQL.

DDL is read as words (`parity.review.ddl`), DML by sqlglot's parser (`parity.review.dml`). What neither can read is kept
as `NotUnderstood` with the words that it begins with. Statements that belong together are then joined
(`parity.review.joining`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.dialects.base import Dialect
from parity.dialects.statements import SqlStatement
from parity.review.ddl import read_ddl
from parity.review.dml import head_of, read_dml
from parity.review.effects import Effect, NotUnderstood, Place, Runs
from parity.review.joining import join_effects
from parity.review.names import name_keys
from parity.review.phrases import read_words

_DDL = frozenset({"CREATE", "ALTER", "DROP", "TRUNCATE"})
_DML = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "WITH"})
_OPAQUE = frozenset({"DO", "CALL", "EXECUTE", "COPY"})
_QUIET = frozenset({
    "ABORT", "ANALYZE", "ATTACH", "BEGIN", "CHECKPOINT", "CLUSTER", "COMMENT", "COMMIT", "DEALLOCATE", "DETACH",
    "DISCARD", "END", "EXPLAIN", "GRANT", "LISTEN", "LOAD", "LOCK", "NOTIFY", "PRAGMA", "PREPARE", "REASSIGN",
    "REFRESH", "REINDEX", "RELEASE", "RESET", "REVOKE", "ROLLBACK", "SAVEPOINT", "SECURITY", "SELECT", "SET",
    "SHOW", "START", "UNLISTEN", "VACUUM", "VALUES",
})  # fmt: skip
_BLOCK_WORDS = frozenset({"BEGIN", "THEN", "ELSE", "LOOP", "EXCEPTION"})


def read_effects(statements: Sequence[SqlStatement], dialect: Dialect) -> tuple[Effect, ...]:
    """What the statements do, in their order."""
    found: list[Effect] = []
    for index, statement in enumerate(statements):
        at = Place(index, statement.line)
        effects = _read(statement.text, at, dialect.sqlglot_dialect)
        if effects is None:
            effects = (NotUnderstood(at, " ".join(dialect.facts_of(statement).keywords)),)
        found.extend(effects)
    return join_effects(tuple(found), name_keys(dialect.capabilities))


def _read(text: str, at: Place, sqlglot_dialect: str) -> tuple[Effect, ...] | None:
    if text[:8].upper().rstrip() == "REPLACE":
        # sqlglot takes the short form of INSERT OR REPLACE for a command, and leaves it unread.
        text = f"INSERT OR {text}"
    phrase = read_words(head_of(text), sqlglot_dialect)
    if phrase is None:
        return None
    verb = phrase.keyword
    if verb in _DDL:
        return read_ddl(phrase, at)
    if verb in _DML:
        return read_dml(text, phrase, at, sqlglot_dialect)
    if verb in _OPAQUE:
        inner = tuple(_read_block(text, at, sqlglot_dialect)) if verb == "DO" else ()
        return (Runs(at, verb, opaque=True), *inner)
    return (Runs(at, phrase.leading_keywords(2)),) if verb in _QUIET else None


def _read_block(text: str, at: Place, sqlglot_dialect: str) -> Iterator[Effect]:
    """What the code of a DO block would do, as far as it is plain SQL; its conditions aren't judged."""
    # Some releases of sqlglot take a text that begins with BEGIN for a command, and don't cut it into words.
    code = read_words(f"THEN {_dollar_quoted(text)}", sqlglot_dialect)
    if code is None:
        return
    for part in code.parts(";"):
        if part.seek(_DDL | _DML, _BLOCK_WORDS):
            yield from _read(part.rest(), at, sqlglot_dialect) or ()


def _dollar_quoted(text: str) -> str:
    """What the first dollar quote holds; nothing where there is none."""
    begin = text.find("$")
    quote = text[begin : text.find("$", begin + 1) + 1]
    inner, _, _ = text[begin + len(quote) :].rpartition(quote) if quote else ("", "", "")
    return inner
