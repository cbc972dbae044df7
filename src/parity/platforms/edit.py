"""What becomes of one file of a project: made, extended, or left with what it lacks."""

from __future__ import annotations

from msgspec import Struct


class Edit(Struct, frozen=True):
    """One file. `text` is None where nothing is to be written; then `missing` says what a person may add, and why."""

    path: str
    text: str | None = None
    extends: bool = False
    """Whether the file was there."""
    missing: str = ""
    why: str = ""


class Written(Struct, frozen=True):
    """What a platform asks for: its files, and what else is to be done, in sentences."""

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()


def lines_added(path: str, current: str | None, wanted: tuple[str, ...]) -> Edit:
    """The lines that a file of plain lines lacks, behind those that it has."""
    have = set() if current is None else {line.strip() for line in current.splitlines()}
    lacking = [line for line in wanted if line.strip() not in have]
    if not lacking:
        return Edit(path, extends=current is not None)
    before = current or ""
    end = "\r\n" if "\r\n" in before else "\n"
    if before and not before.endswith("\n"):
        before += end
    return Edit(path, before + "".join(f"{line}{end}" for line in lacking), extends=current is not None)
