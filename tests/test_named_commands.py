"""Every `parity …` that a hint, a message or a document names is one that the program takes."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from imports import read_modules
from parity.cli.main import program

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
# `parity --version` | indented `parity migrate …` in a block of a document, up to a comment or a pipe.
QUOTED = re.compile(r"`(parity(?: [^`\n]+)?)`")
IN_BLOCK = re.compile(r"^(?: {4}| {7}|\$ )(?:.*&& )?(parity [^\n#|]*)", re.MULTILINE)


def _texts_of_code() -> Iterator[tuple[str, str]]:
    """(place, text) of each text in the code, with what an f-string fills in written as NAME. Docstrings, too."""
    for module in read_modules(ROOT / "src"):
        inside = {id(part) for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.JoinedStr):
                pieces = (str(part.value) if isinstance(part, ast.Constant) else "NAME" for part in node.values)
                yield f"{module.name}:{node.lineno}", "".join(pieces)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
                yield f"{module.name}:{node.lineno}", node.value


def _commands() -> Iterator[tuple[str, str]]:
    for place, text in _texts_of_code():
        for command in QUOTED.findall(text):
            yield place, command
        # A line for the terminal: "Next: parity migrate deploy", "…, then parity migrate deploy".
        for found in re.finditer(r"(?:Next: |then |run: |^  )(parity [^`\n,;]+)", text, re.MULTILINE):
            yield place, found[1]
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for command in (*QUOTED.findall(text), *IN_BLOCK.findall(text)):
            yield str(path.relative_to(ROOT)), command


COMMANDS = sorted(set(_commands()))


def _arguments(command: str) -> list[str]:
    """The words behind `parity`, up to where a sentence goes on (`parity init      for a new one`)."""
    words = shlex.split(re.split(r"\s{2,}|…| \| ", command)[0])[1:]
    return [word for word in words if word not in ("COMMAND", "[OPTIONS]", "[NAME]")]


def _refusal(arguments: list[str]) -> str | None:
    """Why the program doesn't take the arguments, by its own parser; None where it does. Nothing is run."""
    context = click.Context(program, info_name="parity")
    command: click.Command = program
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name, *arguments = arguments
        found = command.get_command(context, name)
        if found is None:
            return f"there is no command {name}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    if isinstance(command, click.Group):
        known = {name for option in command.get_params(context) for name in (*option.opts, "--help")}
        return next((f"there is no option {word}" for word in arguments if word not in known), None)
    parser = command.make_parser(context)
    try:
        parser.parse_args(args=[word for word in arguments if word != "--help"])
    except click.UsageError as error:
        return error.format_message()
    return None


def test_commands_were_found_in_code_and_documents() -> None:
    places = {place for place, _ in COMMANDS}
    assert "README.md" in places
    assert any(place.startswith("parity.workflow.stand") for place in places)
    assert len(COMMANDS) > 40


@pytest.mark.parametrize(("place", "command"), COMMANDS, ids=[f"{place} {command}" for place, command in COMMANDS])
def test_the_program_takes_it(place: str, command: str) -> None:
    assert _refusal(_arguments(command)) is None, f"{place}: {command}"


@pytest.mark.parametrize("command", ["parity status", "parity migrate deploy --force", "parity db pull --yes"])
def test_a_command_that_doesnt_exist_is_found(command: str) -> None:
    assert _refusal(_arguments(command)) is not None
