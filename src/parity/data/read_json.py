"""Reference data in JSON, read with the place of each value and the digits of each number."""

from __future__ import annotations

import re
from json.decoder import scanstring  # type: ignore[attr-defined]

from msgspec import Struct

from parity.data.raw import DEEPEST, Broken, Items, Kind, Pairs, Plain, Raw, refuse_large

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS = {"null": Kind.NULL, "true": Kind.BOOLEAN, "false": Kind.BOOLEAN}


def read_json(text: str) -> Raw:
    """The document. Raises Broken."""
    refuse_large(text)
    reader = _Reader(text)
    value, end = reader.value(reader.space(0), 0)
    end = reader.space(end)
    if end != len(text):
        raise Broken(end, "there is more behind the value")
    return value


class _Reader(Struct):
    text: str

    def space(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        assert found is not None
        return found.end()

    def value(self, at: int, depth: int) -> tuple[Raw, int]:
        first = self.text[at : at + 1]
        if depth > DEEPEST:
            raise Broken(at, "it is nested too deeply")
        if first == "[":
            return self.items(at, depth)
        if first == "{":
            return self.pairs(at, depth)
        if first == '"':
            text, end = self.string(at)
            return Plain(Kind.STRING, text, at, end), end
        for word, kind in _WORDS.items():
            if self.text.startswith(word, at):
                return Plain(kind, word, at, at + len(word)), at + len(word)
        number = _NUMBER.match(self.text, at)
        if number is None:
            raise Broken(at, "a value is missing here" if first else "it ends too early")
        return Plain(Kind.NUMBER, number[0], at, number.end()), number.end()

    def string(self, at: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, at + 1, True)
            text.encode()
        except ValueError as error:
            raise Broken(at, f"a text can't be read ({error})") from error
        return text, end

    def items(self, at: int, depth: int) -> tuple[Raw, int]:
        start = at
        found: list[Raw] = []
        at = self.space(at + 1)
        while not (not found and self.text[at : at + 1] == "]"):
            value, at = self.value(at, depth + 1)
            found.append(value)
            at = self.space(at)
            if self.text[at : at + 1] == "]":
                break
            at = self.space(self.expect(at, ","))
        return Items(tuple(found), start, at + 1), at + 1

    def pairs(self, at: int, depth: int) -> tuple[Raw, int]:
        start = at
        found: dict[str, Raw] = {}
        keys: list[tuple[int, int]] = []
        at = self.space(at + 1)
        while not (not found and self.text[at : at + 1] == "}"):
            key_at = self.expect(at, '"') - 1
            key, at = self.string(key_at)
            if key in found:
                raise Broken(key_at, f"the key {key} stands there twice", at)
            keys.append((key_at, at))
            found[key], at = self.value(self.space(self.expect(self.space(at), ":")), depth + 1)
            at = self.space(at)
            if self.text[at : at + 1] == "}":
                break
            at = self.space(self.expect(at, ","))
        return Pairs(tuple(found.items()), tuple(keys), start, at + 1), at + 1

    def expect(self, at: int, sign: str) -> int:
        if self.text[at : at + 1] != sign:
            raise Broken(at, f"here should be {sign}")
        return at + 1
