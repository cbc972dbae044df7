"""Shell commands as platforms hold them: which of them run Parity or Prisma, and which call another script."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from msgspec import Struct

_SEPARATORS = set(";&|()\n")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_SHELLS = {"sh", "bash", "ash", "dash", "zsh"}
# Words that a command may stand behind.
_BEFORE = {
    "exec", "time", "sudo", "env", "command", "nohup", "if", "then", "else", "do", "!", "until", "while", "$", "&",
}  # fmt: skip
_RUNNERS = {"npx", "bunx", "uvx", "dotenv", "yarn", "pnpm", "bun", "pnpx"}
_PAIRS = {
    ("poetry", "run"), ("uv", "run"), ("pipenv", "run"), ("pdm", "run"), ("hatch", "run"), ("rye", "run"),
    ("python", "-m"), ("python3", "-m"), ("npm", "exec"), ("bundle", "exec"), ("dotenv", "run"),
}  # fmt: skip
_OF_RUNNERS = {"exec", "dlx", "x", "run"}
_TAKES_VALUE = {"-p", "--package", "-e", "-f", "-c", "--from", "--with", "--file", "--project"}
_PACKAGE_MANAGERS = {"npm", "yarn", "pnpm", "bun"}
_OWN_WORDS = {"start", "test", "restart", "stop"}


class Invocation(Struct, frozen=True):
    """One run of Parity's or Prisma's program."""

    program: str
    """`parity` or `prisma`."""
    arguments: tuple[str, ...]
    line: int
    runner: str | None = None
    """`npx` and the like, which fetch what isn't installed."""
    version: str | None = None
    """What stands behind the @: `prisma@6.1.0`."""

    @property
    def words(self) -> tuple[str, ...]:
        """The command's words, without options."""
        return tuple(word for word in self.arguments if not word.startswith("-"))

    @property
    def deploys_migrations(self) -> bool:
        """Whether it is `migrate deploy`."""
        return self.words[:2] == ("migrate", "deploy") and not {"--help", "-h", "--plan"} & set(self.arguments)


class Call(Struct, frozen=True):
    """A call of another script of the project: `npm run NAME`, `make NAME`, `sh FILE`."""

    kind: str
    """`script`, `make` or `file`."""
    name: str
    line: int


def invocations(text: str, line: int = 1) -> Iterator[Invocation]:
    """The runs of Parity and Prisma in a shell text that begins on `line`."""
    for found in read_commands(text, line):
        if isinstance(found, Invocation):
            yield found


def read_commands(text: str, line: int = 1) -> Iterator[Invocation | Call]:
    """What a shell text runs, as far as it concerns us."""
    for number, words in simple_commands(text, line):
        yield from _read(words, number)


def simple_commands(text: str, line: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Each simple command with its line: cut at `&&`, `;`, pipes and line ends; comments are left out."""
    pending, begun = "", line
    for number, raw in enumerate(text.splitlines(), line):
        begun = begun if pending else number
        if raw.rstrip().endswith("\\"):
            pending += raw.rstrip()[:-1] + " "
            continue
        words: list[str] = []
        for word in _words(pending + raw):
            if set(word) <= _SEPARATORS:
                if words:
                    yield begun, words
                words = []
            else:
                words.append(word)
        if words:
            yield begun, words
        pending = ""


def _words(line: str) -> list[str]:
    if line.lstrip().startswith("#"):
        return []
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|()")
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:  # a quote that ends on another line
        return line.split()


def _read(words: list[str], line: int) -> Iterator[Invocation | Call]:
    runner: str | None = None
    while words:
        head = words[0].rpartition("/")[2]
        if _ASSIGNMENT.fullmatch(words[0]) or words[0] in _BEFORE:
            words = words[1:]
        elif head in _SHELLS:
            yield from _shell(words[1:], line)
            return
        elif len(words) > 1 and (head, words[1]) in _PAIRS:
            runner, words = head, _past_options(words[2:])
        elif (call := _call(head, words, line)) is not None:
            yield call
            return
        elif head in _RUNNERS:
            words = _past_options(words[1:])
            words = _past_options(words[1:]) if words and words[0] in _OF_RUNNERS else words
            runner = head
        else:
            break
    if words:
        yield from _program(words, line, runner)


def _program(words: list[str], line: int, runner: str | None) -> Iterator[Invocation | Call]:
    name, _, version = words[0].rpartition("/")[2].partition("@")
    if name in ("parity", "prisma"):
        yield Invocation(name, tuple(words[1:]), line, runner, version or None)
    elif (words[0].startswith(("./", "/")) and "." in words[0]) or words[0].endswith(".sh"):
        yield Call("file", words[0], line)


def _shell(words: list[str], line: int) -> Iterator[Invocation | Call]:
    for number, word in enumerate(words):
        if word.startswith("-"):
            if "c" in word.lstrip("-") and not word.startswith("--"):
                yield from read_commands(words[number + 1] if number + 1 < len(words) else "", line)
                return
            continue
        yield Call("file", word, line)
        return


def _call(head: str, words: list[str], line: int) -> Call | None:
    rest = [word for word in words[1:] if not word.startswith("-")]
    if head == "make" and rest:
        return Call("make", rest[0], line)
    if head in _PACKAGE_MANAGERS and rest:
        if rest[0] in ("run", "run-script") and len(rest) > 1:
            return Call("script", rest[1], line)
        if rest[0] in _OWN_WORDS or (head in ("yarn", "pnpm") and rest[0] in ("build", "deploy", "release")):
            return Call("script", rest[0], line)
    return None


def _past_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in _TAKES_VALUE else words[1:]
    return words
