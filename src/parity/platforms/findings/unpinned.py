"""PAR805: the version of the program that migrates isn't fixed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parity.platforms.app import needs_of
from parity.platforms.commands import simple_commands
from parity.platforms.findings.finding import Finding, Seen
from parity.platforms.packages import declared

_WORD = re.compile(r"^parity[-_.]db(?![\w.-])(\[[^\]]*\])?\s*(.*)$", re.IGNORECASE)
_PINNED = re.compile(r"^\(?\s*(===?\s*[^*,\s]+|@\s*\S+)\s*\)?(\s*;.*|\s+--.*|\s*#.*)?$")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml")
_FETCHERS = ("npx", "bunx", "pnpx", "npm exec", "pnpm dlx", "yarn dlx", "bun x")
_INSTALLERS = {"install", "add", "uvx", "pipx", "inject", "--from", "--with"}


def find(seen: Seen) -> Iterator[Finding]:
    """In files of packages, in commands that install, and Prisma where npx fetches it."""
    yield from _requirements(seen)
    yield from _installed(seen)
    if "prisma" not in needs_of(seen.look("package.json")):
        yield from _fetched(seen)


def _requirements(seen: Seen) -> Iterator[Finding]:
    locked = any(seen.look(path) is not None for path in _LOCKS)
    for file in seen.packages:
        is_project = file.path.endswith(".toml")
        if is_project and locked:
            continue
        entries = declared(file.text) if is_project else enumerate(file.text.splitlines(), 1)
        for number, entry in entries:
            found = _WORD.match(entry.strip())
            if found is not None and not _PINNED.match(found[2]):
                yield _finding(file.path, number, "parity-db", "write parity-db==VERSION")


def _installed(seen: Seen) -> Iterator[Finding]:
    for command in seen.deployment.commands:
        for line, words in simple_commands(command.text, command.line):
            if not _INSTALLERS & {word.rpartition("/")[2] for word in words}:
                continue
            for word in words:
                found = _WORD.match(word)
                if found is not None and "$" not in word and not _PINNED.match(found[2]):
                    yield _finding(command.file, line, "parity-db", "install parity-db==VERSION")


def _fetched(seen: Seen) -> Iterator[Finding]:
    for run in seen.runs:
        one = run.invocation
        if one.program == "prisma" and one.version is None and one.runner in _FETCHERS:
            fix = f"write {one.runner} prisma@VERSION, or have it among the packages of package.json"
            yield _finding(run.file, run.line, "prisma", fix)


def _finding(file: str, line: int, name: str, fix: str) -> Finding:
    return Finding(
        "PAR805",
        file,
        line,
        f"the version of {name} isn't fixed",
        "each build takes the newest one, so a deployment can change what it does without a commit",
        fix,
    )
