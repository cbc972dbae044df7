"""`db pull` against the genuine engine: the same text for every real schema, fresh and over the existing file.

    .venv/bin/python tests/conformance/pull_against_referee.py [--provider P] [--show N] [NAME …]

For each valid schema of the corpus the engine's own SQL makes a database, which both then read. Needs node, the
referee (PARITY_ORACLE), the corpus (PARITY_SHARED) and PostgreSQL's server binaries; says so and ends well where
one is missing. The blocks above the models aren't compared: the engine writes them anew, a pull here keeps them.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psycopg2

from parity.dialects.registry import dialect_for_provider
from parity.lifting.lift import lift
from parity.psl import parse
from referee import Referee, referee, referee_folder, shared_folder, without_urls
from servers import PostgresServer, ServerUnavailable, private_postgres

PROVIDERS = {"postgresql": ("postgresql", "postgres"), "sqlite": ("sqlite",)}
EXTENSIONS = {"citext": "citext", "pg_trgm": "gin_trgm_ops", "hstore": "hstore"}
"""Extensions that schemas of the corpus take for granted, and how their SQL shows it."""
_OBJECTS = """
    SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'
"""
_COMMENT = re.compile(r"^--.*$", re.MULTILINE)
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
    lines = difflib.unified_diff(expected.splitlines(), got.splitlines(), "engine", "ours", lineterm="", n=1)
    return Outcome("differs", "\n".join(lines))


@contextmanager
def postgres_database(server: PostgresServer, sql: str) -> Iterator[str]:
    """The URL of the one database of this run, emptied and made anew by `sql`. Making many takes minutes."""
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
    finally:
        connection.close()
    yield server.url()


@contextmanager
def sqlite_database(folder: Path, sql: str) -> Iterator[str]:
    """The URL of a file that `sql` made."""
    path = folder / "pulled.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.executescript(sql)
    finally:
        connection.close()
    yield f"file:{path}"


def run(
    provider: str,
    names: list[str],
    show: int,
    engine: Referee,
    make: Callable[[str], AbstractContextManager[str]],
    url: str,
) -> bool:
    """Compare every case of one provider; print the figures. True where all are the same."""
    folder = shared_folder()
    assert folder is not None
    counts: Counter[tuple[str, str]] = Counter()
    shown = 0
    for case in cases(folder, provider):
        if names and not any(name in case.name for name in names):
            continue
        answer = engine.ask(op="diff", url=url, **{"from": "empty", "to": {"schema": case.schema}}, script=True)
        if "error" in answer:
            counts["both", "the engine makes no SQL"] += 1
            continue
        try:
            with make(answer["result"] or "") as made:
                outcomes = {
                    "fresh": compare(case, case.header, provider, made, engine),
                    "again": compare(case, case.schema, provider, made, engine),
                }
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


def _report(provider: str, counts: Counter[tuple[str, str]]) -> bool:
    for way in ("fresh", "again"):
        same, differs = counts[way, "same"], counts[way, "differs"] + counts[way, "intended"]
        share = 100 * same / max(1, same + differs)
        print(f"{provider:11} {way:6} {same} of {same + differs} the same ({share:.2f} %)")
    for (way, kind), count in sorted(counts.items()):
        if kind == "intended":
            print(f"{provider:11} {way:6} {count} differ on purpose")
        elif kind not in ("same", "differs"):
            print(f"{provider:11} {way:6} {count} not compared: {kind}")
    return not any(kind == "differs" for _, kind in counts) and bool(counts)


def _maker(server: PostgresServer) -> Callable[[str], AbstractContextManager[str]]:
    return lambda sql: postgres_database(server, sql)


def main() -> int:
    """Run it. Exit 0 where nothing differs or a part is missing, else 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--provider", choices=sorted(PROVIDERS), action="append")
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
            if provider == "sqlite":
                url = f"file:{folder / 'none.db'}"
                fine &= run(
                    provider, options.names, options.show, engine, lambda sql: sqlite_database(folder, sql), url
                )
                continue
            try:
                with private_postgres() as server:
                    fine &= run(provider, options.names, options.show, engine, _maker(server), server.url())
            except ServerUnavailable as error:
                print(f"NOT RUN: {provider}: {error}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
