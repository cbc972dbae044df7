"""The program's last border: the version without imports, interrupts, closed pipes, and mistakes of ours."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import parity
from commandline import Parity, clean_environment

HEAVY = {"argparse", "asyncio", "click", "dataclasses", "dotenv", "psycopg2", "rich", "sqlglot", "sqlite3", "typing"}

# A command line that does one thing, in the place of the real one: what is tested here is what happens around it.
_AROUND = """
import sys, types
def command_line(arguments):
    {body}
module = types.ModuleType("parity.cli.main")
module.main = command_line
sys.modules["parity.cli.main"] = module
from parity.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def _around(body: str, tmp_path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _AROUND.format(body=body)],
        cwd=tmp_path,
        env=clean_environment(tmp_path, env),
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_printed(run_parity: Parity, option: str) -> None:
    run = run_parity(option).succeeded()
    assert run.stdout == f"parity {parity.__version__}\n"
    assert run.stderr == ""


def test_printing_the_version_imports_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys; from parity.__main__ import main; main(['--version']); print(*sys.modules, sep='\\n')"
    output = subprocess.run(
        [sys.executable, "-c", code], env=clean_environment(tmp_path), capture_output=True, text=True, check=True
    ).stdout
    loaded = {name.partition(".")[0] for name in output.splitlines()[1:]}
    assert "parity" in loaded
    assert loaded & HEAVY == set()


def test_the_installed_command_answers_too(tmp_path: Path) -> None:
    command = shutil.which("parity", path=str(Path(sys.executable).parent))
    assert command is not None, "the console script isn't installed beside the interpreter"
    output = subprocess.run([command, "--version"], env=clean_environment(tmp_path), capture_output=True, text=True)
    assert (output.returncode, output.stdout) == (0, f"parity {parity.__version__}\n")


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_the_command_lines_exit_code_is_the_programs(tmp_path: Path, code: int) -> None:
    assert _around(f"return {code}", tmp_path).returncode == code


def test_an_interrupt_is_one_line_and_exit_130(tmp_path: Path) -> None:
    run = _around("raise KeyboardInterrupt", tmp_path)
    assert (run.returncode, run.stderr) == (130, "Interrupted.\n")


def test_a_termination_signal_unwinds_like_an_interrupt(tmp_path: Path) -> None:
    body = "\n    ".join(
        [
            "import os, signal, time",
            "try:",
            "    os.kill(os.getpid(), signal.SIGTERM); time.sleep(20)",
            "finally:",
            "    print('cleaned up', flush=True)",
        ]
    )
    run = _around(body, tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (130, "cleaned up\n", "Interrupted.\n")


def test_a_mistake_of_ours_is_one_line_that_says_how_to_see_more(tmp_path: Path) -> None:
    run = _around("{}['the\\nkey']", tmp_path)
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "KeyError" in run.stderr
    assert "PARITY_TRACEBACK=1" in run.stderr


def test_what_was_printed_before_a_mistake_isnt_lost(tmp_path: Path) -> None:
    assert _around("print('so far'); 1 / 0", tmp_path).stdout == "so far\n"


def test_the_traceback_is_shown_on_request(tmp_path: Path) -> None:
    run = _around("1 / 0", tmp_path, PARITY_TRACEBACK="1")
    assert run.returncode == 1
    assert "Traceback (most recent call last)" in run.stderr
    assert "ZeroDivisionError" in run.stderr


@pytest.mark.parametrize("traceback", ["", "1"])
def test_a_password_in_an_unexpected_error_is_hidden(tmp_path: Path, traceback: str) -> None:
    body = "raise ValueError('can not read ' + 'postgresql://app' + ':' + 'canary' + '@db.example/shop')"
    run = _around(body, tmp_path, PARITY_TRACEBACK=traceback)
    assert "postgresql://app:***@db.example/shop" in run.stderr
    assert "canary@" not in run.stderr


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    body = "\n    ".join(["for number in range(100_000):", "    print('line', number)"])
    process = subprocess.Popen(
        [sys.executable, "-c", _AROUND.format(body=body)],
        env=clean_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "line 0\n"
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (128 + signal.SIGPIPE, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_a_full_disk_behind_stdout_is_an_error(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "parity", "--version"],
            env=clean_environment(tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "No space left on device" in run.stderr


def test_closed_outputs_are_no_reason_to_fail(tmp_path: Path) -> None:
    command = 'exec "$0" -m parity --version >&- 2>&-'
    run = subprocess.run(["sh", "-c", command, sys.executable], env=clean_environment(tmp_path))
    assert run.returncode == 0
