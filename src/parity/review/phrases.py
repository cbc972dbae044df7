"""A statement as words, and a cursor over them: enough of a grammar for DDL, whose order of words is fixed.

The words come from sqlglot's tokenizer. Nothing here knows what a statement means: see `parity.review.ddl`.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from msgspec import Struct

from parity.schema.types import ObjectName


class WordKind(StrEnum):
    """What a word is."""

    WORD = "word"
    """A keyword, or a name without quotes."""
    NAME = "name"
    """A name in quotes."""
    STRING = "string"
    SYMBOL = "symbol"
    """A number, or punctuation."""


class Word(Struct, frozen=True):
    """One word. `text` is without quotes; `value` is the name it means (folded as the database folds)."""

    kind: WordKind
    text: str
    value: str
    start: int
    end: int

    @property
    def keyword(self) -> str:
        """The word in upper case, or the symbol; empty for what can't be a keyword."""
        match self.kind:
            case WordKind.WORD:
                return self.text.upper()
            case WordKind.SYMBOL:
                return self.text
            case _:
                return ""


class Phrase:
    """A cursor over the words of `text`. What it is asked for and can't find, it answers with None or False."""

    def __init__(self, text: str, words: tuple[Word, ...]) -> None:
        self.text = text
        self._words = words
        self._at = 0

    def copy(self) -> Phrase:
        """A cursor of its own at the same place."""
        return Phrase(self.text, self._words[self._at :])

    @property
    def next(self) -> Word | None:
        """The next word, which stays."""
        return self._words[self._at] if self._at < len(self._words) else None

    @property
    def keyword(self) -> str:
        """The next word as a keyword; empty at the end."""
        word = self.next
        return "" if word is None else word.keyword

    def take(self, *keywords: str) -> bool:
        """Go past the next words if they are these, one after the other."""
        ahead = self._words[self._at : self._at + len(keywords)]
        if tuple(word.keyword for word in ahead) != keywords:
            return False
        self._at += len(keywords)
        return True

    def take_any(self, *keywords: str) -> str | None:
        """Go past the next word if it is one of these; return which."""
        keyword = self.keyword
        if keyword not in keywords:
            return None
        self._at += 1
        return keyword

    def skip(self) -> Word | None:
        """Go past the next word, whatever it is."""
        word = self.next
        self._at += word is not None
        return word

    def skip_keyword(self) -> str:
        """Go past the next word and return it as a keyword."""
        word = self.skip()
        return "" if word is None else word.keyword

    def is_operator(self) -> bool:
        """Whether punctuation comes next."""
        word = self.next
        return word is not None and word.kind is WordKind.SYMBOL

    def name(self) -> str | None:
        """A name without a namespace."""
        word = self.next
        if word is None or word.kind not in (WordKind.WORD, WordKind.NAME):
            return None
        self._at += 1
        return word.value

    def object_name(self) -> ObjectName | None:
        """A name, with its namespace where one is written."""
        last = self.name()
        if last is None:
            return None
        namespace = None
        while self.take("."):
            following = self.name()
            if following is None:
                break
            namespace, last = last, following
        return ObjectName(last, namespace)

    def string(self) -> str | None:
        """A string constant."""
        word = self.next
        if word is None or word.kind is not WordKind.STRING:
            return None
        self._at += 1
        return word.text

    def inside(self) -> Phrase | None:
        """What is in the parentheses that open here; the cursor goes behind them."""
        if self.keyword != "(":
            return None
        depth = 0
        for index in range(self._at, len(self._words)):
            keyword = self._words[index].keyword
            depth += (keyword == "(") - (keyword == ")")
            if depth == 0:
                inner = Phrase(self.text, self._words[self._at + 1 : index])
                self._at = index + 1
                return inner
        return None

    def parts(self, separator: str = ",") -> tuple[Phrase, ...]:
        """The rest, cut at the separators outside of parentheses; the cursor goes to the end."""
        parts: list[Phrase] = []
        depth, begin = 0, self._at
        for index in range(self._at, len(self._words)):
            keyword = self._words[index].keyword
            depth += (keyword in ("(", "[")) - (keyword in (")", "]"))
            if keyword == separator and depth == 0:
                parts.append(Phrase(self.text, self._words[begin:index]))
                begin = index + 1
        parts.append(Phrase(self.text, self._words[begin:]))
        self._at = len(self._words)
        return tuple(parts)

    def names(self) -> tuple[str, ...]:
        """The names in the parentheses that open here, without what stands behind each (`DESC`, an operator class)."""
        inner = self.inside()
        found = () if inner is None else tuple(part.name() for part in inner.parts())
        return tuple(name for name in found if name is not None)

    def outer_keywords(self) -> tuple[str, ...]:
        """The rest's keywords outside of parentheses. The cursor stays."""
        found: list[str] = []
        depth = 0
        for word in self._words[self._at :]:
            depth -= word.keyword == ")"
            if depth == 0:
                found.append(word.keyword)
            depth += word.keyword == "("
        return tuple(found)

    def until(self, stops: frozenset[str]) -> str:
        """The text up to a keyword of `stops` outside of parentheses, or to the end; the cursor goes there."""
        begin, depth = self._at, 0
        while (word := self.next) is not None and not (depth == 0 and word.keyword in stops):
            depth += (word.keyword == "(") - (word.keyword == ")")
            self._at += 1
        if begin == self._at:
            return ""
        return " ".join(self.text[self._words[begin].start : self._words[self._at - 1].end].split())

    def lacks(self, *keywords: str) -> bool:
        """Whether none of these comes outside of parentheses. The cursor stays."""
        return not set(keywords).intersection(self.outer_keywords())

    def seek(self, starts: frozenset[str], behind: frozenset[str]) -> bool:
        """Go to the first of `starts` that comes next or directly behind one of `behind`; False without one."""
        depth, before = 0, ""
        for index in range(self._at, len(self._words)):
            keyword = self._words[index].keyword
            if depth == 0 and keyword in starts and (index == self._at or before in behind):
                self._at = index
                return True
            depth += (keyword == "(") - (keyword == ")")
            before = keyword
        return False

    def rest(self) -> str:
        """The text from the next word to the last. The cursor stays."""
        word = self.next
        return "" if word is None else self.text[word.start : self._words[-1].end]

    def leading_keywords(self, limit: int = 3) -> str:
        """The plain words that come next, up to `limit`, in upper case. The cursor stays."""
        found: list[str] = []
        for word in self._words[self._at : self._at + limit]:
            if word.kind is not WordKind.WORD:
                break
            found.append(word.keyword)
        return " ".join(found)


def read_words(text: str, sqlglot_dialect: str) -> Phrase | None:
    """The words of a statement; None where the tokenizer can't read it."""
    from sqlglot.dialects.dialect import Dialect
    from sqlglot.errors import SqlglotError

    try:
        tokens = Dialect.get_or_raise(sqlglot_dialect).tokenize(text)
    except (SqlglotError, LookupError, ValueError):
        return None
    words: list[Word] = []
    for token in tokens:
        kind = _kind_of(token.token_type.name, token.text)
        # The tokenizer makes one token of `PRIMARY KEY`.
        for part in token.text.split() if kind is WordKind.WORD else (token.text,):
            value = fold(part, sqlglot_dialect) if kind is WordKind.WORD else part
            words.append(Word(kind, part, value, token.start, token.end + 1))
    return Phrase(text, tuple(words))


def fold(name: str, sqlglot_dialect: str) -> str:
    """An unquoted name as the database stores it. Servers that fold do so with ASCII only."""
    if not _folds(sqlglot_dialect):
        return name
    return name.lower() if name.isascii() else "".join(c.lower() if c.isascii() else c for c in name)


@cache
def _folds(sqlglot_dialect: str) -> bool:
    from sqlglot.dialects.dialect import Dialect, NormalizationStrategy

    return Dialect.get_or_raise(sqlglot_dialect).normalization_strategy is NormalizationStrategy.LOWERCASE


def _kind_of(token_type: str, text: str) -> WordKind:
    if token_type == "IDENTIFIER":
        return WordKind.NAME
    if token_type.endswith("STRING"):
        return WordKind.STRING
    return WordKind.WORD if text[:1].isalpha() or text[:1] == "_" else WordKind.SYMBOL
