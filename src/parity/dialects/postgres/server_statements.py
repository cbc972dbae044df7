"""Statements about what all databases of a server share: roles, databases, tablespaces, settings, subscriptions. Pure.

A replay on a scratch database leaves them out, which would do to the server what only a deployment may. A subscription
belongs to its database, but it opens connections to another server and makes a slot there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.dialects import scan
from parity.dialects.postgres.blocks import statements_in
from parity.dialects.postgres.split import LEXIS
from parity.dialects.postgres.strings import names_in, string_value
from parity.dialects.scan import Token, TokenKind

_MAKES_OR_ENDS = frozenset(("CREATE", "ALTER", "DROP"))
_SHARED = frozenset(("DATABASE", "GROUP", "ROLE", "SUBSCRIPTION", "TABLESPACE", "USER", "PARAMETER"))
_NEUTRAL = frozenset(
    ("BEGIN", "DECLARE", "ELSE", "ELSEIF", "ELSIF", "END", "EXCEPTION", "IF", "NULL", "RAISE", "RETURN", "WHEN")
)
"""Words that begin what frames the statements of a block, and changes nothing by itself."""


def is_of_server(words: Sequence[str], text: str) -> bool:
    """Whether a statement that begins with these words (in upper case) is about the server, and this alone."""
    match (*words, "", "")[:2]:
        case ("CREATE" | "ALTER" | "DROP", "USER") if words[2:3] == ["MAPPING"]:
            return False
        case ("ALTER", "SYSTEM") | ("DROP" | "REASSIGN", "OWNED"):
            # What a role owns, or may do, is in other databases, too.
            return True
        case (verb, kind) if verb in _MAKES_OR_ENDS:
            return kind in _SHARED
        case ("COMMENT", _) | ("SECURITY", "LABEL"):
            return "ON" in words and _behind(words, "ON") in _SHARED
        case ("GRANT" | "REVOKE", _):
            return _shares_right([token.keyword for token in scan.tokens(text, LEXIS)])
        case ("DO", _):
            inner = [_is_inner_of_server(statement) for statement in statements_in(text)]
            return True in inner and False not in inner
        case _:
            return False


def roles_made(words: Sequence[str], text: str) -> tuple[str, ...]:
    """The roles that a statement makes, as far as its text names them."""
    if words[:1] == ["DO"]:
        return tuple(name for inner in _inner_texts(text) for name in roles_made(_words(inner), inner))
    if words[:1] != ["CREATE"] or words[1:2] not in (["ROLE"], ["USER"], ["GROUP"]) or words[2:3] == ["MAPPING"]:
        return ()
    parts = list(scan.tokens(text, LEXIS))[2:]
    spelled = 3 if parts and parts[0].keyword == "U" and parts[1:2] and parts[1].text == "&" else 1
    return tuple(names_in(parts[:spelled])[:1])


def _shares_right(words: list[str]) -> bool:
    """GRANT and REVOKE: of a role to another one, where there is no ON; else on what."""
    ends = [words.index(word) for word in ("TO", "FROM") if word in words]
    given = words[: min(ends, default=0)]
    return bool(given) and ("ON" not in given or _behind(given, "ON") in _SHARED)


def _behind(words: Sequence[str], word: str) -> str:
    return next(iter(words[words.index(word) + 1 :]), "")


def _is_inner_of_server(statement: Sequence[Token]) -> bool | None:
    """Whether a statement of a block is about the server; None for what decides whether and when others run."""
    if statement[0].keyword in _NEUTRAL:
        return None
    text = _text(statement)
    return is_of_server(_words(text), text)


def _inner_texts(text: str) -> Iterator[str]:
    return map(_text, statements_in(text))


def _text(statement: Sequence[Token]) -> str:
    """A block's statement; of EXECUTE, the one in its first string."""
    if statement[0].keyword == "EXECUTE":
        told = next((token for token in statement if token.kind is TokenKind.STRING), None)
        return "" if told is None else string_value(told.text)
    return " ".join(token.text for token in statement)


def _words(text: str) -> list[str]:
    return [token.keyword for _, token in zip(range(8), scan.tokens(text, LEXIS), strict=False)]
