"""Small schemas with the lines that are wrong in them: each such line ends in `// !`.

The files below `verdicts` hold several schemas each, parted by lines `//// sentence | provider`. The genuine validator
gave the same verdicts: `make conformance` asks it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "verdicts"
MARK = "// !"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One schema. `provider` is "none" where the text has (or needs) no datasource added to it."""

    sentence: str
    provider: str
    text: str

    @property
    def wrong_lines(self) -> set[int]:
        """The lines in which an error starts, counted from 1."""
        return {number for number, line in enumerate(self.text.split("\n"), 1) if line.rstrip().endswith(MARK)}


def read_verdicts() -> list[Verdict]:
    """Every schema of every file."""
    verdicts = []
    for path in sorted(FOLDER.glob("*.prisma")):
        for part in ("\n" + path.read_text()).split("\n//// ")[1:]:
            title, _, text = part.partition("\n")
            sentence, _, provider = title.partition(" | ")
            header = "" if provider == "none" else f'datasource db {{\n  provider = "{provider}"\n}}\n\n'
            verdicts.append(Verdict(f"{path.stem}: {sentence}", provider, header + text))
    return verdicts
