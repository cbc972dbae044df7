"""`db pull` against the genuine engine: the same text for every database, fresh and over an existing file.

    .venv/bin/python tests/conformance/pull_against_referee.py
        [--provider P] [--random N] [--by-hand N] [--seed S] [--show N] [NAME …]

For each valid schema of the corpus, and for `--random` schemas of the whole language, the engine's own SQL makes a
database, which both then read; and `--by-hand` databases of what the language can't say. Needs node, the referee
(PARITY_ORACLE), the corpus (PARITY_SHARED) and PostgreSQL's server binaries; says so and ends well where one is
missing. The blocks above the models aren't compared: the engine writes them anew, a pull here keeps them. Where the
engine's own text isn't valid and ours is another, there is nothing to compare with.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg2

from intended_pulls import equal_on_purpose
from parity.dialects.registry import dialect_for_provider
from parity.lifting.lift import lift
from parity.psl import parse
from random_schemas.generator import generate
from random_schemas.options import FOR_DATABASES
from referee import Referee, referee, referee_folder, shared_folder, without_urls
from servers import PostgresServer, ServerUnavailable, private_postgres
from unusual_databases import statements

PROVIDERS = {"postgresql": ("postgresql", "postgres"), "sqlite": ("sqlite",)}
EXTENSIONS = {"citext": "citext", "pg_trgm": "gin_trgm_ops", "hstore": "hstore"}
"""Extensions that schemas of the corpus take for granted, and how their SQL shows it."""
_OBJECTS = """
    SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'
"""
_COMMENT = re.compile(r"^--.*$", re.MULTILINE)
_COMMENT_OF_CONFIGURATION = re.compile(
    r"^(?:[ \t]*(?:///[^\n]*|/\*[^*]*\*/|\r)?\n)*([ \t]*(?:datasource|generator)\b)", re.MULTILINE
)
"""The engine takes such a comment for one of the next model. It isn't compared, nor is the block itself."""
UNUSUAL = replace(FOR_DATABASES, schemas=True, ignored=True, emulated_relations=True, untidy=True)
INTENDED = {
    "prisma__internals____fixtures____odoo.prisma": "the engine gives a relation field the name of another field",
    "prisma__client__tests__e2e__issues__16418-slow-compilation-big-schema__prisma__schema.prisma": "the same schema",
}
"""Where we differ on purpose. The case, and what the engine does: its text isn't valid, ours is."""
_CONFIGURATION = re.compile(
    r"^(?:[ \t]*///[^\n]*\n)*[ \t]*(?:datasource|generator)\s+\w+\s*\{.*?^[ \t]*\}[ \t]*$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Case:
    """A schema of the corpus, as the engine takes it."""

    name: str
    schema: str
    statements: tuple[str, ...] = ()
    """What makes the database, but for what its server refuses; where there are none, what the engine makes of the
    schema."""

    @property
    def header(self) -> str:
        """The datasource and generator blocks alone."""
        return "\n\n".join(found.group() for found in _CONFIGURATION.finditer(self.schema)) + "\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one pull compared. `kind` is `same`, `differs`, or why there was nothing to compare."""

    kind: str
    difference: str = ""


def cases(folder: Path, provider: str) -> Iterator[Case]:
    """The valid schemas of one provider."""
    for line in (folder / "corpus" / "psl" / "INDEX.tsv").read_text().splitlines()[1:]:
        name, written, _, errors, *_ = line.split("\t")
        if written in PROVIDERS[provider] and errors == "0":
            path = folder / "corpus" / "psl" / name
            files = sorted(path.rglob("*.prisma")) if path.is_dir() else [path]
            yield Case(name, without_urls("\n".join(file.read_text() for file in files)))


def random_cases(provider: str, count: int, seed: str) -> Iterator[Case]:
    """Random schemas that a database takes as they are; every other one with what few schemas have."""
    for number in range(count):
        options = FOR_DATABASES if number % 2 else UNUSUAL
        text = generate(Random(f"{seed} {provider} {number}"), provider, options).text.replace("\r\n", "\n")
        yield Case(f"random #{number}", _COMMENT_OF_CONFIGURATION.sub(r"\1", without_urls(text)))


def cases_by_hand(provider: str, count: int, seed: str) -> Iterator[Case]:
    """Databases of what the language can't say, with nothing in the file but a datasource."""
    for number in range(count):
        made = statements(provider, Random(f"{seed} {provider} by hand {number}"))
        features = ', "views"' if number % 3 == 0 else ""
        schema = (
            f'generator client {{\n  provider = "x"\n  previewFeatures = ["partialIndexes"{features}]\n}}\n\n'
            f'datasource db {{\n  provider = "{provider}"\n}}\n'
        )
        yield Case(f"by hand #{number}", schema, tuple(made))


def body(text: str) -> str:
    """The text without its datasource and generator blocks."""
    return _CONFIGURATION.sub("", text).strip()


def ours(case: Case, schema: str, provider: str, url: str) -> str:
    """Our pull's text over `schema`."""
    dialect = dialect_for_provider(provider)
    datamodel = parse(schema).datamodel
    session = dialect.driver.connect(dialect.driver.parse_url(url, Path.cwd()))
    try:
        namespaces = () if datamodel.datasource is None else datamodel.datasource.schemas
        found = dialect.driver.introspect(session, namespaces)
    finally:
        session.close()
    return lift(found, dialect, existing=datamodel, header=case.header).text


def compare(case: Case, schema: str, provider: str, url: str, engine: Referee) -> Outcome:
    """One pull by both."""
    answer = engine.ask(op="introspect", url=url, schema=schema)
    if "error" in answer:
        return Outcome("the engine refuses: " + answer["error"].splitlines()[0][:60])
    expected, got = body(answer["result"]["schema"]), body(ours(case, schema, provider, url))
    if expected == got:
        return Outcome("same")
    if equal_on_purpose(provider, expected, got):
        return Outcome("intended")
    if any(not found["is_warning"] for found in engine.ask(op="lint", schema=answer["result"]["schema"])["result"]):
        return Outcome("the engine's text isn't valid")
    lines = difflib.unified_diff(expected.splitlines(), got.splitlines(), "engine", "ours", lineterm="", n=1)
    return Outcome("differs", "\n".join(lines))


@contextmanager
def postgres_database(server: PostgresServer, sql: str, statements: tuple[str, ...]) -> Iterator[str]:
    """The URL of the one database of this run, emptied and made anew. Making many takes minutes."""
    connection = psycopg2.connect(server.dsn())
    connection.autocommit = True
    try:
        cursor = connection.cursor()
        cursor.execute(_OBJECTS)
        for statement in [row[0] for row in cursor.fetchall()]:
            cursor.execute(statement)
        cursor.execute("CREATE SCHEMA public")
        for extension, mark in EXTENSIONS.items():
            if mark in sql.lower():
                cursor.execute(f'CREATE EXTENSION "{extension}"')
        if _COMMENT.sub("", sql).strip():
            cursor.execute(sql)
        for statement in statements:
            with suppress(psycopg2.Error):
                cursor.execute(statement)
    finally:
        connection.close()
    yield server.url()


@contextmanager
def sqlite_database(folder: Path, sql: str, statements: tuple[str, ...]) -> Iterator[str]:
    """The URL of a file that is made anew."""
    path = folder / "pulled.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.executescript(sql)
        for statement in statements:
            with suppress(sqlite3.Error):
                connection.execute(statement)
        connection.commit()
    finally:
        connection.close()
    yield f"file:{path}"


Maker = Callable[[str, tuple[str, ...]], AbstractContextManager[str]]


def run(provider: str, found: Iterable[Case], show: int, engine: Referee, make: Maker, url: str) -> bool:
    """Compare every case of one provider; print the figures. True where all are the same."""
    counts: Counter[tuple[str, str]] = Counter()
    shown = 0
    for case in found:
        sql = "" if case.statements else engine.diff(url, None, case.schema, script=True)
        if sql is None:
            counts["both", "the engine makes no SQL"] += 1
            continue
        try:
            with make(sql, case.statements) as made:
                outcomes = dict(compared(case, provider, made, engine))
        except (psycopg2.Error, sqlite3.Error) as error:
            counts["both", "no database: " + str(error).splitlines()[0][:50]] += 1
            continue
        for way, outcome in outcomes.items():
            kind = "intended" if outcome.kind == "differs" and case.name in INTENDED else outcome.kind
            counts[way, kind] += 1
            if kind == "differs" and shown < show:
                shown += 1
                print(f"--- {case.name} ({way})\n{outcome.difference}\n")
    return _report(provider, counts)


def compared(case: Case, provider: str, url: str, engine: Referee) -> Iterator[tuple[str, Outcome]]:
    """The pulls of one database: fresh, over the case's schema, and over what the engine pulled."""
    yield "fresh", compare(case, case.header, provider, url, engine)
    if not case.statements:
        yield "again", compare(case, case.schema, provider, url, engine)
    answer = engine.ask(op="introspect", url=url, schema=case.header)
    pulled = _COMMENT_OF_CONFIGURATION.sub(r"\1", answer.get("result", {}).get("schema") or "")
    if pulled and "error" not in engine.ask(op="introspect", url=url, schema=pulled):
        yield "over its own", compare(case, pulled, provider, url, engine)


def _report(provider: str, counts: Counter[tuple[str, str]]) -> bool:
    for way in ("fresh", "again", "over its own"):
        same, differs = counts[way, "same"], counts[way, "differs"] + counts[way, "intended"]
        share = 100 * same / max(1, same + differs)
        print(f"{provider:11} {way:12} {same} of {same + differs} the same ({share:.2f} %)")
    for (way, kind), count in sorted(counts.items()):
        if kind == "intended":
            print(f"{provider:11} {way:12} {count} differ on purpose")
        elif kind not in ("same", "differs"):
            print(f"{provider:11} {way:12} {count} not compared: {kind}")
    return not any(kind == "differs" for _, kind in counts) and bool(counts)


def all_cases(provider: str, options: argparse.Namespace) -> Iterator[Case]:
    """Those of the command line."""
    folder = shared_folder()
    assert folder is not None
    found = chain(
        cases(folder, provider) if options.corpus else (),
        random_cases(provider, options.random, options.seed),
        cases_by_hand(provider, options.by_hand, options.seed),
    )
    return (case for case in found if not options.names or any(name in case.name for name in options.names))


def main() -> int:
    """Run it. Exit 0 where nothing differs or a part is missing, else 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--provider", choices=sorted(PROVIDERS), action="append")
    parser.add_argument("--corpus", action=argparse.BooleanOptionalAction, default=True, help="the real schemas")
    parser.add_argument("--random", type=int, default=300, help="random schemas of each provider")
    parser.add_argument("--by-hand", type=int, default=300, help="databases of what the language can't say")
    parser.add_argument("--seed", default="pull", help="of the random schemas and databases")
    parser.add_argument("--show", type=int, default=5, help="how many differences to print")
    parser.add_argument("names", nargs="*", help="parts of the names of the cases to compare")
    options = parser.parse_args()
    if shared_folder() is None or referee_folder() is None:
        print("NOT RUN: the corpus (PARITY_SHARED) or the referee (PARITY_ORACLE, with node) isn't here")
        return 0
    fine = True
    with referee() as engine, tempfile.TemporaryDirectory(prefix="parity-pull-") as temporary:
        folder = Path(temporary)
        for provider in options.provider or sorted(PROVIDERS):
            found = all_cases(provider, options)
            if provider == "sqlite":
                make = partial(sqlite_database, folder)
                fine &= run(provider, found, options.show, engine, make, f"file:{folder / 'none.db'}")
                continue
            try:
                with private_postgres() as server:
                    fine &= run(provider, found, options.show, engine, partial(postgres_database, server), server.url())
            except ServerUnavailable as error:
                print(f"NOT RUN: {provider}: {error}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
