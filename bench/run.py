"""The benchmarks: whole processes, as ratios within one run, medians of runs in turns.

    python bench/run.py            all of them
    python bench/run.py start      how long `parity --version` takes beside `python -c pass`

Two commands that are compared run by turns, so that a slow moment of the machine hits both. A figure in milliseconds
says something about this machine only; a ratio is the promise, and one that is broken ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Command = tuple[str, ...]

NEVER_AT_START = {"asyncio", "click", "dotenv", "psycopg2", "rich", "sqlglot", "sqlite3"}


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


def modules_imported_by(command: Command) -> set[str]:
    """The modules that a Python command imports, by the interpreter's own account."""
    program = [command[0], "-X", "importtime", *command[1:]]
    traced = subprocess.run(program, env=environment(), check=True, capture_output=True, text=True).stderr
    lines = [line.removeprefix("import time:") for line in traced.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines if "imported package" not in line}


def bench_start(rounds: int) -> list[Promise]:
    """`parity --version` beside an interpreter that does nothing, and what it imports on the way."""
    python = sys.executable
    script = str(Path(python).parent / "parity")
    bare: Command = (python, "-c", "pass")
    commands: dict[str, Command] = {
        "python -c pass": bare,
        "parity --version": (script, "--version"),
        "python -m parity --version": (python, "-m", "parity", "--version"),
    }
    seconds = seconds_in_turns(commands, rounds)
    print_table(seconds, "python -c pass")

    imported = modules_imported_by((python, script, "--version")) - modules_imported_by(bare)
    print(f"  imports beyond the bare interpreter's: {', '.join(sorted(imported)) or 'none'}")
    heavy = {name.partition(".")[0] for name in imported} & NEVER_AT_START
    ratio = seconds["parity --version"] / seconds["python -c pass"]
    return [
        Promise("start: `parity --version` / `python -c pass`", ratio, 3),
        Promise("start: heavy modules imported by `parity --version`", len(heavy), 0),
    ]


BENCHES: dict[str, Callable[[int], list[Promise]]] = {"start": bench_start}


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks that were asked for; 0 if every promise is kept."""
    parser = argparse.ArgumentParser(description="Measure, as ratios within one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHES)}; all by default")
    parser.add_argument("--rounds", type=int, default=21, help="how often each command runs (21)")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(BENCHES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    promises: list[Promise] = []
    for name in options.names or BENCHES:
        print(f"{name} ({options.rounds} rounds)", flush=True)
        promises += BENCHES[name](options.rounds)
    print()
    for promise in promises:
        print(promise)
    return 0 if all(promise.is_kept for promise in promises) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
