"""The genuine schema engine as a reference: one process that answers JSON lines.

It lives outside the project. `PARITY_ORACLE` names its folder (default: .referee; see make conformance) and
`PARITY_SHARED` the folder with the real cases (default: ../shared beside the project).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent
_URL_LINE = re.compile(r"^\s*(url|directUrl|shadowDatabaseUrl)\s*=.*$", re.MULTILINE)


def shared_folder() -> Path | None:
    """The folder of the real cases, or None where it isn't there."""
    folder = Path(os.environ.get("PARITY_SHARED", PROJECT.parent / "shared"))
    return folder if (folder / "corpus" / "psl" / "INDEX.tsv").is_file() else None


def referee_folder() -> Path | None:
    """The installed engine's folder, or None where it (or node) isn't there."""
    folder = Path(os.environ.get("PARITY_ORACLE", PROJECT / ".referee"))
    installed = (folder / "oracle.mjs").is_file() and (folder / "node_modules").is_dir()
    return folder if installed and shutil.which("node") else None


def without_urls(schema: str) -> str:
    """The schema as the engine takes it: since version 7 a datasource has no URLs."""
    return _URL_LINE.sub("", schema)


@dataclass(slots=True)
class Referee:
    """A running engine."""

    process: subprocess.Popen[str]
    folder: Path

    def ask(self, **request: Any) -> dict[str, Any]:
        """One request, one answer: `{"result": …}` or `{"error": …}`. A crash is an error answer, and a new process."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None
        try:
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self.process.wait()
            self.process = _start(self.folder)
            return {"error": "the engine crashed"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def diff(self, url: str, old: object, new: str | None, *, script: bool) -> str | None:
        """The SQL, or the summary, from one schema to another text (None: empty). None where it refuses.

        `old` is a schema's text, None for empty, or a side as the engine takes it: `{"migrations": [[name, SQL], …]}`.
        """
        before = side(old) if old is None or isinstance(old, str) else old
        answer = self.ask(op="diff", url=url, **{"from": before, "to": side(new)}, script=script)
        text: str | None = answer.get("result")
        return text


def side(schema: str | None) -> object:
    """A schema's text, or None for an empty database, as the engine takes it."""
    return "empty" if schema is None else {"schema": without_urls(schema)}


def _start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["node", "oracle.mjs"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@contextmanager
def referee() -> Iterator[Referee]:
    """A running engine, ended at the end. The folder must be there."""
    folder = referee_folder()
    assert folder is not None, "the engine isn't installed"
    running = Referee(_start(folder), folder)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()  # Closes its pipes as well.
