"""PostgreSQL's URLs, read here and not by libpq: libpq prints a malformed URL with its password.

Prisma's own parameters are understood (`schema`, `sslaccept`, `sslcert`, `socket_timeout`) or passed over (those of its
connection pool). Pure.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from parity.dialects.base import Target
from parity.dialects.postgres.provider import PROVIDER
from parity.errors import ConfigError

DEFAULT_PORT = 5432
DEFAULT_CONNECT_TIMEOUT = 10.0

_FILES = frozenset(("sslcert", "sslkey", "sslrootcert", "sslcrl", "sslcrldir", "passfile"))
_PASSED_ON_WORDS = """
    sslmode sslcert sslkey sslrootcert sslcrl sslcrldir sslpassword sslsni sslnegotiation sslcompression passfile
    ssl_min_protocol_version ssl_max_protocol_version channel_binding require_auth gssencmode krbsrvname hostaddr
    options application_name fallback_application_name keepalives keepalives_idle keepalives_interval keepalives_count
    tcp_user_timeout target_session_attrs requirepeer
"""
_PASSED_ON = frozenset(_PASSED_ON_WORDS.split())
_SSL_MODES = frozenset(("disable", "allow", "prefer", "require", "verify-ca", "verify-full"))
_ESCAPING = "escape : @ / ? # % in a password as %3A %40 %2F %3F %23 %25"
_ESCAPE = re.compile(r"%(..?)?", re.DOTALL)


def parse_url(url: str, folder: Path) -> Target:
    """The place that a URL names; relative paths of certificates start from `folder`. Raises ConfigError P1013."""
    if any(ord(character) < 32 for character in url):
        raise _bad("it holds a control character", "put the URL on one line")
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in PROVIDER.url_schemes:
        raise _bad("it doesn't begin with postgresql://", "write postgresql://user:password@host:5432/database")
    address, _, query = rest.partition("?")
    authority, _, path = address.partition("/")
    without_user = "@" not in authority and "/" not in address
    values = query.split("&") if without_user else [piece.partition("=")[0] for piece in query.split("&")]
    if "@" in path or any("@" in value for value in values):
        # Part of the password would be taken for the database's name, and shown.
        raise _bad("there is an @ behind the host", _ESCAPING)
    credentials, at, place = authority.rpartition("@")
    user, has_password, password = credentials.partition(":") if at else ("", "", "")
    host, port = _host_and_port(place)
    parameters = _parameters(query)
    named = dict(parameters)
    host = named.get("host") or host or "localhost"
    port = _port(named["port"]) if named.get("port") else port
    user = named.get("user") or _decode(user)
    database = named.get("dbname") or _decode(path) or "postgres"
    _check(named)
    return Target(
        dialect=PROVIDER.name,
        display=display(user or None, host, port, database, named.get("schema")),
        database=database,
        host=host,
        port=port,
        user=user or None,
        password=named.get("password") or (_decode(password) if has_password else None),
        namespace=named.get("schema") or None,
        parameters=_resolved(parameters, folder),
    )


def display(user: str | None, host: str, port: int | None, database: str, namespace: str | None) -> str:
    """The URL without a password."""
    who = f"{quote(user, safe='')}@" if user else ""
    socket = host.startswith(("/", "@"))
    place = "" if socket else f"[{host}]" if ":" in host else host
    number = "" if port is None or socket else f":{port}"
    options = [f"host={host}"] if socket else []
    options += [f"schema={namespace}"] if namespace else []
    query = f"?{'&'.join(options)}" if options else ""
    return f"postgresql://{who}{place}{number}/{quote(database, safe='')}{query}"


def libpq_parameters(target: Target) -> dict[str, str]:
    """What libpq is to be told besides host, port, user, password and database."""
    given = dict(target.parameters)
    out = {name: value for name, value in given.items() if name in _PASSED_ON}
    if "sslcert" in given and "sslkey" not in given:
        # Prisma's meaning: the certificate that signs the server's one.
        out["sslrootcert"] = out.pop("sslcert")
    if given.get("sslaccept") == "strict":
        out["sslmode"] = "verify-full"
        out.setdefault("sslrootcert", "system")
    elif given.get("sslaccept") and out.get("sslmode") not in ("verify-ca", "verify-full"):
        out.pop("sslrootcert", None)
    elif "sslrootcert" in out and "sslmode" not in out:
        # libpq would go on without encryption where the certificate is another authority's.
        out["sslmode"] = "verify-ca"
    return out


def seconds(target: Target, name: str) -> float | None:
    """A parameter in seconds; None where it isn't given, or is zero (no limit)."""
    value = dict(target.parameters).get(name)
    return None if value is None else float(value) or None


def _bad(why: str, hint: str) -> ConfigError:
    return ConfigError("P1013", "the database URL can't be read", why=why, hint=hint)


def _host_and_port(place: str) -> tuple[str, int | None]:
    if place.startswith("["):
        host, bracket, rest = place[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise _bad("the brackets around the IPv6 address aren't closed", "write [::1]:5432")
        return _decode(host), _port(rest[1:]) if rest else None
    if "," in place:
        raise _bad("it names several hosts", "name the one that takes writes: migrations run on one server")
    host, colon, number = place.partition(":")
    if ":" in number:
        raise _bad(
            "there is more than one colon behind the @",
            f"{_ESCAPING}, and put an IPv6 address in brackets",
        )
    return _decode(host), _port(number) if colon and number else None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536):
        raise _bad("the port isn't a number from 1 to 65535", _ESCAPING)
    return int(text)


def _parameters(query: str) -> tuple[tuple[str, str], ...]:
    pairs = [piece.partition("=") for piece in query.split("&") if piece]
    return tuple((_decode(name), _decode(value)) for name, _, value in pairs)


def _decode(text: str) -> str:
    """Percent escapes undone. Raises ConfigError where one is cut off, as libpq would."""
    for match in _ESCAPE.finditer(text):
        if match[1] is None or re.fullmatch(r"[0-9a-fA-F]{2}", match[1]) is None or match[1] == "00":
            raise _bad("a % isn't followed by two hexadecimal digits", "write a % in a password as %25")
    raw = re.sub(rb"%(..)", lambda match: bytes.fromhex(match[1].decode()), text.encode())
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise _bad("its percent escapes don't spell UTF-8", "write the escapes of the UTF-8 bytes") from None


def _check(named: dict[str, str]) -> None:
    for name in ("connect_timeout", "socket_timeout"):
        if name in named and re.fullmatch(r"\d{1,9}(\.\d+)?", named[name]) is None:
            raise _bad(f"{name} isn't a number of seconds", f"write {name}=10")
    mode = named.get("sslmode")
    if mode is not None and mode not in _SSL_MODES:
        raise _bad("sslmode isn't one that there is", f"use one of {', '.join(sorted(_SSL_MODES))}")
    if "sslidentity" in named:
        raise _bad(
            "sslidentity names a PKCS#12 file, which PostgreSQL's own library can't read",
            "take it apart with `openssl pkcs12`, and name the two PEM files in sslcert and sslkey",
        )


def _resolved(parameters: tuple[tuple[str, str], ...], folder: Path) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, str(folder / value) if name in _FILES and value and value != "system" else value)
        for name, value in parameters
    )


def connection_values(target: Target) -> dict[str, Any]:
    """What the driver is given to connect with: the parts of the URL, never its text."""
    values: dict[str, Any] = {
        "host": target.host,
        "port": target.port or DEFAULT_PORT,
        "dbname": target.database,
        "application_name": "parity",
        "client_encoding": "UTF8",
        # A server that died without a word is noticed after a minute and not after two hours.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }
    if target.user is not None:
        values["user"] = target.user
    if target.password is not None:
        values["password"] = target.password
    values.update(libpq_parameters(target))
    return values
