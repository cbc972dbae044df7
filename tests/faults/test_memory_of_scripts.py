"""Scripts of many megabytes (F25): in bounded memory, and in time that grows with them and no faster.

`make faults` has 50 MB; PARITY_FAULT_MEGABYTES is their number.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from commandline import Project, clean_environment
from truth import read_truth

MEGABYTES = int(os.environ.get("PARITY_FAULT_MEGABYTES", "4"))
TIMES, ROOM = 3, 20_000_000
"""How many times its size a script may take, and how many bytes besides, beyond what any run takes."""
LONG = "x" * 960


def insert(number: int) -> str:
    """A statement of 1 KB."""
    return f"INSERT INTO \"t\" VALUES ({number:>9}, '{LONG}');\n"


# What the system counts of a child begins with the size of the process that it was branched off.
MEASURED = """
import sys, parity.__main__
code = parity.__main__.main(sys.argv[2:])
with open("/proc/self/status") as status, open(sys.argv[1], "w") as answer:
    answer.write(next(line.split()[1] for line in status if line.startswith("VmHWM")))
sys.exit(code)
"""


def peak_of(project: Project, *arguments: str) -> tuple[int, float]:
    """Run a command to its good end. The most memory that it held, in bytes, and the seconds that it took."""
    answer = project.folder.parent / "peak"
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, answer, *arguments],
        cwd=project.folder,
        env=clean_environment(project.parity.home, project.env),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return int(answer.read_text()) * 1024, time.monotonic() - begun


@pytest.fixture
def begun(project: Project, provider: str, database_url: str) -> Project:
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration("1_t", 'CREATE TABLE "t" ("id" INTEGER NOT NULL, "s" TEXT);', provider=provider)
    return project


@pytest.mark.skipif(sys.platform != "linux", reason="NOT RUN: only Linux tells how much memory a process held")
def test_a_large_script_takes_a_few_times_its_size(begun: Project, provider: str, database_url: str) -> None:
    usual, _ = peak_of(begun, "migrate", "deploy", "--create-database")
    count = MEGABYTES * 1000
    file = begun.write_migration("2_rows", "".join(map(insert, range(count))))
    size = file.stat().st_size
    assert size > MEGABYTES * 990_000
    peak, took = peak_of(begun, "migrate", "deploy")
    assert read_truth(database_url).count("t") == count
    print(f"\n{provider}: {size / 1e6:.0f} MB in {count} statements, in {took:.1f} s")
    print(f"{peak / 1e6:.0f} MB of memory at most; a run of one statement takes {usual / 1e6:.0f} MB")
    assert peak - usual < TIMES * size + ROOM
