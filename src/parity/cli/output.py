"""What a person or a program reads: results to standard output, progress and errors to standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

import click

from parity.cli.concealed import concealed, concealed_value
from parity.cli.printable import printable, printable_json
from parity.errors import (
    FilesInvalid,
    HistoryError,
    LossesRefused,
    MigrationFailed,
    ParityError,
    ProofFailed,
    ScriptFailed,
    SeedFailed,
)


def say(text: str = "", *, bold: bool = False, color: str | None = None) -> None:
    """A line of the result."""
    click.secho(printable(concealed(text)), bold=bold or None, fg=color, color=_wants_color(sys.stdout.isatty()))


def tell(text: str, *, color: str | None = None) -> None:
    """A line of progress or warning, which doesn't belong to the result."""
    shown = printable(concealed(text))
    if color is None:
        click.echo(shown, err=True)
    else:
        click.secho(shown, fg=color, err=True, color=_wants_color(sys.stderr.isatty()))


def say_json(value: object) -> None:
    """A JSON value as the whole result."""
    click.echo(json_text(value))


def json_text(value: object) -> str:
    """A JSON value as text that can be shown."""
    return printable_json(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def say_json_line(value: object) -> None:
    """A JSON value on one line, of a result that is many."""
    click.echo(printable_json(json.dumps(value, ensure_ascii=False, default=str)))


def say_diagnostics(render: Callable[[bool], str]) -> None:
    """Findings that are the result; `render` is told whether to use colours."""
    color = _wants_color(sys.stdout.isatty())
    click.echo(render(color), color=color)


def tell_diagnostics(render: Callable[[bool], str]) -> None:
    """Findings that go with a result or an error."""
    color = _wants_color(sys.stderr.isatty())
    click.echo(render(color), err=True, color=color)


def say_difference(text: str) -> None:
    """A unified diff, with colours on a terminal."""
    if not text:
        return
    text = concealed(text)
    if not _wants_color(sys.stdout.isatty()):
        say_text(text)
        return
    for line in text.splitlines():
        shade = None if line.startswith(("+++", "---")) else _DIFF_COLORS.get(line[:1])
        say(line, color=shade, bold=line.startswith(("+++", "---")))


_DIFF_COLORS = {"+": "green", "-": "red", "@": "cyan"}


def say_text(text: str) -> None:
    """A file's text as the whole result: as it is for a program, and with escapes on a terminal."""
    click.echo(printable(text) if sys.stdout.isatty() else text, nl=not text.endswith("\n"))


def say_sql(sql: str) -> None:
    """SQL, highlighted on a terminal and as it is elsewhere."""
    if not _wants_color(sys.stdout.isatty()):
        say_text(sql)
        return
    from rich.console import Console
    from rich.syntax import Syntax

    Console(soft_wrap=True).print(
        Syntax(printable(sql).rstrip("\n"), "sql", theme="ansi_dark", background_color="default")
    )


def report_error(error: ParityError, *, as_json: bool) -> int:
    """Show an error: what, why, the whole extent, the next command. Returns the exit code."""
    if as_json:
        say_json({"error": error_value(error)})
        return error.exit_code
    if isinstance(error, FilesInvalid):
        from parity.cli.diagnostics import render_diagnostics

        diagnostics, sources = error.diagnostics, error.sources
        tell_diagnostics(lambda color: render_diagnostics(diagnostics, sources, color=color))
    head = "" if error.exit_code == 130 else f"Error {error.code}: "
    tell(f"{head}{error.message}", color="red" if head else None)
    for line in error.details:
        tell(f"  {line}" if line else "")
    if error.why:
        tell(f"  Why: {error.why}")
    if isinstance(error, ScriptFailed):
        tell(f"  {error.outcome}")
    if error.hint:
        tell(f"  Next: {error.hint}")
    return error.exit_code


def error_value(error: ParityError) -> object:
    """An error for `--json`: code, message, why, hint, details, and what its kind adds."""
    value: dict[str, object] = {
        "code": error.code,
        "message": error.message,
        "why": error.why,
        "hint": error.hint,
        "details": list(error.details),
    }
    if isinstance(error, FilesInvalid):
        from parity.cli.diagnostics import diagnostic_values

        value["diagnostics"] = diagnostic_values(error.diagnostics, error.sources)
    if isinstance(error, ScriptFailed):
        value["migration" if isinstance(error, MigrationFailed) else "script"] = {
            **({"name": error.name} if isinstance(error, MigrationFailed) else {}),
            "line": error.line,
            "statements": error.total,
            "confirmed": error.confirmed,
            "outcome": error.outcome,
            "databaseCode": error.cause.database_code,
        }
    if isinstance(error, SeedFailed):
        value["seed"] = {"command": list(error.command), "exitCode": error.ending}
    if isinstance(error, HistoryError) and error.renames:
        value["renames"] = [{"from": old, "to": new} for old, new in error.renames]
    if isinstance(error, ProofFailed):
        value["written"] = False
    if isinstance(error, LossesRefused):
        value["warnings"], value["unexecutable"] = list(error.warnings), list(error.unexecutable)
    return concealed_value(value)


def _wants_color(is_terminal: bool) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return is_terminal and os.environ.get("TERM") != "dumb"
