"""The reference in docs/ says what the program says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def made() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "tools" / "make_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_current() -> None:
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == made().reference(), (
        "run `python tools/make_reference.py`"
    )


def test_every_command_and_option_has_help() -> None:
    import click

    from parity.cli.main import program

    silent = []
    stack = [click.Context(program, info_name="parity")]
    while stack:
        context = stack.pop()
        if not context.command.help:
            silent.append(context.command_path)
        silent += [
            f"{context.command_path} {parameter.opts[0]}"
            for parameter in context.command.params
            if isinstance(parameter, click.Option) and not parameter.help
        ]
        if isinstance(context.command, click.Group):
            for name in context.command.list_commands(context):
                command = context.command.get_command(context, name)
                assert command is not None, name
                stack.append(click.Context(command, parent=context, info_name=name))
    assert silent == []
