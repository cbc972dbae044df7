"""`parity --version` beside an interpreter that does nothing, and what it imports on the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from measure import Command, Promise, environment, print_table, seconds_in_turns

NEVER_AT_START = {"asyncio", "click", "dotenv", "psycopg2", "rich", "sqlglot", "sqlite3"}


def modules_imported_by(command: Command) -> set[str]:
    """The modules that a Python command imports, by the interpreter's own account."""
    program = [command[0], "-X", "importtime", *command[1:]]
    traced = subprocess.run(program, env=environment(), check=True, capture_output=True, text=True).stderr
    lines = [line.removeprefix("import time:") for line in traced.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines if "imported package" not in line}


def bench(rounds: int) -> list[Promise]:
    """Ratio of the wall times, and no heavy import."""
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
