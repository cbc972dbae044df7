"""The migration lock of a use case, unless it is switched off with the variable that Prisma's engine knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from parity.dialects.base import Session
from parity.execute.lock import DEFAULT_TIMEOUT, migration_lock, without_lock
from parity.workflow.context import Project

VARIABLE = "PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK"
_OFF = f"No migration lock is taken, because {VARIABLE} is set: let nobody else migrate now"


@contextmanager
def locked(
    project: Project,
    session: Session,
    tell: Callable[[str], None],
    timeout: float = DEFAULT_TIMEOUT,
    *,
    closing: bool = False,
) -> Iterator[None]:
    """Hold the lock for the block. `tell` hears who is waited for, and that there is no lock where it is switched off.

    `closing` says that the session ends right behind the block. Raises LockTimeout P1002 after `timeout` seconds.
    """
    if _is_switched_off(project):
        tell(_OFF)
        with without_lock(session, project.dialect):
            yield
        return
    with migration_lock(
        session,
        project.dialect,
        timeout,
        on_wait=lambda holder: tell(f"Waiting for the migration lock: {holder}"),
        closing=closing,
    ):
        yield


def _is_switched_off(project: Project) -> bool:
    """Whether the variable holds anything but 0; Prisma's engine takes every other word for a yes, too."""
    return (project.environment.get(VARIABLE) or "0") != "0"
