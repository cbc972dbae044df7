"""PostgreSQL's errors, as ours: which code, and what to do. Pure; takes texts, not the driver's exceptions.

libpq tells why a connection failed in words alone (no SQLSTATE), in the server's language. The English ones are known
here; the rest is told apart by whether the server answered at all.
"""

from __future__ import annotations

import re

from msgspec import Struct

from parity.dialects.base import Target
from parity.dialects.sql import quote_identifier
from parity.errors import ConnectionFailed, StatementFailed

STATEMENT_FAILED = "PAR400"
CONNECTION_LOST = "P1017"


class _Refusal(Struct, frozen=True):
    """One way in which a server turns a connection down."""

    pattern: str
    code: str
    message: str
    hint: str
    is_lasting: bool = False
    """As of ConnectionFailed. A server that starts knows its roles and how they get in before it lets anybody in."""


_REFUSALS = (
    _Refusal(
        r'database ".*" does not exist|no such database',
        "P1003",
        "the database doesn't exist",
        "make it (`createdb`), or check the name behind the last slash of the URL",
    ),
    _Refusal(
        r'password authentication failed|no password supplied|role ".*" does not exist|authentication failed'
        r"|password authentication.*failed|peer authentication|ident authentication|SASL",
        "P1000",
        "the server doesn't accept the user or the password",
        "check both in the URL; : @ / ? # % in a password are written %3A %40 %2F %3F %23 %25",
        is_lasting=True,
    ),
    _Refusal(
        r"permission denied for database|no pg_hba\.conf entry|is not permitted to log in|not allowed to connect",
        "P1010",
        "the server doesn't let this user in",
        "ask for the CONNECT right, or for an entry in pg_hba.conf; sslmode=require may be what is missing",
        is_lasting=True,
    ),
    _Refusal(
        r"is not currently accepting connections",
        "P1010",
        "the database takes no connections now",
        "somebody has closed it (ALLOW_CONNECTIONS), perhaps for a while; try again when it is open",
    ),
    _Refusal(
        r"SSL SYSCALL|SSL connection has been closed",
        "P1001",
        "the server ended the connection",
        "see whether it is starting or stopping, and what its log says",
    ),
    _Refusal(
        r"certificate|SSL|TLS",
        "P1011",
        "no encrypted connection comes about",
        "check sslmode and the certificates in the URL",
        is_lasting=True,
    ),
    _Refusal(
        r"too many clients|too many connections|connection slots are reserved|max_client_conn",
        "P1001",
        "the server has no connection to spare",
        "close other connections, or name a server in the URL that takes more",
    ),
    _Refusal(
        r"starting up|shutting down|in recovery mode|not yet accepting connections",
        "P1001",
        "the server is starting or stopping",
        "wait until it is up and run the command again",
    ),
    _Refusal(
        r"could not translate host name|Name or service not known|nodename nor servname|Temporary failure in name",
        "P1001",
        "the host's name isn't known",
        "check the host in the URL, and whether this machine can resolve it",
    ),
    _Refusal(
        r"No such file or directory",
        "P1001",
        "there is no server on this socket",
        "check host= in the URL: it is the folder that holds .s.PGSQL.5432",
    ),
)
_NO_HOST = re.compile(r"\s|^\.|\.\.|[^.]{64,}")
"""What no name of a host holds: then nobody will ever answer to it."""
_UNREACHABLE = ("P1001", "the server can't be reached", "check that it is up, and the host and port in the URL")


def connection_failure(text: str, target: Target) -> ConnectionFailed:
    """The failure to connect that libpq tells in `text`."""
    words = redacted(text, target)
    for known in _REFUSALS:
        if re.search(known.pattern, words, re.IGNORECASE | re.DOTALL):
            never = known.code == "P1001" and _NO_HOST.search(target.host or "") is not None
            return _failure(known.code, known.message, known.hint, words, target, known.is_lasting or never)
    code, message, hint = _UNREACHABLE
    return _failure(code, message, hint, words, target)


def connect_timeout(target: Target, limit: float) -> ConnectionFailed:
    """Nobody answered in time."""
    return ConnectionFailed(
        "P1002",
        f"the server didn't answer within {limit:g} seconds: {target.display}",
        why="the packets may be dropped by a firewall, or the server hangs",
        hint="check the host and port; connect_timeout=30 in the URL waits longer",
    )


def query_timeout(target: Target, limit: float) -> ConnectionFailed:
    """A statement took longer than the URL allows."""
    return ConnectionFailed(
        "P1002",
        f"the server didn't finish a statement within {limit:g} seconds: {target.display}",
        why="socket_timeout in the URL sets this limit",
        hint="raise socket_timeout, or leave it out for migrations",
    )


def connection_lost(text: str, target: Target) -> ConnectionFailed:
    """The connection ended while a statement ran."""
    return ConnectionFailed(
        CONNECTION_LOST,
        f"the connection to {target.display} was lost",
        why=redacted(text, target) or None,
        hint="look at the state with `parity migrate status`: what wasn't committed is gone",
    )


def read_only(target: Target, *, replica: bool) -> ConnectionFailed:
    """Nothing can be written there."""
    if replica:
        return ConnectionFailed(
            "PAR415",
            f"the server is a replica, which can only be read: {target.display}",
            why="it repeats what another server does (pg_is_in_recovery() is true)",
            hint="name the primary server in the URL; target_session_attrs=read-write refuses a replica at once",
        )
    return ConnectionFailed(
        "PAR415",
        f"the database can only be read: {target.display}",
        why="default_transaction_read_only is on for it, for the user or for the server",
        hint="name the database that takes writes, or let somebody with the right to do so turn that off",
    )


def statement_failure(
    message: str,
    sql: str,
    *,
    detail: str | None = None,
    hint: str | None = None,
    state: str | None = None,
    position: int | None = None,
    user: str | None = None,
) -> StatementFailed:
    """The failure of one statement, as the server tells it. To a missing right of `user`, what gives it is added."""
    return StatementFailed(
        STATEMENT_FAILED,
        message,
        statement=sql,
        why=detail or (_missing_right(message, user, sql) if state == _DENIED else _OUTSIDE.get(state or "")),
        hint=_ELSEWHERE.get(state or "", hint),
        database_code=state,
        position=position,
        is_elsewhere=state in _ELSEWHERE,
        is_in_the_way=detail is not None and state in _DEPENDED_ON,
        is_senseless=state is not None and state.startswith("42") and state != _SYNTAX,
    )


_SYNTAX, _DENIED = "42601", "42501"
_ELSEWHERE = {
    "53100": "make room on the server's disk, then run the command again",
    "53200": "give the server more memory (or locks: max_locks_per_transaction), or do less in one migration; then run "
    "the command again",
    "57014": "if it was a time limit, raise statement_timeout for the role or the database; then run the command again",
    _DENIED: "give the user the right, or name another user in the URL; then run the command again",
}
"""disk_full, out_of_memory, query_canceled, insufficient_privilege."""
_DEPENDED_ON = frozenset(("2BP01", "0A000"))
"""Something depends on what is to be dropped, or on the column whose type is to change; the detail names it."""
_OUTSIDE = dict.fromkeys(
    ("25001", "2D000"),
    "it can't be in a transaction here, which the text alone doesn't tell: with the line `-- parity:no-transaction` "
    "before it, it runs by itself",
)
_DENIED_FOR = re.compile(r"permission denied for (schema|database|table|sequence) (.+)", re.DOTALL)
_RIGHTS = {"schema": "USAGE, CREATE", "database": "CREATE", "table": "ALL", "sequence": "ALL"}
_TO_READ = {"schema": "USAGE", "table": "SELECT"}


def _missing_right(message: str, user: str | None, sql: str) -> str:
    found = _DENIED_FOR.fullmatch(message)
    if found is None or user is None:
        return "the user of the URL lacks a right: its owner can GRANT that, or another user may have it"
    kind, name = found.groups()
    where = f" ON {kind.upper()} {quote_identifier(name)} TO {quote_identifier(user)}"
    text = "the user of the URL lacks a right, which its owner can give: GRANT "
    if kind in _TO_READ and sql.lstrip().upper().startswith("SELECT"):
        return f"{text}{_TO_READ[kind]}{where}; to migrate, {_RIGHTS[kind]}"
    return f"{text}{_RIGHTS[kind]}{where}"


def copy_refused(sql: str) -> StatementFailed:
    """COPY wants rows from the client, or sends it some; psycopg2 has left the connection in the middle of it."""
    return StatementFailed(
        STATEMENT_FAILED,
        "COPY from or to the client can't run in a script",
        statement=sql,
        why="its rows would have to come from somewhere else than the script",
        hint="write the rows as INSERT, or let COPY read a file on the server",
    )


def redacted(text: str, target: Target) -> str:
    """A text of the driver, in one line, without the password."""
    line = " ".join(text.split())
    secrets = (target.password, dict(target.parameters).get("sslpassword"))
    for secret in secrets:
        if secret and len(secret) > 3:
            line = line.replace(secret, "****")
    return line


def _failure(
    code: str, message: str, hint: str, words: str, target: Target, is_lasting: bool = False
) -> ConnectionFailed:
    shown = f"{message}: {target.display}"
    return ConnectionFailed(code, shown, why=words or None, hint=hint, is_lasting=is_lasting)
