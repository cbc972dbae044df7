"""`diff` against the genuine engine: the same SQL and the same summary.

    .venv/bin/python tests/conformance/diff_against_referee.py [--provider P] [--mutations N] [--show N] [NAME …]

From empty for every valid schema of the corpus, and between each schema and random mutations of it. Needs node and the
referee (PARITY_ORACLE), the corpus (PARITY_SHARED) and PostgreSQL's server binaries; says so and ends well where one is
missing. Where we differ on purpose, `INTENDED` says how; those are counted apart.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mutations import mutate
from parity.diagnostics import SourceFile
from parity.dialects.base import Dialect
from parity.dialects.registry import dialect_for_provider
from parity.diff.compare import diff
from parity.lower import lower
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import NO_DIFFERENCE, summary
from parity.psl import parse
from parity.schema.model import EMPTY, Schema
from referee import Referee, referee, referee_folder, shared_folder, without_urls
from servers import ServerUnavailable, private_postgres

PROVIDERS = {"postgresql": ("postgresql", "postgres"), "sqlite": ("sqlite",), "cockroachdb": ("cockroachdb",)}
WANTED_SHARE = 0.97
"""Of a comparison, as intended differences included. What is left is listed by the run itself: look at each."""
EMPTY_MIGRATION = "-- This is an empty migration.\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side says about a difference."""

    sql: str
    summary: str


@dataclass(frozen=True, slots=True)
class Case:
    """Two schema files; `old` is None for an empty database."""

    name: str
    provider: str
    old: str | None
    new: str


# --- the two sides ----------------------------------------------------------------------------------------------------


def lowered(text: str | None, dialect: Dialect) -> Schema | None:
    """The schema of a file; None where our parser refuses it."""
    if text is None:
        return EMPTY
    datamodel, diagnostics = parse([SourceFile("schema.prisma", text)])
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return None
    return lower(datamodel, dialect)


def ours(case: Case) -> Answer | None:
    """Our answer; None where our parser refuses one of the files."""
    dialect = dialect_for_provider(case.provider)
    old, new = lowered(case.old, dialect), lowered(case.new, dialect)
    if old is None or new is None:
        return None
    changes = diff(old, new, dialect)
    plan = build_plan(changes, old, new, dialect)
    return Answer(script(plan, dialect, warnings=False) or EMPTY_MIGRATION, summary(plan, old, new, dialect))


def theirs(case: Case, engine: Referee, url: str) -> Answer | None:
    """The engine's answer; None where it refuses one of the files."""
    sql = engine.diff(url, case.old, case.new, script=True)
    text = engine.diff(url, case.old, case.new, script=False)
    return None if sql is None or text is None else Answer(sql, text)


# --- cases ----------------------------------------------------------------------------------------------------------


def schemas(folder: Path, provider: str) -> Iterator[tuple[str, str]]:
    """The valid schemas of one provider: (name, text)."""
    for line in (folder / "corpus" / "psl" / "INDEX.tsv").read_text().splitlines()[1:]:
        name, written, _, errors, *_ = line.split("\t")
        if written in PROVIDERS[provider] and errors == "0":
            path = folder / "corpus" / "psl" / name
            files = sorted(path.rglob("*.prisma")) if path.is_dir() else [path]
            yield name, without_urls("\n".join(file.read_text() for file in files))


def cases(folder: Path, provider: str, mutations: int, seed: int) -> Iterator[Case]:
    """From empty, then to and from mutations."""
    for name, text in schemas(folder, provider):
        yield Case(name, provider, None, text)
        for number in range(mutations):
            random = Random(f"{seed} {name} {number}")
            other = mutate(text, random, provider, times=random.choice((1, 1, 2, 4)))
            pair = (text, other) if random.random() < 0.5 else (other, text)
            yield Case(f"{name} #{number}", provider, *pair)


def pairs_of_products(folder: Path, provider: str) -> Iterator[Case]:
    """Consecutive versions of real products."""
    for before in sorted((folder / "corpus" / "pairs").glob("*/*/before.prisma")):
        after = before.with_name("after.prisma")
        text = after.read_text()
        found = re.search(r'^\s*provider\s*=\s*"(postgres\w*|sqlite|cockroachdb)"', text, re.MULTILINE)
        if found and found[1] in PROVIDERS[provider]:
            name = f"{before.parent.parent.name}/{before.parent.name}"
            yield Case(name, provider, without_urls(before.read_text()), without_urls(text))


# --- comparison -------------------------------------------------------------------------------------------------------


def difference(first: str, second: str) -> str:
    """A unified diff of the engine's text and ours."""
    lines = difflib.unified_diff(first.splitlines(), second.splitlines(), "engine", "ours", lineterm="", n=2)
    return "\n".join(lines)


def same_but_for_intended(wanted: Answer, got: Answer) -> bool:
    """Whether nothing differs but what is meant to."""
    for intended in INTENDED:
        wanted = Answer(intended.theirs(wanted.sql), intended.theirs(wanted.summary))
        got = Answer(intended.ours(got.sql), intended.ours(got.summary))
    return wanted == got


Rewriting = Callable[[str], str]


def replacing(pattern: str, replacement: str | Callable[[re.Match[str]], str] = "") -> Rewriting:
    """A rewriting by a pattern, line by line."""
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda text: compiled.sub(replacement, text)


def unchanged(text: str) -> str:
    """The text as it is."""
    return text


_IDENTITY_LINES = re.compile(
    r"(?:^ALTER TABLE [^\n]* DROP DEFAULT;\n)?^ALTER TABLE [^\n]* ADD GENERATED BY DEFAULT AS IDENTITY[^\n]*;\n"
    r"|^ALTER TABLE [^\n]* DROP IDENTITY;\n"
    r"|^  \[\*\] Altered column `[^`]*` \(default changed from `Some\(Sequence\([^`]*` to `None`\)\n"
    r"|^  \[\*\] Altered column `[^`]*` \(default changed from `[^`]*` to `Some\(Sequence\([^`]*`\)\n",
    re.MULTILINE,
)
_EMPTY_BLOCK = re.compile(r"^-- AlterTable\n(?:\n|\Z)", re.MULTILINE)
_EMPTY_SECTION = re.compile(r"\n\[\*\] Changed the `[^`]*` table\n(?=\n|\Z)")


def without_identity_changes(text: str) -> str:
    """Our text without what is said of columns that come to be numbered by a sequence, or cease to be."""
    rest = _EMPTY_BLOCK.sub("", _IDENTITY_LINES.sub("", text)).rstrip("\n") + "\n"
    return _EMPTY_SECTION.sub("", rest)


def nothing_is_nothing(text: str) -> str:
    """The text, where it says in whatever way that nothing changes, as one of them."""
    return "" if text.strip() in ("", EMPTY_MIGRATION.strip(), NO_DIFFERENCE.strip()) else text


def without_renames_of_new_indexes(text: str) -> str:
    """The engine's text without the renaming of indexes that it has just made under the new name."""
    made = set(re.findall(r'^CREATE (?:UNIQUE )?INDEX "([^"]+)"', text, re.MULTILINE))
    rename = re.compile(r'\n-- RenameIndex\nALTER INDEX (?:"[^"]+"\.)?"[^"]+" RENAME TO "([^"]+)";\n')
    return rename.sub(lambda found: "" if found[1] in made else found[0], text)


@dataclass(frozen=True, slots=True)
class Intended:
    """A difference that is meant: what to rewrite on each side before they are equal, and why we differ."""

    why: str
    theirs: Rewriting
    ours: Rewriting = unchanged


_INTEGERS = {"SERIAL": "INTEGER", "SMALLSERIAL": "SMALLINT", "BIGSERIAL": "BIGINT"}

INTENDED: tuple[Intended, ...] = (
    Intended(
        "between schema files the engine doesn't know a serial column's sequence: it drops one without a name, or none",
        replacing(r"^DROP SEQUENCE [^\n]*;\n"),
        replacing(r"^DROP SEQUENCE [^\n]*;\n"),
    ),
    Intended(
        "SERIAL is no type that a column can be altered to: the server refuses it",
        replacing(r"(?<=SET DATA TYPE )(?:SMALL|BIG)?SERIAL\b", lambda found: _INTEGERS[found[0]]),
    ),
    Intended(
        "a serial column that gets a constant default loses it at once",
        replacing(r'(ALTER COLUMN ("[^"]+") SET DEFAULT [^\n]*),\nALTER COLUMN \2 DROP DEFAULT', r"\1"),
    ),
    Intended(
        "an index under a name that SQLite keeps for itself can never be dropped again",
        replacing(r'^Pragma writable_schema=[01];\n|(?<=INDEX )"[^"]*(?:autoindex|_key)[^"]*"'),
        replacing(r'(?<=INDEX )"[^"]*_key"'),
    ),
    Intended(
        "a key that is dropped can't be renamed",
        replacing(r"^  \[\*\] Renamed the primary key on columns [^\n]*\n"),
    ),
    Intended(
        "a rebuild that keeps no column loses all rows without a word",
        replacing(r"^INSERT INTO [^\n]* \(rowid\) SELECT rowid FROM [^\n]*;\n"),
    ),
    Intended("an index that went with its column can't be renamed", without_renames_of_new_indexes),
    Intended(
        "CockroachDB: the sequence of an identity column isn't called prisma_sequence_…, and to alter that fails",
        replacing(r'^ALTER SEQUENCE (?:"[^"]+"\.)?"[^"]+"', "ALTER SEQUENCE"),
        replacing(r'^ALTER SEQUENCE (?:"[^"]+"\.)?"[^"]+"', "ALTER SEQUENCE"),
    ),
    Intended(
        "CockroachDB: a rebuild looks for the table in the default namespace, wherever it is",
        unchanged,
        replacing(r'(?<= FROM )"[^"]+"\.(?="[^"]+";$)'),
    ),
    Intended(
        "CockroachDB: a rebuild that keeps no column loses all rows without a word",
        unchanged,
        replacing(r'^INSERT INTO [^\n]* \("[^"]+"\) SELECT (?!")[^\n]* FROM [^\n]*;\n'),
    ),
    Intended(
        "CockroachDB: a column comes to be numbered by a sequence, or ceases to be, without a statement",
        nothing_is_nothing,
        lambda text: nothing_is_nothing(without_identity_changes(text)),
    ),
    Intended(
        "hexadecimal text isn't the bytes",
        replacing(r"(?<= BLOB)((?: NOT NULL| PRIMARY KEY)*) DEFAULT '", r"\1 DEFAULT X'"),
    ),
    Intended(
        "bare JSON is a syntax error",
        replacing(r"(?<= JSONB)((?: NOT NULL| PRIMARY KEY)*) DEFAULT ([{\[].*?)([,;]?)$", r"\1 DEFAULT '\2'\3"),
    ),
)


def compare(case: Case, engine: Referee, url: str) -> tuple[str, str]:
    """(what came out, the differences as text)."""
    wanted = theirs(case, engine, url)
    if wanted is None:
        return "refused by the engine", ""
    try:
        got = ours(case)
    except Exception as error:  # noqa: BLE001 - a crash is an outcome to count, and the run goes on
        return "crashed", f"{type(error).__name__}: {error}"
    if got is None:
        return "refused by us", ""
    found = [difference(a, b) for a, b in ((wanted.sql, got.sql), (wanted.summary, got.summary)) if a != b]
    if found and same_but_for_intended(wanted, got):
        return "differs as intended", ""
    if wanted.sql != got.sql:
        return "SQL differs", "\n".join(found)
    return ("summary differs", found[0]) if found else ("same", "")


def run(provider: str, options: argparse.Namespace, folder: Path, engine: Referee, url: str) -> dict[str, Counter[str]]:
    """Count the outcomes, and show the first differences."""
    shown = 0
    counts: dict[str, Counter[str]] = {"from empty": Counter(), "mutations": Counter(), "products": Counter()}
    every = [*cases(folder, provider, options.mutations, options.seed), *pairs_of_products(folder, provider)]
    for case in every:
        if options.names and not any(name in case.name for name in options.names):
            continue
        kind = "from empty" if case.old is None else "mutations" if "#" in case.name else "products"
        outcome, text = compare(case, engine, url)
        counts[kind][outcome] += 1
        if text and shown < options.show:
            shown += 1
            print(f"--- {case.name} ({provider}): {outcome}\n{text}\n")
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--provider", choices=tuple(PROVIDERS))
    parser.add_argument("--mutations", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("--url", help="a PostgreSQL that is up; without it one is started")
    options = parser.parse_args()
    folder = shared_folder()
    if folder is None or referee_folder() is None:
        print("NOT COMPARED: the corpus (PARITY_SHARED) or the referee (PARITY_ORACLE, with node) isn't there")
        return 0
    failed = False
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engine = stack.enter_context(referee())
        for provider in (options.provider,) if options.provider else tuple(PROVIDERS):
            url = options.url or f"file:{scratch}/scratch.db"
            if provider != "sqlite" and not options.url:
                try:
                    url = stack.enter_context(private_postgres()).url("postgres")
                except ServerUnavailable as error:
                    print(f"NOT COMPARED: {provider}: {error}")
                    continue
            for kind, counts in run(provider, options, folder, engine, url).items():
                compared = sum(
                    counts[outcome] for outcome in ("same", "differs as intended", "SQL differs", "summary differs")
                )
                share = f"{counts['same'] / compared:.2%} the same of {compared}" if compared else "nothing compared"
                print(f"{provider:11} {kind:11} {share}  {dict(counts)}")
                agreed = counts["same"] + counts["differs as intended"]
                failed = failed or counts["crashed"] > 0 or agreed < compared * WANTED_SHARE
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
