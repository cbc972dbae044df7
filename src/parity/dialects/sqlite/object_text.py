"""Reads what compiling doesn't tell out of the text of views, triggers and virtual tables. Pure.

The text is the one that SQLite itself stored, so it is valid: nothing is verified. Cost: linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from parity.dialects import scan
from parity.dialects.scan import Token, TokenKind
from parity.dialects.sqlite.split import LEXIS
from parity.dialects.sqlite.table_text import closing, columns_among, name_of, parts_between_commas

_BEFORE_STAR = frozenset(("SELECT", "DISTINCT", "ALL", ",", "."))
_COMPOUND = frozenset(("UNION", "EXCEPT", "INTERSECT"))
_EVENTS = frozenset(("INSERT", "UPDATE", "DELETE"))
_VOCABULARIES = frozenset(("fts5vocab", "fts4aux"))


class StatementText(Struct, frozen=True):
    """A view or a trigger. `names` is every word of it in lower case."""

    names: frozenset[str]
    columns: frozenset[str]
    """Those of `names` that an expression could take for a column: no constants."""
    counts_columns: bool
    """Whether `*` stands where another number of columns is an error: in UNION, INSERT, behind a list of names."""
    joined_by: frozenset[str] = frozenset()
    """The columns behind USING."""
    natural: bool = False
    """Whether tables are joined by whatever columns they have in common."""
    query: str = ""
    """Of a view with `*` or USING, and where the number of columns doesn't count: its SELECT."""
    maybe_texts: frozenset[str] = frozenset()
    """Names in double quotes with no table before them: where there is no such column, SQLite takes them for texts."""


class TriggerText(Struct, frozen=True):
    """A trigger: its event, the columns behind UPDATE OF, and for each INSERT its table and the listed columns."""

    event: str
    of_columns: frozenset[str]
    inserts: tuple[tuple[str, frozenset[str] | None], ...]
    statement: StatementText


class VirtualText(Struct, frozen=True):
    """A virtual table: the table or view that its rows come from ("" for none), and the columns of that by name."""

    module: str
    source: str = ""
    columns: frozenset[str] = frozenset()
    row_number: str = ""
    """The column of the source that numbers the rows; "" for SQLite's own number."""


def read_statement(sql: str) -> StatementText:
    """Read a CREATE VIEW or a CREATE TRIGGER."""
    tokens = tuple(scan.tokens(sql, LEXIS))
    words = [token.keyword for token in tokens]
    body = words.index("AS") if "AS" in words and "VIEW" in words[:3] else 0
    starred = any(word == "*" and words[place - 1] in _BEFORE_STAR for place, word in enumerate(words) if place > body)
    strict = "(" in words[:body] or not _COMPOUND.isdisjoint(words) or (not body and "INTO" in words)
    names = frozenset(name_of(token).lower() for token in tokens if token.kind is not TokenKind.SYMBOL)
    columns = columns_among(tokens)
    joined_by = frozenset(_joined_by(tokens))
    natural = "NATURAL" in words
    if not body or (starred and strict) or not (starred or joined_by):
        return StatementText(names, columns, starred and strict, joined_by, natural)
    loose = frozenset(
        name_of(token).lower()
        for before, token in pairwise(tokens)
        if token.text.startswith('"') and before.text != "."
    )
    return StatementText(names, columns, False, joined_by, natural, sql[tokens[body].end :], loose)


def _joined_by(tokens: tuple[Token, ...]) -> Iterator[str]:
    for at, token in enumerate(tokens[:-1]):
        if token.keyword == "USING" and tokens[at + 1].text == "(":
            listed = tokens[at + 2 : closing(tokens, at + 1)]
            yield from (name_of(one).lower() for one in listed if one.kind is not TokenKind.SYMBOL)


def read_trigger(sql: str) -> TriggerText:
    """Read a CREATE TRIGGER."""
    tokens = tuple(scan.tokens(sql, LEXIS))
    event = _place_of_event(tokens)
    of_columns: set[str] = set()
    at = event + 1
    if tokens[at].keyword == "OF":
        at += 1
        while tokens[at].keyword != "ON":
            if tokens[at].kind is not TokenKind.SYMBOL:
                of_columns.add(name_of(tokens[at]).lower())
            at += 1
    return TriggerText(tokens[event].keyword, frozenset(of_columns), tuple(_inserts(tokens[at:])), read_statement(sql))


def read_virtual(sql: str) -> VirtualText:
    """Read a CREATE VIRTUAL TABLE."""
    tokens = tuple(scan.tokens(sql, LEXIS))
    words = [token.keyword for token in tokens]
    using = words.index("USING")
    module = name_of(tokens[using + 1]).lower()
    if using + 2 >= len(tokens):
        return VirtualText(module)
    arguments = [part for part in parts_between_commas(tokens[using + 3 : closing(tokens, using + 2)]) if part]
    if module in _VOCABULARIES:
        # Of three arguments the first names the database.
        index = arguments[1] if len(arguments) == (3 if module == "fts5vocab" else 2) else arguments[0]
        return VirtualText(module, name_of(index[0]))
    if module not in ("fts3", "fts4", "fts5"):
        return VirtualText(module)
    options = {
        name_of(part[0]).lower(): name_of(part[2]) for part in arguments if len(part) > 2 and part[1].text == "="
    }
    columns = {name_of(part[0]).lower() for part in arguments if len(part) < 2 or part[1].text != "="}
    number = options.get("content_rowid", "")
    columns |= {number.lower()} if number else set()
    return VirtualText(module, options.get("content", ""), frozenset(columns), number)


def _place_of_event(tokens: Sequence[Token]) -> int:
    """Where INSERT, UPDATE or DELETE stands behind the trigger's name, which may be called so itself."""
    at = 1
    while tokens[at].keyword != "TRIGGER":
        at += 1
    at += 1
    if [token.keyword for token in tokens[at : at + 3]] == ["IF", "NOT", "EXISTS"]:
        at += 3
    at += 3 if tokens[at + 1].text == "." else 1
    while tokens[at].keyword not in _EVENTS:
        at += 1
    return at


def _inserts(tokens: Sequence[Token]) -> Iterator[tuple[str, frozenset[str] | None]]:
    for at, token in enumerate(tokens[:-1]):
        if token.keyword != "INTO":
            continue
        place = at + 3 if tokens[at + 2].text == "." else at + 1
        target = name_of(tokens[place]).lower()
        place += 1
        if tokens[place].keyword == "AS":
            place += 2
        if tokens[place].text == "(":
            listed = tokens[place + 1 : closing(tuple(tokens), place)]
            yield target, frozenset(name_of(one).lower() for one in listed if one.kind is not TokenKind.SYMBOL)
        else:
            yield target, frozenset() if tokens[place].keyword == "DEFAULT" else None
