"""What the command line says about the project, for all use cases. A file of its own, as some need nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line says about the project: common to all commands. `environ` is the process's environment."""

    working_folder: Path
    environ: Mapping[str, str] = field(repr=False)
    schema: str | None = None
    url: str | None = field(default=None, repr=False)
    shadow_url: str | None = field(default=None, repr=False)
