"""Real servers of HTTP as processes of their own: started, asked, and stopped whatever happens to the test."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

_ADDRESS = re.compile(r"running on http://[\d.]+:(\d+)")
_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A program that serves, or has ended. What it writes is in `log`."""

    process: subprocess.Popen[bytes]
    log: Path

    def output(self) -> str:
        """What it has written so far."""
        return self.log.read_text(encoding="utf-8")

    def url(self) -> str:
        """Where it serves, as soon as it does."""
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            if found := _ADDRESS.search(self.output()):
                return f"http://127.0.0.1:{found[1]}"
            assert self.process.poll() is None, f"ended with {self.process.returncode}\n{self.output()}"
            time.sleep(0.05)
        raise AssertionError(f"didn't serve within {_SECONDS} s\n{self.output()}")

    def refused(self) -> str:
        """What it wrote, after making sure that it ended by itself, and not with 0."""
        assert self.process.wait(_SECONDS) not in (0, None), self.output()
        assert not _ADDRESS.search(self.output()), self.output()
        return self.output()

    def ask(self, path: str, value: object = None, **headers: str) -> tuple[int, Any]:
        """GET, or POST where there is a value. The status, and the value of the answer."""
        body = None if value is None else json.dumps(value).encode()
        request = Request(self.url() + path, body, {"Content-Type": "application/json", **headers})
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=_SECONDS) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)


@contextmanager
def serving(command: Sequence[str], folder: Path, env: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Start a program in a folder; it and all that it started are gone at the end."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
        )
    try:
        yield Server(process, log)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
