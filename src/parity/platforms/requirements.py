"""requirements.txt: the line that installs Parity, in a fixed version."""

from __future__ import annotations

import re

from parity.platforms.app import App, Look
from parity.platforms.edit import Edit, Written, lines_added

PATH = "requirements.txt"
NAME = re.compile(r"(?<![\w.-])parity[-_.]db(?![\w-])", re.IGNORECASE)


def write(app: App, look: Look) -> Written:
    """The line, unless it is there. A project that names its packages in pyproject.toml is told the line to add."""
    current, project = look(PATH), look("pyproject.toml")
    if current is not None and NAME.search(current):
        return Written((Edit(PATH, extends=True),))
    if app.requirements == PATH:
        return Written((lines_added(PATH, current, (app.package,)),))
    if project is None or NAME.search(project):
        return Written(())
    why = "how its packages are locked is known to your tool alone"
    return Written((Edit("pyproject.toml", extends=True, missing=f'"{app.package}",   # in dependencies\n', why=why),))
