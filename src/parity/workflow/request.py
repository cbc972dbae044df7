"""What the command line says about the project, for all use cases. A file of its own, as some need nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from parity.records import shown_without


@shown_without("environ", "url", "shadow_url", "tell")
class Request(Struct, frozen=True):
    """What the command line says about the project: common to all commands. `environ` is the process's environment.

    `tell` hears what a person should know who waits for a command that asks nothing.
    """

    working_folder: Path
    environ: Mapping[str, str]
    schema: str | None = None
    url: str | None = None
    shadow_url: str | None = None
    tell: Callable[[str], None] = lambda line: None
