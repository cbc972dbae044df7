"""Which database a command means: from --url, the settings, the datasource block, DATABASE_URL. Never prints a URL."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.base import Dialect, Target
from parity.dialects.registry import dialect_for_url
from parity.errors import ConfigError
from parity.project.environment import Environment
from parity.project.settings import Settings, UrlSetting
from parity.psl.model import Datasource

_FALLBACK = "DATABASE_URL"


class FoundUrl(Struct, frozen=True):
    """A URL, where it came from, and the folder that a relative file path in it starts from."""

    url: str
    origin: str
    base: Path

    def __repr__(self) -> str:
        return f"FoundUrl(origin={self.origin!r})"


def find_url(
    option: str | None,
    settings: Settings,
    datasource: Datasource | None,
    environment: Environment,
    working_folder: Path,
    schema_folder: Path,
) -> FoundUrl:
    """The URL that migrations run on: `directUrl` before `url`, as poolers don't take DDL. Raises ConfigError."""
    if option is not None:
        return FoundUrl(option, "--url", working_folder)
    if settings.url is not None:
        return setting_url(settings.url, settings, environment)
    if datasource is not None:
        for name, value in (("directUrl", datasource.direct_url), ("url", datasource.url)):
            if value is None:
                continue
            if isinstance(value, str):
                return FoundUrl(value, f"{name} in the datasource block", schema_folder)
            text = environment.get(value.name)
            if text is not None:
                return FoundUrl(text, environment.origin(value.name), schema_folder)
            if name == "url" or datasource.url is None:
                raise _unset(value.name, environment, f"{name} in the datasource block asks for it")
    text = environment.get(_FALLBACK)
    if text is None:
        raise _unset(_FALLBACK, environment, "the datasource block names no url")
    return FoundUrl(text, environment.origin(_FALLBACK), schema_folder)


def find_shadow_url(
    option: str | None,
    settings: Settings,
    datasource: Datasource | None,
    environment: Environment,
    working_folder: Path,
    schema_folder: Path,
) -> FoundUrl | None:
    """The URL of the scratch database where the user names one, else None. Raises ConfigError for an unset variable."""
    if option is not None:
        return FoundUrl(option, "--shadow-url", working_folder)
    if settings.shadow_url is not None:
        return setting_url(settings.shadow_url, settings, environment)
    value = datasource.shadow_database_url if datasource is not None else None
    if value is None:
        return None
    if isinstance(value, str):
        return FoundUrl(value, "shadowDatabaseUrl in the datasource block", schema_folder)
    text = environment.get(value.name)
    # Teams leave the variable unset where no scratch database of their own is needed; Prisma ignores it then, too.
    return None if text is None else FoundUrl(text, environment.origin(value.name), schema_folder)


def url_of_variable(name: str, environment: Environment, base: Path) -> FoundUrl:
    """The URL that a named variable holds (`--from-env`). Raises ConfigError."""
    text = environment.get(name)
    if text is None:
        raise _unset(name, environment, "the command line names it")
    return FoundUrl(text, environment.origin(name), base)


def target_of(found: FoundUrl, wanted: Dialect | None = None) -> tuple[Dialect, Target]:
    """The dialect and the place that a URL names. A scheme that several share means `wanted`, if that is one of them.

    Raises ConfigError P1013, without showing the URL.
    """
    text = found.url.strip()
    dialect = dialect_for_url(text, wanted)
    return dialect, replace(dialect.driver.parse_url(text, found.base), source=found.origin)


def check_same_database_kind(dialect: Dialect, wanted: Dialect, origin: str) -> None:
    """Refuse a URL of another kind of database than the schema's provider. Raises ConfigError."""
    if dialect.name != wanted.name:
        raise ConfigError(
            "P1013",
            f"the URL from {origin} is one of {dialect.title}, the schema's provider is {wanted.name}",
            hint="make the datasource's provider and the URL name the same kind of database",
        )


def setting_url(setting: UrlSetting, settings: Settings, environment: Environment) -> FoundUrl:
    """The URL that a setting names. Raises ConfigError for an unset variable."""
    if setting.text is not None:
        return FoundUrl(setting.text, setting.origin, settings.root)
    name = setting.variable or _FALLBACK
    text = environment.get(name)
    if text is None:
        raise _unset(name, environment, f"{setting.origin} asks for it")
    return FoundUrl(text, environment.origin(name), settings.root)


def _unset(name: str, environment: Environment, why: str) -> ConfigError:
    return ConfigError(
        "PAR122",
        f"the variable {name} is not set",
        why=f"{why}; looked in {', '.join(environment.searched)}",
        hint=f"set {name} in the environment or in .env, or pass --url",
    )
