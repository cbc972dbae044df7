"""Whether two schema files say the same, though a pull over the first one would write the second.

Prisma's engine writes two things otherwise over an existing file than into an empty one, and so do we: a many-to-many
relation gets the name that it has anyway, and a block that is commented out goes to where new blocks go. Neither says
anything else of the database.
"""

from __future__ import annotations

import re
from collections import Counter

_NAMED_LIST = re.compile(r'(\s*\w+\s+(\w+)\[\])\s+@relation\("(\w+)"\)')
_MODEL = re.compile(r"\s*model\s+(\w+)\s*\{")
_END = re.compile(r"(?://\s*)?\}")


def says_the_same(one: str, other: str) -> bool:
    """Whether the texts have the same blocks, in whatever order, with relations of the same names."""
    return one == other or Counter(_blocks(one)) == Counter(_blocks(other))


def _blocks(text: str) -> list[str]:
    blocks: list[str] = []
    lines: list[str] = []
    model = ""
    for line in text.splitlines():
        opened = _MODEL.match(line)
        model = opened[1] if opened else model
        lines.append(_without_usual_name(line.rstrip(), model))
        if _END.fullmatch(line.rstrip()):
            blocks.append("\n".join(lines).strip("\n"))
            lines, model = [], ""
    return [*blocks, "\n".join(lines).strip("\n")]


def _without_usual_name(line: str, model: str) -> str:
    """The line without a name that the relation would have if the file gave it none."""
    found = _NAMED_LIST.fullmatch(line)
    if found is None:
        return line
    first, second = sorted((model, found[2]))
    return found[1] if found[3] == f"{first}To{second}" else line
