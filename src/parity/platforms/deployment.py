"""How a project is deployed, as its files say: which commands run where, and which variables they get."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from parity.platforms.app import Look
from parity.platforms.commands import Call, Invocation, read_commands
from parity.platforms.scripts import script_of


class Role(Enum):
    """When a command runs."""

    BUILD = "build"
    RELEASE = "release"
    START = "start"
    PIPELINE = "pipeline"
    """A job of a pipeline that works on a lasting database."""
    TRIAL = "trial"
    """A job of a pipeline that has databases of its own, which go with it."""


class Command(Struct, frozen=True):
    """A command of a platform's file. `line` is that of its first line."""

    file: str
    line: int
    text: str
    role: Role
    component: str = ""
    """The component, process, service or job that it belongs to."""


class Variable(Struct, frozen=True):
    """A variable that a platform's file sets. `value` is None where the file doesn't hold it."""

    file: str
    line: int
    name: str
    value: str | None
    scope: str | None = None
    component: str = ""
    """"": for all of them."""


class Platform(Struct, frozen=True):
    """A platform that runs the application, and the place that shows it."""

    name: str
    file: str
    line: int = 1
    throws_disk_away: bool = False


class Deployment(Struct, frozen=True):
    """All that the files of platforms say."""

    platforms: tuple[Platform, ...] = ()
    commands: tuple[Command, ...] = ()
    variables: tuple[Variable, ...] = ()
    dockerfiles: tuple[str, ...] = ()
    """Those that the files of platforms name."""

    def __add__(self, other: Deployment) -> Deployment:
        return Deployment(
            self.platforms + other.platforms,
            self.commands + other.commands,
            self.variables + other.variables,
            self.dockerfiles + other.dockerfiles,
        )


class Run(Struct, frozen=True):
    """One run of Parity or Prisma in a deployment: where it stands, and the command that leads to it."""

    file: str
    line: int
    invocation: Invocation
    command: Command
    called: bool
    """Whether it stands in a script that the command calls."""
    text: str
    """The whole of the shell text that it stands in, which begins on `text_line`."""
    text_line: int


def runs(deployment: Deployment, look: Look) -> Iterator[Run]:
    """Every run, in the order of the files, through the scripts that commands call."""
    for command in deployment.commands:
        yield from _runs(command, command.file, command.text, command.line, look, frozenset())


def _runs(
    command: Command, file: str, text: str, line: int, look: Look, above: frozenset[tuple[str, str]]
) -> Iterator[Run]:
    for found in read_commands(text, line):
        if isinstance(found, Invocation):
            yield Run(file, found.line, found, command, called=bool(above), text=text, text_line=line)
        else:
            yield from _called(command, file, found, look, above)


def _called(command: Command, file: str, call: Call, look: Look, above: frozenset[tuple[str, str]]) -> Iterator[Run]:
    key = (call.kind, call.name)
    if key in above or len(above) > 20:
        return
    for script in script_of(call, file, look):
        yield from _runs(command, script.file, script.text, script.line, look, above | {key})
