"""The command line: finds the command, runs it, and turns what it raises into text or JSON and an exit code."""

from __future__ import annotations

from collections.abc import Sequence

import click

from parity._version import __version__
from parity.cli.concealed import concealed
from parity.cli.lazy import LazyGroup
from parity.cli.output import report_error, say_json, tell
from parity.errors import ParityError

_COMMANDS = "parity.cli.commands"

_MIGRATE = LazyGroup(
    "migrate",
    "Write, review, apply and check migrations.",
    {
        "dev": (
            f"{_COMMANDS}.dev:dev",
            "Write the migration that the schema file asks for, prove it, apply it locally.",
        ),
        "review": (f"{_COMMANDS}.review:review", "Say what a migration does, and which rows it may cost."),
        "deploy": (f"{_COMMANDS}.deploy:deploy", "Apply the pending migrations. Never asks, never resets."),
        "status": (f"{_COMMANDS}.status:status", "Show each migration's state on a database."),
        "log": (f"{_COMMANDS}.log:log", "Show each run on a database: when, how long, by whom, how it ended."),
        "diff": (f"{_COMMANDS}.diff:diff", "Compare two schemas: files, folders, databases."),
        "resolve": (f"{_COMMANDS}.resolve:resolve", "Record what became of a failed migration."),
        "doctor": (f"{_COMMANDS}.doctor:doctor", "Find out what became of a failed migration, and mend it."),
        "rebase": (f"{_COMMANDS}.rebase:rebase", "After a merge: put this branch's migrations behind the other's."),
        "lock": (f"{_COMMANDS}.lock:lock", "Make parity.lock anew from a replay: where each migration leads."),
        "baseline": (
            f"{_COMMANDS}.baseline:baseline",
            "Make the first migration from a database that has tables already.",
        ),
        "reset": (f"{_COMMANDS}.reset:reset", "Empty a database and apply all migrations anew."),
    },
)

_DB = LazyGroup(
    "db",
    "Work with a database itself.",
    {
        "pull": (f"{_COMMANDS}.pull:pull", "Write the schema file that says what a database holds."),
        "push": (f"{_COMMANDS}.push:push", "Bring a database to what the schema file says, without a migration."),
        "seed": (f"{_COMMANDS}.seed:seed", "Run the project's seed command."),
        "execute": (f"{_COMMANDS}.execute:execute", "Run an SQL script on a database."),
    },
)

_DATA = LazyGroup(
    "data",
    "Work with reference data: rows that belong to the system.",
    {"export": (f"{_COMMANDS}.data_export:export", "Write rows of a table into a file of reference data.")},
)


class _Program(LazyGroup):
    """The root: its groups are at hand, the other commands are imported when they are run."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of the groups, or a command."""
        return {"migrate": _MIGRATE, "db": _DB, "data": _DATA}.get(cmd_name) or super().get_command(ctx, cmd_name)


program = click.version_option(__version__, "-V", "--version", message="parity %(version)s")(
    _Program(
        "parity",
        "Keep a database's schema the same everywhere.\n\n"
        "Exit codes: 0 in parity or done, 1 error, 2 differs or pending, 3 refused as unsafe, 130 interrupted.",
        {
            "init": (
                f"{_COMMANDS}.init:init",
                "Make prisma/schema.prisma and .env, and a platform's files.",
            ),
            "validate": (f"{_COMMANDS}.validate:validate", "Show everything that is wrong in the schema file."),
            "format": (f"{_COMMANDS}.format:format_", "Lay the schema file out."),
            "check": (f"{_COMMANDS}.check:check", "Prove that databases equal the repository."),
            "doctor": (
                f"{_COMMANDS}.project_doctor:doctor",
                "Find what is wrong in the way the project is deployed.",
            ),
            "migrate": ("", "Write, review, apply and check migrations."),
            "db": ("", "Work with a database itself."),
            "data": ("", "Work with reference data: rows that belong to the system."),
        },
    )
)


def main(arguments: Sequence[str]) -> int:
    """Run the program with the arguments behind its name, and return the exit code."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    as_json = "--json" in own
    try:
        result = program.main(list(arguments), prog_name="parity", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 1
    except click.ClickException as error:
        return _usage_error(error, as_json=as_json)
    except click.Abort:
        tell("Interrupted.")
        return 130
    except ParityError as error:
        return report_error(error, as_json=as_json)
    return result if isinstance(result, int) else 0


def _usage_error(error: click.ClickException, *, as_json: bool) -> int:
    if as_json:
        say_json({"error": {"code": "PAR600", "message": concealed(error.format_message())}})
        return 1
    context = getattr(error, "ctx", None)
    if context is not None:
        tell(context.get_usage())
        tell(f"Try '{context.command_path} --help' for help.\n")
    tell(f"Error: {error.format_message()}", color="red")
    return 1
