"""Databases that may not be emptied: those with `protected = true` in [tool.parity.environments.<name>], whatever flags
say; and any, where a program wants it that somebody has to agree with."""

from __future__ import annotations

from parity.dialects.base import Dialect, Target
from parity.errors import Refused
from parity.project.urls import FoundUrl, target_of
from parity.workflow.consent import refuse_without_consent
from parity.workflow.context import Project


def refuse_to_empty(project: Project, target: Target) -> None:
    """Raise Refused where `target` may not be emptied, or not by who asks: PAR325, PAR326."""
    _refuse_protected(project, target)
    refuse_without_consent(project.request.environ, target)


def _refuse_protected(project: Project, target: Target) -> None:
    """Raise Refused PAR325 where `target` is on the server (or is the file) of a protected environment.

    One whose variable isn't set here can't be meant, and is passed over.
    """
    for name, setting in project.settings.protected:
        text = setting.text or project.environment.get(setting.variable or "")
        if text is None:
            continue
        dialect, protected = target_of(FoundUrl(text, setting.origin, project.settings.root), project.dialect)
        if _same_place(dialect, protected, project.dialect, target):
            raise Refused(
                "PAR325",
                f"{target.display} is where the protected environment {name} is: nothing there may be emptied",
                why=f"[tool.parity.environments.{name}] says protected = true; no flag overrides that",
                hint="check the URL that the command uses; it is meant for local databases",
            )


def _same_place(dialect: Dialect, protected: Target, other: Dialect, target: Target) -> bool:
    """The same file, or the same host and port: a whole server is protected, whichever of its databases is named."""
    if protected.path is not None or target.path is not None:
        return (
            protected.path is not None
            and target.path is not None
            and (protected.path.resolve() == target.path.resolve())
        )
    hosts = [(place.host or "").lower().rstrip(".") for place in (protected, target)]
    ports = (protected.port, target.port)
    # A port that isn't named may be any: rather one server too many is protected.
    return dialect.name == other.name and hosts[0] == hosts[1] and (None in ports or ports[0] == ports[1])


def is_local(target: Target) -> bool:
    """Whether a database is on this machine, as far as its URL tells."""
    host = target.host or ""
    return target.path is not None or host in ("", "localhost", "::1") or host.startswith(("127.", "/"))
