"""`migrate diff`: what leads from one schema to another, as a summary or as SQL."""

from __future__ import annotations

from msgspec import Struct

from parity.dialects.base import Dialect
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.diff.naming import under_one_naming
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.schema.changes import Change
from parity.schema.model import Schema
from parity.schema.steps import Plan
from parity.workflow.drift import with_extensions_that_count
from parity.workflow.request import Request
from parity.workflow.sources import Side, SideKind, side_reader


class Difference(Struct, frozen=True):
    """The changes from one side to the other, and the plan that makes them."""

    changes: tuple[Change, ...]
    old: Schema
    new: Schema
    plan: Plan
    dialect: Dialect

    @property
    def summary(self) -> str:
        """What changes, for people."""
        return summary(self.plan, self.old, self.new, self.dialect)

    @property
    def sql(self) -> str:
        """The script that makes the changes; "" where there are none."""
        return script(self.plan, self.dialect, warnings=False) if self.changes else ""


def difference(request: Request, old_side: Side, new_side: Side) -> Difference:
    """Compare the two sides. Raises ConfigError, SchemaInvalid, UsageError, ConnectionFailed."""
    reader = side_reader(request)
    reader.settle(old_side, new_side)
    dialect = reader.dialect
    assert dialect is not None
    old, new = reader.read(old_side), reader.read(new_side)
    old_schema, new_schema = old.schema, new.schema
    # A schema file is silent about what its language can't say: that is taken from the other side, whichever it is.
    if new.is_wish and not old.is_wish:
        new_schema = carry_over(
            old_schema,
            reader.in_the_databases_words(new_schema, old_side),
            dialect,
            says_conditions=new.says_conditions,
        )
    elif old.is_wish and not new.is_wish:
        old_schema = carry_over(
            new_schema,
            reader.in_the_databases_words(old_schema, new_side),
            dialect,
            says_conditions=old.says_conditions,
        )
    else:
        namespace = dialect.capabilities.default_namespace
        old_schema, new_schema = under_one_naming(old_schema, new_schema, namespace)
        if old_side.kind is SideKind.MIGRATIONS:
            says_extensions = reader.datamodel is not None and reader.datamodel.says_extensions
            old_schema, new_schema = with_extensions_that_count(old_schema, new_schema, says_extensions=says_extensions)
    changes = diff(old_schema, new_schema, dialect)
    plan = build_plan(changes, old_schema, new_schema, dialect)
    return Difference(changes, old_schema, new_schema, plan, dialect)
