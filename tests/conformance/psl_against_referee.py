"""The schema language against the genuine validator and formatter: the same verdicts, error lines and layout.

    .venv/bin/python tests/conformance/psl_against_referee.py [--faults N] [--seed S] [--show N] [--provider P] [NAME …]

Every schema of the corpus, `--faults` schemas made from them by one random fault each, and those whose verdicts the
unit tests hold. Needs node and the referee
(PARITY_ORACLE) and the corpus (PARITY_SHARED); says so and ends well where one is missing. Where we differ on purpose,
`INTENDED` says why; those cases are counted apart. Ends with an error where anything else falls below its promise.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "psl"))

from verdict_cases import read_verdicts

from parity.diagnostics import Diagnostic, Severity
from parity.psl import parse
from parity.psl.format import format_text
from referee import referee_folder, shared_folder, without_urls
from schema_faults import one_fault

HERE = Path(__file__).parent

INTENDED = (
    (
        re.compile(r'preview feature "(metrics|insensitiveFilters)" is not known'),
        "preview features of before are accepted",
    ),
)
"""What the referee says where we accept on purpose, and why."""

PROMISES = {"verdict": 0.995, "error lines": 0.97, "warning lines": 0.97, "layout": 1.0}


@dataclass(frozen=True, slots=True)
class Case:
    """One schema text; a folder of the corpus is joined into one."""

    name: str
    provider: str
    text: str


@dataclass(slots=True)
class Outcome:
    """How often each promise was kept, by provider."""

    asked: Counter[tuple[str, str]]
    kept: Counter[tuple[str, str]]
    intended: Counter[str]
    not_idempotent: int = 0

    def note(self, promise: str, provider: str, kept: bool) -> bool:
        """Count one question."""
        self.asked[promise, provider] += 1
        self.kept[promise, provider] += kept
        return kept

    def share(self, promise: str) -> float:
        """The share of questions of one promise that were answered alike, over all providers."""
        asked = sum(n for (p, _), n in self.asked.items() if p == promise)
        kept = sum(n for (p, _), n in self.kept.items() if p == promise)
        return kept / asked if asked else 1.0


def read_cases(folder: Path, names: Sequence[str], provider: str | None) -> list[Case]:
    """The corpus, or some of it."""
    corpus = folder / "corpus" / "psl"
    cases = []
    for row in (corpus / "INDEX.tsv").read_text().splitlines()[1:]:
        name, of_provider, *_ = row.split("\t")
        if (names and not any(part in name for part in names)) or (provider and of_provider != provider):
            continue
        path = corpus / name
        files = sorted(path.rglob("*.prisma")) if path.is_dir() else [path]
        cases.append(Case(name, of_provider, without_urls("\n".join(file.read_text() for file in files))))
    return cases


def faulty_cases(cases: Sequence[Case], count: int, seed: int) -> Iterator[Case]:
    """Schemas with one random fault each, made from those that are given."""
    chooser = Random(seed)
    pool = [case for case in cases if len(case.text) < 20_000]
    for number in range(count if pool else 0):
        case = chooser.choice(pool)
        yield Case(f"{case.name} fault {number}", case.provider, one_fault(case.text, chooser))


def ask_all(folder: Path, cases: Sequence[Case]) -> Iterator[tuple[Case, dict[str, Any], dict[str, Any]]]:
    """The referee's verdict and layout of each case. A crash is an error answer, and the referee starts again."""
    waiting = list(cases)
    while waiting:
        requests = "".join(
            json.dumps({"op": op, "schema": case.text}) + "\n" for case in waiting for op in ("lint", "format")
        )
        run = subprocess.run(
            ["node", str(HERE / "psl_referee.mjs"), str(folder)],
            input=requests.encode(),
            capture_output=True,
            check=False,
        )
        answers = [json.loads(line) for line in run.stdout.split(b"\n") if line.endswith(b"}")]
        whole = len(answers) // 2
        yield from zip(waiting[:whole], answers[0::2], answers[1::2], strict=False)
        if whole < len(waiting):
            yield waiting[whole], {"error": "crashed"}, {"error": "crashed"}
        waiting = waiting[whole + 1 :]


def our_lines(diagnostics: Iterable[Diagnostic], text: str) -> set[int]:
    """The lines in which our diagnostics start."""
    return {text.count("\n", 0, d.span.start) + 1 for d in diagnostics}


def their_lines(items: Iterable[dict[str, Any]], text: str) -> set[int]:
    """The lines in which the referee's diagnostics start. It counts in halves of UTF-16."""
    data = text.encode("utf-16-le", "surrogatepass")
    return {data[: 2 * item["start"]].decode("utf-16-le", "replace").count("\n") + 1 for item in items}


def compare(case: Case, lint: dict[str, Any], layout: dict[str, Any], outcome: Outcome) -> str | None:
    """Compare both sides on one case; what to show where they differ."""
    if "result" not in lint or "result" not in layout:
        outcome.intended["the referee crashed"] += 1
        return None
    formatted = format_text(case.text)
    same_layout = outcome.note("layout", case.provider, formatted == layout["result"])
    outcome.not_idempotent += format_text(formatted) != formatted
    ours = parse(case.text).diagnostics
    theirs = lint["result"]
    errors = [d for d in ours if d.severity is Severity.ERROR]
    their_errors = []
    for item in theirs:
        whys = [why for pattern, why in INTENDED if pattern.search(item["text"])]
        outcome.intended.update(whys)
        if not item["is_warning"] and not whys:
            their_errors.append(item)
    if len(their_errors) < sum(not item["is_warning"] for item in theirs) and not errors and not their_errors:
        return None
    same = outcome.note("verdict", case.provider, bool(errors) == bool(their_errors))
    if errors and their_errors:
        alike = our_lines(errors, case.text) == their_lines(their_errors, case.text)
        same = outcome.note("error lines", case.provider, alike)
    elif not errors and not their_errors:
        alike = our_lines(ours, case.text) == their_lines(theirs, case.text)
        same = outcome.note("warning lines", case.provider, alike)
    if same and same_layout:
        return None
    return describe(case, [(d.span.start, d.code, d.message) for d in ours], theirs, same_layout)


def describe(case: Case, ours: list[tuple[int, str, str]], theirs: list[dict[str, Any]], same_layout: bool) -> str:
    """Both sides of a difference, for a person."""
    lines = [f"--- {case.name} ({case.provider}){'' if same_layout else ' LAYOUT'}"]
    for offset, code, message in ours:
        number = case.text.count("\n", 0, offset) + 1
        lines.append(f"  ours   {number}: {code} {message} | {case.text.splitlines()[number - 1].strip()[:90]}")
    for item in theirs:
        (number,) = their_lines([item], case.text)
        text = re.sub(r"\x1b\[[0-9;]*m", "", item["text"])[:160]
        lines.append(f"  theirs {number}: {'warning ' if item['is_warning'] else ''}{text}")
    return "\n".join(lines)


def run(title: str, folder: Path, cases: Sequence[Case], show: int) -> bool:
    """Compare all cases, print the figures; whether every promise is kept."""
    outcome = Outcome(Counter(), Counter(), Counter())
    for case, lint, layout in ask_all(folder, cases):
        difference = compare(case, lint, layout, outcome)
        if difference is not None and show > 0:
            print(difference)
            show -= 1
    for promise, least in PROMISES.items():
        parts = [
            f"{provider} {outcome.kept[promise, provider]}/{outcome.asked[promise, provider]}"
            for provider in sorted({p for q, p in outcome.asked if q == promise})
        ]
        print(f"{title} {promise:13} {outcome.share(promise):8.3%} (promised {least:.1%})  {', '.join(parts)}")
    print(f"{title} formatting twice differs: {outcome.not_idempotent}; apart: {dict(outcome.intended)}")
    return all(outcome.share(promise) >= least for promise, least in PROMISES.items())


def recorded_verdicts_hold(folder: Path) -> bool:
    """Whether the referee still says what the unit tests hold."""
    verdicts = {verdict.sentence: verdict for verdict in read_verdicts()}
    cases = [Case(verdict.sentence, verdict.provider, verdict.text) for verdict in verdicts.values()]
    wrong = [
        case.name
        for case, lint, _ in ask_all(folder, cases)
        if their_lines((d for d in lint.get("result", ()) if not d["is_warning"]), case.text)
        != verdicts[case.name].wrong_lines
    ]
    print(f"recorded verdicts: {len(cases) - len(wrong)} of {len(cases)} hold {wrong or ''}")
    return not wrong


def main() -> int:
    """Compare, print, and fail where a promise isn't kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--provider")
    parser.add_argument("--faults", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10)
    options = parser.parse_args()
    shared, folder = shared_folder(), referee_folder()
    if shared is None or folder is None:
        print("NOT COMPARED: the corpus (PARITY_SHARED) or the referee (PARITY_ORACLE, with node) isn't there")
        return 0
    kept = recorded_verdicts_hold(folder)
    cases = read_cases(shared, options.names, options.provider)
    kept = run("corpus", folder, cases, options.show) and kept
    faulty = list(faulty_cases(cases, options.faults, options.seed))
    kept = run("faults", folder, faulty, options.show) and kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
