"""Heroku: a release phase that migrates, in Procfile."""

from __future__ import annotations

import re

from parity.platforms.app import App, Look
from parity.platforms.commands import invocations
from parity.platforms.edit import Edit, Written, lines_added

PATH = "Procfile"
RELEASE = "release: parity migrate deploy"
_LINE = re.compile(r"^([A-Za-z0-9_-]+):\s*(\S.*?)\s*$")


def processes(text: str) -> dict[str, tuple[str, int]]:
    """The processes of a Procfile: (command, line) by name."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        matched = _LINE.match(line)
        if matched is not None:
            found[matched[1]] = (matched[2], number)
    return found


def write(app: App, look: Look) -> Written:
    """The line `release:`; where there is another one already, it is left, and what it lacks is shown."""
    current = look(PATH)
    have = processes(current or "")
    notes = []
    wanted = [RELEASE]
    if "web" not in have:
        start = app.started_on("$PORT")
        if start is None:
            notes.append("in Procfile, add the line that starts your server: web: …")
        else:
            wanted.append(f"web: {' '.join(start)}")
    if app.is_node:
        notes.append("heroku buildpacks:add --index 1 heroku/python    # Parity is a program in Python")
    if "release" in have:
        if any(one.deploys_migrations for one in invocations(have["release"][0])):
            return Written((Edit(PATH, extends=True),), tuple(notes))
        missing = f"release: parity migrate deploy && {have['release'][0]}\n"
        return Written((Edit(PATH, extends=True, missing=missing, why="it has another release phase"),), tuple(notes))
    return Written((lines_added(PATH, current, tuple(wanted)),), tuple(notes))
