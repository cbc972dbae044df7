"""Data-loss warnings against the genuine engine: the same in kind, table and column, and in their words.

    .venv/bin/python tests/conformance/losses_against_referee.py [--provider P] [--pairs N] [--mutations N] [NAME …]
    .venv/bin/python tests/conformance/losses_against_referee.py --record    # the engine's answers in tests/golden

A database is built at the first schema of a pair and filled with random rows; the engine's `db push` (without force)
says what warns and what can't be executed on the way to the second, and so do we. The pairs are random schemas with
random mutations, and consecutive versions of real products. Needs node and the referee (PARITY_ORACLE), the corpus
(PARITY_SHARED) and PostgreSQL's server binaries; says so and ends well where one is missing. Where we differ on
purpose, `INTENDED` says how.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from diff_cases import Case, of_products, random_pairs, to_mutations
from loss_samples import make, samples
from pairs import lowered
from parity.dialects.base import Dialect, Session
from parity.dialects.registry import dialect_for_provider
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.errors import DatabaseError
from parity.execute.runner import run_script
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.schema.model import EMPTY
from parity.workflow.canonical import canonicalise
from parity.workflow.losses import Verdict, ask_losses, verdict
from referee import Referee, referee, referee_folder, shared_folder, without_urls
from replaying import script_between
from rows import fill
from servers import PostgresServer, ServerUnavailable, private_postgres

PROVIDERS = ("postgresql", "sqlite")
WANTED_SHARE = 0.99
"""Of the cases, as the same in kind and place; intended differences count as the same."""

KINDS: tuple[tuple[str, str], ...] = (
    ("drop_table", r"^You are about to drop the `(?P<table>.*)` table"),
    ("drop_column", r"^You are about to drop the column `(?P<column>.*)` on the `(?P<table>.*)` table"),
    ("cast", r"^You are about to alter the column `(?P<column>.*)` on the `(?P<table>.*)` table"),
    ("recreate_column", r"^The `(?P<column>.*)` column on the `(?P<table>.*)` table would be dropped and recreated"),
    ("recreate_column", r"^Changed the type of `(?P<column>.*)` on the `(?P<table>.*)` table\. No cast exists"),
    ("value_to_list", r"^Changed the column `(?P<column>.*)` on the `(?P<table>.*)` table from a scalar field"),
    ("required_column", r"^Added the required column `(?P<column>.*)` to the `(?P<table>.*)` table"),
    ("required_column", r"^The required column `(?P<column>.*)` was added to the `(?P<table>.*)` table"),
    ("not_null", r"^Made the column `(?P<column>.*)` on table `(?P<table>.*)` required"),
    ("primary_key", r"^The primary key for the `(?P<table>.*)` table will be changed"),
    (
        "unique",
        r"^A unique constraint covering the columns `(?P<column>.*)` on the table `(?P<table>.*)` will be added",
    ),
    ("drop_enum_values", r"^The values (?P<column>\[.*\]) on the enum `(?P<table>.*)` will be removed"),
)
"""The engine's sentences by the code of our hazard, with what they are about."""

Place = tuple[str, str | None, str | None]


def place(sentence: str) -> Place:
    """(kind, table or enum, column) of a sentence of the engine's."""
    for kind, pattern in KINDS:
        if found := re.match(pattern, sentence, re.DOTALL):
            named = found.groupdict()
            return kind, named.get("table"), named.get("column")
    return "unknown", sentence, None


def places(said: Verdict) -> tuple[Counter[Place], Counter[Place]]:
    """What warns and what can't be executed, whatever its words are."""
    return Counter(map(place, said.warnings)), Counter(map(place, said.unexecutable))


# --- databases ------------------------------------------------------------------------------------------------------


@contextmanager
def database(provider: str, server: PostgresServer | None, folder: Path) -> Iterator[tuple[str, Session, Session]]:
    """The URL of an empty database, a session on it, and one on a scratch database."""
    dialect = dialect_for_provider(provider)
    if server is None:
        path = folder / "rows.db"
        path.unlink(missing_ok=True)
        url = f"file:{path}"
        dialect.driver.create_database(dialect.driver.parse_url(url, folder))
        with dialect.driver.scratch(None) as scratch:
            session = dialect.driver.connect(dialect.driver.parse_url(url, folder))
            try:
                yield url, session, scratch
            finally:
                session.close()
        return
    url, other = server.url("rows"), server.url("scratch")
    sessions = [dialect.driver.connect(dialect.driver.parse_url(one, folder)) for one in (url, other)]
    try:
        for session in sessions:
            dialect.driver.drop_everything(session, ())
            session.execute("CREATE EXTENSION IF NOT EXISTS citext")
        yield url, sessions[0], sessions[1]
    finally:
        for session in sessions:
            session.close()


def cases(folder: Path, provider: str, options: argparse.Namespace) -> Iterator[Case]:
    """Random pairs, those of products, and the real schemas with mutations of them."""
    yield from random_pairs(provider, options.pairs, options.seed)
    yield from of_products(folder, provider)
    for kind in ("mutations", "wide mutations"):
        for case in to_mutations(folder, provider, options.mutations, options.seed, kind):
            # The databases that all cases use in turn are emptied of what is in one namespace.
            if "schemas" not in f"{case.old}{case.new}":
                yield case


# --- the two sides --------------------------------------------------------------------------------------------------


class Unfit(Exception):
    """Nothing can be said about a case: one side refuses a schema of it."""


HEADER = re.compile(r"\s*(/\*\n  Warnings:\n.*?\*/\n)", re.DOTALL)


def headers(folder: Path, provider: str) -> Iterator[tuple[str, str, str]]:
    """(name, the header that the engine wrote, ours) for each migration of a product that has one."""
    dialect = dialect_for_provider(provider)
    for case in of_products(folder, provider):
        written = HEADER.match((folder / "corpus" / "pairs" / case.name / "migration.sql").read_text())
        old, new = lowered(case.old or "", dialect), lowered(case.new, dialect)
        if written is None or old is None or new is None:
            continue
        ours = HEADER.match(script(build_plan(diff(old, new, dialect), old, new, dialect), dialect, warnings=True))
        yield case.name, written[1], "" if ours is None else ours[1]


def ours(case: Case, session: Session, scratch: Session, dialect: Dialect) -> Verdict:
    """What we say about the way to the second schema."""
    live = dialect.driver.introspect(session, ())
    new = lowered(case.new, dialect)
    assert new is not None
    wanted = carry_over(live, canonicalise(new, scratch, dialect), dialect)
    plan = build_plan(diff(live, wanted, dialect), live, wanted, dialect)
    return verdict(ask_losses(session, dialect, plan.hazards))


def built(case: Case, session: Session, dialect: Dialect, random: Random) -> None:
    """The database at the first schema, with rows. Raises Unfit."""
    old = lowered(case.old or "", dialect)
    if old is None or lowered(case.new, None) is None:
        raise Unfit("refused by us")
    try:
        run_script(session, dialect, script_between(EMPTY, old, dialect))
    except DatabaseError as error:
        raise Unfit("refused by the database") from error
    fill(session, dialect.driver.introspect(session, ()), dialect, random)


def compared(case: Case, engine: Referee, url: str, session: Session, scratch: Session) -> tuple[str, str]:
    """(what came out, the differences as text)."""
    dialect = dialect_for_provider(case.provider)
    try:
        built(case, session, dialect, Random(case.name))
        got = ours(case, session, scratch, dialect)
    except Unfit as error:
        return str(error), ""
    except DatabaseError as error:
        return "crashed", error.message
    answer = engine.ask(op="push", url=url, schema=without_urls(case.new))
    if "result" not in answer:
        # Where nothing warns it goes on, and may write what the database refuses.
        return "refused by the engine", ""
    wanted = Verdict(tuple(answer["result"]["warnings"]), tuple(answer["result"]["unexecutable"]))
    return outcome_of(case, wanted, got), "\n".join(difference(sentences(wanted), sentences(got)))


def outcome_of(case: Case, wanted: Verdict, got: Verdict) -> str:
    """How the two compare."""
    if wanted == got:
        return "the same" if sentences(wanted) else "the same: nothing"
    if Counter(sentences(wanted)) == Counter(sentences(got)):
        return "the same in another order"
    pairs = tuple(zip(places(wanted), places(got), strict=True))
    if all(theirs == mine for theirs, mine in pairs):
        return "the same in other words"
    apart = [one for theirs, mine in pairs for one in ((theirs - mine) + (mine - theirs)).elements()]
    return "differs as intended" if all(is_intended(case, *one) for one in apart) else "differs"


def sentences(said: Verdict) -> tuple[str, ...]:
    """All of them, in the order in which they are told."""
    return said.warnings + said.unexecutable


@dataclass(frozen=True, slots=True)
class Intended:
    """A kind of sentence that one side alone says on purpose, where the first schema holds `pattern`."""

    provider: str
    kind: str
    pattern: str
    why: str


INTENDED: tuple[Intended, ...] = (
    Intended(
        "sqlite",
        "unique",
        r"dbgenerated\(|\bBytes\b.*@default\(",
        "the engine reads such a default back as another one, so it rebuilds tables that don't differ, and says "
        "nothing of unique keys there; and it adds a column with an expression for a default in place, which the "
        "database refuses on rows, where we rebuild the table",
    ),
    Intended(
        "postgresql",
        "unique",
        r"@@?unique\(.*\bwhere:",
        "the engine doesn't know the condition of a partial index again once the server has printed it, and makes the "
        "index anew at every run; we see no change",
    ),
    Intended(
        "postgresql",
        "primary_key",
        r"@db\.Char\b(?!\()",
        "the engine takes a key of `@db.Char` for another type than the `char(1)` that it is, and changes it at every "
        "run; we see no change",
    ),
    Intended(
        "postgresql",
        "recreate_column",
        r"^\s*(?:{column}\s+|.*@map\(\"{column}\"\).*)\w+\[\]",
        "the engine alters a list of enum values into a single value without a word, and the server refuses the "
        "statement whatever the rows are; we make the column anew, and say so",
    ),
)


def is_intended(case: Case, kind: str, table: str | None, column: str | None) -> bool:
    """Whether a difference is meant."""
    text = f"{case.old}\n{case.new}"
    return any(
        one.provider == case.provider
        and one.kind == kind
        and re.search(one.pattern.replace("{column}", re.escape(column or "")), text, re.MULTILINE)
        for one in INTENDED
    )


def difference(wanted: tuple[str, ...], got: tuple[str, ...]) -> Iterator[str]:
    """The sentences of one side alone."""
    theirs, mine = Counter(wanted), Counter(got)
    yield from (f"  engine: {sentence}" for sentence in (theirs - mine).elements())
    yield from (f"  ours:   {sentence}" for sentence in (mine - theirs).elements())
    if theirs == mine:
        first = next((pair for pair in zip(wanted, got, strict=True) if pair[0] != pair[1]), None)
        yield from () if first is None else (f"  engine first: {first[0]}", f"  ours first:   {first[1]}")


SAME = ("the same", "the same: nothing", "the same in another order", "the same in other words", "differs as intended")


def run(
    provider: str, options: argparse.Namespace, folder: Path, engine: Referee, server: PostgresServer | None
) -> bool:
    """Compare all cases of a provider; whether enough are the same."""
    counts: Counter[str] = Counter()
    shown = 0
    with tempfile.TemporaryDirectory() as scratch_folder:
        for case in cases(folder, provider, options):
            if options.names and not any(name in case.name for name in options.names):
                continue
            with database(provider, server, Path(scratch_folder)) as (url, session, scratch):
                outcome, text = compared(case, engine, url, session, scratch)
            counts[outcome] += 1
            if text and outcome != "differs as intended" and shown < options.show:
                shown += 1
                print(f"--- {case.name} ({provider}): {outcome}\n{text}")
                if options.files:
                    print(case.old, case.new, sep="\n--- to\n")
    heads = list(headers(folder, provider))
    for name, theirs, mine in heads:
        if theirs != mine:
            print(f"--- header of {name} ({provider})\n{theirs}\n{mine}")
    same = sum(theirs == mine for _, theirs, mine in heads)
    print(f"{provider:11} {same} of {len(heads)} headers of products' migrations the same, byte for byte")
    agreed = sum(counts[outcome] for outcome in SAME)
    total = agreed + counts["differs"] + counts["crashed"]
    share = f"{agreed / total:.2%} the same in kind and place of {total}" if total else "nothing compared"
    print(f"{provider:11} {share}  {dict(counts)}")
    return counts["crashed"] == 0 and total > 0 and agreed >= total * WANTED_SHARE and same == len(heads)


# --- the recorded sample ----------------------------------------------------------------------------------------------


def record(provider: str, engine: Referee, server: PostgresServer | None) -> None:
    """Write what the engine says of each sample of tests/golden/losses, for the tests that have no engine."""
    dialect = dialect_for_provider(provider)
    for sample in samples(provider):
        with tempfile.TemporaryDirectory() as folder, database(provider, server, Path(folder)) as (url, session, _):
            make(sample, session, dialect)
            answer = engine.ask(op="push", url=url, schema=(sample / "new.prisma").read_text())["result"]
        text = json.dumps({key: answer[key] for key in ("warnings", "unexecutable")}, indent=2) + "\n"
        (sample / "engine.json").write_text(text, encoding="utf-8")
        print(f"recorded {sample.name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--provider", choices=PROVIDERS)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--mutations", type=int, default=0, help="of each real schema, of either kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("--record", action="store_true", help="write the engine's answers into tests/golden/losses")
    parser.add_argument("--files", action="store_true", help="show the schemas of what differs")
    options = parser.parse_args()
    folder = shared_folder()
    if folder is None or referee_folder() is None:
        print("NOT COMPARED: the corpus (PARITY_SHARED) or the referee (PARITY_ORACLE, with node) isn't there")
        return 0
    good = True
    with ExitStack() as stack:
        engine = stack.enter_context(referee())
        for provider in (options.provider,) if options.provider else PROVIDERS:
            server = None
            if provider == "postgresql":
                try:
                    server = stack.enter_context(private_postgres())
                except ServerUnavailable as error:
                    print(f"NOT COMPARED: {provider}: {error}")
                    continue
                make_databases(server, dialect_for_provider(provider))
            if options.record:
                record(provider, engine, server)
            else:
                good = run(provider, options, folder, engine, server) and good
    return 0 if good else 1


def make_databases(server: PostgresServer, dialect: Dialect) -> None:
    """The two databases that all cases use in turn."""
    for name in ("rows", "scratch"):
        dialect.driver.create_database(dialect.driver.parse_url(server.url(name), Path("/")))


if __name__ == "__main__":
    sys.exit(main())
