"""`parity format`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from parity.cli.diagnostics import diagnostic_values, render_diagnostics
from parity.cli.options import json_option, make_request, read_stream, schema_option, schema_paths
from parity.cli.output import say, say_difference, say_json, say_text, tell, tell_diagnostics
from parity.counting import counted
from parity.diagnostics import SourceFile
from parity.workflow.format import Formatted, format_schema, write_formatted
from parity.workflow.schema_text import read_schema_text

EXIT_DIFFERS = 2


@click.command(name="format", short_help="Lay the schema file out.")
@schema_paths
@schema_option
@click.option("--check", is_flag=True, help="Write nothing; exit with 2 where a file would change.")
@click.option(
    "--diff", "show_difference", is_flag=True, help="Write nothing; print what would change, and exit with 2."
)
@json_option
def format_(path: tuple[str, ...], schema: str | None, check: bool, show_difference: bool, as_json: bool) -> int:
    """Lay the schema file out as the language prescribes, and write in the relation fields that it lacks.

    PATH is a file, a folder of .prisma files, or `-` for standard input to standard output; several are one schema
    together. Without it, the project's own schema is laid out. A file with lines that are no schema language stays as
    it is; those lines are shown, and the exit code is 1.
    """
    stream = read_stream(path, schema)
    text = read_schema_text(make_request(schema), path, stream)
    formatted = format_schema(text)
    writes = not (check or show_difference)
    if writes:
        write_formatted(formatted)
    if as_json:
        say_json(_value(formatted, text.sources))
    elif show_difference:
        say_difference("".join(file.difference() for file in formatted.changed))
    elif writes and stream is not None:
        say_text(formatted.files[0].text)
    if not as_json:
        if stream is None or not writes:
            _show(formatted, tell if show_difference else say, writes=writes)
        if formatted.errors:
            tell_diagnostics(lambda color: render_diagnostics(formatted.errors, text.sources, color=color))
    if formatted.errors:
        return 1
    return 0 if writes or not formatted.changed else EXIT_DIFFERS


def _show(formatted: Formatted, show: Callable[[str], None], *, writes: bool) -> None:
    for file in formatted.changed:
        show(f"{'Formatted' if writes else 'Would format'} {file.source.name}")
    same = formatted.tidy
    if same:
        show(f"{counted(same, 'file is', 'files are')} laid out already")


def _value(formatted: Formatted, sources: Sequence[SourceFile]) -> dict[str, object]:
    return {
        "files": [{"file": file.source.name, "changed": file.changed} for file in formatted.files],
        "unreadable": diagnostic_values(formatted.errors, sources),
    }
