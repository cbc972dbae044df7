"""A process that has the whole program loaded, and branches one off for each command of the tests.

What a branch runs is `python -m parity …` without the start of the interpreter and the imports, which take most of a
short command's time. It is a process of its own all the same, in a session of its own, with its own folder,
environment, streams and end. What it branches from has run nothing, so no command finds what another one left.

Run as a program, this takes requests from the socket that is its standard input, until that is closed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_ALSO_LOADED = (
    "psycopg2.extras",
    "rich.console",
    "rich.syntax",
    "sqlglot.dialects.postgres",
    "sqlglot.dialects.sqlite",
)
"""What commands load besides the program's own modules."""
_AT_ONCE = 1 << 16
_NUMBER = struct.Struct("i")


# --- the side of the tests --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """A command that runs. `answer` can be read from when it has ended."""

    pid: int
    answer: socket.socket

    def wait(self) -> int:
        """Wait for its end. Its exit code as subprocess has it: minus the signal that ended it."""
        with self.answer:
            return os.waitstatus_to_exitcode(_receive_number(self.answer))


def begin(arguments: Sequence[str], folder: Path, env: Mapping[str, str], streams: Sequence[int]) -> Begun:
    """Start a command with these for its standard streams, which stay open here too."""
    request = json.dumps({"arguments": list(arguments), "folder": str(folder), "env": dict(env)})
    ours, theirs = socket.socketpair()
    with theirs, _turn:
        if not _started:
            _started.append(_start())
        socket.send_fds(_started[0].line, [f"{request}\n".encode()], (*streams, theirs.fileno()))
    return Begun(_receive_number(ours), ours)


def run_warm(
    arguments: Sequence[str], folder: Path, env: Mapping[str, str], given: bytes, timeout: float
) -> tuple[int | None, str, str]:
    """Run a command to its end, with `given` to read. Its exit code and both outputs.

    One that takes longer than `timeout` is killed and has no exit code.
    """
    deadline = time.monotonic() + timeout
    (stdin, write), (read_out, out), (read_err, err) = os.pipe(), os.pipe(), os.pipe()
    begun = begin(arguments, folder, env, (stdin, out, err))
    for number in (stdin, out, err):
        os.close(number)
    said, in_time = _converse(begun.answer, write, (read_out, read_err), given, deadline)
    if not in_time:
        with suppress(ProcessLookupError):
            os.killpg(begun.pid, signal.SIGKILL)
    code = begun.wait()
    stdout, stderr = said
    return code if in_time else None, stdout, stderr


@dataclass(frozen=True, slots=True)
class _Warm:
    process: subprocess.Popen[bytes]
    line: socket.socket


_started: list[_Warm] = []
"""The process of these tests, once a command has been run."""
_turn = threading.Lock()


def _start() -> _Warm:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            # Not this folder is the first that a command's imports are looked for in, but its own.
            [sys.executable, "-P", __file__],
            env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            # Ctrl-C goes to everybody in the terminal's process group; this one ends with its socket.
            start_new_session=True,
        )
    return _Warm(process, ours)


def end() -> None:
    """Wait until the process that was started is gone: it goes when its line is closed."""
    while _started:
        warm = _started.pop()
        warm.line.close()
        warm.process.wait()


def _receive_number(line: socket.socket) -> int:
    number: int = _NUMBER.unpack(line.recv(_NUMBER.size, socket.MSG_WAITALL))[0]
    return number


def _converse(
    line: socket.socket, write: int, outputs: tuple[int, int], given: bytes, deadline: float
) -> tuple[list[str], bool]:
    """Write what a command reads and read what it writes, until it has ended and nobody else can write either.

    Both outputs, and whether it came to that in time.
    """
    said, pipes = dict.fromkeys(outputs, b""), {write, *outputs}
    os.set_blocking(write, False)
    with selectors.DefaultSelector() as selector:
        selector.register(write, selectors.EVENT_WRITE)
        for number in (*outputs, line):
            selector.register(number, selectors.EVENT_READ)
        while (waiting := selector.get_map()) and time.monotonic() < deadline:
            for key, _ in selector.select(deadline - time.monotonic()):
                if key.fd == write:
                    given = more = _what_is_left(write, given)
                elif key.fd in said:
                    more = os.read(key.fd, _AT_ONCE)
                    said[key.fd] += more
                else:
                    more = b""
                if not more:
                    selector.unregister(key.fd)
                    if key.fd in pipes:
                        pipes.remove(key.fd)
                        os.close(key.fd)
        in_time = not waiting
    for number in pipes:
        os.close(number)
    return [_text(output) for output in said.values()], in_time


def _text(output: bytes) -> str:
    """What subprocess makes of an output that is text."""
    return output.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")


def _what_is_left(number: int, given: bytes) -> bytes:
    """Write some. What is left to write: nothing where nobody reads any more."""
    try:
        return given[os.write(number, given[:_AT_ONCE]) :]
    except BrokenPipeError:
        return b""


# --- the side of the commands -----------------------------------------------------------------------------------------


def main() -> None:
    """Branch off a process for each request. In such a process: run the command, and end as the program ends."""
    for name in (*_own_modules(), *_ALSO_LOADED):
        importlib.import_module(name)
    # What is loaded is never garbage: a branch needn't look through it, which would copy it.
    gc.collect()
    gc.freeze()
    if command := _serve():
        _become(*command)


def _serve() -> tuple[bytes, list[int]] | None:
    """In this process: None when nobody asks any more. In a branch: what it has to do."""
    running: dict[int, socket.socket] = {}
    ended, ends = socket.socketpair()
    with socket.socket(fileno=os.dup(0)) as line, ended, ends, selectors.DefaultSelector() as selector:
        for one in (ended, ends):
            one.setblocking(False)
        before = signal.signal(signal.SIGCHLD, lambda *_: None), signal.set_wakeup_fd(ends.fileno())
        selector.register(line, selectors.EVENT_READ)
        selector.register(ended, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is ended:
                    ended.recv(_AT_ONCE)
                    _tell_ends(running)
                    continue
                text, descriptors = _receive(line)
                if not text:
                    return None
                *streams, answer = descriptors
                pid = os.fork()
                if pid == 0:
                    signal.set_wakeup_fd(before[1])
                    signal.signal(signal.SIGCHLD, before[0])
                    for other in running.values():
                        other.close()
                    os.close(answer)
                    return text, streams
                for number in streams:
                    os.close(number)
                running[pid] = socket.socket(fileno=answer)
                running[pid].sendall(_NUMBER.pack(pid))


def _tell_ends(running: dict[int, socket.socket]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with running.pop(pid) as answer, suppress(BrokenPipeError):
            answer.sendall(_NUMBER.pack(status))


def _own_modules() -> list[str]:
    import parity

    found = pkgutil.walk_packages(parity.__path__, "parity.")
    return [module.name for module in found if module.name != "parity.__main__"]


def _receive(line: socket.socket) -> tuple[bytes, list[int]]:
    text, descriptors, _, _ = socket.recv_fds(line, _AT_ONCE, 4)
    while text and not text.endswith(b"\n"):
        text += line.recv(_AT_ONCE)
    return text, descriptors


def _become(request: bytes, streams: list[int]) -> None:
    asked = json.loads(request)
    os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = ["parity", *asked["arguments"]]
    sys.path.insert(0, asked["folder"])
    try:
        runpy.run_module("parity", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        # The interpreter would now take apart all that is loaded, for longer than most commands run.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else bool(end.code))


if __name__ == "__main__":
    main()
