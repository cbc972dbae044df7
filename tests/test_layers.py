"""The layer rules of docs/architecture.md, each as one assertion over the real imports.

Every rule is a function from the modules to the breaches, in words. Each is run twice: on src/, where it must find
none, and on a small source that breaks it, where it must find one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from imports import Import, Module, calls, identifiers, imports_of, read_modules, string_constants

SOURCE = Path(__file__).parent.parent / "src"

FLOORS: dict[str, int] = {
    **dict.fromkeys(("_version", "records", "counting", "schema", "errors", "diagnostics"), 0),
    **dict.fromkeys(("psl", "migrations"), 1),
    "dialects": 2,
    # `lowering` and `lifting` are the folders behind lower.py and lift.py; `project` finds files, settings and URLs.
    **dict.fromkeys(
        ("lower", "lowering", "lift", "lifting", "diff", "plan", "review", "execute", "project", "platforms", "data"), 3
    ),
    "workflow": 4,
    **dict.fromkeys(("application", "cli", "testing"), 5),
    # The root's public names, and the program's entry.
    **dict.fromkeys(("", "__main__"), 6),
}
JOINS_PSL_AND_SCHEMA = {"lower", "lowering", "lift", "lifting"}
# What finds and reads a project's files needs the datasource block, and nothing of a Schema.
READS_PSL = JOINS_PSL_AND_SCHEMA | {"psl", "project"}

DRIVERS = {"aiosqlite", "asyncpg", "mysql", "MySQLdb", "pg8000", "psycopg", "psycopg2", "pymysql", "sqlite3"}
HEAVY = {"asyncio", "click", "dotenv", "rich", "ruamel", "sqlglot", "tomlkit"}
PRESENTATION = {"click", "getpass", "rich", "prompt_toolkit"}

PURE_PARTS = {
    "schema", "diagnostics", "psl", "lower", "lowering", "lift", "lifting", "diff", "plan", "review", "platforms",
    "data",
}  # fmt: skip
# psl is a library of its own as well, and this is the one file of it that reads; nothing else of psl may import it.
READS_SCHEMA_FILES = "parity.psl.sources"
# The live half of a dialect: what connects, and the connection.
DRIVER_FILES = {"driver", "session"}
PURE_DIALECT_FILES = {"types", "normalize", "casts", "rewrite", "render", "split", "statement_facts"}
IMPURE_MODULES = {
    *DRIVERS, "glob", "io", "os", "random", "secrets", "shutil", "signal", "socket", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib.request", "uuid",
}  # fmt: skip
IMPURE_CALLS = {
    "open", "print", "input", ".read_text", ".read_bytes", ".write_text", ".write_bytes", ".exists", ".glob", ".rglob",
    ".iterdir", ".mkdir", ".unlink", ".now", ".utcnow", ".today",
}  # fmt: skip

DIALECT_WORD = re.compile(
    r"postgres|sqlite|mysql|mariadb|cockroach|mssql|sqlserver|mongodb|\bpg_[a-z]|psycopg", re.IGNORECASE
)

Rule = Callable[[Sequence[Module]], Iterator[str]]


def _imports(modules: Sequence[Module]) -> Iterator[tuple[Module, Import]]:
    known = [module.name for module in modules]
    for module in modules:
        for item in imports_of(module, known):
            yield module, item


def _own(modules: Sequence[Module]) -> Iterator[tuple[Module, Import, str]]:
    """The imports among ourselves, each with the part (folder or file below the root) that it leads to."""
    for module, item in _imports(modules):
        if item.target == "parity" or item.target.startswith("parity."):
            yield module, item, item.target.partition(".")[2].partition(".")[0]


def _at(module: Module, line: int) -> str:
    return f"{module.name}:{line}"


# --- the rules --------------------------------------------------------------------------------------------------------


def schema_and_psl_dont_know_each_other(modules: Sequence[Module]) -> Iterator[str]:
    for module, item, part in _own(modules):
        if module.part == "schema" and part not in ("schema", "records", "counting"):
            yield f"{_at(module, item.line)} imports {item.target}: of ours schema imports records and counting only"
        if module.part == "psl" and part == "schema":
            yield f"{_at(module, item.line)} imports {item.target}: psl doesn't know schema"
        below_workflow = FLOORS.get(module.part, 0) < FLOORS["workflow"]
        if part == "psl" and below_workflow and module.part not in READS_PSL:
            yield f"{_at(module, item.line)} imports {item.target}: only lower and lift join psl and schema"


def only_dialects_names_a_dialect(modules: Sequence[Module]) -> Iterator[str]:
    # psl holds the schema language's own facts, and those differ by the provider that a schema names.
    for module in modules:
        if module.part in ("dialects", "psl"):
            continue
        for line, text in (*string_constants(module), *identifiers(module)):
            # The command line's help may mention one in a sentence; nothing there may depend on one.
            is_help = module.part == "cli" and " " in text
            if DIALECT_WORD.search(text) and not is_help:
                yield f"{_at(module, line)} says {text!r}: ask a capability, or call a part of the Dialect"
    for module, item, _ in _own(modules):
        folder = _dialect_folder(item.target)
        if folder is not None and module.part != "dialects":
            yield f"{_at(module, item.line)} imports {item.target}: use parity.dialects.registry"


def _dialect_folder(name: str) -> str | None:
    """`sqlite` for parity.dialects.sqlite and what is in it, None for the files that all dialects share."""
    parts = name.split(".")
    is_folder = len(parts) >= 3 and parts[1] == "dialects" and (SOURCE / "parity" / "dialects" / parts[2]).is_dir()
    return parts[2] if is_folder else None


def no_dialect_imports_another(modules: Sequence[Module]) -> Iterator[str]:
    """But for its parent: a close relative declares one in provider.py, and a parent has none itself."""
    parents = _parents(modules)
    for child, parent in parents.items():
        if parent in parents:
            yield f"{child} declares {parent} its parent, which has one itself"
    for module, item, _ in _own(modules):
        own, other = _dialect_folder(module.name), _dialect_folder(item.target)
        if module.part == "dialects" and other is not None and own != other and parents.get(own or "") != other:
            yield f"{_at(module, item.line)} imports {item.target}"


def _parents(modules: Sequence[Module]) -> dict[str, str]:
    """The folders of dialects that declare a parent, with it: `parent="…"` of the Provider in provider.py."""
    return {
        module.parts[1]: keyword.value.value
        for module in modules
        if module.part == "dialects" and module.parts[-1] == "provider" and len(module.parts) > 2
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "parent" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str)
    }


def _pure_names(modules: Sequence[Module]) -> set[str]:
    """The pure parts, the pure files of each dialect, and what these import from beside them."""
    beside: dict[str, set[str]] = {}
    for module, item, part in _own(modules):
        if module.part == part == "dialects" and not item.typing_only:
            beside.setdefault(module.name, set()).add(item.target)
    pure = {module.name for module in modules if module.part in PURE_PARTS} - {READS_SCHEMA_FILES}
    waiting = [
        module.name for module in modules if module.part == "dialects" and module.parts[-1] in PURE_DIALECT_FILES
    ]
    while waiting:
        name = waiting.pop()
        if name not in pure:
            pure.add(name)
            waiting += beside.get(name, ())
    return pure


def the_pure_parts_touch_nothing(modules: Sequence[Module]) -> Iterator[str]:
    pure = _pure_names(modules)
    for module, item in _imports(modules):
        impure = item.target in IMPURE_MODULES or item.target.partition(".")[0] in IMPURE_MODULES
        live = item.target.startswith(("parity.execute", "parity.project")) or item.target.endswith(
            (".driver", ".session")
        )
        live = live or item.target == READS_SCHEMA_FILES
        if module.name in pure and not item.typing_only and (impure or (live and not item.late)):
            yield f"{_at(module, item.line)} imports {item.target}: this part has no connection, clock or environment"
    for module in modules:
        if module.name in pure:
            for line, name in calls(module):
                if name in IMPURE_CALLS:
                    yield f"{_at(module, line)} calls {name}: what it needs must reach it as a value"


def drivers_are_imported_late(modules: Sequence[Module]) -> Iterator[str]:
    for module, item in _imports(modules):
        top = item.target.partition(".")[0]
        is_driver_file = module.part == "dialects" and len(module.parts) > 2 and module.parts[2] in DRIVER_FILES
        if top in DRIVERS and not (is_driver_file and not item.happens_on_load):
            yield f"{_at(module, item.line)} imports {top}: only inside functions of dialects/*/driver.py or session.py"
        if top in HEAVY and module.part != "cli" and item.happens_on_load:
            yield f"{_at(module, item.line)} imports {top} when it is loaded itself: import it inside the function"


def diff_doesnt_normalise(modules: Sequence[Module]) -> Iterator[str]:
    for module, item, part in _own(modules):
        shared = item.target in ("parity.dialects.base", "parity.dialects.capabilities")
        if module.part == "diff" and part == "dialects" and not shared:
            yield f"{_at(module, item.line)} imports {item.target}: diff compares values that are normal already"


def review_rules_read_effects_not_text(modules: Sequence[Module]) -> Iterator[str]:
    for module, item in _imports(modules):
        if module.name.startswith("parity.review.rules") and item.target in ("re", "sqlglot"):
            yield f"{_at(module, item.line)} imports {item.target}: a rule judges what review's parsers have read"


def only_cli_prints_prompts_and_exits(modules: Sequence[Module]) -> Iterator[str]:
    outside = [module for module in modules if module.part not in ("cli", "__main__")]
    for module, item in _imports(outside):
        if item.target.partition(".")[0] in PRESENTATION:
            yield f"{_at(module, item.line)} imports {item.target}"
    for module in outside:
        for line, name in calls(module):
            if name in ("print", "input", "exit", "quit", "breakpoint"):
                yield f"{_at(module, line)} calls {name}"
        for node in ast.walk(module.tree):
            match node:
                case ast.Attribute(value=ast.Name(id="sys"), attr="exit" | "stdout" | "stderr" | "stdin" as name):
                    yield f"{_at(module, node.lineno)} uses sys.{name}"
                case ast.Name(id="SystemExit"):
                    yield f"{_at(module, node.lineno)} raises SystemExit"
                case _:
                    continue


def no_arrow_runs_up(modules: Sequence[Module]) -> Iterator[str]:
    for module in modules:
        if module.part not in FLOORS:
            yield f"{module.name} has no floor: say in FLOORS and in docs/architecture.md where it stands"
    for module, item, part in _own(modules):
        # The root and the version hold nothing but a text that anybody may ask for.
        if part not in ("", "_version") and FLOORS.get(module.part, 0) < FLOORS.get(part, 0):
            yield f"{_at(module, item.line)} imports {item.target}, which stands above it"


def no_cycles(modules: Sequence[Module]) -> Iterator[str]:
    by_module: dict[str, set[str]] = {}
    by_part: dict[str, set[str]] = {}
    for module, item, part in _own(modules):
        if module.name != item.target:
            by_module.setdefault(module.name, set()).add(item.target)
        if module.part and part and module.part != part:
            by_part.setdefault(module.part, set()).add(part)
    for graph in (by_module, by_part):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            yield " <- ".join(error.args[1])


def imports_are_absolute(modules: Sequence[Module]) -> Iterator[str]:
    for module, item in _imports(modules):
        if item.level:
            yield f"{_at(module, item.line)} imports with {item.level} dots"


def packages_reexport_nothing(modules: Sequence[Module]) -> Iterator[str]:
    for module in modules:
        if not module.is_package or module.name in ("parity", "parity.psl"):
            continue
        if len(module.tree.body) != 1 or ast.get_docstring(module.tree) is None:
            yield f"{module.name}/__init__.py holds more (or less) than a docstring"


RULES: tuple[Rule, ...] = (
    schema_and_psl_dont_know_each_other,
    only_dialects_names_a_dialect,
    no_dialect_imports_another,
    the_pure_parts_touch_nothing,
    drivers_are_imported_late,
    diff_doesnt_normalise,
    review_rules_read_effects_not_text,
    only_cli_prints_prompts_and_exits,
    no_arrow_runs_up,
    no_cycles,
    imports_are_absolute,
    packages_reexport_nothing,
)


@pytest.fixture(scope="module")
def modules() -> tuple[Module, ...]:
    return read_modules(SOURCE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_sources_keep_the_rule(rule: Rule, modules: tuple[Module, ...]) -> None:
    assert list(rule(modules)) == []


def test_every_module_was_read(modules: tuple[Module, ...]) -> None:
    assert {"parity", "parity.schema.model", "parity.dialects.base"} <= {module.name for module in modules}
    assert any(True for _ in _own(modules))


def _module(name: str, text: str) -> Module:
    return Module(name, text, is_package=name.endswith(".__init__") or name == "parity.diff")


BREACHES: tuple[tuple[Rule, str, str], ...] = (
    (schema_and_psl_dont_know_each_other, "parity.schema.x", "from parity.errors import ParityError"),
    (schema_and_psl_dont_know_each_other, "parity.psl.x", "from parity.schema.model import Table"),
    (schema_and_psl_dont_know_each_other, "parity.plan.x", "from parity.psl import model"),
    (only_dialects_names_a_dialect, "parity.plan.x", "if name == 'postgresql': pass"),
    (only_dialects_names_a_dialect, "parity.plan.x", "text = f'SELECT {n} FROM pg_class'"),
    (only_dialects_names_a_dialect, "parity.plan.x", "is_sqlite = True"),
    (only_dialects_names_a_dialect, "parity.cli.x", "if name == 'postgresql': pass"),
    (only_dialects_names_a_dialect, "parity.plan.x", "def f(): from parity.dialects.postgres import facts"),
    (no_dialect_imports_another, "parity.dialects.sqlite.x", "from parity.dialects.postgres.types import y"),
    (no_dialect_imports_another, "parity.dialects.base", "from parity.dialects.sqlite import types"),
    (
        no_dialect_imports_another,
        "parity.dialects.sqlite.provider",
        'from parity.dialects.cockroachdb.types import y\nPROVIDER = Provider("x", (), (), parent="postgres")',
    ),
    (the_pure_parts_touch_nothing, "parity.diff.x", "import os"),
    (the_pure_parts_touch_nothing, "parity.lower", "from datetime import datetime\nx = datetime.now()"),
    (the_pure_parts_touch_nothing, "parity.dialects.sqlite.render", "open('x')"),
    (the_pure_parts_touch_nothing, "parity.dialects.sqlite.render", "from parity.dialects.sqlite.driver import x"),
    (the_pure_parts_touch_nothing, "parity.psl.x", "from parity.psl.sources import read_sources"),
    (drivers_are_imported_late, "parity.execute.x", "def f():\n    import sqlite3"),
    (drivers_are_imported_late, "parity.dialects.sqlite.driver", "import sqlite3"),
    (drivers_are_imported_late, "parity.review.x", "import sqlglot"),
    (drivers_are_imported_late, "parity.platforms.x", "from ruamel.yaml import YAML"),
    (the_pure_parts_touch_nothing, "parity.platforms.x", "def f(path): return path.read_text()"),
    (diff_doesnt_normalise, "parity.diff.x", "from parity.dialects.registry import all_dialects"),
    (review_rules_read_effects_not_text, "parity.review.rules.x", "import re"),
    (only_cli_prints_prompts_and_exits, "parity.workflow.x", "print('x')"),
    (only_cli_prints_prompts_and_exits, "parity.workflow.x", "import sys\nsys.exit(1)"),
    (only_cli_prints_prompts_and_exits, "parity.workflow.x", "raise SystemExit(1)"),
    (only_cli_prints_prompts_and_exits, "parity.workflow.x", "def f():\n    import rich.console"),
    (no_arrow_runs_up, "parity.plan.x", "from parity.workflow.dev import dev"),
    (no_arrow_runs_up, "parity.helpers", ""),
    (no_cycles, "parity.schema.model", "from parity.schema.types import x"),
    (no_cycles, "parity.plan.x", "if TYPE_CHECKING:\n    from parity.diff import y"),
    (imports_are_absolute, "parity.plan.x", "from . import y"),
    (packages_reexport_nothing, "parity.diff", '"""Compares."""\nfrom parity.diff.tables import x'),
    (packages_reexport_nothing, "parity.diff", ""),
)
# Innocent ones, that close a circle or are found in the way by what stands above.
NEIGHBOURS = (
    _module("parity.schema.types", "from parity.schema.model import y"),
    _module("parity.diff.x", "from parity.plan import y"),
)


@pytest.mark.parametrize(("rule", "name", "text"), BREACHES, ids=lambda value: getattr(value, "__name__", None))
def test_the_rule_finds_a_breach(rule: Rule, name: str, text: str) -> None:
    neighbours = NEIGHBOURS if rule is no_cycles else ()
    assert list(rule((*neighbours, _module(name, text))))


def test_every_rule_is_shown_a_breach() -> None:
    assert {rule for rule, _, _ in BREACHES} == set(RULES)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("parity.lower", "from parity.psl import model\nfrom parity.schema.model import Table"),
        ("parity.dialects.sqlite.driver", "def connect():\n    import sqlite3"),
        (
            "parity.dialects.cockroachdb.provider",
            'from parity.dialects.postgres.types import y\nPROVIDER = Provider("x", (), (), parent="postgres")',
        ),
        ("parity.dialects.sqlite.facts", "def connect():\n    from parity.dialects.sqlite.driver import connect"),
        ("parity.cli.main", "import sys\nimport click\nprint('x')\nsys.exit(0)"),
        ("parity.review.dml", "if TYPE_CHECKING:\n    from sqlglot import exp"),
        ("parity.cli.commands.init", "click.option(help='SQLite needs no server.')"),
        ("parity.workflow.dev", '"""Works on PostgreSQL and SQLite alike."""'),
        ("parity.diff", '"""Compares two schemas."""'),
    ],
)
def test_what_is_allowed_is_no_breach(name: str, text: str) -> None:
    assert [breach for rule in RULES for breach in rule((_module(name, text),))] == []
