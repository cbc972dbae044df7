"""Running the project's seed command from the commands that make a database new, and from `parity db seed`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from parity.cli.output import say, tell
from parity.workflow.request import Request
from parity.workflow.seed import Seeded, seed_if_named

_Function = TypeVar("_Function", bound=Callable[..., Any])


def skip_seed_option(function: _Function) -> _Function:
    """`--skip-seed`."""
    return click.option(
        "--skip-seed", is_flag=True, help="Don't run the project's seed command on a database that is new."
    )(function)


def seed_after(request: Request, *, as_json: bool) -> Seeded | None:
    """Run the seed command on a database that was just made; None where the project names none."""
    seeded = seed_if_named(request, output=seed_output(as_json), on_start=tell_command)
    if seeded is not None and not as_json:
        say_seeded(seeded)
    return seeded


def seed_output(as_json: bool) -> int | None:
    """Where the command's standard output goes: with `--json` only the JSON value belongs to ours."""
    return sys.__stderr__.fileno() if as_json and sys.__stderr__ is not None else None


def tell_command(command: tuple[str, ...]) -> None:
    """Say what is started. What we have said ourselves stands before what it says."""
    tell(f"Running the seed command: {shlex.join(command)}")
    sys.stdout.flush()


def say_seeded(seeded: Seeded) -> None:
    """Say that it ended well."""
    say(f"The seed command ended well ({seeded.seconds:.2f} s).", color="green")


def seed_value(seeded: Seeded | None) -> dict[str, object] | None:
    """It for `--json`."""
    if seeded is None:
        return None
    return {"command": list(seeded.command), "seconds": round(seeded.seconds, 3), "exitCode": 0}
