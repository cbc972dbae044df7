"""Shell commands as platforms hold them: which of them run Parity or Prisma, and which call another script."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from msgspec import Struct

_SEPARATORS = set(";&|()\n")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_PROGRAMS = {"parity", "prisma"}
_INTERPRETERS = {"python", "python3", "node", "tsx", "ts-node", "deno"}
_SHELLS = {"sh", "bash", "ash", "dash", "zsh"}
# Words that a command may stand behind.
_BEFORE = {
    "exec", "time", "sudo", "env", "command", "nohup", "tini", "dumb-init", "cross-env",
    "if", "then", "else", "do", "!", "until", "while", "$", "&",
}  # fmt: skip
_RUNNERS = {"npx", "bunx", "uvx", "dotenv", "yarn", "pnpm", "bun", "pnpx"}
_PAIRS = {
    ("poetry", "run"), ("uv", "run"), ("pipenv", "run"), ("pdm", "run"), ("hatch", "run"), ("rye", "run"),
    ("python", "-m"), ("python3", "-m"), ("npm", "exec"), ("bundle", "exec"), ("dotenv", "run"),
}  # fmt: skip
_OF_RUNNERS = {"exec", "dlx", "x", "run"}
_TAKES_VALUE = {"-p", "--package", "-e", "-f", "-c", "--from", "--with", "--file", "--project"}
_BEFORE_ONE = {"timeout", "gosu", "su-exec"}
# What runs a text elsewhere, and what shows one.
_ELSEWHERE = {"ssh", "eval", "fly", "flyctl", "heroku", "doctl", "concurrently"}
_SHOWS = {"echo", "printf", "grep", "cat", "which", "alias", "type"}
_PACKAGE_MANAGERS = {"npm", "yarn", "pnpm", "bun"}
_OWN_WORDS = {"start", "test", "restart", "stop"}


class Invocation(Struct, frozen=True):
    """One run of Parity's or Prisma's program."""

    program: str
    """`parity` or `prisma`."""
    arguments: tuple[str, ...]
    line: int
    runner: str | None = None
    """`npx`, `pnpm dlx` and the like."""
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
    for number, words, _ in chained_commands(text, line):
        yield number, words


def chained_commands(text: str, line: int = 1) -> Iterator[tuple[int, list[str], str]]:
    """The same, each with what stands behind it: `&&`, `||`, `;` and so on, or the end of the line."""
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
                    yield begun, words, word
                words = []
            else:
                words.append(word)
        if words:
            yield begun, words, "\n"
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
        elif head in _BEFORE_ONE:
            words = _past_options(words[1:])[1:]
        elif len(words) > 1 and (head, words[1]) in _PAIRS:
            runner, words = f"{head} {words[1]}", _past_options(words[2:])
        elif (call := _call(head, words, line)) is not None:
            yield call
            return
        elif head in _RUNNERS:
            runner, words = head, _past_options(words[1:])
            if words and words[0] in _OF_RUNNERS:
                runner, words = f"{head} {words[0]}", _past_options(words[1:])
        else:
            break
    if words:
        yield from _program(words, line, runner)


def _program(words: list[str], line: int, runner: str | None) -> Iterator[Invocation | Call]:
    name, _, version = words[0].rpartition("/")[2].partition("@")
    if name in _PROGRAMS:
        yield Invocation(name, tuple(words[1:]), line, runner, version or None)
    elif (words[0].startswith(("./", "/")) and "." in name) or name.endswith(".sh"):
        yield Call("file", words[0], line)
    elif name in _INTERPRETERS:
        file = next((word for word in words[1:] if not word.startswith("-")), None)
        if file is not None:
            yield Call("file", file, line)
    elif name in _ELSEWHERE:
        for word in words:
            yield from read_commands(word, line) if " " in word else ()
    elif name not in _SHOWS:
        yield from _behind(words, line)


def _behind(words: list[str], line: int) -> Iterator[Invocation]:
    """A run behind another program: `docker compose run web parity migrate deploy`, `wait-for db -- prisma …`."""
    for number, word in enumerate(words[:-2]):
        name, _, version = word.rpartition("/")[2].partition("@")
        if name in _PROGRAMS and words[number + 1] in ("migrate", "db"):
            runner = words[number - 1] if number and words[number - 1] in _RUNNERS else None
            yield Invocation(name, tuple(words[number + 1 :]), line, runner, version or None)
            return


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
        if rest[0] in ("run", "run-script") and len(rest) > 1 and rest[1] not in _PROGRAMS:
            return Call("script", rest[1], line)
        if rest[0] in _OWN_WORDS or (head in ("yarn", "pnpm") and rest[0] in ("build", "deploy", "release")):
            return Call("script", rest[0], line)
    return None


def _past_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in _TAKES_VALUE else words[1:]
    return words
