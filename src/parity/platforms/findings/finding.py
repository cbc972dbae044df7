"""What a rule gets to see, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from parity.platforms.app import Look
from parity.platforms.deployment import Deployment, Run, Variable


class Finding(Struct, frozen=True):
    """Something that is wrong: where, what, why it matters, how to mend it. `line` is 0 where it is the whole file."""

    code: str
    file: str
    line: int
    what: str
    why: str
    fix: str


class Text(Struct, frozen=True):
    """A file of the project."""

    path: str
    text: str


class FolderNote(Struct, frozen=True):
    """What the migrations folder is warned of: the migration's path, and what is the matter."""

    path: str
    what: str


class Seen(Struct, frozen=True):
    """All that is known of a project."""

    deployment: Deployment
    runs: tuple[Run, ...]
    look: Look
    url_variables: tuple[str, ...] = ("DATABASE_URL",)
    """The variables with the URL that migrations run on: the one that counts first."""
    urls: tuple[Variable, ...] = ()
    """What .env, the schema file and the settings say of the first of these."""
    committed: tuple[Text, ...] = ()
    """The files of platforms, as everybody can read them who has the repository."""
    packages: tuple[Text, ...] = ()
    """requirements.txt and its like."""
    schemes: tuple[str, ...] = ()
    """The schemes of databases' URLs."""
    folder_notes: tuple[FolderNote, ...] = ()
    env_files: tuple[str, ...] = ()
    """The files called .env that git has."""
    file_database: str | None = None
    """What the database is called, where it is a file."""

    @property
    def migrating(self) -> tuple[Run, ...]:
        """The runs that apply migrations."""
        return tuple(run for run in self.runs if run.invocation.deploys_migrations)


Rule = Callable[[Seen], Iterator[Finding]]
