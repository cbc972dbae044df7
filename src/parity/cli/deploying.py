"""What `migrate deploy` says whether it runs or only plans."""

from __future__ import annotations

from collections.abc import Iterable

from parity.cli.output import tell


def tell_another_past(edited: Iterable[str], out_of_order: Iterable[str], missing: Iterable[str]) -> None:
    """A warning for each way in which the folder isn't what was applied."""
    for name in edited:
        tell(f"Warning: {name} was edited after it was applied here", color="yellow")
    for name in out_of_order:
        tell(f"Warning: {name} sorts before a migration that was applied earlier", color="yellow")
    for name in missing:
        tell(f"Warning: {name} is applied here, but not in the folder", color="yellow")


def counted(number: int, what: str) -> str:
    """`1 migration`, `2 migrations`."""
    return f"1 {what}" if number == 1 else f"{number} {what}s"
