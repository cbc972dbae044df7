"""prisma.config.ts, read and never run: the object that it exports, as far as that is written out.

A handful of forms is understood: strings, paths that are joined of them, constants of the file, and variables of the
environment. The value of a key that is there and isn't one of them is `UNREADABLE`: nobody may take it for missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct

NAMES = tuple(
    f"{stem}.{ending}"
    for stem in ("prisma.config", ".config/prisma")
    for ending in ("ts", "mts", "cts", "js", "mjs", "cjs")
)
"""Where the file may be, in the order in which it is looked for."""


class Unreadable(Enum):
    """A value that only running the file could tell."""

    UNREADABLE = "unreadable"


UNREADABLE: Final = Unreadable.UNREADABLE


class Text(Struct, frozen=True):
    """A string. `from_root` tells that it was joined to the working folder, not to the file's own."""

    value: str
    from_root: bool = False


class Variable(Struct, frozen=True):
    """A variable of the environment."""

    name: str


Value: TypeAlias = "Text | Variable | Mapping[str, Value] | Unreadable"

_TOKEN = re.compile(
    r"""\s+|//[^\n]*|/\*.*?\*/"""
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`)"""
    r"""|(?P<name>[A-Za-z_$][\w$]*)|(?P<sign>\?\?|\|\||=>|\.\.\.|.)""",
    re.DOTALL,
)
_OPEN, _CLOSE = "([{", ")]}"
_JOINS = frozenset(("join", "resolve"))
_HERE = (["__dirname"], ["import", ".", "meta", ".", "dirname"])
_DEEPEST = 20

Tokens: TypeAlias = "list[tuple[str, str]]"
"""(kind, text): kind is text, name or sign."""


def read_config(code: str) -> Mapping[str, Value]:
    """The exported object's values by key. Empty where no object is exported that can be found."""
    tokens = [(m.lastgroup, m[0]) for m in _TOKEN.finditer(code) if m.lastgroup is not None]
    start = _exported(tokens)
    if start is None:
        return {}
    return _object(_inside(tokens, start), _constants(tokens), 0)


def _exported(tokens: Tokens) -> int | None:
    """The place of the brace that opens the exported object."""
    words = [text for _, text in tokens]
    for place in range(len(words)):
        if words[place : place + 2] == ["export", "default"]:
            at = place + 2
        elif words[place : place + 4] == ["module", ".", "exports", "="]:
            at = place + 4
        else:
            continue
        if words[at : at + 2] == ["defineConfig", "("]:
            at += 2
        if words[at : at + 1] == ["{"]:
            return at
        if at < len(tokens) and tokens[at][0] == "name":
            return _object_called(words, words[at])
    return None


def _object_called(words: list[str], name: str) -> int | None:
    """The brace of `const name = {` or `const name: Type = defineConfig({`."""
    for place, word in enumerate(words):
        if word in ("const", "let", "var") and words[place + 1 : place + 2] == [name]:
            brace = next((n for n in range(place, min(place + 30, len(words))) if words[n] == "{"), None)
            return brace if brace is not None and "=" in words[place:brace] else None
    return None


def _constants(tokens: Tokens) -> dict[str, Tokens]:
    """The expressions of the file's own constants."""
    found = {}
    for place, (_, word) in enumerate(tokens[:-3]):
        if word in ("const", "let", "var") and tokens[place + 1][0] == "name" and tokens[place + 2][1] == "=":
            end = place + 3
            depth = 0
            while end < len(tokens) and (depth or tokens[end][1] not in (";", "const", "let", "var", "export")):
                depth += (tokens[end][1] in _OPEN) - (tokens[end][1] in _CLOSE)
                end += 1
            found[tokens[place + 1][1]] = tokens[place + 3 : end]
    return found


def _inside(tokens: Tokens, start: int) -> Tokens:
    """What stands between the bracket at `start` and the one that closes it."""
    depth = 0
    for place in range(start, len(tokens)):
        kind, text = tokens[place]
        if kind == "sign":
            depth += (text in _OPEN) - (text in _CLOSE)
        if not depth:
            return tokens[start + 1 : place]
    return tokens[start + 1 :]


def _parts(tokens: Tokens, separator: str) -> list[Tokens]:
    """The tokens, cut at a sign that stands in no bracket."""
    parts: list[Tokens] = [[]]
    depth = 0
    for kind, text in tokens:
        if kind == "sign":
            depth += (text in _OPEN) - (text in _CLOSE)
            if text == separator and not depth:
                parts.append([])
                continue
        parts[-1].append((kind, text))
    return parts


def _object(tokens: Tokens, constants: Mapping[str, Tokens], depth: int) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for part in _parts(tokens, ","):
        if not part:
            continue
        key = _literal(part[0][1]) if part[0][0] == "text" else part[0][1]
        if len(part) == 1 and part[0][0] == "name":
            values[key] = _value(part, constants, depth)
        elif part[1:2] == [("sign", ":")]:
            values[key] = _value(part[2:], constants, depth)
        elif part[0][0] == "name":
            values[key] = UNREADABLE
    return values


def _value(tokens: Tokens, constants: Mapping[str, Tokens], depth: int) -> Value:
    if depth > _DEEPEST or not tokens:
        return UNREADABLE
    tokens = _without_assertion(tokens)
    words = [text for _, text in tokens]
    if len(tokens) == 1:
        kind, text = tokens[0]
        if kind == "text":
            return Text(_literal(text))
        return _value(constants[text], constants, depth + 1) if text in constants else UNREADABLE
    if words[0] == "{":
        return _object(_inside(tokens, 0), constants, depth + 1)
    return _variable(tokens, words) or _joined(tokens, words, constants, depth) or UNREADABLE


def _without_assertion(tokens: Tokens) -> Tokens:
    """Without what only the type checker reads behind a value: `!`, `as string`, `satisfies X`."""
    for place, token in enumerate(tokens):
        if place and token in (("name", "as"), ("name", "satisfies"), ("sign", "!")):
            return tokens[:place]
    return tokens


def _variable(tokens: Tokens, words: list[str]) -> Variable | None:
    whole = next((place for place, word in enumerate(words) if word in ("??", "||")), len(words))
    if words[:4] == ["process", ".", "env", "."] and whole == 5:
        return Variable(words[4])
    if words[:4] == ["process", ".", "env", "["] and whole == 6 and tokens[4][0] == "text":
        return Variable(_literal(words[4]))
    if words[0] == "env" and words[-1] == ")" and tokens[-2][0] == "text" and words[-3] == "(":
        return Variable(_literal(words[-2]))
    return None


def _joined(tokens: Tokens, words: list[str], constants: Mapping[str, Tokens], depth: int) -> Text | None:
    """`path.join('a', 'b')` and its likes, also where they begin with the file's folder or the working folder."""
    opening = next((place for place, word in enumerate(words) if word == "("), 0)
    if not opening or words[opening - 1] not in _JOINS or len(_inside(tokens, opening)) + opening + 2 != len(tokens):
        return None
    parts: list[str] = []
    from_root = words[opening - 1] == "resolve"
    for number, part in enumerate(_parts(_inside(tokens, opening), ",")):
        inner = [text for _, text in part]
        if not number and inner in _HERE:
            from_root = False
        elif not number and inner == ["process", ".", "cwd", "(", ")"]:
            from_root = True
        elif part:
            value = _value(part, constants, depth + 1)
            if not isinstance(value, Text):
                return None
            parts.append(value.value)
    return Text("/".join(parts), from_root)


def _literal(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
