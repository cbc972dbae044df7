"""The wanted schema: what schema.prisma says, with all that it can't say taken from the history."""

from __future__ import annotations

from parity.dialects.base import Session
from parity.diff.carry import carry_over
from parity.lower import lower
from parity.schema.model import Schema
from parity.workflow.canonical import canonicalise
from parity.workflow.context import Project


def wanted_schema(project: Project, history: Schema, scratch: Session | None) -> Schema:
    """The schema that the next migration must lead to.

    With a session on a scratch database that holds the history, expressions are in the database's own words.
    """
    lowered = lower(project.datamodel, project.dialect)
    if scratch is not None:
        lowered = canonicalise(lowered, scratch, project.dialect, existing=history.enums)
    return carry_over(history, lowered, project.dialect, says_conditions=project.datamodel.says_conditions)
