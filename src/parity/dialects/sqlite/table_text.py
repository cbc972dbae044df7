"""Reads what SQLite's pragmas don't tell out of the text of CREATE TABLE and CREATE INDEX. Pure.

Checks, collations, expressions of generated columns, names and deferrability of foreign keys, AUTOINCREMENT, and the
options behind the table; expressions and predicates of indexes. The text is the one that SQLite itself stored, so it is
valid: nothing is verified. Cost: linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from parity.dialects import scan
from parity.dialects.scan import Token, TokenKind
from parity.dialects.sqlite.defaults import unquoted
from parity.dialects.sqlite.split import LEXIS
from parity.schema.model import Check

_TABLE_STARTS = frozenset(("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"))


class ForeignKeyText(Struct, frozen=True):
    """What the text says of a foreign key beyond the pragma."""

    name: str | None
    deferrable: str | None


class TableText(Struct):
    """What is written in a CREATE TABLE. Columns are keyed by their lower-case names."""

    checks: list[Check] = field(default_factory=list)
    foreign_keys: list[ForeignKeyText] = field(default_factory=list)
    """In the order of the text; the pragma numbers them from the last."""
    collations: dict[str, str] = field(default_factory=dict)
    generated: dict[str, str] = field(default_factory=dict)
    autoincrement: bool = False
    null_conflicts: dict[str, str] = field(default_factory=dict)
    """By column: what ON CONFLICT says of NOT NULL."""
    key_conflict: str | None = None
    unique_conflicts: dict[tuple[str, ...], str] = field(default_factory=dict)
    """By the columns of a UNIQUE constraint, in lower case."""
    traits: tuple[str, ...] = ()


class IndexText(Struct, frozen=True):
    """What is written in a CREATE INDEX."""

    parts: tuple[str, ...]
    """The columns and expressions, without COLLATE, ASC and DESC behind them."""
    predicate: str | None


def read_table(sql: str) -> TableText:
    """Read a CREATE TABLE."""
    tokens = tuple(scan.tokens(sql, LEXIS))
    found = TableText()
    opening = _find(tokens, "(", 0)
    if opening is None:
        return found
    end = closing(tokens, opening)
    for part in parts_between_commas(tokens[opening + 1 : end]):
        if part:
            _Part(sql, part, found).read()
    found.traits = _options(tokens[end + 1 :])
    return found


def read_index(sql: str) -> IndexText:
    """Read a CREATE INDEX."""
    tokens = tuple(scan.tokens(sql, LEXIS))
    opening = _find(tokens, "(", 0)
    if opening is None:
        return IndexText((), None)
    end = closing(tokens, opening)
    parts = tuple(_index_part(sql, part) for part in parts_between_commas(tokens[opening + 1 : end]))
    rest = tokens[end + 1 :]
    predicate = sql[rest[1].start : rest[-1].end] if len(rest) > 1 and rest[0].keyword == "WHERE" else None
    return IndexText(parts, predicate)


def names_in(sql: str) -> frozenset[str]:
    """Everything in a text that could be the name of something, in lower case."""
    return frozenset(name_of(token).lower() for token in scan.tokens(sql, LEXIS) if token.kind is not TokenKind.SYMBOL)


def columns_in(expression: str) -> frozenset[str]:
    """Everything in an expression that could be a column, in lower case: no constant, no comment, no function."""
    return columns_among(tuple(scan.tokens(expression, LEXIS)))


def columns_among(tokens: tuple[Token, ...]) -> frozenset[str]:
    """The same of tokens."""
    found: set[str] = set()
    for at, token in enumerate(tokens):
        called = at + 1 < len(tokens) and tokens[at + 1].text == "("
        constant = token.kind is TokenKind.STRING and (not at or tokens[at - 1].text != ".")
        if token.kind is not TokenKind.SYMBOL and not called and not constant:
            found.add(name_of(token).lower())
    return frozenset(found)


def name_of(token: Token) -> str:
    """A token as a name. SQLite takes strings for names as well, where only a name can stand."""
    return token.text if token.kind is TokenKind.WORD else unquoted(token.text)


class _Part:
    """One column or table constraint; constraints need no comma between them, so they are read one by one."""

    def __init__(self, sql: str, tokens: tuple[Token, ...], found: TableText) -> None:
        self.sql = sql
        self.tokens = tokens
        self.found = found
        self.at = 0
        self.column: str | None = None
        self.name: str | None = None
        """The name that CONSTRAINT gives to the next constraint."""

    def read(self) -> None:
        if self.tokens[0].keyword not in _TABLE_STARTS:
            self.column = name_of(self.tokens[0]).lower()
            self.at = 1
        while self.at < len(self.tokens):
            self._step(self.tokens[self.at].keyword)

    def _step(self, word: str) -> None:
        match word:
            case "CONSTRAINT":
                self.name = name_of(self.tokens[self.at + 1])
                self.at += 2
            case "CHECK":
                self.found.checks.append(Check(self.name, f"CHECK ({self._parenthesised()})"))
                self.name = None
            case "COLLATE" if self.column is not None:
                self.found.collations[self.column] = name_of(self.tokens[self.at + 1]).upper()
                self.at += 2
            case "AS" if self.column is not None:
                self.found.generated[self.column] = self._parenthesised()
            case "REFERENCES":
                self._references()
            case "AUTOINCREMENT":
                self.found.autoincrement = True
                self.at += 1
            case "(":
                self.at = closing(self.tokens, self.at) + 1
            case "PRIMARY":
                self.name = None
                self._key()
            case "UNIQUE":
                self.name = None
                self._unique()
            case "NOT" if self.tokens[self.at + 1 : self.at + 2] and self.column is not None:
                self.name = None
                self.at += 2
                if conflict := self._conflict():
                    self.found.null_conflicts[self.column] = conflict
            case "NULL" | "DEFAULT":
                self.name = None
                self.at += 1
            case _:
                self.at += 1

    def _key(self) -> None:
        self.at += 2
        if self._words()[0] == "(":
            self.at = closing(self.tokens, self.at) + 1
        if self._words()[0] in ("ASC", "DESC"):
            self.at += 1
        self.found.key_conflict = self._conflict()

    def _unique(self) -> None:
        self.at += 1
        columns: tuple[str, ...] = () if self.column is None else (self.column,)
        if self._words()[0] == "(":
            end = closing(self.tokens, self.at)
            columns = tuple(
                name_of(part[0]).lower() for part in parts_between_commas(self.tokens[self.at + 1 : end]) if part
            )
            self.at = end + 1
        if conflict := self._conflict():
            self.found.unique_conflicts[columns] = conflict

    def _conflict(self) -> str | None:
        """ON CONFLICT, if it stands here; ABORT is the usual, said aloud."""
        match self._words():
            case "ON", "CONFLICT", what, _:
                self.at += 3
                return None if what == "ABORT" else what
        return None

    def _parenthesised(self) -> str:
        """The text between the parentheses behind the current word."""
        opening = self.at + 1
        end = closing(self.tokens, opening)
        self.at = end + 1
        return self.sql[self.tokens[opening].end : self.tokens[end].start].strip()

    def _references(self) -> None:
        self.at += 2
        deferrable = None
        while self.at < len(self.tokens):
            match self._words():
                case "(", _, _, _:
                    self.at = closing(self.tokens, self.at) + 1
                case "ON", _, "SET" | "NO", _:
                    self.at += 4
                case "ON", _, _, _:
                    self.at += 3
                case "MATCH", _, _, _:
                    self.at += 2
                case "NOT", "DEFERRABLE", _, _:
                    self.at += 1
                    self._deferrable()
                case "DEFERRABLE", _, _, _:
                    deferrable = self._deferrable()
                case _:
                    break
        self.found.foreign_keys.append(ForeignKeyText(self.name, deferrable))
        self.name = None

    def _words(self) -> tuple[str, str, str, str]:
        """The next four keywords; "" for what is none."""
        words = [token.keyword for token in self.tokens[self.at : self.at + 4]]
        first, second, third, fourth = (*words, "", "", "", "")[:4]
        return first, second, third, fourth

    def _deferrable(self) -> str | None:
        """DEFERRABLE INITIALLY IMMEDIATE is the usual, said aloud."""
        self.at += 1
        initially = ""
        if self._words()[0] == "INITIALLY":
            initially = self._words()[1]
            self.at += 2
        return "DEFERRABLE INITIALLY DEFERRED" if initially == "DEFERRED" else None


def _find(tokens: tuple[Token, ...], text: str, start: int) -> int | None:
    return next((at for at in range(start, len(tokens)) if tokens[at].text == text), None)


def closing(tokens: tuple[Token, ...], opening: int) -> int:
    """The parenthesis that closes the one at `opening`."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[at].text, 0)
        if depth == 0:
            return at
    return len(tokens) - 1


def parts_between_commas(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """The tokens between commas that stand in no parentheses."""
    depth = start = 0
    for at, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.text == ",":
            yield tokens[start:at]
            start = at + 1
    yield tokens[start:]


def _options(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    options = (" ".join(token.keyword for token in part) for part in parts_between_commas(tokens))
    return tuple(sorted(option for option in options if option))


def _index_part(sql: str, part: tuple[Token, ...]) -> str:
    end = len(part)
    if end > 1 and part[end - 1].keyword in ("ASC", "DESC"):
        end -= 1
    if end > 2 and part[end - 2].keyword == "COLLATE":
        end -= 2
    return sql[part[0].start : part[end - 1].end]
