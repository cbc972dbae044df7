"""`parity migrate diff`."""

from __future__ import annotations

import click

from parity.cli.options import json_option, make_request, schema_option, shadow_url_option
from parity.cli.output import say, say_json, say_sql
from parity.workflow.difference import difference
from parity.workflow.sources import Side, SideKind


@click.command(short_help="Compare two schemas: files, folders, databases.")
@click.option("--from-empty", is_flag=True, help="From nothing.")
@click.option(
    "--from-schema",
    "--from-schema-datamodel",
    "from_schema",
    metavar="PATH",
    help="From a schema file, or a folder of them.",
)
@click.option("--from-migrations", metavar="FOLDER", help="From what a migrations folder produces.")
@click.option("--from-url", metavar="URL", help="From a database.")
@click.option("--from-env", metavar="NAME", help="From the database that a variable names.")
@click.option("--to-empty", is_flag=True, help="To nothing.")
@click.option(
    "--to-schema", "--to-schema-datamodel", "to_schema", metavar="PATH", help="To a schema file, or a folder of them."
)
@click.option("--to-migrations", metavar="FOLDER", help="To what a migrations folder produces.")
@click.option("--to-url", metavar="URL", help="To a database.")
@click.option("--to-env", metavar="NAME", help="To the database that a variable names.")
@click.option("--script", is_flag=True, help="SQL instead of a summary.")
@click.option("--exit-code", is_flag=True, help="Exit with 2 where there is a difference.")
@schema_option
@shadow_url_option
@json_option
def diff(
    from_empty: bool,
    from_schema: str | None,
    from_migrations: str | None,
    from_url: str | None,
    from_env: str | None,
    to_empty: bool,
    to_schema: str | None,
    to_migrations: str | None,
    to_url: str | None,
    to_env: str | None,
    script: bool,
    exit_code: bool,
    schema: str | None,
    shadow_url: str | None,
    as_json: bool,
) -> int:
    """Print what leads from one schema to another: a summary, or with --script the SQL.

    Exactly one --from-… and one --to-… are needed.
    """
    old = _side("from", from_empty, from_schema, from_migrations, from_url, from_env)
    new = _side("to", to_empty, to_schema, to_migrations, to_url, to_env)
    found = difference(make_request(schema, None, shadow_url), old, new)
    if as_json:
        say_json({"differs": bool(found.changes), "summary": found.summary, "sql": found.sql})
    elif script:
        say_sql(found.sql or "-- This is an empty migration.\n")
    else:
        say(found.summary.rstrip("\n"))
    return 2 if exit_code and found.changes else 0


def _side(word: str, empty: bool, schema: str | None, migrations: str | None, url: str | None, env: str | None) -> Side:
    named = [(SideKind.EMPTY, "")] if empty else []
    values = ((SideKind.SCHEMA, schema), (SideKind.MIGRATIONS, migrations), (SideKind.URL, url), (SideKind.ENV, env))
    named += [(kind, value) for kind, value in values if value is not None]
    if len(named) != 1:
        options = ", ".join(f"--{word}-{kind.value}" for kind in SideKind)
        raise click.UsageError(f"Exactly one of {options} is needed.")
    return Side(*named[0])
