"""PAR808: a password of a database stands in a file that is committed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parity.platforms.findings.finding import Finding, Seen

_HERE = re.compile(
    r"^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|[^.\[\]]*|.*\.(local|localhost|internal|test|example))$"
)
_EXAMPLE = re.compile(r"(^|\.)example\.(com|org|net)$", re.IGNORECASE)
_NO_SECRETS = {"password", "pass", "secret", "pw", "changeme", "your-password", "yourpassword", "your_password"}


def find(seen: Seen) -> Iterator[Finding]:
    """Each line with the URL of a database elsewhere that holds a password. The password is never shown."""
    schemes = "|".join(map(re.escape, seen.schemes))
    url = re.compile(rf"\b(?:{schemes})://[^\s:/@\"']*:([^\s@/\"']+)@(\[[^\]]*\]|[^\s:/?\"',]+)", re.IGNORECASE)
    for file in seen.committed:
        for number, line in enumerate(file.text.splitlines(), 1):
            if any(_is_secret(found[1], found[2]) for found in url.finditer(line)):
                yield Finding(
                    "PAR808",
                    file.path,
                    number,
                    "a database's URL with its password stands in a file that is committed",
                    "everybody who can read the repository, now or later, can use the database",
                    "take it from the platform's secrets (on App Platform: value ${db.DATABASE_URL}), and change the "
                    "password: it stays in git's history",
                )


def _is_secret(password: str, host: str) -> bool:
    filled_in = any(sign in password for sign in ("$", "{", "<", "*")) or password.lower() in _NO_SECRETS
    host = host.lower()
    return not filled_in and "$" not in host and not _HERE.match(host) and not _EXAMPLE.search(host)
