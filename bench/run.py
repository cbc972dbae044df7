"""The benchmarks: whole processes, as ratios within one run, medians of runs in turns.

    python bench/run.py               all of them
    python bench/run.py start         how long `parity --version` takes beside `python -c pass`
    python bench/run.py status        `parity migrate status` with nothing pending
    python bench/run.py deploy        1,000 migrations, and none pending, beside bare drivers and other tools
    python bench/run.py dev           `parity migrate dev` with 400 migrations, beside 10
    python bench/run.py introspect    reading a catalog of few and of many tables
    python bench/run.py growth        how the pure parts grow from 500 tables to 2,000
    python bench/run.py language      a large schema file, beside Prisma's own (make bench-prisma)
    python bench/run.py check         1,000 tables held against parity.lock, beside reading the catalog alone
    python bench/run.py assert        parity.assert_in_sync, beside connecting and reading the catalog
    python bench/run.py scale         1,000 tables on PostgreSQL, beside Prisma's engine and the bare catalog reads

Commands that are compared run by turns, so that a slow moment of the machine hits all. A figure in milliseconds says
something about this machine only; a ratio or a count is the promise, and one that is broken ends the run with exit
code 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from measure import Promise

NAMES = ("start", "status", "deploy", "dev", "introspect", "growth", "language", "check", "assert", "scale")


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks that were asked for; 0 if every promise is kept."""
    parser = argparse.ArgumentParser(description="Measure, as ratios within one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all by default")
    parser.add_argument("--rounds", type=int, default=21, help="how often each command runs (21)")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    promises: list[Promise] = []
    for name in options.names or NAMES:
        print(f"{name} ({options.rounds} rounds)", flush=True)
        bench: Callable[[int], list[Promise]] = import_module(name).bench
        promises += bench(options.rounds)
    print()
    for promise in promises:
        print(promise)
    return 0 if all(promise.is_kept for promise in promises) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
