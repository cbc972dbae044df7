"""Measuring whole processes: medians of runs in turns, and the promises that the figures are held to."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """Something measured that must not be more than `most`."""

    name: str
    measured: float
    most: float

    @property
    def is_kept(self) -> bool:
        """Whether it is not more."""
        return self.measured <= self.most

    def __str__(self) -> str:
        verdict = "kept" if self.is_kept else "BROKEN"
        return f"{verdict:7} {self.name}: {self.measured:.4g}, at most {self.most:g}"


def environment() -> dict[str, str]:
    """The environment of what is measured: bytecode is written and read, as where the program is installed."""
    dropped = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def seconds_in_turns(commands: Mapping[str, Command], rounds: int) -> dict[str, float]:
    """The median wall time of each command, each run once per round, after one round that isn't counted."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            begin = time.perf_counter()
            subprocess.run(command, env=environment(), check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            if number:
                taken[name].append(time.perf_counter() - begin)
    return {name: median(times) for name, times in taken.items()}


def print_table(seconds: Mapping[str, float], base: str) -> None:
    """One line for each command: milliseconds, and the ratio to `base`."""
    width = max(map(len, seconds))
    for name, value in seconds.items():
        print(f"  {name:{width}}  {value * 1000:8.1f} ms  {value / seconds[base]:6.2f}x")
