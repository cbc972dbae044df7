"""PAR807: git has a .env file."""

from __future__ import annotations

from collections.abc import Iterator

from parity.platforms.findings.finding import Finding, Seen

_EXAMPLES = ("example", "sample", "template", "dist", "defaults")


def find(seen: Seen) -> Iterator[Finding]:
    """Each file, but examples, and those for one environment that hold no URL of a database."""
    for path in seen.env_files:
        suffixes = path.rpartition("/")[2].lower().split(".")[2:]
        if set(suffixes) & set(_EXAMPLES) or (suffixes and "local" not in suffixes and not _names_database(seen, path)):
            continue
        yield Finding(
            "PAR807",
            path,
            0,
            f"{path} is committed",
            "everybody who can read the repository, now or later, has the passwords in it",
            f"git rm --cached {path}, add it to .gitignore, and change the passwords: they stay in git's history",
        )


def _names_database(seen: Seen, path: str) -> bool:
    text = seen.look(path) or ""
    return any(f"{name}=" in text for name in seen.url_variables)
