"""What a project's own files say about it: [tool.parity] in pyproject.toml, "prisma" in package.json, prisma.config.ts.

Reads files, nothing else. prisma.config.ts is never run: `prisma_config` says what can be read of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from parity.errors import ConfigError
from parity.project.prisma_config import NAMES, Text, Value, Variable, read_config
from parity.project.seed import SeedCommand, seed_of_parity, seed_of_prisma

_MAX_BYTES = 1 << 20


class UrlSetting(Struct, frozen=True):
    """A URL as a configuration gives it: its text, or the variable that holds it. `origin` says where it stands."""

    text: str | None
    variable: str | None
    origin: str


class EnvironmentSetting(Struct, frozen=True):
    """One of [tool.parity.environments]: a database that `parity check` can be held against.

    `schemas` are the namespaces that count there, () for all; `ignore` are patterns of the names of tables, types and
    views that don't belong to the project.
    """

    name: str
    url: UrlSetting | None
    protected: bool = False
    schemas: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Settings(Struct, frozen=True):
    """The settings that were found; None where nothing says it. Paths are absolute."""

    root: Path
    """The folder that the settings belong to: the nearest one upwards that holds one of the files, else the start."""
    schema: Path | None = None
    migrations: Path | None = None
    url: UrlSetting | None = None
    shadow_url: UrlSetting | None = None
    seed: SeedCommand | None = None
    environments: tuple[EnvironmentSetting, ...] = ()
    data: Path | None = None
    """The folder of reference data, where it isn't `data` beside the migrations."""
    reads_data: bool = True
    """False for a project whose folder of that name holds something else."""
    unread_schema: str | None = None
    """The file that names a schema in a way that only running the file could tell."""

    @property
    def protected(self) -> tuple[tuple[str, UrlSetting], ...]:
        """The environments that nothing may empty: their names, and where they are."""
        return tuple((one.name, one.url) for one in self.environments if one.protected and one.url is not None)


def read_settings(start: Path) -> Settings:
    """The settings that hold for a command run in `start`. Raises ConfigError for a file that can't be read."""
    root = _root(start)
    # As Prisma does: what stands in package.json counts only where there is no prisma.config.ts.
    parts = (_pyproject(root), _prisma_config(root), _package_json(root))
    chosen = next((part for part in parts if part.schema or part.unread_schema), None)
    return Settings(
        root=root,
        schema=None if chosen is None else chosen.schema,
        migrations=next((p.migrations for p in parts if p.migrations), None),
        url=next((p.url for p in parts if p.url), None),
        shadow_url=next((p.shadow_url for p in parts if p.shadow_url), None),
        seed=next((p.seed for p in parts if p.seed), None),
        environments=parts[0].environments,
        data=parts[0].data,
        reads_data=parts[0].reads_data,
        unread_schema=None if chosen is None else chosen.unread_schema,
    )


_MARKERS = ("pyproject.toml", "package.json", *NAMES, "schema.prisma", "prisma")


def _root(start: Path) -> Path:
    for folder in (start, *start.parents):
        if any((folder / marker).exists() for marker in _MARKERS):
            return folder
        if (folder / ".git").exists():
            break
    return start


def _read_text(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise ConfigError("PAR110", f"can't read {path}", why=error.strerror) from error
    if len(data) > _MAX_BYTES:
        raise ConfigError("PAR110", f"can't read {path}", why="it is larger than 1 MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("PAR110", f"can't read {path}", why=f"byte {error.start} isn't UTF-8") from error


def _pyproject(root: Path) -> Settings:
    path = root / "pyproject.toml"
    text = _read_text(path)
    if text is None:
        return Settings(root)
    import tomllib  # slow to load, and most projects of deployments have no such file

    try:
        tool = tomllib.loads(text).get("tool")
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("PAR111", f"{path} isn't valid TOML", why=str(error)) from error
    table = tool.get("parity", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError("PAR112", f"{path}: [tool.parity] must be a table")
    known = ("schema", "migrations", "url", "url_env", "shadow_url", "shadow_url_env")
    for name in known:
        if name in table and not (isinstance(table[name], str) and table[name]):
            raise ConfigError("PAR112", f"{path}: [tool.parity] {name} must be a string, and not an empty one")
    data = table.get("data", True)
    if not isinstance(data, bool) and not (isinstance(data, str) and data):
        raise ConfigError("PAR112", f"{path}: [tool.parity] data must be a folder, or false")
    return Settings(
        root,
        data=root / data if isinstance(data, str) else None,
        reads_data=data is not False,
        schema=root / table["schema"] if "schema" in table else None,
        migrations=root / table["migrations"] if "migrations" in table else None,
        url=_toml_url(table, "url", path),
        shadow_url=_toml_url(table, "shadow_url", path),
        seed=seed_of_parity(table["seed"], path) if "seed" in table else None,
        environments=tuple(_environments(table.get("environments", {}), path)),
    )


def _environments(environments: object, path: Path) -> Iterator[EnvironmentSetting]:
    """The environments. What is wrong in one must not leave it unprotected in silence."""
    if not isinstance(environments, dict):
        raise ConfigError("PAR112", f"{path}: [tool.parity.environments] must hold a table for each environment")
    for name, table in environments.items():
        if not isinstance(table, dict):
            raise ConfigError("PAR112", f"{path}: [tool.parity.environments.{name}] must be a table")
        for key in ("url", "url_env"):
            if key in table and not (isinstance(table[key], str) and table[key]):
                raise ConfigError("PAR112", f"{path}: [tool.parity.environments.{name}] {key} must be a string")
        protected = table.get("protected", False)
        if not isinstance(protected, bool):
            raise ConfigError("PAR112", f"{path}: [tool.parity.environments.{name}] protected must be true or false")
        url = _toml_url(table, "url", path)
        if protected and url is None:
            raise ConfigError(
                "PAR112", f"{path}: [tool.parity.environments.{name}] is protected and has no url or url_env"
            )
        lists = {key: _names(table.get(key, []), f"{path}: [tool.parity.environments.{name}] {key}") for key in _LISTS}
        yield EnvironmentSetting(name, url, protected, **lists)


_LISTS = ("schemas", "ignore")


def _names(value: object, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ConfigError("PAR112", f"{what} must be a list of strings")
    return tuple(value)


def _toml_url(table: dict[str, str], name: str, path: Path) -> UrlSetting | None:
    origin = f"[tool.parity] in {path.name}"
    if name in table:
        return UrlSetting(table[name], None, origin)
    if f"{name}_env" in table:
        return UrlSetting(None, table[f"{name}_env"], origin)
    return None


def _package_json(root: Path) -> Settings:
    path = root / "package.json"
    text = _read_text(path)
    if text is None:
        return Settings(root)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError("PAR113", f"{path} isn't valid JSON", why=str(error)) from error
    prisma = content.get("prisma") if isinstance(content, dict) else None
    schema = prisma.get("schema") if isinstance(prisma, dict) else None
    seed = prisma.get("seed") if isinstance(prisma, dict) else None
    return Settings(
        root,
        schema=root / schema if isinstance(schema, str) and schema else None,
        seed=seed_of_prisma(seed, f'"prisma" in {path.name}'),
    )


def _prisma_config(root: Path) -> Settings:
    for name in NAMES:
        path = root / name
        text = _read_text(path)
        if text is not None:
            break
    else:
        return Settings(root)
    config = read_config(text)
    origin = path.relative_to(root).as_posix()
    migrations, datasource = _member(config, "migrations"), _member(config, "datasource")
    schema, folder, seed = config.get("schema"), migrations.get("path"), migrations.get("seed")
    return Settings(
        root,
        schema=_config_path(schema, root, path.parent) if isinstance(schema, Text) else None,
        migrations=_config_path(folder, root, path.parent) if isinstance(folder, Text) else None,
        url=_config_url(datasource.get("url"), origin),
        shadow_url=_config_url(datasource.get("shadowDatabaseUrl"), origin),
        seed=seed_of_prisma(seed.value if isinstance(seed, Text) else None, origin),
        unread_schema=None if schema is None or isinstance(schema, Text) else origin,
    )


def _member(config: Mapping[str, Value], key: str) -> Mapping[str, Value]:
    value = config.get(key)
    return value if isinstance(value, Mapping) else {}


def _config_path(text: Text, root: Path, folder: Path) -> Path:
    return Path(os.path.normpath((root if text.from_root else folder) / text.value))


def _config_url(value: Value | None, origin: str) -> UrlSetting | None:
    if isinstance(value, Variable):
        return UrlSetting(None, value.name, origin)
    return UrlSetting(value.value, None, origin) if isinstance(value, Text) else None
