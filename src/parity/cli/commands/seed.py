"""`parity db seed`."""

from __future__ import annotations

import click

from parity.cli.options import json_option, make_request, schema_option, url_option
from parity.cli.output import say_json
from parity.cli.seeding import say_seeded, seed_output, seed_value, tell_command
from parity.workflow.seed import seed as run_seed


@click.command(short_help="Run the project's seed command.")
@click.argument("args", nargs=-1)
@schema_option
@url_option
@json_option
def seed(args: tuple[str, ...], schema: str | None, url: str | None, as_json: bool) -> None:
    """Run the command that fills a new database with rows, and wait for its end.

    It is `seed` under [tool.parity] in pyproject.toml, else prisma.seed in package.json, else migrations.seed in
    prisma.config.ts. It runs in the project's folder, with the variables of .env, and with DATABASE_URL set. What
    stands behind -- is passed on to it. It also runs by itself after `migrate reset`, and after `migrate dev` on a new
    database.
    """
    request = make_request(schema, url)
    seeded = run_seed(request, args, output=seed_output(as_json), on_start=tell_command)
    if as_json:
        say_json({"seed": seed_value(seeded)})
    else:
        say_seeded(seeded)
