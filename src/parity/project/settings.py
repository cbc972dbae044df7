"""What a project's own files say about it: [tool.parity] in pyproject.toml, "prisma" in package.json, prisma.config.ts.

Reads files, nothing else. prisma.config.ts is never run: a few literal forms are found by pattern, and what can't be
read so is left out, as if the file didn't say it.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from parity.errors import ConfigError
from parity.project.seed import SeedCommand, seed_of_parity, seed_of_prisma

_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class UrlSetting:
    """A URL as a configuration gives it: its text, or the variable that holds it. `origin` says where it stands."""

    text: str | None
    variable: str | None
    origin: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that were found; None where nothing says it. Paths are absolute."""

    root: Path
    """The folder that the settings belong to: the nearest one upwards that holds one of the files, else the start."""
    schema: Path | None = None
    migrations: Path | None = None
    url: UrlSetting | None = None
    shadow_url: UrlSetting | None = None
    seed: SeedCommand | None = None


def read_settings(start: Path) -> Settings:
    """The settings that hold for a command run in `start`. Raises ConfigError for a file that can't be read."""
    root = _root(start)
    parts = (_pyproject(root), _package_json(root), _prisma_config(root))
    return Settings(
        root=root,
        schema=next((p.schema for p in parts if p.schema), None),
        migrations=next((p.migrations for p in parts if p.migrations), None),
        url=next((p.url for p in parts if p.url), None),
        shadow_url=next((p.shadow_url for p in parts if p.shadow_url), None),
        seed=next((p.seed for p in parts if p.seed), None),
    )


_MARKERS = ("pyproject.toml", "package.json", "prisma.config.ts", "schema.prisma", "prisma")


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
    try:
        table = tomllib.loads(text).get("tool", {}).get("parity", {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("PAR111", f"{path} isn't valid TOML", why=str(error)) from error
    known = ("schema", "migrations", "url", "url_env", "shadow_url", "shadow_url_env")
    for name in known:
        if name in table and not isinstance(table[name], str):
            raise ConfigError("PAR112", f"{path}: [tool.parity] {name} must be a string")
    return Settings(
        root,
        schema=root / table["schema"] if "schema" in table else None,
        migrations=root / table["migrations"] if "migrations" in table else None,
        url=_toml_url(table, "url", path),
        shadow_url=_toml_url(table, "shadow_url", path),
        seed=seed_of_parity(table["seed"], path) if "seed" in table else None,
    )


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
        schema=root / schema if isinstance(schema, str) else None,
        seed=seed_of_prisma(seed, f'"prisma" in {path.name}'),
    )


_STRING = r"""(?:"([^"\\\n]*)"|'([^'\\\n]*)'|`([^`\\$]*)`)"""
_ENV = rf"(?:env(?:<[^>]*>)?\(\s*{_STRING}\s*\)|process\.env\.(\w+)|process\.env\[\s*{_STRING}\s*\])"


def _prisma_config(root: Path) -> Settings:
    for path in (root / "prisma.config.ts", root / "prisma.config.js", root / ".config" / "prisma.ts"):
        text = _read_text(path)
        if text is not None:
            break
    else:
        return Settings(root)
    code = _without_comments(text)
    schema = _config_string(code, "schema")
    migrations = re.search(rf"\bmigrations\s*:\s*\{{[^{{}}]*?\bpath\s*:\s*{_STRING}", code)
    origin = path.relative_to(root).as_posix()
    return Settings(
        root,
        schema=root / schema if schema else None,
        migrations=root / _first(migrations) if migrations else None,
        url=_config_url(code, "url", origin),
        shadow_url=_config_url(code, "shadowDatabaseUrl", origin),
        seed=seed_of_prisma(_config_seed(code), origin),
    )


def _without_comments(code: str) -> str:
    pattern = rf"{_STRING}|//[^\n]*|/\*.*?\*/"
    return re.sub(pattern, lambda m: "" if m.group(0).startswith("/") else m.group(0), code, flags=re.DOTALL)


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _config_string(code: str, key: str) -> str | None:
    match = re.search(rf"(?<![\w.]){key}\s*:\s*(?:path\.join\(\s*)?{_STRING}(?:\s*,\s*{_STRING})?", code)
    if match is None:
        return None
    return "/".join(group for group in match.groups() if group is not None)


_SEED = r"""(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`([^`\\$]*)`)"""


def _config_seed(code: str) -> str | None:
    match = re.search(rf"\bmigrations\s*:\s*\{{[^{{}}]*?\bseed\s*:\s*{_SEED}", code)
    return None if match is None else re.sub(r"""\\(["'])""", r"\1", _first(match))


def _config_url(code: str, key: str, origin: str) -> UrlSetting | None:
    match = re.search(rf"(?<![\w.]){key}\s*:\s*{_ENV}", code)
    if match is not None:
        return UrlSetting(None, _first(match), origin)
    match = re.search(rf"(?<![\w.]){key}\s*:\s*{_STRING}", code)
    return UrlSetting(_first(match), None, origin) if match is not None else None
