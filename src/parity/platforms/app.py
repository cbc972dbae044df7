"""What is known of an application before a platform's files are written: its language, its start, its database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from parity.dialects.base import Hosting

Look = Callable[[str], str | None]
"""The text of a file of the project by its path, or None where it isn't there."""

PORT = "8080"
_PLACES = ("main.py", "app.py", "app/main.py", "app/app.py", "src/main.py", "api/main.py", "server.py", "wsgi.py")
_MADE = re.compile(r"^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(FastAPI|Starlette|Litestar|Quart|Flask)\(", re.MULTILINE)
_DJANGO = re.compile(r"DJANGO_SETTINGS_MODULE[\"']\s*,\s*[\"'](\w+)\.settings")
_FRAMEWORKS = re.compile(
    r"^\W*(fastapi|flask|django|starlette|litestar|quart|aiohttp|sanic|uvicorn|gunicorn)\b",
    re.IGNORECASE | re.MULTILINE,
)
_SERVERS = {"express", "fastify", "koa", "next", "hono", "@nestjs/core", "nuxt", "@sveltejs/kit", "@remix-run/node"}


class App(Struct, frozen=True):
    """An application, as far as its files tell."""

    name: str
    package: str
    """What pip installs: `parity-db[extra]==1.2.3`."""
    variable: str
    """The variable that holds the database's URL."""
    hosting: Hosting | None
    is_file_database: bool
    branch: str = "main"
    repository: str | None = None
    """`owner/name` on GitHub."""
    is_node: bool = False
    has_build: bool = False
    start: tuple[str, ...] | None = None
    """The command that starts it on the port `$PORT`; None where nothing says it."""
    requirements: str | None = None
    """The file that pip reads, where the application has one (or gets one from here)."""

    def started_on(self, port: str) -> tuple[str, ...] | None:
        """The command that starts it, on a port."""
        return None if self.start is None else tuple(word.replace("$PORT", port) for word in self.start)


def component_name(text: str) -> str:
    """A name as App Platform takes it: 2 to 32 small letters, digits and dashes, beginning with a letter."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    plain = re.sub(r"^[^a-z]+", "", plain)[:32].strip("-")
    return plain if len(plain) > 1 else "app"


def is_node(look: Look) -> bool:
    """Whether the back end is one of Node: what starts a server in Python comes first, then package.json."""
    package = package_of(look("package.json"))
    if package is None or python_start(look) is not None:
        return False
    if any(_FRAMEWORKS.search(look(path) or "") for path in ("requirements.txt", "pyproject.toml", "Pipfile")):
        return False
    scripts, needs = _table(package, "scripts"), _table(package, "dependencies")
    if "start" in scripts or _SERVERS & needs.keys():
        return True
    return look("pyproject.toml") is None and look("requirements.txt") is None


def package_of(text: str | None) -> Mapping[str, object] | None:
    """package.json as a value; None where it isn't there, or isn't one."""
    if text is None:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def scripts_of(text: str | None) -> dict[str, str]:
    """The scripts of package.json, by name."""
    package = package_of(text)
    found = {} if package is None else _table(package, "scripts")
    return {name: value for name, value in found.items() if isinstance(value, str)}


def needs_of(text: str | None) -> set[str]:
    """The packages that package.json names, for development as well."""
    package = package_of(text)
    if package is None:
        return set()
    return {name for key in ("dependencies", "devDependencies") for name in _table(package, key)}


def _table(package: Mapping[str, object], key: str) -> dict[str, object]:
    found = package.get(key)
    return found if isinstance(found, dict) else {}


def node_start(look: Look) -> tuple[str, ...] | None:
    """`npm start`, where there is such a script."""
    return ("npm", "start") if "start" in scripts_of(look("package.json")) else None


def python_start(look: Look) -> tuple[str, ...] | None:
    """The command that serves an application of FastAPI, Starlette, Flask or Django, found where they usually are."""
    for place in _PLACES:
        found = _MADE.search(look(place) or "")
        if found is not None:
            module = place.removesuffix(".py").replace("/", ".")
            target = f"{module}:{found[1]}"
            if found[2] == "Flask":
                return ("gunicorn", "--bind", "0.0.0.0:$PORT", target)
            return ("uvicorn", target, "--host", "0.0.0.0", "--port", "$PORT")
    found = _DJANGO.search(look("manage.py") or "")
    return None if found is None else ("gunicorn", "--bind", "0.0.0.0:$PORT", f"{found[1]}.wsgi")
