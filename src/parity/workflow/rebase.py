"""`migrate rebase`: after a merge, this branch's migrations behind those of the other, and parity.lock made anew.

Migrations run in the order of their names. Two branches that both add some have numbered them without knowing of each
other: what was merged later may sort before what is deployed already. So the ones that the other branch doesn't have
get new numbers behind all of its own; nothing else about them is changed. A replay proves the result.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from parity.errors import UsageError
from parity.migrations.folder import Migration, MigrationsFolder
from parity.migrations.names import byte_order, migration_name, without_time
from parity.workflow.context import Project
from parity.workflow.interaction import Interaction
from parity.workflow.parity_lock import Locked, lock


class Rebased(Struct, frozen=True):
    """Which migrations got which names, and the lock that was made."""

    renamed: tuple[tuple[str, str], ...]
    lock: Locked


def rebase(project: Project, names: Sequence[str], onto: str | None, interaction: Interaction) -> Rebased:
    """Rename what has to come later, replay, write the lock. Raises UsageError PAR165 to PAR167."""
    folder = project.migrations()
    mine = _named(folder, names) if names else _not_of(folder, onto or _other_side(folder.path))
    others = [m for m in folder.migrations if m not in mine]
    last = max((byte_order(m.name) for m in others), default=b"")
    renamed = []
    if any(byte_order(m.name) < last for m in mine):
        taken = [m.name for m in folder.migrations]
        for migration in mine:
            new = migration_name(datetime.now(UTC), without_time(migration.name), tuple(taken))
            taken.append(new)
            renamed.append((migration.name, new))
        for old, new in renamed:
            (folder.path / old).rename(folder.path / new)
            interaction.progress(f"{old} is {new} now")
    return Rebased(tuple(renamed), lock(project, interaction))


def _named(folder: MigrationsFolder, names: Sequence[str]) -> list[Migration]:
    known = {migration.name: migration for migration in folder.migrations}
    for name in names:
        if name not in known:
            raise UsageError("PAR165", f"there is no migration {name} in {folder.path}", hint="name a folder in it")
    return [migration for migration in folder.migrations if migration.name in set(names)]


def _not_of(folder: MigrationsFolder, ref: str) -> list[Migration]:
    """The migrations that a commit doesn't have."""
    # Nothing that begins with a hyphen is a branch: git would take it for an option.
    listed = None if ref.startswith("-") else _git(folder.path, "ls-tree", "--name-only", ref, "./")
    if listed is None:
        raise UsageError(
            "PAR166",
            f"git doesn't know {ref}, or the folder there",
            hint="name a branch with --onto, or the migrations that are to come later",
        )
    theirs = {line.rstrip("/") for line in listed.splitlines()}
    return [migration for migration in folder.migrations if migration.name not in theirs]


def _other_side(path: Path) -> str:
    """The side of a merge or rebase going on that was there first; else the branch that this one came from."""
    git = _git(path, "rev-parse", "--absolute-git-dir")
    if git is not None:
        root = Path(git.strip())
        if (root / "rebase-merge").exists() or (root / "rebase-apply").exists():
            return "HEAD"
        main = _main_branch(path)
        here = (_git(path, "rev-parse", "--abbrev-ref", "HEAD") or "").strip()
        if (root / "MERGE_HEAD").exists():
            return "HEAD" if here == main else "MERGE_HEAD"
        if main is not None and here != main:
            return main
    raise UsageError(
        "PAR167",
        "nobody can tell which migrations are to come later",
        why="no merge is going on here, and there is no other branch to compare with",
        hint="name the branch that was there first with --onto, or the migrations that are to come later",
    )


def _main_branch(path: Path) -> str | None:
    origin = _git(path, "rev-parse", "--abbrev-ref", "origin/HEAD")
    candidates = [origin.strip().removeprefix("origin/")] if origin else []
    for name in (*candidates, "main", "master"):
        if _git(path, "rev-parse", "--verify", "--quiet", f"refs/heads/{name}"):
            return name
    return None


def _git(path: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails or isn't there."""
    try:
        done = subprocess.run(["git", *arguments], cwd=path, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
