"""The schema language on bytes that somebody broke: no traceback, no hang, no memory without end.

    .venv/bin/python tests/fuzz_language.py [--seconds N] [--seed S] [--coverage]

Starts from random schemas that are right, from those whose verdicts the unit tests hold and, where it is there, from
the corpus (PARITY_SHARED), and breaks them: single faults of the text and of its sense, and pieces of bytes that are
flipped, cut out, repeated, or come from another schema. The same seed makes the same texts. What fails is cut down to a
small text and printed, and the run ends with an error. `--coverage` lets atheris choose instead, where it is installed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent / "unit" / "psl"))

from verdict_cases import read_verdicts

from parity.cli.diagnostics import diagnostic_values, github_annotations, render_diagnostics
from parity.diagnostics import Severity
from parity.errors import ConfigError
from parity.psl import parse
from parity.psl.format import format_text
from parity.psl.model import Datamodel
from parity.psl.sources import decode_source
from psl_cases import random_cases, read_cases
from referee import shared_folder
from schema_faults import one_fault
from semantic_faults.choosing import one_wrong_meaning

LONGEST = 10.0
"""Seconds that one text may take."""
LARGEST = 200_000
"""Bytes of one text. The unit tests have larger ones."""
MEMORY = 2 * 1024**3

PIECES = (
    *(bytes([sign]) for sign in b"{}()[]\"\\@:,=./*!?-_ \t\r\n\x00\x0b\x1f\x7f\x80\xff0aA"),
    b"\r\n", b"//", b"///", b"/*", b"*/", b"@@", b'"""', b"\\u", b"\\ud800", b"\\udc00", b"\\x", b"[]?", b"-0", b"1e9",
    b"99999999999999999999", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc2\x85", b"\xe2\x80\xa8", b"\xc2\xa0", b"\xc2\xb2",
    b"\xf0\x9f\x98\x80", b"\xd9\xa1", b"\xcc\x81", b"model M {\n", b"enum E {\n", b"type T {\n", b"view V {\n",
    b"\n}\n", b"@id", b"@default(", b"@relation(", b"@@index([", b"@db.", b"Unsupported(", b"raw(", b"env(",
    b"where: {", b"sort: ",
)  # fmt: skip


class Stuck(Exception):
    """A text took too long."""


class Wrong(AssertionError):
    """An answer that can't be right."""


# --- what must hold ---------------------------------------------------------------------------------------------------


def _meaning(datamodel: Datamodel) -> tuple[object, ...]:
    """What a schema says of a database. Words for people and what generators are told may move with the layout."""
    models = (replace(m, documentation=None, fields=tuple(map(_plain, m.fields))) for m in datamodel.models)
    enums = (replace(e, documentation=None, values=tuple(map(_plain, e.values))) for e in datamodel.enums)
    return datamodel.datasource, tuple(models), tuple(enums), datamodel.relations


def _plain(part: Any) -> Any:
    return replace(part, documentation=None)


def check(data: bytes) -> str:
    """Hold any bytes to the promises; how they were taken. Raises where a promise is broken."""
    try:
        source = decode_source(data, "schema.prisma")
    except ConfigError:
        return "refused"
    text = source.text
    datamodel, diagnostics = parse(text)
    _must(all(0 <= d.span.start <= d.span.end <= len(text) for d in diagnostics), "a place outside of the text")
    if diagnostics:
        render_diagnostics(diagnostics, (source,), color=True)
        json.dumps(diagnostic_values(diagnostics, (source,))).encode()
        "\n".join(github_annotations(diagnostics, (source,)))
    laid_out = format_text(text)
    _must(laid_out.endswith("\n"), "a layout without a last line break")
    if any(d.severity is Severity.ERROR for d in diagnostics):
        format_text(laid_out)
        return "wrong"
    again = parse(laid_out)
    meant, said = _meaning(datamodel), _meaning(again.datamodel)
    _must(meant == said, "a layout that means something else")
    _must(not any(d.severity is Severity.ERROR for d in again.diagnostics), "a layout with errors")
    return "right"


def _must(kept: bool, promise: str) -> None:
    if not kept:
        raise Wrong(promise)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Stuck(f"more than {seconds:g} s of work")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def failure(data: bytes) -> str | None:
    """What is wrong with the answer to some bytes: the exception and where it comes from, or None."""
    try:
        with _limited(LONGEST):
            check(data)
    except (Exception, RecursionError, MemoryError) as error:  # noqa: BLE001 - any exception is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = "" if isinstance(error, Wrong | Stuck) else f" ({Path(last.filename).name}, {last.name})"
        return f"{type(error).__name__}: {str(error)[:200]}{place}"
    return None


# --- what is broken ---------------------------------------------------------------------------------------------------


def _texts(seed: int) -> list[bytes]:
    texts = [case.text for case in random_cases(400, seed, None)] + [verdict.text for verdict in read_verdicts()]
    shared = shared_folder()
    if shared is not None:
        texts += [case.text for case in read_cases(shared, (), None)]
    return [data for data in (text.encode() for text in texts) if len(data) < LARGEST // 4]


def _slice(data: bytes, chooser: Random) -> tuple[int, int]:
    start = chooser.randint(0, len(data))
    return start, min(len(data), start + int(2 ** chooser.uniform(0, 10)))


def _flip(data: bytes, chooser: Random, _: Sequence[bytes]) -> bytes:
    at = chooser.randrange(max(len(data), 1))
    return data[:at] + bytes([chooser.randrange(256)]) + data[at + 1 :]


def _insert(data: bytes, chooser: Random, _: Sequence[bytes]) -> bytes:
    at = chooser.randint(0, len(data))
    return data[:at] + chooser.choice(PIECES) * int(2 ** max(0.0, chooser.uniform(-6, 11))) + data[at:]


def _cut_out(data: bytes, chooser: Random, _: Sequence[bytes]) -> bytes:
    start, end = _slice(data, chooser)
    return data[:start] + data[end:]


def _end_early(data: bytes, chooser: Random, _: Sequence[bytes]) -> bytes:
    return data[: chooser.randint(0, len(data))]


def _repeat(data: bytes, chooser: Random, _: Sequence[bytes]) -> bytes:
    start, end = _slice(data, chooser)
    return data[:start] + data[start:end] * int(2 ** chooser.uniform(1, 7)) + data[end:]


def _splice(data: bytes, chooser: Random, others: Sequence[bytes]) -> bytes:
    other = chooser.choice(others)
    start, end = _slice(other, chooser)
    at, until = _slice(data, chooser)
    return data[:at] + other[start:end] + data[chooser.choice((at, until)) :]


def _other_line_ends(data: bytes, chooser: Random, _: Sequence[bytes]) -> bytes:
    return data.replace(b"\n", chooser.choice((b"\r\n", b"\r", b"\n\n", b" \n", b"\n\t", b"\x0b", b"\xe2\x80\xa8")))


def _fault(data: bytes, chooser: Random, _: Sequence[bytes]) -> bytes:
    fault = chooser.choice((one_fault, one_wrong_meaning))
    return fault(data.decode(errors="replace"), chooser).encode()


BREAKING: tuple[tuple[int, Callable[[bytes, Random, Sequence[bytes]], bytes]], ...] = (
    (8, _fault),
    (3, _flip),
    (4, _insert),
    (2, _cut_out),
    (1, _end_early),
    (2, _repeat),
    (3, _splice),
    (1, _other_line_ends),
)


def broken_texts(seed: int) -> Iterator[bytes]:
    """Texts without end, each broken in one to six ways. The same seed gives the same ones."""
    chooser = Random(seed)
    texts = _texts(seed)
    weights = [weight for weight, _ in BREAKING]
    while True:
        data = chooser.choice(texts)
        for _, way in chooser.choices(BREAKING, weights, k=chooser.randint(1, 6)):
            data = way(data, chooser, texts)[:LARGEST]
        yield data


def smaller(data: bytes, what: str) -> bytes:
    """Cut pieces out of bytes as long as what fails stays the same, for half a minute at most."""
    size = len(data) // 2
    until = time.process_time() + 30
    while size:
        start = 0
        while start < len(data) and time.process_time() < until:
            shorter = data[:start] + data[start + size :]
            if failure(shorter) == what:
                data = shorter
            else:
                start += size
        size //= 2
    return data


# --- the run ----------------------------------------------------------------------------------------------------------


def run(seconds: float, seed: int) -> int:
    """Break texts for so many seconds of work, and print what was found. 0 where nothing was."""
    taken: Counter[str] = Counter()
    found: dict[str, bytes] = {}
    slowest = (0.0, 0)
    begin = time.process_time()
    for data in broken_texts(seed):
        start = time.process_time()
        if start - begin > seconds:
            break
        what = failure(data)
        slowest = max(slowest, (time.process_time() - start, len(data)))
        if what is None:
            taken["kept"] += 1
        else:
            taken["failed"] += 1
            if what not in found:
                found[what] = data
                print(f"FAILED {what}\n  {smaller(data, what)[:2000]!r}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{taken.total()} texts in {time.process_time() - begin:.0f} s (seed {seed}): {len(found)} findings; "
        f"the slowest took {slowest[0]:.2f} s for {slowest[1]} bytes, {peak} MiB at most"
    )
    return 1 if found else 0


def follow_coverage(seconds: float, seed: int) -> None:
    """Let atheris choose the bytes: it keeps those that reach code that none reached before. Doesn't return."""
    atheris: Any = importlib.import_module("atheris")
    atheris.instrument_all()
    sources = iter(_texts(seed))

    def one(data: bytes) -> None:
        check(data)

    def mutate(data: bytes, limit: int, number: int) -> bytes:
        chooser = Random(number)
        if not data or chooser.random() < 0.01:
            data = next(sources, data)
        if chooser.random() < 0.5:
            return bytes(atheris.Mutate(data, limit))[:limit]
        (_, way), *_ = chooser.choices(BREAKING, [weight for weight, _ in BREAKING])
        return way(data, chooser, [data])[:limit]

    options = [f"-max_total_time={seconds:.0f}", f"-seed={seed + 1}", "-max_len=20000", f"-timeout={LONGEST:.0f}"]
    atheris.Setup([sys.argv[0], *options, "-rss_limit_mb=2048", "-print_final_stats=1"], one, custom_mutator=mutate)
    atheris.Fuzz()


def main() -> int:
    """Run, and fail where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--coverage", action="store_true")
    options = parser.parse_args()
    if options.coverage:
        follow_coverage(options.seconds, options.seed)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return run(options.seconds, options.seed)


if __name__ == "__main__":
    sys.exit(main())
