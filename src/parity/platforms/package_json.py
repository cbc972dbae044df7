"""package.json: scripts that migrate. The text is added to, never laid out anew, and no script is changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from parity.platforms.app import Look, needs_of, package_of, scripts_of
from parity.platforms.edit import Edit, Written

PATH = "package.json"
MIGRATE = "parity migrate deploy"


def write(look: Look) -> Written:
    """`db:migrate`, `deploy`, and `build` where Prisma's client has to be generated and no build is there."""
    text = look(PATH)
    package = package_of(text)
    if text is None or package is None:
        return Written(())
    have = scripts_of(text)
    if have != package.get("scripts", {}):
        why = "its scripts are no texts by name"
        return Written((_shown({"db:migrate": MIGRATE}, why),))
    wanted = dict(_wanted(have, needs_of(text)))
    new = {name: command for name, command in wanted.items() if name not in have}
    other = {
        name: f"{command}   (now: {have[name]})"
        for name, command in wanted.items()
        if have.get(name, command) != command
    }
    edits = []
    if new:
        after = with_scripts(text, new)
        edits.append(
            _shown(new, "its scripts are written in an unusual way") if after is None else Edit(PATH, after, True)
        )
    if other:
        edits.append(_shown(other, "a script of that name is there; make it call npm run db:migrate"))
    return Written(tuple(edits) or (Edit(PATH, extends=True),))


def _shown(scripts: dict[str, str], why: str) -> Edit:
    missing = "".join(f"{name}: {command}\n" for name, command in scripts.items())
    return Edit(PATH, extends=True, missing=missing, why=why)


def _wanted(have: dict[str, str], needs: set[str]) -> Iterator[tuple[str, str]]:
    yield "db:migrate", MIGRATE
    builds = "build" in have
    if not builds and {"prisma", "@prisma/client"} & needs:
        builds = True
        yield "build", "prisma generate"
    if "migrate deploy" not in have.get("deploy", "") and "db:migrate" not in have.get("deploy", ""):
        yield "deploy", "npm run db:migrate && npm run build" if builds else "npm run db:migrate"


def with_scripts(text: str, scripts: dict[str, str]) -> str | None:
    """package.json with these scripts behind its own, all else as it was; None where that can't be made sure of."""
    before = json.loads(text)
    new = _insert(text, scripts, "scripts" in before)
    if new is None:
        return None
    try:
        after = json.loads(new)
    except ValueError:
        return None
    expected = {**before, "scripts": {**before.get("scripts", {}), **scripts}}
    return new if after == expected else None


def _insert(text: str, scripts: dict[str, str], has_scripts: bool) -> str | None:
    end = "\r\n" if "\r\n" in text else "\n"
    indent = next(iter(re.findall(r"^([ \t]+)\"", text, re.MULTILINE)), "  ")
    place = _end_of(text, "scripts") if has_scripts else _end_of(text, None)
    if place is None:
        return None
    depth = 2 if has_scripts else 1
    entries = f",{end}".join(f"{indent * 2}{json.dumps(name)}: {json.dumps(value)}" for name, value in scripts.items())
    if not has_scripts:
        entries = f'{indent}"scripts": {{{end}{entries}{end}{indent}}}'
    body = text[:place].rstrip()
    comma = "" if body.endswith("{") else ","
    return f"{body}{comma}{end}{entries}{end}{indent * (depth - 1)}{text[place:]}"


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:]')


def _end_of(text: str, key: str | None) -> int | None:
    """Where the brace is that closes the object: the whole, or that of a key of the whole."""
    stack: list[str] = []
    inside, last, named = False, "", ""
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word == ":":
            named = last
        elif word in "{[":
            stack.append(word)
            inside = inside or (word == "{" and len(stack) == 2 and named == json.dumps(key))
        elif word in "}]":
            stack.pop()
            if (inside and len(stack) == 1) or not stack:
                return token.start() if (inside or key is None) else None
        else:
            last = word
    return None
