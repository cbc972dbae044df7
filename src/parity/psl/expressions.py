"""Argument lists and expressions, parsed with a stack of our own, so that nesting can't exhaust Python's.

Returns None where the text at an offset is not an expression; the caller then takes the whole line as a bad one.
"""

from __future__ import annotations

import re
from typing import Final

from parity.psl import ast
from parity.psl.ast import make
from parity.psl.lexer import NO_VALUE, NUMBER, TOKEN, WORD, WORD_LIST

MAX_DEPTH: Final = 256
"""How deep brackets may be nested. Real schemas stay below five."""


class TooDeep(Exception):
    """Brackets are nested deeper than `MAX_DEPTH`. Never leaves the parser."""


class _Frame:
    """An opened bracket: what it is, and what was read inside it so far."""

    __slots__ = ("arguments", "comma", "items", "kind", "label", "name", "start")

    def __init__(self, kind: str, start: int, name: ast.Word | None) -> None:
        self.kind = kind
        self.start = start
        self.name = name
        """The function's name, where the bracket is a call's."""
        self.label: ast.Word | None = None
        """The `name:` that waits for its value."""
        self.items: list[ast.Expression] = []
        self.arguments: list[ast.Argument] = []
        self.comma = -1
        """The offset of a comma that nothing followed yet."""


def parse_arguments(text: str, start: int) -> ast.Arguments | None:
    """Parse an argument list whose opening parenthesis stands at `start`."""
    outcome = _parse(text, start + 1, [_Frame("(", start, None)])
    return outcome if isinstance(outcome, ast.Arguments) else None


def plain_arguments(found: re.Match[str]) -> ast.Arguments | None:
    """The argument list that `ATTRIBUTE` found whole. None where its only word is no number, but starts like one."""
    path, brackets = found[3], found[4]
    value: ast.Expression | None
    if path is None:
        value = make(ast.StringLiteral, (found[5][1:-1], found.start(5), found.end(5)))
    else:
        start, end = found.span(3)
        if brackets is None:
            value = _word(path, start, end)
            if value is None:
                return None
        else:
            close = found.end(4)
            empty = make(ast.Arguments, ((), -1, end + brackets.index("("), close))
            value = make(ast.Call, (make(ast.Word, (path, start, end)), empty, start, close))
    argument = make(ast.Argument, (None, value, value.start, value.end))
    return make(ast.Arguments, ((argument,), -1, found.start(2), found.end()))


def list_argument(text: str, found: re.Match[str]) -> ast.Arguments:
    """The argument list that `LIST_ATTRIBUTE` found whole."""
    start, end = found.span(3)
    argument = make(ast.Argument, (None, _word_list(text, start, end), start, end))
    return make(ast.Arguments, ((argument,), -1, start - 1, end + 1))


def parse_expression(text: str, start: int) -> ast.Expression | None:
    """Parse one expression at `start` (space before it is skipped)."""
    outcome = _parse(text, start, [])
    return None if isinstance(outcome, ast.Arguments) else outcome


def _parse(text: str, at: int, stack: list[_Frame]) -> ast.Expression | ast.Arguments | None:
    """Read tokens from `at` until the first frame is closed, or, without frames, until one expression is whole."""
    match_token = TOKEN.match
    expects_value = True
    while True:
        token = match_token(text, at)
        if token is None:
            return None
        at = token.end()
        group = token.lastindex
        value: ast.Expression | None = None
        if group == 2 or group == 3:
            if not expects_value:
                return None
            sign = token[3]
            if sign == "(":
                start, end = token.span(2)
                stack.append(_Frame("call", token.start(3), make(ast.Word, (token[2], start, end))))
                _check_depth(stack)
                continue
            if sign == ":":
                frame = stack[-1] if stack else None
                if frame is not None and frame.kind != "[" and frame.label is None:
                    start, end = token.span(2)
                    label = frame.label = make(ast.Word, (token[2], start, end))
                    if "." in label.text:
                        return None
                    if frame.kind != "{" and NO_VALUE.match(text, at) is not None:
                        frame.arguments.append(ast.Argument(label, None, start, at))
                        frame.label, frame.comma, expects_value = None, -1, False
                    continue
                at = token.end(2)
            value = _word(token[2], token.start(2), token.end(2))
            if value is None:
                return None
        elif group == 4:
            value = make(ast.StringLiteral, (token[4][1:-1], token.start(4), at))
        elif group == 5:
            value = ast.NumberLiteral(token[5], token.start(5), at)
        else:
            sign = token[1]
            if sign in "[{":
                if not expects_value or (stack and stack[-1].kind == "{" and stack[-1].label is None):
                    return None
                words = WORD_LIST.match(text, token.start(1)) if sign == "[" else None
                if words is None:
                    stack.append(_Frame(sign, token.start(1), None))
                    _check_depth(stack)
                    continue
                at = words.end()
                value = _word_list(text, words.start(), at)
            else:
                if not stack:
                    return None
                if sign == ",":
                    frame = stack[-1]
                    if expects_value and not (frame.kind in ("(", "call") and not frame.arguments and frame.comma < 0):
                        return None
                    if expects_value and frame.label is not None:
                        return None
                    frame.comma = token.start(1)
                    expects_value = True
                    continue
                closed = _close(stack, sign, expects_value, at)
                if closed is None or isinstance(closed, ast.Arguments):
                    return closed
                value = closed
                expects_value = True
        if not expects_value:
            return None
        if not stack:
            return value
        if not _add(stack[-1], value):
            return None
        expects_value = False


def _word_list(text: str, start: int, end: int) -> ast.Array:
    words = (
        make(ast.Constant, (word[0], word.start(), word.end())) for word in WORD.finditer(text, start + 1, end - 1)
    )
    return make(ast.Array, (tuple(words), start, end))


def _check_depth(stack: list[_Frame]) -> None:
    if len(stack) > MAX_DEPTH:
        raise TooDeep


def _word(text: str, start: int, end: int) -> ast.Expression | None:
    if text[0] in "0123456789":
        return ast.NumberLiteral(text, start, end) if NUMBER.fullmatch(text) else None
    return make(ast.Constant, (text, start, end))


def _add(frame: _Frame, value: ast.Expression) -> bool:
    """Put a whole value into the bracket that it stands in. False where it may not stand there."""
    if frame.comma >= 0 and not frame.items and not frame.arguments:
        return False
    frame.comma = -1
    if frame.kind == "[":
        frame.items.append(value)
        return True
    label, frame.label = frame.label, None
    if frame.kind == "{" and label is None:
        return False
    start = value.start if label is None else label.start
    frame.arguments.append(make(ast.Argument, (label, value, start, value.end)))
    return True


def _close(stack: list[_Frame], sign: str, expects_value: bool, end: int) -> ast.Expression | ast.Arguments | None:
    """Close the innermost bracket, giving what it makes; None where the sign doesn't fit."""
    frame = stack.pop()
    empty = not frame.items and not frame.arguments
    if frame.label is not None:
        return None
    if frame.kind in ("(", "call"):
        if sign != ")":
            return None
        arguments = ast.Arguments(tuple(frame.arguments), frame.comma, frame.start, end)
        if frame.kind == "(":
            return arguments
        assert frame.name is not None
        return ast.Call(frame.name, arguments, frame.name.start, end)
    if expects_value and not (empty and frame.comma < 0):
        return None
    if frame.kind == "[":
        return ast.Array(tuple(frame.items), frame.start, end) if sign == "]" else None
    if sign != "}":
        return None
    members = tuple((a.name, a.value) for a in frame.arguments if a.name is not None and a.value is not None)
    return ast.Object(members, frame.start, end)
