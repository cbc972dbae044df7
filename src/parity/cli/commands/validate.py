"""`parity validate`."""

from __future__ import annotations

import click

from parity.cli.diagnostics import diagnostic_values, github_annotations, github_error, render_diagnostics
from parity.cli.options import make_request, read_stream, schema_option, schema_paths
from parity.cli.output import error_value, say, say_diagnostics, say_json_line
from parity.errors import ParityError
from parity.workflow.schema_text import read_schema_text
from parity.workflow.validate import Validated
from parity.workflow.validate import validate as check

_FORMATS = ("text", "json", "github")


@click.command(short_help="Show everything that is wrong in the schema file.")
@schema_paths
@schema_option
@click.option(
    "--format",
    "output",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How findings are written: for people, as one JSON object a line, or as annotations of GitHub Actions.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def validate(path: tuple[str, ...], schema: str | None, output: str, as_json: bool) -> int:
    """Check the schema file, and show every error and warning with its place, and how to mend it.

    PATH is a file, a folder of .prisma files, or `-` for the standard input; several are one schema together. Without
    it, the project's own schema is checked. No database is needed. Exit code 0 valid, 1 errors.
    """
    if as_json and output == "github":
        raise click.UsageError("--json and --format github say different things.")
    output = "json" if as_json else output
    try:
        found = check(read_schema_text(make_request(schema), path, read_stream(path, schema)))
    except ParityError as error:
        if output == "json":
            say_json_line({"error": error_value(error)})
        elif output == "github":
            say(github_error(error.message if error.why is None else f"{error.message}: {error.why}", error.code))
        else:
            raise
        return error.exit_code
    _show(found, output)
    return 0 if found.is_valid else 1


def _show(found: Validated, output: str) -> None:
    match output:
        case "json":
            for value in diagnostic_values(found.diagnostics, found.sources):
                say_json_line(value)
        case "github":
            for line in github_annotations(found.diagnostics, found.sources):
                say(line)
        case _:
            if found.diagnostics:
                say_diagnostics(lambda color: render_diagnostics(found.diagnostics, found.sources, color=color))
            if found.is_valid:
                names = ", ".join(source.name for source in found.sources[:3])
                rest = f" and {len(found.sources) - 3} more" if len(found.sources) > 3 else ""
                say(f"{names}{rest} {'is' if len(found.sources) == 1 else 'are'} valid", color="green")
