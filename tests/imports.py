"""Reads the project's own sources: which module imports what, and what each one says in code.

Static: nothing is imported or run. An import inside `if TYPE_CHECKING:` counts like any other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = "parity"


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, as an absolute name: `from parity.schema import model` is `parity.schema.model`."""

    target: str
    line: int
    late: bool
    """Inside a function: it happens when that is called."""
    typing_only: bool
    """Inside `if TYPE_CHECKING:`: it never happens."""
    level: int
    """How many dots it was written with."""

    @property
    def happens_on_load(self) -> bool:
        """Whether loading the module loads this one too."""
        return not (self.late or self.typing_only)


@dataclass(frozen=True)
class Module:
    """A source file. `name` is its dotted name; a package's is that of its folder."""

    name: str
    text: str
    is_package: bool

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed text."""
        return ast.parse(self.text, self.name)

    @property
    def parts(self) -> tuple[str, ...]:
        """The name below the root: `("dialects", "sqlite", "driver")`; () for the root itself."""
        return tuple(self.name.split(".")[1:])

    @property
    def part(self) -> str:
        """The folder or file directly below the root that it belongs to, or "" for the root."""
        return self.parts[0] if self.parts else ""


def read_modules(source: Path) -> tuple[Module, ...]:
    """Every module below `source`, the folder that holds the package."""
    files = sorted((source / ROOT).rglob("*.py"))
    assert files, f"no sources below {source / ROOT}"
    return tuple(_module(file, source) for file in files)


def _module(file: Path, source: Path) -> Module:
    parts = file.relative_to(source).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    return Module(".".join(parts[:-1] if is_package else parts), file.read_text(encoding="utf-8"), is_package)


def imports_of(module: Module, known: Iterable[str]) -> tuple[Import, ...]:
    """What a module imports. `known` are the project's modules, to tell a submodule from a name inside a module."""
    names = frozenset(known)
    return tuple(
        Import(target, line, late, typing_only, level)
        for node, late, typing_only in _walk(module.tree)
        for target, line, level in _targets(node, module, names)
    )


def _walk(tree: ast.AST, late: bool = False, typing_only: bool = False) -> Iterator[tuple[ast.AST, bool, bool]]:
    for child in ast.iter_child_nodes(tree):
        yield child, late, typing_only
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        is_typing = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        yield from _walk(child, late or is_function, typing_only or is_typing)


def _targets(node: ast.AST, module: Module, known: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    match node:
        case ast.Import(names=names):
            for name in names:
                yield name.name, node.lineno, 0
        case ast.ImportFrom(module=source, names=names, level=level):
            base = _absolute(source, level, module)
            for name in names:
                submodule = f"{base}.{name.name}"
                yield submodule if submodule in known else base, node.lineno, level
        case _:
            return


def _absolute(source: str | None, level: int, module: Module) -> str:
    if level == 0:
        return source or ""
    package = module.name.split(".")
    package = package[: len(package) - (level - 1 if module.is_package else level)]
    return ".".join([*package, *([source] if source else [])])


def string_constants(module: Module) -> Iterator[tuple[int, str]]:
    """(line, text) of each string in the code, f-strings' pieces included; docstrings and bare strings are prose."""
    prose = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def identifiers(module: Module) -> Iterator[tuple[int, str]]:
    """(line, name) of each name that the code uses or defines."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case _:
                continue


def calls(module: Module) -> Iterator[tuple[int, str]]:
    """(line, name) of each call: `open`, `.read_text` for a method."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr=name)):
                yield node.lineno, f".{name}"
            case _:
                continue
