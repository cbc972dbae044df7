"""A PostgreSQL server of our own, for the length of a replay: where the user may not make databases on the real one.

It lives in a folder that nobody else may enter, listens on a socket there and nowhere else, and is gone with the folder
at the end. The kernel stops it when this process is killed; its folder is then found by the next run, because the lock
on a file in it is free.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from parity.dialects.base import KeptFiles
from parity.dialects.postgres.cluster_copy import name_of, pack, unpack
from parity.dialects.postgres.server_binaries import Binaries

if TYPE_CHECKING:
    import pwd

PREFIX = "parity-server-"
SUPERUSER = "postgres"
PORT = 5432
"""Part of the socket's name; no port is opened."""
_OWNER = "owner"
_LONGEST = 70
"""How long the path of the folder may be: a socket's whole path has to fit into about 100 bytes."""
_SMALL_SEGMENTS_SINCE = 11
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_NEW = 5.0
"""Seconds in which the lock may not be taken yet."""
_YOUNG = 3600.0
"""Seconds in which a folder without a lock file may be one that is being made."""
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "20",
    "shared_buffers": "32MB",
    "jit": "off",
    "logging_collector": "off",
}


class Failed(Exception):
    """The server can't be had. The text says why, for a person."""


class _Account(Struct, frozen=True):
    """Whom to run it as, since PostgreSQL refuses root; None of both where we are an ordinary user."""

    uid: int | None = None
    gid: int | None = None


@contextmanager
def private_server(binaries: Binaries, files: KeptFiles) -> Iterator[Path]:
    """Run a server for the length of the block; the folder of its socket. Raises Failed.

    The new cluster that it begins as is kept among `files`, and taken from there the next time.
    """
    account = _account()
    clean_leftovers(binaries, account)
    with _folder() as root:
        _make_cluster(binaries, root, account, files)
        process = _start(binaries, root, account)
        try:
            yield root
        finally:
            _stop(process)


def clean_leftovers(binaries: Binaries, account: _Account) -> None:
    """Remove the folders of runs that were killed, and stop their servers where the kernel didn't."""
    ours = {os.geteuid(), *(() if account.uid is None else (account.uid,))}
    for root in (found for parent in {_parent(), _IN_MEMORY} for found in parent.glob(f"{PREFIX}*")):
        try:
            found = root.lstat()
            age = time.time() - found.st_mtime
            if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours or age < _NEW or not _is_left(root, age):
                continue
        except OSError:
            continue
        if (root / "data" / "postmaster.pid").exists():
            # As that user, and not as root: what the file says is nothing to act upon with all rights.
            command = [str(binaries.folder / "pg_ctl"), "stop", "-D", str(root / "data"), "-m", "immediate", "-t", "10"]
            with contextlib.suppress(Failed):
                _run(command, account)
        shutil.rmtree(root, ignore_errors=True)


def _is_left(root: Path, age: float) -> bool:
    try:
        number = os.open(root / _OWNER, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return age > _YOUNG
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(number)
    return True


@contextmanager
def _folder() -> Iterator[Path]:
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_parent()))
    number = os.open(root / _OWNER, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)
        os.close(number)


def _parent() -> Path:
    """Where the folder is made. In memory where there is plenty: a cluster has a thousand files, and a disk is slow.

    Whoever names a folder for temporary files gets it there.
    """
    usual = Path(tempfile.gettempdir())
    if not any(name in os.environ for name in _NAMING) and _has_room(_IN_MEMORY):
        return _IN_MEMORY
    return usual if len(str(usual)) <= _LONGEST else Path("/tmp")


_NAMING = ("TMPDIR", "TEMP", "TMP")
_IN_MEMORY = Path("/dev/shm")
_PLENTY = 2 * 1024**3
"""How many bytes must be free there: what a history fills in has to fit as well."""


def _has_room(place: Path) -> bool:
    try:
        found = os.statvfs(place)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize >= _PLENTY and os.access(place, os.W_OK | os.X_OK)


def _account() -> _Account:
    if os.geteuid() != 0:
        return _Account()
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry: pwd.struct_passwd = pwd.getpwnam(name)
            return _Account(entry.pw_uid, entry.pw_gid)
    raise Failed("PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody")


def _make_cluster(binaries: Binaries, root: Path, account: _Account, files: KeptFiles) -> None:
    """A new cluster in `root`, which is the account's from then on."""
    options = ("-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", *_small_segments(binaries))
    name = name_of(binaries, options)
    kept = None if name is None else files.load(name)
    data = root / "data"
    if kept is not None:
        try:
            unpack(kept, data, account)
            _hand_over(root, account)
            return
        except (OSError, ValueError):
            shutil.rmtree(data, ignore_errors=True)
    _hand_over(root, account)
    _run([str(binaries.folder / "initdb"), "-D", str(data), *options], account)
    if name is not None:
        with contextlib.suppress(OSError):
            made = pack(data)
            if made is not None:
                files.store(name, made)


def _small_segments(binaries: Binaries) -> tuple[str, ...]:
    """The log in pieces of one megabyte instead of sixteen, of which each cluster has one from the start."""
    return ("--wal-segsize=1",) if binaries.major >= _SMALL_SEGMENTS_SINCE else ()


def _hand_over(root: Path, account: _Account) -> None:
    """Let the account enter. Until then nobody else could have put anything there."""
    if account.uid is not None and account.gid is not None:
        os.chown(root, account.uid, account.gid)


def _start(binaries: Binaries, root: Path, account: _Account) -> subprocess.Popen[bytes]:
    settings = {**_SETTINGS, "unix_socket_directories": str(root)}
    command = [str(binaries.folder / "postgres"), "-D", str(root / "data"), "-p", str(PORT)]
    command += [f"--{name}={value}" for name, value in settings.items()]
    with (root / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, **_surroundings(account))
    try:
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if _is_ready(root):
                return process
            time.sleep(0.01)
    except BaseException:
        _stop(process)
        raise
    _stop(process)
    raise Failed(f"the server didn't start: {_last_line((root / 'log').read_bytes())}")


def _is_ready(root: Path) -> bool:
    """Whether clients are let in: then the last line of the file is written."""
    try:
        return (root / "data" / "postmaster.pid").read_text().split("\n")[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Not politely: nothing in it is worth keeping."""
    if process.poll() is None:
        process.send_signal(signal.SIGQUIT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _run(command: list[str], account: _Account) -> None:
    """Run a program to its end, and all that it started with it where we are interrupted. Raises Failed."""
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **_surroundings(account))
    except OSError as error:
        raise Failed(f"{name} can't be run: {error.strerror or error}") from None
    try:
        _, said = process.communicate(timeout=_START_SECONDS)
    except BaseException as error:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise Failed(f"{name} didn't end within {_START_SECONDS:.0f} s") from None
        raise
    if process.returncode != 0:
        raise Failed(f"{name} failed: {_last_line(said)}")


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _surroundings(account: _Account) -> dict[str, Any]:
    """Arguments of Popen: another user where we are root, nobody's settings, and an end with ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    arguments: dict[str, Any] = {"cwd": "/", "env": {**kept, "LC_ALL": "C"}, "stdin": subprocess.DEVNULL}
    if account.uid is not None:
        arguments |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return {**arguments, "start_new_session": True, "preexec_fn": _end_with_parent()}


def _end_with_parent() -> Callable[[], object] | None:
    """What the child does first: have the kernel stop it when we are gone. On Linux; elsewhere the next run does."""
    if sys.platform != "linux":
        return None
    import ctypes

    prctl, pdeathsig, number = ctypes.CDLL(None).prctl, 1, int(signal.SIGQUIT)
    return lambda: prctl(pdeathsig, number)
