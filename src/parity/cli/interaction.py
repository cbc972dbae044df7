"""Questions on a terminal. Where nobody is there to answer, the flag that would have answered is named."""

from __future__ import annotations

import os
import sys

import click

from parity.cli.concealed import concealed
from parity.cli.output import tell
from parity.cli.printable import printable
from parity.errors import Interrupted, Refused, UsageError


class Terminal:
    """Asks on the terminal; with `quiet` it tells no progress (for `--json`)."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet

    def progress(self, line: str) -> None:
        """A line to standard error."""
        if not self.quiet:
            tell(line)

    def confirm(self, question: str, *, flag: str, told: tuple[str, ...] = (), word: str | None = None) -> bool:
        """Yes or no, no by default; or the word."""
        if not _somebody_is_there():
            raise Refused(
                "PAR320",
                f"this needs an answer, and nobody can be asked here: {question}",
                hint=f"run it again with {flag} if the answer is yes",
            )
        for line in told:
            tell(line)
        if word is not None:
            shown = printable(concealed(f"{question} If so, type {word}"))
            return bool(_asked(lambda: click.prompt(shown, default="", show_default=False, err=True)) == word)
        return bool(_asked(lambda: click.confirm(printable(concealed(question)), err=True)))

    def ask(self, question: str, *, flag: str) -> str:
        """A text that isn't empty."""
        if not _somebody_is_there():
            raise UsageError(
                "PAR603", f"{flag} is needed", why="nobody can be asked here", hint=f"run it again with {flag}"
            )
        return str(_asked(lambda: click.prompt(printable(concealed(question)), err=True))).strip()

    def choose(self, question: str, choices: tuple[tuple[str, str], ...], *, told: tuple[str, ...]) -> str | None:
        """One of the choices, or None."""
        if not _somebody_is_there():
            return None
        for line in told:
            tell(line)
        for key, explanation in choices:
            tell(f"  {key}: {explanation}")
        keys = [*(key for key, _ in choices), "stop"]
        shown = printable(concealed(question))
        answer = str(_asked(lambda: click.prompt(shown, type=click.Choice(keys), default="stop", err=True)))
        return None if answer == "stop" else answer


def _somebody_is_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and not os.environ.get("CI")


def _asked(question: object) -> object:
    assert callable(question)
    try:
        return question()
    except click.Abort as error:
        raise Interrupted("PAR130", "Interrupted; nothing was changed by this question") from error
