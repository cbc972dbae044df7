"""`db seed`: the project's own seed command is run, in the project's environment and on the database that is meant."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from msgspec import Struct

from parity.errors import ConfigError, Interrupted, SeedFailed
from parity.project.seed import SeedCommand
from parity.project.urls import FoundUrl, target_of
from parity.psl.model import EnvVar
from parity.workflow.request import Request
from parity.workflow.surroundings import Surroundings, surroundings_of

_FALLBACK = "DATABASE_URL"


class Seeded(Struct, frozen=True):
    """The command that ended well, and the seconds that it took."""

    command: tuple[str, ...]
    seconds: float


def seed(
    request: Request,
    arguments: tuple[str, ...] = (),
    *,
    output: int | None = None,
    on_start: Callable[[tuple[str, ...]], None],
) -> Seeded:
    """Run the seed command. Raises ConfigError PAR150 where there is none, PAR151; SeedFailed PAR152; Interrupted.

    `output` is the file descriptor that its standard output goes to, None for that of this process.
    """
    around = surroundings_of(request)
    found = around.settings.seed
    if found is None:
        raise ConfigError(
            "PAR150",
            "the project names no seed command",
            why="looked in pyproject.toml, package.json and prisma.config.ts",
            hint='write it into pyproject.toml, under [tool.parity]: seed = "python prisma/seed.py"',
        )
    return _run(around, found, arguments, output, on_start)


def seed_if_named(
    request: Request, *, output: int | None = None, on_start: Callable[[tuple[str, ...]], None]
) -> Seeded | None:
    """As `seed`, for a database that was just made; None where the project names no seed command."""
    around = surroundings_of(request)
    return None if around.settings.seed is None else _run(around, around.settings.seed, (), output, on_start)


def _run(
    around: Surroundings,
    seed_command: SeedCommand,
    arguments: tuple[str, ...],
    output: int | None,
    on_start: Callable[[tuple[str, ...]], None],
) -> Seeded:
    command = (*seed_command.arguments, *arguments)
    environment = _environment(around)
    root = around.settings.root
    program = _program(command[0], root, environment)
    if program is None:
        raise _not_started(seed_command, "there is no such program")
    on_start(command)
    started = time.monotonic()
    try:
        process = subprocess.Popen((program, *command[1:]), cwd=root, env=environment, stdout=output)
    except OSError as error:
        raise _not_started(seed_command, error.strerror or str(error)) from error
    code = _wait(process)
    if code != 0:
        raise SeedFailed("PAR152", f"the seed command {_ending(code)}", command, code)
    return Seeded(command, time.monotonic() - started)


def _not_started(seed_command: SeedCommand, why: str) -> ConfigError:
    return ConfigError(
        "PAR151",
        f"the seed command can't be started: {seed_command.arguments[0]}",
        why=f"{why}; it is named by {seed_command.origin}",
        hint="install the program, or mend the command",
    )


def _ending(code: int) -> str:
    if code > 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def _program(name: str, root: Path, environment: dict[str, str]) -> str | None:
    """The program's file. A path starts from the project's root; a name is looked for as in `npm run`."""
    if len(Path(name).parts) > 1:
        return shutil.which(str(root / name))
    return shutil.which(name, path=environment.get("PATH"))


def _environment(around: Surroundings) -> dict[str, str]:
    """The project's variables. Those that name the database name the one that the command means."""
    values = dict(around.environment.variables)
    local = around.settings.root / "node_modules" / ".bin"
    if local.is_dir():
        values["PATH"] = os.pathsep.join(filter(None, (str(local), values.get("PATH"))))
    try:
        found = around.found_url()
    except ConfigError:
        return values  # The command may know its database from elsewhere.
    url = _unmistakable(found, around)
    for name in _names(around, values, whole_path=url != found.url):
        values[name] = url
    return values


def _names(around: Surroundings, values: dict[str, str], *, whole_path: bool) -> set[str]:
    """The variables to set. Where a pooler stands before the database, those of both its URLs stay as they are."""
    source, setting = around.datasource, around.settings.url
    urls = () if source is None else (source.url, source.direct_url)
    of_datasource = {url.name for url in urls if isinstance(url, EnvVar)}
    of_setting = {setting.variable} if setting is not None and setting.variable is not None else set()
    if around.request.url is not None:
        return {_FALLBACK} | of_datasource | of_setting
    if setting is not None:
        return {_FALLBACK} | of_setting
    unset = set() if values.get(_FALLBACK) else {_FALLBACK}
    if not whole_path:
        return unset
    return unset | (of_datasource if source is not None and source.url is not None else {_FALLBACK})


def _unmistakable(found: FoundUrl, around: Surroundings) -> str:
    """The URL; that of a file with its whole path, as the command may run elsewhere than where it was written for."""
    _, target = target_of(found, around.database()[0])
    if target.path is None:
        return found.url
    from urllib.parse import quote

    scheme = found.url.strip().partition(":")[0]
    mark, query = found.url.strip().partition("?")[1:]
    return f"{scheme}:{quote(str(target.path.resolve()), safe='/:' + chr(92))}{mark}{query}"


def _wait(process: subprocess.Popen[Any]) -> int:
    """Wait for the end; a signal that ends us ends the command first. Raises Interrupted."""
    signals: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        # A terminal sends Ctrl-C to the command by itself; a second one might cut off its cleaning up.
        if number != signal.SIGINT or not _has_terminal():
            process.send_signal(number)

    with _handled(pass_on):
        code = process.wait()
    if signals:
        raise Interrupted("PAR130", "Interrupted; the seed command has ended")
    return code


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    previous = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, before in previous.items():
            signal.signal(number, before)


def _has_terminal() -> bool:
    """Whether this process is what a terminal's Ctrl-C goes to."""
    try:
        with Path("/dev/tty").open("rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except (OSError, AttributeError):
        return False
