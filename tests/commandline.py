"""Running the real command line in tests, as a process of its own, and a project folder to run it in.

Most commands are branched off a process that has the program loaded (warm.py). `start` begins with the interpreter, as
a person's shell does, and so does all of a `Parity` that is `from_scratch`.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from warm import run_warm

# Nothing of the person's or the pipeline's own set-up may decide a test: what isn't named here isn't passed on.
# PYTHONDONTWRITEBYTECODE least of all: every command would compile the whole program anew, half of the time it takes.
_PASSED_ON = ("PATH", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")
# What the interpreter and the libraries of C look at when they start: a branch can't have its own.
_READ_AT_START = ("PYTHON", "LANG", "LC_", "LD_", "TZ")


@dataclass(frozen=True, slots=True)
class Run:
    """What a command did. Both outputs are text in UTF-8."""

    arguments: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Both outputs, for looking for a word whose place doesn't matter."""
        return self.stdout + self.stderr

    def succeeded(self) -> Run:
        """This run, after making sure that it ended with 0."""
        return self.exited(0)

    def exited(self, exit_code: int) -> Run:
        """This run, after making sure that it ended with `exit_code`."""
        assert self.exit_code == exit_code, (
            f"$ parity {shlex.join(self.arguments)}\nexit {self.exit_code}, not {exit_code}\n"
            f"--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"
        )
        return self


def clean_environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a command: no DATABASE_URL, no PG*, no CI, no colours, but for what `extra` sets."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", **(extra or {})}


@dataclass(frozen=True, slots=True)
class Parity:
    """Runs `python -m parity …`. `folder` is the working folder unless a call says otherwise."""

    folder: Path
    home: Path
    from_scratch: bool = False

    def __call__(
        self,
        *arguments: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        input: str | None = None,
        timeout: float = 60,
    ) -> Run:
        """Run to the end. Without `input` there is nothing to read; a traceback or a time-out fails the test."""
        if self.from_scratch or any(name.startswith(_READ_AT_START) for name in env or {}):
            ended = self._run_from_scratch(arguments, cwd, env, input, timeout)
        else:
            given = (input or "").encode("utf-8", "surrogateescape")
            ended = run_warm(arguments, cwd or self.folder, clean_environment(self.home, env), given, timeout)
        code, stdout, stderr = ended
        command = f"$ parity {shlex.join(arguments)}"
        assert code is not None, f"{command}\nstill running after {timeout} s\n{stdout}\n{stderr}"
        assert "Traceback (most recent call last)" not in stderr, stderr
        return Run(arguments, code, stdout, stderr)

    def _run_from_scratch(
        self,
        arguments: tuple[str, ...],
        cwd: Path | None,
        env: Mapping[str, str] | None,
        input: str | None,
        timeout: float,
    ) -> tuple[int | None, str, str]:
        process = self.start(*arguments, cwd=cwd, env=env)
        try:
            stdout, stderr = process.communicate(input or "", timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, *process.communicate()
        return process.returncode, stdout, stderr

    def start(
        self, *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start it and come back at once, for tests that interrupt, kill or run several."""
        return subprocess.Popen(
            [sys.executable, "-m", "parity", *arguments],
            cwd=cwd or self.folder,
            env=clean_environment(self.home, env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            start_new_session=True,
        )


@dataclass(slots=True)
class Project:
    """A project folder: schema, migrations, and the commands run in it. `env` goes to each command."""

    folder: Path
    parity: Parity
    env: dict[str, str] = field(default_factory=dict)

    @property
    def schema_file(self) -> Path:
        """prisma/schema.prisma."""
        return self.folder / "prisma" / "schema.prisma"

    @property
    def migrations_folder(self) -> Path:
        """prisma/migrations."""
        return self.folder / "prisma" / "migrations"

    def use_database(self, url: str) -> None:
        """Set DATABASE_URL for the commands that follow."""
        self.env["DATABASE_URL"] = url

    def write_schema(self, text: str, *, provider: str | None = None) -> Path:
        """Write the schema file; with `provider`, put a datasource that reads DATABASE_URL above the text."""
        if provider is not None:
            text = f'datasource db {{\n  provider = "{provider}"\n  url      = env("DATABASE_URL")\n}}\n\n{text}'
        self.schema_file.parent.mkdir(parents=True, exist_ok=True)
        self.schema_file.write_text(text, encoding="utf-8")
        return self.schema_file

    def write_migration(self, name: str, sql: str, *, provider: str | None = None) -> Path:
        """Write a migration by hand; with `provider`, the lock file too."""
        file = self.migrations_folder / name / "migration.sql"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(sql, encoding="utf-8")
        if provider is not None:
            (self.migrations_folder / "migration_lock.toml").write_text(f'provider = "{provider}"\n')
        return file

    def migrations(self) -> dict[str, str]:
        """The SQL of each migration by its folder's name, in the order in which they apply."""
        files = self.migrations_folder.glob("*/migration.sql")
        return {file.parent.name: file.read_text(encoding="utf-8") for file in sorted(files)}

    def files(self) -> dict[str, bytes]:
        """All files of the project by their path, for showing that a command changed nothing."""
        found = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        input: str | None = None,
        timeout: float = 60,
    ) -> Run:
        """Run `parity …` in the project's folder."""
        return self.parity(*arguments, cwd=self.folder, env={**self.env, **(env or {})}, input=input, timeout=timeout)
