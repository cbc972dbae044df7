"""Throw-away PostgreSQL servers for the tests: found, started, and gone again whatever happens to the tests.

A server belongs to a keeper, a process of its own that watches the test session that wanted it. When that session ends,
is interrupted or is killed, the keeper stops the server and removes its folder; when the keeper itself is killed, the
kernel stops the server. Durability is off: a crash of the machine may cost the data, nothing else can.

Imports the standard library alone, because `python tests/servers.py binaries` runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "postgres"
PASSWORD_ROLE = "app_password"
"""Must give PASSWORD; may create databases."""
PASSWORD = "s3cret/with@signs"
LIMITED_ROLE = "app_limited"
"""Gets in without a password; may not create databases."""

_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "jit": "off",
    "listen_addresses": "127.0.0.1",
    "logging_collector": "off",
    "timezone": "UTC",
}
# All workers share it, and what one of them locks another one misses.
_SHARED_SETTINGS = {**_SETTINGS, "max_locks_per_transaction": "512"}
# What a server that repeats another one must have at least as high as that one, which had the defaults.
_STANDBY_SETTINGS = {**_SETTINGS, "wal_level": "replica", "max_wal_senders": "10", "hot_standby": "on"}
_ACCESS = f"""\
local all {PASSWORD_ROLE}              scram-sha-256
host  all {PASSWORD_ROLE} 127.0.0.1/32 scram-sha-256
local all all                          trust
host  all all             127.0.0.1/32 trust
"""
_ROOM_IN_MEMORY = 3 << 30
"""A whole run of the tests stays below a third of it."""
_START_SECONDS = 60
_STOP_SECONDS = 20


class ServerUnavailable(Exception):
    """No server can be had here. The text says why, for a person."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. `socket_dir` is the folder of its unix socket; `user` may do everything, without a password."""

    host: str
    port: int
    user: str
    socket_dir: str
    version: str
    pid: int

    def url(
        self, database: str = "postgres", *, user: str | None = None, password: str | None = None, options: str = ""
    ) -> str:
        """The URL of one database. `options` goes behind the question mark."""
        credentials = quote(user or self.user, safe="")
        if password is not None:
            credentials += ":" + quote(password, safe="")
        query = f"?{options}" if options else ""
        return f"postgresql://{credentials}@{self.host}:{self.port}/{quote(database, safe='')}{query}"

    @property
    def superuser_url(self) -> str:
        """The maintenance database, as the superuser."""
        return self.url()

    def dsn(self, database: str = "postgres") -> str:
        """The connection string of one database through the unix socket, as libpq reads it."""
        escaped = database.replace("\\", "\\\\").replace("'", "\\'")
        return f"host='{self.socket_dir}' port={self.port} user='{self.user}' dbname='{escaped}'"


# --- what is on the machine -----------------------------------------------------------------------------------------


def find_binaries() -> Path | None:
    """The folder that holds initdb and postgres: the newest of Debian's, else the one on PATH, else None."""
    installed = sorted(
        (p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        key=lambda folder: [int(part) for part in re.findall(r"\d+", folder.parent.name)],
        reverse=True,
    )
    found = shutil.which("initdb")
    on_path = [Path(found).resolve().parent] if found else []
    for folder in (*installed, *on_path):
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


def binaries_version(folder: Path) -> str:
    """`15.18`."""
    output = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    match = re.search(r"\d+(\.\d+)*\S*", output)
    return match.group() if match else output.strip()


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses root. None where we are an ordinary user ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerUnavailable("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")


def is_alive(pid: int) -> bool:
    """Whether a process runs. One that ended and waits for its parent to notice doesn't count."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state not in ("Z", "X")


# --- one server -----------------------------------------------------------------------------------------------------


@contextmanager
def _running_postgres(
    settings: Mapping[str, str] = _SETTINGS, signals: tuple[str, ...] = ()
) -> Iterator[PostgresServer]:
    """Make a server, run it for the length of the block, stop it and remove its folder. Raises ServerUnavailable.

    `signals` are empty files in its data folder that tell it to be something else.
    """
    binaries = find_binaries()
    if binaries is None:
        raise ServerUnavailable("the PostgreSQL server binaries are missing (Debian, Ubuntu: the package postgresql)")
    account = unprivileged_user()
    root = Path(tempfile.mkdtemp(prefix="parity-pg-", dir=_folder_for_servers()))
    try:
        if account is not None:
            os.chown(root, account.pw_uid, account.pw_gid)
        _make_cluster(binaries, root, account, settings)
        for name in signals:
            (root / "data" / name).touch()
        process, port = _start_on_free_port(binaries, root, account)
        try:
            yield PostgresServer("127.0.0.1", port, SUPERUSER, str(root), binaries_version(binaries), process.pid)
        finally:
            _stop(process)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _folder_for_servers() -> str | None:
    """In memory where there is room: a new database is 300 new files, which takes a disk three times as long.

    A socket's whole path must fit into about 100 bytes, which a test runner's own temporary folders don't promise.
    """
    if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > _ROOM_IN_MEMORY:
        return "/dev/shm"
    return "/tmp" if os.access("/tmp", os.W_OK) else None


def _run_as(account: pwd.struct_passwd | None) -> dict[str, object]:
    """The Popen arguments that give root's rights away, and an environment without anybody's settings."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    arguments: dict[str, object] = {"cwd": "/", "env": {**keep, "LC_ALL": "C"}, "stdin": subprocess.DEVNULL}
    if account is not None:
        arguments |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return arguments


@contextmanager
def small_postgres(locks: int) -> Iterator[PostgresServer]:
    """A server for the length of the block with `max_locks_per_transaction`. Raises ServerUnavailable."""
    with _running_postgres({**_SETTINGS, "max_locks_per_transaction": str(locks)}) as server:
        yield server


@contextmanager
def standby_postgres() -> Iterator[PostgresServer]:
    """A server for the length of the block that repeats what another one does, which never comes.

    Raises ServerUnavailable.
    """
    with _running_postgres(_STANDBY_SETTINGS, ("standby.signal",)) as server:
        yield server


def _make_cluster(binaries: Path, root: Path, account: pwd.struct_passwd | None, settings: Mapping[str, str]) -> None:
    made = subprocess.run(
        [binaries / "initdb", "-D", root / "data", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        capture_output=True,
        text=True,
        **_run_as(account),  # type: ignore[call-overload]
    )
    if made.returncode != 0:
        raise ServerUnavailable(f"initdb failed: {made.stderr.strip()}")
    with (root / "data" / "postgresql.conf").open("a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        conf.write(f"unix_socket_directories = '{root}'\n")
    (root / "data" / "pg_hba.conf").write_text(_ACCESS)
    quoted = PASSWORD.replace("'", "''")
    roles = f"CREATE ROLE {PASSWORD_ROLE} LOGIN CREATEDB PASSWORD '{quoted}';\nCREATE ROLE {LIMITED_ROLE} LOGIN;\n"
    # The single-user mode needs no port, no client program and no driver.
    single = [binaries / "postgres", "--single", "-j", "-D", root / "data", "postgres"]
    arguments = {name: value for name, value in _run_as(account).items() if name != "stdin"}
    said = subprocess.run(
        single,
        input=roles.replace(";\n", ";\n\n"),
        capture_output=True,
        text=True,
        **arguments,  # type: ignore[call-overload]
    )
    if said.returncode != 0 or "ERROR:" in said.stderr:
        raise ServerUnavailable(f"the roles can't be made: {said.stderr.strip()}")


def _start_on_free_port(
    binaries: Path, root: Path, account: pwd.struct_passwd | None
) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(5):
        port = free_port()
        process = _start(binaries, root, account, port)
        if process is not None:
            return process, port
    log = (root / "log").read_text(errors="replace")
    raise ServerUnavailable(f"the server doesn't start:\n{log[-2000:]}")


def _start(binaries: Path, root: Path, account: pwd.struct_passwd | None, port: int) -> subprocess.Popen[bytes] | None:
    """Start the server and wait until it lets clients in. None if it ended, e.g. because the port was taken."""
    with (root / "log").open("ab") as log:
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [binaries / "postgres", "-D", root / "data", "-p", str(port)],
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_stop_with_parent,
            **_run_as(account),  # type: ignore[call-overload]
        )
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return None
        try:
            # The last line of the file is written when clients are let in.
            if (root / "data" / "postmaster.pid").read_text().split("\n")[7].strip() in ("ready", "standby"):
                return process
        except (OSError, IndexError):
            pass
        time.sleep(0.02)
    _stop(process)
    return None


def _stop_with_parent() -> None:
    """In the child: have the kernel stop the server at once when its keeper is gone. Linux only."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server; not politely, because nothing in it is worth keeping."""
    if process.poll() is None:
        process.send_signal(signal.SIGQUIT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# --- one server for a whole test session ----------------------------------------------------------------------------


def shared_postgres(folder: Path, owner: int) -> PostgresServer:
    """The session's server. The first who asks has it started; all others, in any process, get the same.

    `folder` is the session's own, the same for all its processes; `owner` is the process whose end is the server's end.
    """
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = folder / "server.json"
        if not state.exists():
            _start_keeper(folder, owner)
        answer = json.loads(state.read_text())
    if "unavailable" in answer:
        raise ServerUnavailable(answer["unavailable"])
    return PostgresServer(**answer["server"])


def _start_keeper(folder: Path, owner: int) -> None:
    with (folder / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, __file__, "keep", str(folder), str(owner)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C goes to everybody in the terminal's process group; the keeper cleans up after the others.
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while not (folder / "server.json").exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            log_text = (folder / "keeper.log").read_text(errors="replace")
            raise ServerUnavailable(f"the process that keeps the server gave up:\n{log_text[-2000:]}")
        time.sleep(0.02)
    # It outlives this process object on purpose; without this, Python warns about a child that still runs.
    keeper.returncode = 0


def stop_shared(folder: Path) -> None:
    """Stop the session's server, where one was started, and wait until it is gone."""
    try:
        answer = json.loads((folder / "server.json").read_text())
    except FileNotFoundError:
        return
    keeper: int = answer["keeper"]
    deadline = time.monotonic() + _STOP_SECONDS
    try:
        os.kill(keeper, signal.SIGTERM)
        while is_alive(keeper) and time.monotonic() < deadline:
            time.sleep(0.01)
    except ProcessLookupError:
        return


@contextmanager
def private_postgres() -> Iterator[PostgresServer]:
    """A server for the length of the block, for tests that hurt theirs. Raises ServerUnavailable."""
    folder = Path(tempfile.mkdtemp(prefix="parity-tests-"))
    try:
        yield shared_postgres(folder, os.getpid())
    finally:
        stop_shared(folder)
        shutil.rmtree(folder, ignore_errors=True)


class _Ended(BaseException):
    """A signal told the keeper to end."""


def _end(signum: int, frame: object) -> None:
    raise _Ended


def keep(folder: Path, owner: int) -> None:
    """Run the session's server until the owner is gone, or until a signal says so."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        with _running_postgres(_SHARED_SETTINGS) as server:
            _answer(folder, {"keeper": os.getpid(), "server": asdict(server)})
            while is_alive(owner) and is_alive(server.pid):
                time.sleep(0.2)
    except ServerUnavailable as error:
        _answer(folder, {"keeper": os.getpid(), "unavailable": str(error)})
    except _Ended:
        pass
    if not is_alive(owner):
        shutil.rmtree(folder, ignore_errors=True)


def _answer(folder: Path, answer: dict[str, object]) -> None:
    """Write the state so that nobody reads half of it."""
    new = folder / "server.json.new"
    new.write_text(json.dumps(answer))
    new.rename(folder / "server.json")


def main(arguments: list[str]) -> int:
    """`binaries`: where they are (exit 1 where they aren't). `keep FOLDER PID`: be the keeper of a session's server."""
    match arguments:
        case ["binaries"]:
            folder = find_binaries()
            print(folder or "no PostgreSQL server binaries here")
            return 0 if folder else 1
        case ["keep", folder_name, owner]:
            keep(Path(folder_name), int(owner))
            return 0
        case _:
            print(main.__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
