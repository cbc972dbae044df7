"""Scratch databases that killed runs left on the server of a project."""

from __future__ import annotations

from parity.dialects.base import Leftover, Session
from parity.workflow.context import Project


def find_leftovers(project: Project, session: Session) -> tuple[Leftover, ...]:
    """Scratch databases that killed runs left on the session's server."""
    leftovers = project.dialect.driver.leftovers
    return () if leftovers is None else leftovers.find(session)


def drop_leftovers(project: Project, session: Session) -> tuple[str, ...]:
    """Drop all that nobody uses; the names of those that are gone now."""
    leftovers = project.dialect.driver.leftovers
    found = find_leftovers(project, session)
    return tuple(one.name for one in found if leftovers is not None and leftovers.drop(session, one.name))
