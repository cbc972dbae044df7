"""The environment of a command: the real variables, and below them those of .env files.

A real variable always wins. The .env beside the schema wins over the one at the root, as users of Prisma know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from parity.errors import ConfigError
from parity.records import shown_without


@shown_without("variables")
class Environment(Struct, frozen=True):
    """Variables by name, and where those that came out of a file were found. Values are kept out of `repr`."""

    variables: Mapping[str, str]
    origins: Mapping[str, str]
    searched: tuple[str, ...]
    """The places that were looked at, for error messages."""

    def get(self, name: str) -> str | None:
        """The variable's value, or None where it is unset. An empty value counts as unset."""
        return self.variables.get(name) or None

    def origin(self, name: str) -> str:
        """Where the variable's value came from, for people."""
        found = self.origins.get(name)
        return name if found is None else f"{name} from {found}"


def read_environment(real: Mapping[str, str], folders: tuple[Path, ...], root: Path) -> Environment:
    """`real` over the .env files of `folders`, the first folder winning. Raises ConfigError for an unreadable file."""
    variables: dict[str, str] = dict(real)
    origins: dict[str, str] = {}
    searched = ["the environment"]
    for folder in dict.fromkeys(folders):
        path = folder / ".env"
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        searched.append(name)
        for key, value in _read_file(path, variables).items():
            if not variables.get(key):
                variables[key] = value
                origins[key] = name
    return Environment(variables, origins, tuple(searched))


def _read_file(path: Path, known: Mapping[str, str]) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError("PAR114", f"can't read {path}", why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise ConfigError("PAR114", f"can't read {path}", why=f"byte {error.start} isn't UTF-8") from error
    return _parse(text, known)


def _parse(text: str, known: Mapping[str, str]) -> dict[str, str]:
    # The import costs 30 ms: only a project that has a .env file pays for it.
    from io import StringIO

    from dotenv.main import DotEnv

    values = DotEnv(None, StringIO(text), interpolate=False, override=False).dict()
    resolved: dict[str, str] = {}
    for key, value in values.items():
        if value is not None:
            resolved[key] = _interpolate(value, {**resolved, **known})
    return resolved


def _interpolate(value: str, known: Mapping[str, str]) -> str:
    """`${NAME}` is replaced where NAME is known; any other dollar sign stays, as passwords hold them."""
    import re

    return re.sub(r"\$\{(\w+)\}", lambda m: known.get(m.group(1), m.group(0)), value)
