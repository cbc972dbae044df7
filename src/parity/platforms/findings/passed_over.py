"""PAR810: the application starts although the migrations failed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise

from parity.platforms.commands import chained_commands, invocations
from parity.platforms.deployment import Role
from parity.platforms.findings.finding import Finding, Seen

_STOPS = re.compile(r"^\s*set\s+(-[a-z]*e|-o\s+errexit)|^#!.*\s-[a-z]*e|;\s*set\s+-[a-z]*e", re.MULTILINE)
_GIVES_UP = {"exit", "return", "false", "kill", "{"}
_SHELL = re.compile(r"(ba|a|da|z)?sh")


def find(seen: Seen) -> Iterator[Finding]:
    """Each run in what starts or releases the application, behind which the shell goes on whatever became of it."""
    for run in seen.migrating:
        if run.command.role in (Role.START, Role.RELEASE) and run.line in set(_passed_over(run.text, run.text_line)):
            yield Finding(
                "PAR810",
                run.file,
                run.line,
                "the application starts although the migrations failed",
                "the shell goes on behind a command that fails, so new code runs on the old schema, and nobody is told",
                "put && between the two, or `set -e` at the beginning of the script; take away what stands behind ||",
            )


def _passed_over(text: str, line: int = 1, *, strict: bool = False) -> Iterator[int]:
    """The lines of the runs whose failure stops nothing."""
    strict = strict or _STOPS.search(text) is not None
    commands = list(chained_commands(text, line))
    for number, (at, words, behind) in enumerate(commands):
        following = commands[number + 1][1] if number + 1 < len(commands) else []
        inner = _script_of_shell(words)
        if inner is not None:
            yield from _passed_over(inner[1], at, strict=inner[0])
        elif words[0] in ("if", "while", "until", "!") or not _deploys(words):
            continue
        elif behind == "||":
            if following and following[0] not in _GIVES_UP:
                yield at
        elif following and (behind == "&" or (behind in (";", "\n") and not strict)):
            yield at


def _deploys(words: list[str]) -> bool:
    return any(one.deploys_migrations for one in invocations(shlex.join(words)))


def _script_of_shell(words: list[str]) -> tuple[bool, str] | None:
    """(whether it has -e, the text) of `sh -ec TEXT`."""
    for number, word in enumerate(words):
        if _SHELL.fullmatch(word.rpartition("/")[2]):
            options = [option for option in words[number + 1 :] if re.fullmatch(r"-[a-z]+", option)]
            texts = [text for option, text in pairwise(words[number:]) if re.fullmatch(r"-[a-z]*c[a-z]*", option)]
            if texts:
                return any("e" in option for option in options), texts[0]
    return None
