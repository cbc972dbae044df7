"""The options that several commands share, and the request that they make."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from parity.cli.output import tell
from parity.execute.patience import DEFAULT_LOCK_LIMIT
from parity.psl.sources import LARGEST
from parity.workflow.request import Request
from parity.workflow.schema_text import STREAM

_Function = TypeVar("_Function", bound=Callable[..., Any])


def schema_option(function: _Function) -> _Function:
    """`--schema PATH`."""
    return click.option(
        "--schema",
        metavar="PATH",
        help="The schema file, or a folder of .prisma files. Found by itself where it usually is.",
    )(function)


def schema_paths(function: _Function) -> _Function:
    """`PATH …`: the files of the schema, for commands that need nothing else of the project."""
    return click.argument("path", nargs=-1)(function)


def read_stream(paths: Sequence[str], schema: str | None) -> bytes | None:
    """What stands on the standard input, where a path or `--schema` asks for it with `-`; else None."""
    if STREAM not in paths and schema != STREAM:
        return None
    return b"" if sys.stdin is None else sys.stdin.buffer.read(LARGEST + 1)


def url_option(function: _Function) -> _Function:
    """`--url URL`."""
    return click.option(
        "--url",
        metavar="URL",
        help="The database, instead of the one that the schema, the settings or DATABASE_URL name.",
    )(function)


def shadow_url_option(function: _Function) -> _Function:
    """`--shadow-url URL`."""
    return click.option(
        "--shadow-url",
        metavar="URL",
        help="An empty database to replay migrations in, instead of one made for the moment.",
    )(function)


def json_option(function: _Function) -> _Function:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Write one JSON value to standard output.")(function)


def on_type_change_option(function: _Function) -> _Function:
    """`--on-type-change cast|recreate`."""
    return click.option(
        "--on-type-change",
        type=click.Choice(["cast", "recreate"]),
        help="What becomes of values where a column's type changes and the database has no cast of its own: converted "
        "in place, or dropped with the column, as Prisma does. Without it: ask, or stop where values are at stake.",
    )(function)


def lock_timeout_option(function: _Function) -> _Function:
    """`--lock-timeout SECONDS`."""
    return click.option(
        "--lock-timeout",
        type=click.FloatRange(min=0),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait while somebody else migrates. With PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK=1, no lock is "
        "taken at all.",
    )(function)


def statement_lock_timeout_option(function: _Function) -> _Function:
    """`--statement-lock-timeout SECONDS`."""
    return click.option(
        "--statement-lock-timeout",
        "statement_lock_timeout",
        type=click.FloatRange(min=0),
        default=DEFAULT_LOCK_LIMIT,
        show_default=True,
        metavar="SECONDS",
        help="How long a statement may wait for a table that others use, and others behind it. Then what its "
        "transaction did is taken back, and it is tried again, up to 10 times. 0: as the server is set.",
    )(function)


def make_request(schema: str | None = None, url: str | None = None, shadow_url: str | None = None) -> Request:
    """The request of this process: its folder, its environment, and what the options say."""
    return Request(Path.cwd(), os.environ, schema=schema, url=url, shadow_url=shadow_url, tell=tell)
