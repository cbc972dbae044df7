"""The proof of a migration: run on a scratch database that holds the history, it gives exactly the wanted schema."""

from __future__ import annotations

from parity.dialects.base import Dialect, Session
from parity.diff.compare import diff
from parity.diff.reprinted import as_printed
from parity.errors import DatabaseError, HistoryError, ProofFailed
from parity.execute.past import Past
from parity.execute.runner import run_script
from parity.migrations.checksum import checksum_of
from parity.migrations.folder import Migration
from parity.migrations.names import byte_order
from parity.plan.summary import summary
from parity.schema.model import Schema
from parity.schema.steps import Plan
from parity.schema.subjects import subject_of
from parity.workflow.obstacles import obstacle


def prove(
    script: str,
    wanted: Schema,
    scratch: Session,
    dialect: Dialect,
    namespaces: tuple[str, ...],
    plan: Plan | None = None,
) -> Schema:
    """Run `script` on `scratch` and compare. Returns the schema reached. Raises ProofFailed PAR301, PAR302.

    Where `plan` is what the script was made from, a refusal names what stands in the way.
    """
    try:
        run_script(scratch, dialect, script)
    except DatabaseError as error:
        found = None if plan is None else obstacle(error, plan, dialect)
        if found is None:
            way_out = (
                "change the schema in smaller steps, or write this migration by hand, from what "
                "`parity migrate diff --from-migrations FOLDER --to-schema FILE --script` prints"
            )
        else:
            way_out = f"{found.first} in a migration of its own, and make it anew in one behind this change"
        raise ProofFailed(
            "PAR301",
            f"the migration doesn't run on a replay of the history: {error.message}",
            differences=(),
            why=error.why if found is None else found.why,
            hint=f"nothing was written; {way_out}",
        ) from error
    reached = dialect.driver.introspect(scratch, namespaces)
    wanted = as_printed(wanted, reached)
    remaining = diff(reached, wanted, dialect)
    if remaining:
        names = ", ".join(dict.fromkeys(f"`{subject_of(change).shown}`" for change in remaining))
        raise ProofFailed(
            "PAR302",
            "the migration doesn't lead to the wanted schema",
            differences=tuple(summary(remaining, reached, wanted, dialect).splitlines()),
            why="after a replay of the history and of this migration these differences are left",
            hint=f"nothing was written; this is a fault of parity: please report the change of {names} that shows it",
        )
    return reached


def prove_in_its_place(
    past: Past, migrations: tuple[Migration, ...], name: str, script: str, wanted: Schema, dialect: Dialect
) -> None:
    """Replay the folder as it is going to be, where a new migration doesn't sort behind all others.

    Raises ProofFailed PAR305.
    """
    last = migrations[-1].name
    raw = script.encode()
    new = Migration(name, migrations[-1].folder, raw, script, checksum_of(raw))
    failure = "the folder then doesn't lead to the wanted schema"
    try:
        reached = past.schema(sorted((*migrations, new), key=lambda migration: byte_order(migration.name)))
        if not diff(reached, as_printed(wanted, reached), dialect):
            return
    except HistoryError as error:
        failure = error.message
    raise ProofFailed(
        "PAR305",
        f"the new migration would come before {last}, on which it builds",
        differences=(),
        why=f"migrations are applied in the order of their names, and {name} sorts before {last}: {failure}",
        hint=f"nothing was written; give the folder {last} a name that begins with a time (YYYYMMDDhhmmss_…), then run "
        "`parity migrate dev` again, which records the new name; other databases learn it by "
        "`parity migrate resolve --accept-rename NAME`",
    )
