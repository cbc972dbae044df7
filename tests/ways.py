"""The way from one schema file to another on a real database that holds objects made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pairs import lowered
from parity.dialects.base import Dialect, Session
from parity.dialects.registry import dialect_for_provider
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.execute.runner import run_script
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.schema.model import EMPTY, Schema
from parity.workflow.canonical import canonicalise
from sessions import two_sessions

_HEAD = 'datasource db {\n  provider = "postgresql"\n}\n'


@dataclass(frozen=True, slots=True)
class Way:
    """What was written and run, what it warns of, the schema before and after, and answers of the database."""

    script: str
    hazards: tuple[str, ...]
    before: Schema
    after: Schema
    answers: tuple[list[tuple[object, ...]], ...] = ()

    @property
    def objects(self) -> list[str]:
        """What is there at the end and the schema language can't say."""
        return sorted(f"{o.kind.value} {o.name.name}" for o in self.after.opaques)


def on_a_server(
    old: str,
    by_hand: str,
    new: str,
    new_database: Callable[[], str],
    *,
    rows: str = "",
    ask: tuple[str, ...] = (),
    since: int = 0,
) -> Way:
    """From `old`, with what is made by hand and the rows, to `new`, which must be reached; then `ask`."""
    dialect = dialect_for_provider("postgresql")
    with two_sessions(dialect, (new_database(), new_database())) as (main, scratch):
        ((version,),) = main.query("SELECT current_setting('server_version_num')::integer")
        if isinstance(version, int) and version < since:
            pytest.skip(f"the server is older than {since // 10000}")
        first, second = lowered(_HEAD + old, dialect), lowered(_HEAD + new, dialect)
        assert first is not None
        assert second is not None
        run_script(main, dialect, _text(EMPTY, first, dialect)[0])
        run_script(main, dialect, by_hand)
        if rows:
            main.execute(rows)
        history = dialect.driver.introspect(main, ())
        assert not _left(history, first, scratch, dialect), "the same file asks for something"
        wanted = carry_over(history, canonicalise(second, scratch, dialect), dialect)
        text, hazards = _text(history, wanted, dialect)
        run_script(main, dialect, text)
        reached = dialect.driver.introspect(main, ())
        assert not _left(reached, second, scratch, dialect), text
        assert not diff(reached, wanted, dialect), text
        return Way(text, hazards, history, reached, tuple(main.query(query) for query in ask))


def _text(old: Schema, new: Schema, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    plan = build_plan(diff(old, new, dialect), old, new, dialect)
    return script(plan, dialect, warnings=False), tuple(hazard.reason for hazard in plan.hazards)


def _left(found: Schema, asked: Schema, scratch: Session, dialect: Dialect) -> str:
    wanted = carry_over(found, canonicalise(asked, scratch, dialect), dialect)
    changes = diff(found, wanted, dialect)
    return summary(changes, found, wanted, dialect) if changes else ""
