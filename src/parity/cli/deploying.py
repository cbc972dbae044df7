"""What `migrate deploy` says whether it runs or only plans."""

from __future__ import annotations

from collections.abc import Sequence

from parity.cli.output import tell


def tell_another_past(warnings: Sequence[str]) -> None:
    """A warning for each way in which the folder isn't what was applied."""
    for sentence in warnings:
        tell(f"Warning: {sentence}", color="yellow")
    if warnings:
        tell("  `parity migrate status` says what can be done about it")


def counted(number: int, what: str) -> str:
    """`1 migration`, `2 migrations`."""
    return f"1 {what}" if number == 1 else f"{number} {what}s"
