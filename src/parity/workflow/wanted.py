"""The wanted schema: what schema.prisma says, with all that it can't say taken from the history."""

from __future__ import annotations

from collections.abc import Callable

from parity.dialects.base import Session
from parity.diff.carry import carry_over
from parity.lower import lower
from parity.schema.model import Schema
from parity.workflow.canonical import canonicalise, has_texts
from parity.workflow.context import Project


def wanted_schema(project: Project, history: Schema, scratch: Callable[[], Session]) -> Schema:
    """The schema that the next migration must lead to.

    `scratch` gives a session on a database that holds the history, which puts expressions in the database's own words.
    It is asked for where there are such.
    """
    lowered = lower(project.datamodel, project.dialect)
    if any(has_texts(table) for table in lowered.tables):
        lowered = canonicalise(lowered, scratch(), project.dialect, existing=history.enums)
    return carry_over(history, lowered, project.dialect, says_conditions=project.datamodel.says_conditions)
