"""`parity db pull`."""

from __future__ import annotations

import click

from parity.cli.interaction import Terminal
from parity.cli.options import json_option, make_request, schema_option, url_option
from parity.cli.output import say, say_difference, say_json, say_text, tell
from parity.workflow.context import open_project
from parity.workflow.pull import Pulled, write_pulled
from parity.workflow.pull import pull as read_database

EXIT_DIFFERS = 2


@click.command(short_help="Write the schema file that says what a database holds.")
@click.option("--print", "print_only", is_flag=True, help="Print the schema file instead of writing it.")
@click.option(
    "--check", is_flag=True, help="Write nothing; show what would change, and exit with 2 where something would."
)
@click.option("--force", is_flag=True, help="Overwrite the schema file without asking.")
@schema_option
@url_option
@json_option
def pull(print_only: bool, check: bool, force: bool, schema: str | None, url: str | None, as_json: bool) -> int:
    """Read the database, and write the schema.prisma that says the same.

    Names, documentation and order of the existing file are kept. In a folder of schema files each block stays in its
    file, and new ones go into introspected.prisma. Warnings go to standard error.
    """
    project = open_project(make_request(schema, url))
    pulled = read_database(project)
    writes = not (print_only or check)
    if not as_json:
        for warning in pulled.warnings:
            tell(f"Warning: {warning}", color="yellow")
    if writes:
        write_pulled(pulled, Terminal(quiet=as_json), force=force)
    if as_json:
        say_json(_value(pulled, written=writes, check=check))
    elif print_only:
        say_text(_printed(pulled))
    elif check:
        say_difference("".join(file.difference() for file in pulled.differing))
        for file in pulled.differing:
            tell(f"{file.name} would change: it doesn't say the same as {pulled.database}")
    else:
        for file in pulled.files:
            says = f"Wrote {file.name} from" if file.changed else f"{file.name} says the same as"
            say(f"{says} {pulled.database}")
    return EXIT_DIFFERS if check and pulled.differing else 0


def _printed(pulled: Pulled) -> str:
    if len(pulled.files) == 1:
        return pulled.files[0].text
    return "\n".join(f"// {file.name}\n{file.text}" for file in sorted(pulled.files, key=lambda file: file.name))


def _value(pulled: Pulled, *, written: bool, check: bool) -> dict[str, object]:
    return {
        "database": pulled.database,
        "differs": bool(pulled.differing if check else pulled.changed),
        "written": written and bool(pulled.changed),
        "files": [{"file": f.name, "changed": f.changed, "text": f.text} for f in pulled.files],
        "warnings": list(pulled.warnings),
    }
