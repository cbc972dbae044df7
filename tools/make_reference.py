"""Writes docs/reference.md: every command and option, from the program itself. A test demands that it is current."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from parity.cli.main import program

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference.md"


def reference() -> str:
    """The whole text."""
    parts = ["# Reference", "", "Made from the program by `tools/make_reference.py`; don't edit it by hand.", ""]
    for context in _commands(click.Context(program, info_name="parity")):
        parts += _section(context)
    return "\n".join(parts)


def _commands(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None:
                yield from _commands(click.Context(command, parent=context, info_name=name))


def _section(context: click.Context) -> list[str]:
    command = context.command
    arguments = [_argument(p) for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option)]
    rest = ["COMMAND"] if isinstance(command, click.Group) else ["[OPTIONS]"] if options else []
    usage = " ".join([context.command_path, *rest, *arguments])
    lines = [f"## {context.command_path}", "", f"`{usage}`", "", inspect.cleandoc(command.help or ""), ""]
    if options:
        lines += ["| option | meaning |", "|---|---|"]
        lines += [f"| {_spelling(option)} | {_meaning(option)} |" for option in options]
        lines.append("")
    return lines


def _argument(argument: click.Argument) -> str:
    return f"[{(argument.name or '').upper()}]{'...' if argument.nargs == -1 else ''}"


def _spelling(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    if option.is_flag:
        return names
    choices = isinstance(option.type, click.Choice)
    value = "\\|".join(option.type.choices) if isinstance(option.type, click.Choice) else option.metavar or "TEXT"
    return f"{names} `{value}`" if not choices else f"{names} {value}"


def _meaning(option: click.Option) -> str:
    text = (option.help or "").replace("|", "\\|")
    if option.required:
        return f"{text} Required."
    return f"{text} Default: {option.default:g}." if isinstance(option.default, float) else text


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"wrote {REFERENCE.name}\n")
