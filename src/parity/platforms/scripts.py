"""The scripts of a project that commands call: those of package.json, targets of a Makefile, shell files."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from parity.platforms.app import Look, scripts_of
from parity.platforms.commands import Call


class Script(Struct, frozen=True):
    """A text for the shell, and where it begins."""

    file: str
    line: int
    text: str


def script_of(call: Call, caller: str, look: Look) -> Iterator[Script]:
    """What a call in the file `caller` runs; nothing where it isn't in the project."""
    match call.kind:
        case "script":
            yield from package_scripts(call.name, look)
        case "make":
            yield from _targets(call.name, look)
        case _:
            yield from _file(call.name, caller, look)


def package_scripts(name: str, look: Look) -> Iterator[Script]:
    """A script of package.json, between those that npm runs before and after it."""
    text = look("package.json")
    scripts = scripts_of(text)
    for full in (f"pre{name}", name, f"post{name}"):
        if text is not None and full in scripts:
            yield Script("package.json", line_of_key(text, full, scripts[full]), scripts[full])


def line_of_key(text: str, key: str, value: str) -> int:
    """The line of a key of a JSON text, the one with this value where several are called so."""
    name = re.escape(json.dumps(key))
    for pattern in (rf"{name}\s*:\s*{re.escape(json.dumps(value, ensure_ascii=False))}", rf"{name}\s*:"):
        found = re.search(pattern, text)
        if found is not None:
            return text.count("\n", 0, found.start()) + 1
    return 1


def _targets(name: str, look: Look) -> Iterator[Script]:
    text = look("Makefile")
    inside = False
    for number, line in enumerate((text or "").splitlines(), 1):
        if inside and line.startswith("\t"):
            yield Script("Makefile", number, line.strip().lstrip("@-+"))
        elif line.strip() and not line.startswith("\t"):
            inside = re.match(rf"(?:[\w.-]+\s+)*{re.escape(name)}(?:\s+[\w.-]+)*\s*:(?!=)", line) is not None


def _file(name: str, caller: str, look: Look) -> Iterator[Script]:
    # An image's /app and the like are the project's folder.
    plain = posixpath.normpath(name).lstrip("/")
    parts = plain.split("/")
    if ".." in parts:
        return
    beside = posixpath.join(posixpath.dirname(caller), parts[-1])
    for path in dict.fromkeys((plain, "/".join(parts[1:]), beside, parts[-1])):
        text = look(path) if path else None
        if text is not None:
            is_shell = path.endswith((".sh", ".bash")) or re.match(r"#!.*\b(ba|a|da|z)?sh\b", text) is not None
            yield from (Script(path, 1, text),) if is_shell else mentioned(path, text)
            return


def mentioned(path: str, text: str) -> Iterator[Script]:
    """The runs that a file of another kind holds, however it spells them: `["prisma", "migrate", "deploy"]`."""
    for found in _MENTIONED.finditer(text):
        line_begin = text.rfind("\n", 0, found.start()) + 1
        if not text[line_begin : found.start()].lstrip().startswith(("#", "//")):
            yield Script(path, text.count("\n", 0, found.start()) + 1, " ".join(found.groups()))


_MENTIONED = re.compile(
    r"\b(parity|prisma)(?:@[\w.^~-]+)?[\"',\s-]{1,20}(migrate|db)[\"',\s-]{1,20}(deploy|push|dev|reset)\b"
)
