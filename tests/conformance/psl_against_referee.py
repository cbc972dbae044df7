"""The schema language against the genuine validator and formatter: the same verdicts, error lines and layout.

    .venv/bin/python tests/conformance/psl_against_referee.py
        [--valid N] [--random-faults N] [--faults N] [--seed S] [--show N] [--provider P] [NAME …]

Every schema of the corpus, `--faults` schemas made from them by one random fault each; `--valid` random schemas that
are right and `--random-faults` with one fault, of every provider in turn; and those whose verdicts the unit tests hold.
Needs node and the referee (PARITY_ORACLE) and the corpus (PARITY_SHARED); says so and ends well where one is missing.
Where we differ on purpose, `INTENDED` says why; those cases are counted apart. Ends with an error where anything else
falls below its promise.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "psl"))

from verdict_cases import read_verdicts

from parity.diagnostics import Diagnostic, Severity
from parity.psl import parse
from parity.psl.format import format_text
from psl_cases import Case, faulty_cases, faulty_random_cases, random_cases, read_cases
from referee import referee_folder, shared_folder

HERE = Path(__file__).parent

INTENDED = (
    (
        re.compile(r'preview feature "(metrics|insensitiveFilters)" is not known'),
        "preview features of before are accepted",
    ),
)
"""What the referee says where we accept on purpose, and why."""

PROMISES = {"verdict": 0.995, "error lines": 0.97, "warning lines": 0.97, "layout": 1.0, "idempotence": 1.0}
BATCH = 250


@dataclass(slots=True)
class Outcome:
    """How often each promise was kept, by provider."""

    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    intended: Counter[str] = field(default_factory=Counter)
    restless: list[tuple[Case, str]] = field(default_factory=list)
    """Our layouts that change once more when they are laid out again, with what they become."""

    def note(self, promise: str, provider: str, kept: bool) -> bool:
        """Count one question."""
        self.asked[promise, provider] += 1
        self.kept[promise, provider] += kept
        return kept

    def add(self, other: Outcome) -> None:
        """Count another outcome in."""
        self.asked += other.asked
        self.kept += other.kept
        self.intended += other.intended

    def share(self, promise: str) -> float:
        """The share of questions of one promise that were answered alike, over all providers."""
        asked = sum(n for (p, _), n in self.asked.items() if p == promise)
        kept = sum(n for (p, _), n in self.kept.items() if p == promise)
        return kept / asked if asked else 1.0


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
    again = format_text(formatted)
    if again == formatted:
        outcome.note("idempotence", case.provider, True)
    else:
        outcome.restless.append((Case(case.name, case.provider, formatted), again))
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


def judge(folder: Path, cases: Sequence[Case]) -> tuple[Outcome, list[str]]:
    """Compare some cases: how it went, and what to show."""
    outcome = Outcome()
    differences = [compare(case, lint, layout, outcome) for case, lint, layout in ask_all(folder, cases)]
    again = dict(outcome.restless)
    for case, _, layout in ask_all(folder, list(again)):
        # Some layouts of the referee's own move once more: theirs byte for byte means that ours do too.
        alike = outcome.note("idempotence", case.provider, layout.get("result") == again[case])
        outcome.intended["the referee's own layout moves too"] += alike
    outcome.restless.clear()
    return outcome, [difference for difference in differences if difference is not None]


def run(title: str, folder: Path, cases: Sequence[Case], show: int) -> bool:
    """Compare all cases, several at a time, and print the figures; whether every promise is kept."""
    total = Outcome()
    batches = [cases[start : start + BATCH] for start in range(0, len(cases), BATCH)]
    with ProcessPoolExecutor() as pool:
        for outcome, differences in pool.map(judge, [folder] * len(batches), batches):
            total.add(outcome)
            for difference in differences[: max(show, 0)]:
                print(difference)
            show -= len(differences)
    for promise, least in PROMISES.items():
        parts = [
            f"{provider} {total.kept[promise, provider]}/{total.asked[promise, provider]}"
            for provider in sorted({p for q, p in total.asked if q == promise})
        ]
        print(f"{title} {promise:13} {total.share(promise):8.3%} (promised {least:.1%})  {', '.join(parts)}")
    if total.intended:
        print(f"{title} apart: {dict(total.intended)}")
    return all(total.share(promise) >= least for promise, least in PROMISES.items())


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
    parser.add_argument("--valid", type=int, default=5000)
    parser.add_argument("--random-faults", type=int, default=5000)
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
    kept = run("corpus faults", folder, faulty, options.show) and kept
    right = list(random_cases(options.valid, options.seed, options.provider))
    kept = run("random", folder, right, options.show) and kept
    wrong = list(faulty_random_cases(options.random_faults, options.seed, options.provider))
    kept = run("random faults", folder, wrong, options.show) and kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
