"""PAR803: migrations run through a connection pooler."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from parity.platforms.deployment import Variable
from parity.platforms.findings.finding import Finding, Seen

# `${db.pool.DATABASE_URL}` is App Platform's name of a pool; `${db.DATABASE_URL}` the server itself.
_POOL_OF_APP_PLATFORM = re.compile(r"\$\{[\w-]+\.[\w-]+\.DATABASE_URL\}")
_PORTS = {6543: "Supabase's", 25061: "DigitalOcean's"}


def find(seen: Seen) -> Iterator[Finding]:
    """Each URL of a pooler that a migration gets: from the project itself, or from the component that migrates."""
    name = seen.url_variables[0]
    places = {(run.command.file, run.command.component) for run in seen.migrating}
    files = {file for file, _ in places}
    given = [
        variable
        for variable in seen.deployment.variables
        if variable.name == name
        and ((variable.file, variable.component) in places or (not variable.component and variable.file in files))
    ]
    for variable in (*given, *seen.urls):
        sign = sign_of_pooler(variable.value or "")
        if sign is not None:
            yield _finding(variable, sign)


def _finding(variable: Variable, sign: str) -> Finding:
    return Finding(
        "PAR803",
        variable.file,
        variable.line,
        f"the URL for migrations in {variable.name} is that of a connection pooler ({sign})",
        "in a pooler's transaction mode neither the lock nor settings last, and CREATE INDEX CONCURRENTLY is refused",
        "give the server's own URL to migrations: put it into a second variable, and name that one in the datasource "
        'block: directUrl = env("DIRECT_URL")',
    )


def sign_of_pooler(url: str) -> str | None:
    """What shows that a URL leads to a pooler; None where nothing does. Never shows the URL."""
    if _POOL_OF_APP_PLATFORM.fullmatch(url.strip()):
        return "it is bound to a pool"
    try:
        parts = urlsplit(url.strip())
        port, host, query = parts.port, parts.hostname or "", parse_qs(parts.query)
    except ValueError:
        return None
    if port in _PORTS:
        return f"port {port}, {_PORTS[port]} pool"
    if "-pooler." in host:
        return "-pooler in the host's name"
    return "pgbouncer=true" if query.get("pgbouncer") == ["true"] else None
