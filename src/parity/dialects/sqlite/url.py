"""Reads the URL of an SQLite database: `file:./dev.db`, `file:dev.db?socket_timeout=5`, `sqlite:///srv/app.db`. Pure.

A relative path starts from the folder that the caller passes (that of the schema file). `%20` and the like are
unescaped.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from parity.dialects.base import Target
from parity.dialects.sqlite.provider import PROVIDER
from parity.errors import ConfigError

_HINT = 'write it as "file:./dev.db" (from the folder of the schema file) or "file:/srv/app/prod.db"'


def parse_url(url: str, folder: Path) -> Target:
    """The target of a URL. Raises ConfigError P1013."""
    scheme, colon, rest = url.strip().partition(":")
    if not colon or scheme.lower() not in ("file", "sqlite"):
        raise _refused("it doesn't begin with file: or sqlite:")
    raw, _, query = rest.partition("?")
    parameters = tuple(parse_qsl(query, keep_blank_values=True))
    text = _path_text(raw)
    if text == ":memory:" or dict(parameters).get("mode") == "memory":
        raise _refused("a database in memory is gone with the command that made it")
    if not text or text.endswith("/"):
        raise _refused("it names no file")
    if "\0" in text:
        raise _refused("the path holds a NUL character")
    path = Path(text)
    return Target(
        dialect=PROVIDER.name,
        display=f"{scheme.lower()}:{raw}",
        database=path.name,
        parameters=parameters,
        path=path if path.is_absolute() else folder / path,
    )


def busy_timeout(target: Target, default: float) -> float:
    """The seconds to wait for a lock on the file: the URL's `socket_timeout`, else `default`."""
    given = dict(target.parameters).get("socket_timeout", "")
    return float(given) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", given) else default


def _path_text(raw: str) -> str:
    """The path: `//` and a host of this machine before it are left out."""
    text = raw
    if text.startswith("//"):
        text = re.sub(r"^//(?:localhost(?=/))?", "", text)
    # file:///C:/dev.db has a slash that isn't a part of the path.
    text = re.sub(r"^/(?=[A-Za-z]:[/\\])", "", text)
    return unquote(text)


def _refused(why: str) -> ConfigError:
    return ConfigError("P1013", "the database URL isn't one of an SQLite file", why=why, hint=_HINT)
