"""Reading the migrations folder: `<name>/migration.sql` for each migration, and migration_lock.toml beside
them.

Each file is read once: the bytes that are hashed are the bytes that are executed. The order is the plain byte
order of the names; a name that isn't a time is as good as any. Nothing is written here, and no link is
followed out of the folder.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Collection, Iterator
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from parity.errors import ConfigError, MigrationsInvalid
from parity.migrations.checksum import checksum_of
from parity.migrations.lockfile import LOCK_FILE, read_provider
from parity.migrations.names import byte_order
from parity.records import compared_without, shown_without

SCRIPT = "migration.sql"
PARITY_LOCK = "parity.lock"
"""What stands beside the migrations: see `parity.migrations.parity_lock`."""
LARGEST_SCRIPT = 256 * 1024 * 1024
"""How many bytes a migration.sql may have."""

_PIECE = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_STAMPED = re.compile(r"[0-9]{14}")


@compared_without("folder")
@shown_without("raw", "sql")
class Migration(Struct, frozen=True):
    """One migration of a folder. `sql` is `raw` as text, without a byte order mark."""

    name: str
    folder: Path
    raw: bytes
    sql: str
    checksum: str

    @property
    def path(self) -> Path:
        """Its migration.sql."""
        return self.folder / self.name / SCRIPT


NAME_WITHOUT_TIME = "PAR242"
SAME_NUMBER = "PAR243"


class FolderWarning(Struct, frozen=True):
    """Something in the folder that is allowed, but may not be meant. `name` is the file or folder."""

    code: str
    name: str
    message: str


class FolderProblem(Struct, frozen=True):
    """Why a migration can't be used. `name` is its folder."""

    code: str
    name: str
    message: str
    hint: str


class MigrationsFolder(Struct, frozen=True):
    """What is in the folder. `provider` is the one of migration_lock.toml, None where that file isn't
    there."""

    path: Path
    migrations: tuple[Migration, ...]
    provider: str | None = None
    warnings: tuple[FolderWarning, ...] = ()

    @property
    def same_numbers(self) -> dict[str, str]:
        """The migrations whose names begin with the same 14 digits as those of the one before them, and that one."""
        names = [migration.name for migration in self.migrations]
        return {name: before for before, name in pairwise(names) if _STAMPED.match(name) and name[:14] == before[:14]}


def read_folder(path: Path) -> MigrationsFolder:
    """Read the folder; empty where it isn't there yet. Raises one MigrationsInvalid for all that is wrong in
    it."""
    folder, problems = survey_folder(path)
    if problems:
        raise error_for(problems)
    return folder


def survey_folder(path: Path) -> tuple[MigrationsFolder, tuple[FolderProblem, ...]]:
    """Read what can be read, and say what can't. Raises MigrationsInvalid for an unreadable folder or lock
    file."""
    migrations: list[Migration] = []
    problems: list[FolderProblem] = []
    warnings: list[FolderWarning] = []
    root = Path(os.path.realpath(path))
    for entry in _entries(path):
        name = entry.name
        if name.startswith(".") or name in (LOCK_FILE, PARITY_LOCK):
            continue
        if not _is_folder(entry):
            warnings.append(FolderWarning("PAR241", name, f"{shown(name)} isn't a migration and is ignored"))
            continue
        result = _read_migration(path, name, root, linked=entry.is_symlink())
        if isinstance(result, FolderProblem):
            problems.append(result)
        else:
            migrations.append(result)
            warnings.extend(_oddities(result, migrations[-2] if len(migrations) > 1 else None))
    provider = read_provider(path) if path.is_dir() else None
    return MigrationsFolder(path, tuple(migrations), provider, tuple(warnings)), tuple(problems)


def error_for(problems: tuple[FolderProblem, ...]) -> MigrationsInvalid:
    """One error that names everything that is wrong. Its code is that of the first problem."""
    first = problems[0]
    if len(problems) == 1:
        return MigrationsInvalid(first.code, first.message, hint=first.hint)
    hints = dict.fromkeys(problem.hint for problem in problems)
    return MigrationsInvalid(
        first.code,
        f"{len(problems)} migrations can't be used:\n" + "\n".join(f"  {problem.message}" for problem in problems),
        hint="\n".join(hints),
    )


def check_provider(folder: MigrationsFolder, provider: str, aliases: Collection[str] = ()) -> None:
    """Raise ConfigError P3019 if the migrations were made for another database than `provider` (or its
    aliases)."""
    if folder.provider is None or folder.provider == provider or folder.provider in aliases:
        return
    raise ConfigError(
        "P3019",
        f"the migrations are for {folder.provider}, but the schema's provider is {provider}",
        why=f"{LOCK_FILE} names the database that the SQL in the folder was written for",
        hint="set the provider back; or, to move to another database, begin a new history: move the migrations"
        " folder away and make the first migration again",
    )


def shown(name: str) -> str:
    """A file's name as it can be printed: with escapes where it holds control characters or isn't text."""
    return name if name.isprintable() and name.strip() == name else ascii(name)


def _entries(path: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as found:
            return sorted(found, key=lambda entry: byte_order(entry.name))
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        raise MigrationsInvalid(
            "PAR230", f"{path} isn't a folder", hint="name the migrations folder, or remove the file"
        ) from None
    except OSError as error:
        raise MigrationsInvalid(
            "PAR230", f"the migrations folder {path} can't be read", why=error.strerror, hint="mend its permissions"
        ) from error


def _oddities(migration: Migration, previous: Migration | None) -> Iterator[FolderWarning]:
    name = migration.name
    number = _STAMPED.match(name)
    if number is None:
        yield FolderWarning(
            NAME_WITHOUT_TIME, name, f"{shown(name)} doesn't begin with 14 digits; it is sorted as it is"
        )
    elif previous is not None and previous.name[:14] == number[0]:
        yield FolderWarning(SAME_NUMBER, name, f"{shown(name)} has the same number as {shown(previous.name)}")
    if migration.raw.startswith(_BOM):
        yield FolderWarning("PAR244", name, f"{shown(name)}/{SCRIPT} begins with a byte order mark, which isn't sent")


def _read_migration(folder: Path, name: str, root: Path, *, linked: bool) -> Migration | FolderProblem:
    label = f"{shown(name)}/{SCRIPT}"
    if not _is_text(name):
        return FolderProblem(
            "PAR231", name, f"the folder name {shown(name)} isn't UTF-8", "rename the folder; the ledger can't hold it"
        )
    try:
        # A thousand are read by each deploy, also where nothing is to be done: a text is joined faster than a Path.
        raw = _read_script(f"{folder}{os.sep}{name}{os.sep}{SCRIPT}", root, linked=linked)
    except (FileNotFoundError, IsADirectoryError):
        return _missing(folder / name, label)
    except _Unusable as error:
        return FolderProblem(error.code, name, f"{label} {error.message}", error.hint)
    except OSError as error:
        return FolderProblem("PAR230", name, f"{label} can't be read: {error.strerror}", "mend its permissions")
    return _decoded(name, folder, label, raw)


def _missing(folder: Path, label: str) -> FolderProblem:
    name = shown(folder.name)
    hint = f"restore the file from version control; if {name} was never applied anywhere, remove the folder"
    try:
        empty = next(folder.iterdir(), None) is None
        if (folder / SCRIPT).is_symlink():
            return FolderProblem("P3015", folder.name, f"{label} is a link to what isn't a file", hint)
        if (folder / SCRIPT).exists():
            return FolderProblem("P3015", folder.name, f"{label} isn't a file", hint)
    except OSError:
        empty = False
    message = f"{name} is an empty folder: {SCRIPT} is missing" if empty else f"{label} is missing"
    return FolderProblem("P3015", folder.name, message, hint)


def _decoded(name: str, folder: Path, label: str, raw: bytes) -> Migration | FolderProblem:
    nul = raw.find(b"\0")
    if nul >= 0:
        hint = "save the file as UTF-8; editors on Windows may have written UTF-16"
        return FolderProblem("PAR235", name, f"{label} holds a NUL character at byte {nul}", hint)
    try:
        sql = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        hint = "save the file as UTF-8"
        found = f"0x{raw[error.start]:02x}"
        return FolderProblem("PAR234", name, f"{label} isn't UTF-8: {found} at byte {error.start}", hint)
    return Migration(name, folder, raw, sql.removeprefix("\ufeff"), checksum_of(raw))


class _Unusable(Exception):
    """The file is there, but mustn't be read."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | _NO_FOLLOW


def _read_script(path: str, root: Path, *, linked: bool) -> bytes:
    """The bytes of a regular file: a FIFO or a device would never end."""
    if linked or (not _NO_FOLLOW and Path(path).is_symlink()):
        path = _inside(path, root)
    try:
        number = os.open(path, _READING)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EMLINK):
            raise
        number = os.open(_inside(path, root), _READING)
    try:
        found = os.fstat(number)
        if not stat.S_ISREG(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, "not a file", path)
        if found.st_size > LARGEST_SCRIPT:
            limit = LARGEST_SCRIPT // 1024 // 1024
            raise _Unusable("PAR232", f"is larger than {limit} MB", "load bulk data by other means than a migration")
        raw = os.read(number, found.st_size + 1)
        while piece := os.read(number, _PIECE):
            raw += piece
        return raw
    finally:
        os.close(number)


def _inside(path: str, root: Path) -> str:
    real = os.path.realpath(path, strict=True)
    if not Path(real).is_relative_to(root):
        raise _Unusable(
            "PAR233",
            "is a link to a place outside of the migrations folder",
            "copy the file into the folder in place of the link",
        )
    return real


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
