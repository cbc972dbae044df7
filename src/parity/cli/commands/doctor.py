"""`parity migrate doctor`."""

from __future__ import annotations

import click

from parity.cli.interaction import Terminal
from parity.cli.options import (
    json_option,
    lock_timeout_option,
    make_request,
    schema_option,
    shadow_url_option,
    url_option,
)
from parity.cli.output import say, say_json
from parity.counting import counted
from parity.migrations.names import as_argument
from parity.workflow.context import open_project
from parity.workflow.doctor import OF_THE_DATABASE, Diagnosis, Place, Treatment, Verdict
from parity.workflow.doctor import doctor as run_doctor


@click.command(short_help="Find out what became of a failed migration, and mend it.")
@click.option("--resume", is_flag=True, help="Run what is left of it. Indexes that were half built are built anew.")
@click.option("--undo", is_flag=True, help="Take back what took effect, where that is known not to have moved rows.")
@click.option("--mark-applied", is_flag=True, help="Record it as applied, if the database is where it ends.")
@click.option("--rebuild-indexes", is_flag=True, help="Build invalid indexes anew, beside the application.")
@click.option(
    "--clean-scratch", is_flag=True, help="Drop the scratch databases that killed runs left on the server, unused."
)
@click.option("--accept-data-loss", is_flag=True, help="With --undo: go on where rows would be lost, without asking.")
@schema_option
@url_option
@shadow_url_option
@lock_timeout_option
@json_option
def doctor(
    resume: bool,
    undo: bool,
    mark_applied: bool,
    rebuild_indexes: bool,
    clean_scratch: bool,
    accept_data_loss: bool,
    schema: str | None,
    url: str | None,
    shadow_url: str | None,
    lock_timeout: float,
    as_json: bool,
) -> int:
    """Say how far a failed migration came, whichever program ran it, and how to go on.

    The history is replayed on a scratch database, then the failed migration statement by statement; the live database
    is compared with each state. Where two of them fit, both are named, and nothing is done. Without an option it only
    reads.

    Exit code 0 where nothing is failed (any more), else 1.
    """
    chosen = [
        treatment
        for treatment, wanted in (
            (Treatment.RESUME, resume),
            (Treatment.UNDO, undo),
            (Treatment.MARK_APPLIED, mark_applied),
            (Treatment.REBUILD, rebuild_indexes),
            (Treatment.CLEAN, clean_scratch),
        )
        if wanted
    ]
    if len(chosen) > 1:
        raise click.UsageError(
            "Only one of --resume, --undo, --mark-applied, --rebuild-indexes and --clean-scratch can be done."
        )
    found = run_doctor(
        open_project(make_request(schema, url, shadow_url)),
        Terminal(quiet=as_json),
        chosen[0] if chosen else None,
        lock_timeout=lock_timeout,
        accept_data_loss=accept_data_loss,
    )
    if as_json:
        say_json(_value(found))
    else:
        _show(found)
    settled = found.verdict is Verdict.HEALTHY or found.treated not in (None, *OF_THE_DATABASE)
    return 0 if settled and not found.others else 1


_DONE = {
    Treatment.RESUME: "The rest of it was run: it is applied.",
    Treatment.UNDO: "It was taken back. The next deploy runs it again.",
    Treatment.REBUILD: "Indexes that were invalid were built anew.",
    Treatment.CLEAN: "No scratch database of a killed run is left here.",
    Treatment.MARK_APPLIED: "The database is where it ends: it is recorded as applied.",
}


def _show(found: Diagnosis) -> None:
    say(f"Database {found.database}")
    if found.name is None:
        say("No migration is failed here.", color="green")
    else:
        say(f"{found.name} failed: {found.error}" if found.error else f"{found.name} was interrupted.")
        if found.edited:
            say("Its file was edited since: what follows is told by the file as it is now.", color="yellow")
        for line in _sentences(found):
            say(line)
    for index in found.invalid:
        say(f"The index {index} is invalid: its building failed, and no query uses it.", color="yellow")
    for name in found.cleaned:
        say(f"Dropped {name}")
    if found.treated is not None and not (found.treated is Treatment.CLEAN and found.leftovers):
        say(_DONE[found.treated], color="green")
    if found.name is not None and found.treated in (None, *OF_THE_DATABASE):
        _show_ways(found)
    elif found.invalid and found.treated is None:
        say("Next: parity migrate doctor --rebuild-indexes")
    for leftover in found.leftovers:
        say(f"A killed run left the scratch database {leftover.name}, made {_ago(leftover.age)} ago.", color="yellow")
    if found.leftovers and found.treated is not Treatment.CLEAN:
        say("Next: parity migrate doctor --clean-scratch")
    if found.others:
        say(f"Failed as well: {', '.join(found.others)}. Run this again when {found.name} is settled.", color="yellow")


def _ago(seconds: float) -> str:
    """`3 minutes`, `5 hours`, `2 days`."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(int(seconds // size), unit)
    return counted(int(seconds), "second")


def _sentences(found: Diagnosis) -> list[str]:
    match found.verdict:
        case Verdict.UNKNOWN:
            head = "The database isn't where any of its statements leads. From its end to the database:"
            return [head, *(f"  {line}" for line in found.differences)]
        case Verdict.AMBIGUOUS:
            both = zip(found.fits, found.stopped, strict=True)
            return ["It can't be told apart which of these is so:", *(f"  {_so_far(found, n, at)}" for n, at in both)]
        case _:
            return [_so_far(found, found.fits[0], found.stopped[0])]


def _so_far(found: Diagnosis, number: int, at: Place | None) -> str:
    if at is None:
        whole = "Its one statement" if found.total == 1 else f"All of its {found.total} statements"
        return f"{whole} took effect: it is complete, but not recorded."
    if number == 0:
        return f"Nothing of it took effect. It begins at line {at.line}: {at.text}"
    return f"{number} of {counted(found.total, 'statement')} took effect, stopped at line {at.line}: {at.text}"


def _show_ways(found: Diagnosis) -> None:
    match found.verdict:
        case Verdict.COMPLETE:
            say("Next: parity migrate doctor --mark-applied")
        case Verdict.NOTHING:
            say(
                "Next: parity migrate doctor --resume, which runs it now; or --undo, which leaves it to the next deploy"
            )
        case Verdict.PARTIAL:
            say("Next: parity migrate doctor --resume, which runs the rest; or --undo, which takes the beginning back")
        case _:
            name = as_argument(found.name or "")
            way = f"parity migrate resolve --rolled-back {name} or --applied {name}"
            say(f"Next: bring the database to where it begins or ends, then {way}")


def _value(found: Diagnosis) -> dict[str, object]:
    return {
        "database": found.database,
        "verdict": found.verdict.name.lower(),
        "migration": found.name,
        "error": found.error,
        "edited": found.edited,
        "statements": found.total,
        "possibilities": [
            {"tookEffect": number, "stoppedAtLine": None if at is None else at.line}
            for number, at in zip(found.fits, found.stopped, strict=True)
        ],
        "invalidIndexes": list(found.invalid),
        "differences": list(found.differences),
        "failedAsWell": list(found.others),
        "leftovers": [{"name": one.name, "ageSeconds": round(one.age)} for one in found.leftovers],
        "cleaned": list(found.cleaned),
        "treated": None if found.treated is None else found.treated.name.lower(),
    }
