"""Whether a plan's SQL leads to the wanted schema: run on a real, throw-away database and read back."""

from __future__ import annotations

from msgspec.structs import replace

from parity.dialects.base import Dialect, Session
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.errors import ParityError
from parity.execute.runner import run_script
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.schema.model import EMPTY, Schema
from parity.workflow.canonical import canonicalise


def script_between(old: Schema, new: Schema, dialect: Dialect) -> str:
    """The SQL from one schema to another."""
    return script(build_plan(diff(old, new, dialect), old, new, dialect), dialect, warnings=False)


def in_order_of_making(schema: Schema) -> Schema:
    """A schema that a file's catalog told, which tells the newest first, so that making it again gives the same."""
    return replace(
        schema,
        tables=tuple(
            replace(one, indexes=one.indexes[::-1], foreign_keys=one.foreign_keys[::-1]) for one in schema.tables
        ),
    )


def replay(old: Schema, new: Schema, namespaces: tuple[str, ...], session: Session, dialect: Dialect) -> str | None:
    """Make `old` in the empty database of `session`, then lead it to `new`: None, or what went wrong.

    Both must have come from schema files. Behind it, the database at `new` must hold nothing that its own
    file would change.
    """
    wanted = canonicalise(new, session, dialect)
    try:
        run_script(session, dialect, script_between(EMPTY, old, dialect))
    except ParityError as error:
        return f"unusable: {error.message}"
    history = dialect.driver.introspect(session, namespaces)
    target = carry_over(history, wanted, dialect)
    text = script_between(history, target, dialect)
    try:
        run_script(session, dialect, text)
    except ParityError as error:
        return f"refused: {error.message}\n{text}"
    reached = dialect.driver.introspect(session, namespaces)
    rest = diff(reached, carry_over(reached, target, dialect), dialect)
    if rest:
        return f"not reached:{summary(rest, reached, carry_over(reached, target, dialect), dialect)}\n{text}"
    return None
