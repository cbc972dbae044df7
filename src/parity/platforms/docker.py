"""Docker: an image with Parity in it, and an entrypoint that migrates before the application starts."""

from __future__ import annotations

import json

from parity.platforms.app import PORT, App, Look
from parity.platforms.edit import Edit, Written, lines_added

DOCKERFILE, ENTRYPOINT, IGNORED = "Dockerfile", "docker-entrypoint.sh", ".dockerignore"

_ENTRYPOINT = """\
#!/bin/sh
# However many replicas start at once: one gets the lock and migrates, the others wait for it and find nothing to do.
# Where a migration fails, the container ends here, so that no new code runs on the old schema.
set -eu
parity migrate deploy --lock-timeout "${PARITY_LOCK_TIMEOUT:-300}"
exec "$@"
"""

_PYTHON = """\
FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1
WORKDIR /app
{install}
COPY . .
RUN useradd --system --no-create-home app
USER app
EXPOSE {port}
{tail}
"""

_NODE = """\
# Parity is a program in Python: it lives in /opt/parity, made by the same Python that the last stage has.
FROM node:22-bookworm-slim AS base
RUN apt-get update \\
 && apt-get install -y --no-install-recommends python3 openssl ca-certificates \\
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app

FROM base AS parity
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv
RUN python3 -m venv /opt/parity && /opt/parity/bin/pip install --no-cache-dir '{package}'

FROM base
COPY --from=parity /opt/parity /opt/parity
ENV PATH=$PATH:/opt/parity/bin
COPY package*.json ./
RUN npm {ci}
COPY . .
{build}USER node
EXPOSE {port}
{tail}
"""
_TAIL = """\
# The shell runs it, so that it needs no right to be executed.
ENTRYPOINT ["sh", "/app/docker-entrypoint.sh"]
CMD {command}"""
_APT = "apt-get update && apt-get install -y --no-install-recommends python3-venv"
_DOCKERIGNORE = (".env", ".env.*", ".git", "node_modules", ".venv", "__pycache__", "*.db")


def write(app: App, look: Look) -> Written:
    """Dockerfile, entrypoint and .dockerignore. A Dockerfile that is there stays, and what it lacks is shown."""
    edits = [_dockerfile(app, look), _entrypoint(look), lines_added(IGNORED, look(IGNORED), _DOCKERIGNORE)]
    unknown = app.start is None and look(DOCKERFILE) is None
    note = ("in Dockerfile, put the command that starts your server behind CMD",) if unknown else ()
    return Written(tuple(edits), note)


def _entrypoint(look: Look) -> Edit:
    current = look(ENTRYPOINT)
    if current is None:
        return Edit(ENTRYPOINT, _ENTRYPOINT)
    if "migrate deploy" in current:
        return Edit(ENTRYPOINT, extends=True)
    missing = 'parity migrate deploy --lock-timeout "${PARITY_LOCK_TIMEOUT:-300}"\n'
    return Edit(ENTRYPOINT, extends=True, missing=missing, why="only you know in front of which line it belongs")


def _dockerfile(app: App, look: Look) -> Edit:
    current = look(DOCKERFILE)
    if current is None:
        return Edit(DOCKERFILE, _node(app, look) if app.is_node else _python(app, look))
    if ENTRYPOINT in current or "migrate deploy" in current:
        return Edit(DOCKERFILE, extends=True)
    install = f"RUN pip install --no-cache-dir '{app.package}'"
    if app.is_node:
        # No image of Node holds what makes an environment of Python; the small ones hold no Python at all.
        python = "apk add --no-cache python3" if _is_alpine(current) else _APT
        install = f"# as root, in the last stage\nRUN {python}"
        install += f"\nRUN python3 -m venv /opt/parity && /opt/parity/bin/pip install --no-cache-dir '{app.package}'"
        install += "\nENV PATH=$PATH:/opt/parity/bin"
    missing = f'{install}\nCOPY docker-entrypoint.sh /app/\nENTRYPOINT ["sh", "/app/docker-entrypoint.sh"]\n'
    return Edit(DOCKERFILE, extends=True, missing=missing, why="only you know how its stages fit together")


def _is_alpine(dockerfile: str) -> bool:
    froms = [line for line in dockerfile.lower().splitlines() if line.split()[:1] == ["from"]]
    return bool(froms) and "alpine" in froms[-1]


def _tail(app: App) -> str:
    command = app.started_on(PORT) or (("node", "server.js") if app.is_node else ("python", "main.py"))
    return _TAIL.format(command=json.dumps(command))


def _python(app: App, look: Look) -> str:
    if app.requirements:
        install = f"COPY {app.requirements} ./\nRUN pip install --no-cache-dir -r {app.requirements}"
    else:
        install = f"COPY . .\nRUN pip install --no-cache-dir . '{app.package}'"
    return _PYTHON.format(install=install, port=PORT, tail=_tail(app))


def _node(app: App, look: Look) -> str:
    build = "RUN npm run build\n" if app.has_build else ""
    ci = "ci" if look("package-lock.json") is not None else "install"
    return _NODE.format(package=app.package, build=build, port=PORT, ci=ci, tail=_tail(app))
