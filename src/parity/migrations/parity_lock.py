"""parity.lock: where each migration of the folder leads, so that a database can be held against it without a replay.

For each migration it holds the checksum of the script and the fingerprint of the schema behind it; for the last one the
whole schema, one object on a line; and for each what leads back to the state before. What is written here comes from a
replay. The seal is a hash of all that stands above it: it finds what was edited by hand or damaged, and no forger, whom
a replay finds (`parity check --replay`).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from parity.errors import MigrationsInvalid
from parity.migrations.checksum import matches
from parity.migrations.folder import PARITY_LOCK, Migration
from parity.migrations.write import TEMPORARY
from parity.schema.fingerprint import fingerprint, from_json, in_order, to_json
from parity.schema.model import Extension, Schema
from parity.schema.patches import Patch, patch_back, patched

LARGEST = 256 * 1024 * 1024
"""How many bytes the file may have."""
_FORMAT = 1
_SEAL = '  "seal": '
_CONFLICT = re.compile(rb"^(<<<<<<<|>>>>>>>)( |\r?$)", re.MULTILINE)


class LockEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One migration. `fingerprint` is that of the schema behind it (see `state_of`)."""

    name: str
    checksum: str
    fingerprint: str
    added: tuple[tuple[str, ...], ...]
    before: msgspec.Raw
    """With `added` the patch that leads back to the state before it, as JSON."""

    @property
    def back(self) -> Patch:
        """What leads back to the state before it."""
        return Patch(from_json(bytes(self.before)), self.added)


class ParityLock(Struct, frozen=True, forbid_unknown_fields=True):
    """The file, without its seal. Entries stand in byte order of their names, as migrations are applied."""

    format: int = field(name="parity.lock")
    provider: str
    server: str
    """Where it was replayed, as the server calls itself, up to what changes how it prints a definition."""
    schemas: tuple[str, ...]
    """The namespaces that the datasource listed; () for the connection's default one."""
    datamodel: str | None
    """The hash of what the schema file asked for, where that was the schema of the last migration."""
    migrations: tuple[LockEntry, ...]
    schema: msgspec.Raw
    """Behind the last migration, as JSON."""
    files: str | None = None
    """The hash of the schema files themselves (see `workflow.schema_files`), where `datamodel` is theirs."""
    seal: str = ""

    def schema_after(self, count: int) -> Schema:
        """The schema behind the first `count` migrations. Raises MigrationsInvalid PAR261 where it isn't the one whose
        fingerprint stands there: so no schema is believed that no fingerprint vouches for."""
        schema = from_json(bytes(self.schema))
        for entry in reversed(self.migrations[count:]):
            schema = patched(schema, entry.back)
        if count and state_of(schema) != self.migrations[count - 1].fingerprint:
            name = self.migrations[count - 1].name
            raise _damaged(Path(PARITY_LOCK), f"the schema that it holds behind {name} isn't that of its fingerprint")
        return schema

    def states(self) -> Iterator[tuple[LockEntry, Schema]]:
        """Each migration with the schema that is held behind it, from the last one back, whatever fingerprints say."""
        schema = from_json(bytes(self.schema))
        for entry in reversed(self.migrations):
            yield entry, schema
            schema = patched(schema, entry.back)

    def extensions_after(self, count: int) -> tuple[Extension, ...]:
        """Those of `schema_after`; nothing else is read."""
        found = {one.name: one for one in _extensions(self.schema)}
        for entry in reversed(self.migrations[count:]):
            for name in (added[1] for added in entry.added if added[0] == "extension"):
                found.pop(name, None)
            found |= {one.name: one for one in _extensions(entry.before)}
        return tuple(found.values())

    def known(self, migrations: tuple[Migration, ...]) -> int:
        """How many migrations the lock and the list have in common, from the first on: the same names and scripts."""
        count = 0
        for entry, migration in zip(self.migrations, migrations, strict=False):
            if entry.name != migration.name or not matches(entry.checksum, migration.raw):
                break
            count += 1
        return count


class _Extensions(Struct, frozen=True):
    extensions: tuple[Extension, ...] = ()


class Reached(Struct, frozen=True):
    """A migration, and the schema behind it."""

    migration: Migration
    schema: Schema


def state_of(schema: Schema) -> str:
    """The fingerprint that entries hold. Extensions are left out: administrators install them, too."""
    return fingerprint(replace(schema, extensions=()))


def make_lock(
    provider: str,
    server: str,
    namespaces: tuple[str, ...],
    datamodel: str | None,
    steps: Iterator[Reached],
    known: tuple[tuple[LockEntry, ...], Schema] = ((), Schema()),
) -> ParityLock:
    """A lock of what is known already (its entries, and the schema behind them) and of the steps that follow."""
    entries, schema = list(known[0]), known[1]
    for step in steps:
        back = patch_back(step.schema, schema)
        entries.append(
            LockEntry(
                step.migration.name,
                step.migration.checksum,
                state_of(step.schema),
                back.added,
                msgspec.Raw(to_json(back.before).strip().encode()),
            )
        )
        schema = step.schema
    text = "".join(_lines_of(schema)).encode()
    return ParityLock(_FORMAT, provider, server, namespaces, datamodel, tuple(entries), msgspec.Raw(text))


def read_lock(folder: Path) -> ParityLock | None:
    """The lock of the folder; None where there is none. Raises MigrationsInvalid PAR261, PAR262."""
    path = folder / PARITY_LOCK
    raw = _read(path)
    return None if raw is None else parse_lock(raw, path)


def parse_lock(raw: bytes, path: Path) -> ParityLock:
    """The lock that these bytes are. `path` is named where they are none."""
    try:
        lock = msgspec.json.decode(raw, type=ParityLock)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # With such marks it can't be JSON: no string of that holds a line break.
        if _CONFLICT.search(raw):
            raise MigrationsInvalid(
                "PAR262",
                f"{path} holds the marks of a merge conflict",
                why="two branches have both added a migration",
                hint="`parity migrate rebase` puts one behind the other, and makes the file anew",
            ) from error
        raise _damaged(path, "it isn't the JSON that was written") from error
    if lock.format != _FORMAT:
        raise MigrationsInvalid(
            "PAR263",
            f"{path} is of another version",
            why=f"its format is {lock.format}, and this program knows {_FORMAT}",
            hint="use the version of parity that wrote it, or make it anew: `parity migrate lock`",
        )
    if lock.seal != _seal(raw):
        raise _damaged(path, "its seal doesn't fit what it holds: it was edited by hand, or damaged")
    return lock


def write_lock(folder: Path, lock: ParityLock) -> bool:
    """Write the file, beside its place first; whether it was another one before. Raises MigrationsInvalid PAR239."""
    path = folder / PARITY_LOCK
    text = lock_text(lock).encode()
    unfinished = folder / f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(6)}"
    try:
        if path.is_file() and path.read_bytes() == text:
            return False
        folder.mkdir(parents=True, exist_ok=True)
        with unfinished.open("xb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise MigrationsInvalid(
            "PAR239",
            f"{path} can't be written",
            why=error.strerror or str(error),
            hint="make the folder writable, and run `parity migrate lock`",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def lock_text(lock: ParityLock) -> str:
    """The file's text. One migration or object on a line, so that a diff shows which were changed."""
    head = (
        ("parity.lock", lock.format),
        ("provider", lock.provider),
        ("server", lock.server),
        ("schemas", lock.schemas),
        ("datamodel", lock.datamodel),
        *((("files", lock.files),) if lock.files is not None else ()),
    )
    lines = [f'  "{key}": {_json(value)},' for key, value in head]
    lines += ['  "migrations": [', ",\n".join(f"    {_json(entry)}" for entry in lock.migrations), "  ],"]
    lines += [f'  "schema": {bytes(lock.schema).decode()},', _SEAL]
    text = "\n".join(["{", *filter(None, lines)])
    return f'{text}"{_seal(text.encode())}"\n}}\n'


def _lines_of(schema: Schema) -> Iterator[str]:
    """The schema's JSON, with each of its objects on a line of its own."""
    ordered = in_order(schema)
    parts = {key: getattr(ordered, key) for key in ("tables", "enums", "extensions", "opaques")}
    yield to_json(replace(ordered, **dict.fromkeys(parts, ()))).strip().removesuffix("}")
    for key, items in parts.items():
        if items:
            yield f',\n    "{key}": [\n' + ",\n".join(f"      {_json(item)}" for item in items) + "\n    ]"
    yield "}"


def _extensions(schema: msgspec.Raw) -> tuple[Extension, ...]:
    return msgspec.json.decode(schema, type=_Extensions).extensions


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _seal(raw: bytes) -> str:
    """The hash of all that stands before the seal, whichever line ends git has given it."""
    return hashlib.sha256(raw.rpartition(b"\n" + _SEAL.encode())[0].rstrip(b"\r").replace(b"\r\n", b"\n")).hexdigest()


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _damaged(path, f"it can't be read ({error.strerror})") from error
    if len(raw) > LARGEST:
        raise _damaged(path, f"it is larger than {LARGEST} bytes")
    return raw


def _damaged(path: Path, why: str) -> MigrationsInvalid:
    return MigrationsInvalid(
        "PAR261",
        f"{path} can't be trusted",
        why=why,
        hint="restore it from version control, or make it anew from a replay: `parity migrate lock`",
    )
