"""`diff` against the genuine engine: the same SQL, the same summary, and where not, the same effect.

    .venv/bin/python tests/conformance/diff_against_referee.py [--provider P] [--mutations N] [--show N] [NAME …]

From empty for every valid schema of the corpus; between each schema and random mutations of it; between consecutive
versions of real products; between random schemas. With `--histories` the old side is a migrations folder, replayed on
both sides. Where the SQL differs, both scripts are run on real databases and the results compared.

Needs node and the referee (PARITY_ORACLE), the corpus (PARITY_SHARED) and PostgreSQL's server binaries; says so and
ends well where one is missing. Where we differ on purpose, `tests/intended.py` says how and why. A case that is
neither the same, nor intended, nor settled by the databases makes the run fail.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from diff_cases import PROVIDERS, Case, from_empty, generated, of_products, random_pairs, to_itself, to_mutations
from effects import Effects, Replaying, namespaces_of
from intended import INTENDED
from parity.diagnostics import SourceFile
from parity.dialects.base import Dialect, Session
from parity.dialects.registry import dialect_for_provider
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.diff.naming import under_one_naming
from parity.errors import ParityError
from parity.execute.runner import run_script
from parity.lower import lower
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.psl import parse
from parity.schema.model import EMPTY, Schema
from parity.workflow.canonical import canonicalise
from referee import Referee, referee, referee_folder, shared_folder
from replaying import script_between
from servers import ServerUnavailable, private_postgres
from unsettled import without_known

WANTED_SHARE = 0.97
"""Of a comparison that no database can settle, as intended differences included."""
EMPTY_MIGRATION = "-- This is an empty migration.\n"
REFUSED = ("refused by the engine", "refused by us", "no database takes it")
KNOWN = "judged on another database"
SETTLED = ("same", "intended", KNOWN, "equal in effect", "the engine's fails")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side says about a difference."""

    sql: str
    summary: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What came out: an outcome, in what the sides differ, and what the databases say of it."""

    outcome: str
    difference: str = ""
    why: str = ""


class Unusable(Exception):
    """No database takes the old schema, so that there is no history to compare from."""


# --- the two sides ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sides:
    """Who is asked: the engine, and our parts with the databases that they need."""

    engine: Referee
    url: str
    dialect: Dialect
    server: Session | None
    histories: bool
    replays: bool
    """Whether there is such a database to run scripts on."""

    def lowered(self, text: str | None) -> Schema | None:
        """The schema of a file; None where our parser refuses it."""
        if text is None:
            return EMPTY
        datamodel, diagnostics = parse([SourceFile("schema.prisma", text)])
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            return None
        return lower(datamodel, self.dialect)

    def history(self, case: Case) -> str | None:
        """What a team has in its migrations folder by the old schema: the engine's own script. None for no folder."""
        if not self.histories:
            return None
        return "" if case.old is None else self.engine.diff(self.url, None, case.old, script=True)

    def ours(self, old: Schema, new: Schema, history: str | None) -> Answer:
        """Our answer."""
        if history is not None:
            old, new = self._replayed(history, old, new)
        plan = build_plan(diff(old, new, self.dialect), old, new, self.dialect)
        text = script(plan, self.dialect, warnings=False) or EMPTY_MIGRATION
        return Answer(text, summary(plan, old, new, self.dialect))

    def theirs(self, case: Case, history: str | None) -> Answer | None:
        """The engine's answer; None where it refuses one of the files."""
        old: object = case.old
        if history is not None:
            old = {"migrations": [["0_init", history]] if history else []}
        sql = self.engine.diff(self.url, old, case.new, script=True)
        text = self.engine.diff(self.url, old, case.new, script=False)
        return None if sql is None or text is None else Answer(sql, text)

    def _replayed(self, history: str, old: Schema, new: Schema) -> tuple[Schema, Schema]:
        """What a database holds at the old schema, and what `migrate dev` would want of it."""
        namespaces = namespaces_of(old, new)
        with self.dialect.driver.scratch(None if self.server is None else self.server.target) as session:
            wanted = canonicalise(new, session, self.dialect)
            try:
                run_script(session, self.dialect, history)
            except ParityError as error:
                raise Unusable(error.message) from error
            found = self.dialect.driver.introspect(session, namespaces)
        return found, carry_over(found, wanted, self.dialect)


# --- comparison -------------------------------------------------------------------------------------------------------


def difference(first: str, second: str) -> str:
    """A unified diff of the engine's text and ours."""
    lines = difflib.unified_diff(first.splitlines(), second.splitlines(), "engine", "ours", lineterm="", n=2)
    return "\n".join(lines)


def why_intended(wanted: Answer, got: Answer) -> str | None:
    """Why the sides differ, where nothing differs but what is meant to; None where something else does."""
    reasons: list[str] = []
    for intended in INTENDED:
        sql, told = intended.rewriting(wanted.sql, got.sql), intended.rewriting(wanted.summary, got.summary)
        before = wanted, got
        wanted, got = Answer(sql[0], told[0]), Answer(sql[1], told[1])
        if before != (wanted, got):
            reasons.append(f"{intended.case}: the engine {intended.engine}; we {intended.we}, as {intended.why}")
    return " / ".join(reasons) if wanted == got else None


def compare(case: Case, sides: Sides) -> Compared:
    """One case."""
    try:
        old, new = sides.lowered(case.old), sides.lowered(case.new)
        history = sides.history(case)
        wanted = sides.theirs(case, history)
        if wanted is None:
            return Compared("refused by the engine")
        if old is None or new is None:
            return Compared("refused by us")
        old, new = under_one_naming(old, new, sides.dialect.capabilities.default_namespace)
        got = sides.ours(old, new, history)
    except Unusable as error:
        return Compared("no database takes it", why=str(error))
    except Exception as error:  # noqa: BLE001 - a crash is an outcome to count, and the run goes on
        return Compared("crashed", f"{type(error).__name__}: {error}")
    if wanted == got:
        return Compared("same")
    found = "\n".join(difference(a, b) for a, b in ((wanted.sql, got.sql), (wanted.summary, got.summary)) if a != b)
    if history is None:
        history = script_between(EMPTY, old, sides.dialect)
    seen = Effects("not run")
    if sides.replays:
        seen = Replaying(history, old, new, sides.dialect, sides.server).effects(wanted.sql, got.sql)
    why = why_intended(wanted, got)
    if why is None and not sides.replays:
        known = without_known(wanted.sql, got.sql, old, new)
        if why_intended(*(Answer(text, "") for text in known)) is not None:
            return Compared(KNOWN, found)
    return _judged(why, seen, found, same_sql=wanted.sql == got.sql)


def _judged(why: str | None, seen: Effects, found: str, *, same_sql: bool) -> Compared:
    if why is not None:
        return Compared("intended", found, f"{why} [{seen.verdict}]")
    if same_sql:
        return Compared("summary differs", found)
    if seen.verdict == "equal":
        return Compared("equal in effect", found)
    if seen.is_settled:
        return Compared("the engine's fails", found, f"{seen.verdict}: {seen.told.strip().splitlines()[-1]}")
    if seen.verdict in ("unusable", "both refused"):
        return Compared("no database takes it", found, seen.told.strip().splitlines()[-1])
    return Compared("differs", found, f"{seen.verdict}: {seen.told}")


@dataclass(slots=True)
class Tally:
    """The outcomes of one kind of cases."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, case: Case, compared: Compared) -> None:
        """Count one."""
        self.outcomes[compared.outcome] += 1
        if compared.why:
            self.reasons.setdefault((compared.outcome, compared.why), []).append(case.name)

    @property
    def compared(self) -> int:
        """How many were compared at all."""
        return sum(count for outcome, count in self.outcomes.items() if outcome not in REFUSED)

    def is_good(self, *, replays: bool) -> bool:
        """Whether every case that was compared is settled; almost every one where there is no database to settle it."""
        settled = sum(self.outcomes[outcome] for outcome in SETTLED)
        return self.compared == settled if replays else settled >= self.compared * WANTED_SHARE

    def lines(self) -> Iterator[str]:
        """The figures, then each reason with its number of cases and one of them."""
        same = self.outcomes["same"]
        if not self.compared:
            yield f"nothing compared  {dict(self.outcomes)}"
            return
        yield f"{same / self.compared:.2%} the same of {self.compared}  {dict(self.outcomes)}"
        for (outcome, why), names in sorted(self.reasons.items()):
            yield f"    {len(names):4} {outcome}: {why}  ({names[0]})"


def run(cases: Iterator[Case], sides: Sides, options: argparse.Namespace) -> dict[str, Tally]:
    """Compare all; show the first differences, all that isn't settled first of all."""
    tallies: dict[str, Tally] = {}
    shown = 0
    for case in cases:
        if options.names and not any(name in case.name for name in options.names):
            continue
        compared = compare(case, sides)
        tallies.setdefault(case.kind, Tally()).add(case, compared)
        hidden = compared.outcome in SETTLED and not options.all
        if compared.difference and not hidden and shown < options.show:
            shown += 1
            print(f"--- {case.name} ({case.kind}): {compared.outcome} {compared.why}\n{compared.difference}\n")
    return tallies


def cases_of(provider: str, folder: Path, options: argparse.Namespace) -> Iterator[Case]:
    """All that are asked for."""
    return chain(
        from_empty(folder, provider),
        to_itself(folder, provider) if options.histories else (),
        to_mutations(folder, provider, options.mutations, options.seed),
        to_mutations(folder, provider, options.rich, options.seed, "rich mutations"),
        to_mutations(folder, provider, options.wide, options.seed, "wide mutations"),
        of_products(folder, provider),
        random_pairs(provider, options.random, options.seed),
        generated(provider, options.generated, options.seed),
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only cases whose names hold one of these")
    parser.add_argument("--provider", choices=tuple(PROVIDERS))
    parser.add_argument("--mutations", type=int, default=5, help="of each schema")
    parser.add_argument("--rich", type=int, default=1, help="mutations of the rarer kinds, of each schema")
    parser.add_argument("--wide", type=int, default=1, help="mutations of names, relations, indexes, of each schema")
    parser.add_argument("--random", type=int, default=100, help="simple random pairs")
    parser.add_argument("--generated", type=int, default=300, help="schemas of the whole language, and changes of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("--all", action="store_true", help="show settled differences, too")
    parser.add_argument("--histories", action="store_true", help="the old side is a migrations folder")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    folder = shared_folder()
    if folder is None or referee_folder() is None:
        print("NOT COMPARED: the corpus (PARITY_SHARED) or the referee (PARITY_ORACLE, with node) isn't there")
        return 0
    good = True
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engine = stack.enter_context(referee())
        for provider in (options.provider,) if options.provider else tuple(PROVIDERS):
            dialect = dialect_for_provider(provider)
            url, server = f"file:{scratch}/scratch.db", None
            if dialect.capabilities.namespaces:
                try:
                    url = stack.enter_context(private_postgres()).url("postgres")
                except ServerUnavailable as error:
                    print(f"NOT COMPARED: {provider}: {error}")
                    continue
                if provider == "postgresql":
                    server = dialect.driver.connect(dialect.driver.parse_url(url, scratch))
                    stack.callback(server.close)
            replays = server is not None or provider == "sqlite"
            sides = Sides(engine, url, dialect, server, options.histories, replays)
            for kind, tally in run(cases_of(provider, folder, options), sides, options).items():
                print(f"{provider:11} {kind:14} " + "\n".join(tally.lines()))
                good = good and tally.is_good(replays=sides.replays)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
