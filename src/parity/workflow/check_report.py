"""What `parity check` found, as values: what was held against what, and each difference. No text of a command line."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from parity.schema.model import Schema, Table


class Check(StrEnum):
    """What is compared with what."""

    SCHEMA = "schema file"
    """schema.prisma with what the migrations lead to."""
    HISTORY = "migrations"
    """The folder with the ledger of a database."""
    LIVE = "database"
    """The live schema with what its applied migrations make."""
    DATA = "reference data"
    """The rows that the system needs with those that are there."""


class Outcome(StrEnum):
    """How a check ended."""

    SAME = "ok"
    DIFFERS = "differs"
    FAILED = "error"
    """It couldn't be made."""
    NOTHING = "-"
    """There was nothing to compare."""


class Manner(StrEnum):
    """In which way an object of a database, or of the schema file, isn't what the migrations make."""

    MISSING = "missing"
    EXTRA = "extra"
    CHANGED = "changed"


class Finding(Struct, frozen=True):
    """One difference. `what` names it in a sentence, `lines` say more, `fix` is what to run.

    `language` is a unified diff of the schema language: of a database, from what should be there to what is there; of
    the schema file, from what the migrations make to what it asks for. `sql` is what would bring the database back, or
    make what the file asks for. Each is None where there is no such thing.
    """

    check: Check
    code: str
    what: str
    fix: str
    lines: tuple[str, ...] = ()
    language: str | None = None
    sql: str | None = None
    table: str | None = None
    """The table that it is about, as the database calls it."""
    namespace: str | None = None
    """That of the table, where names carry one."""
    manner: Manner | None = None
    """What became of that table. One of which only a trigger or a policy is missing has changed."""
    migration: str | None = None
    """The migration that it is about."""


class Compared(Struct, frozen=True):
    """One check and its end. `note` says what there is to know about a check that wasn't made, or only in part."""

    check: Check
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    note: str | None = None


class EnvironmentReport(Struct, frozen=True):
    """What was found in one database."""

    name: str
    database: str
    checks: tuple[Compared, ...]
    fingerprint: str | None = None
    """That of the live schema (see `parity.migrations.parity_lock.state_of`)."""


class Picture(Struct, frozen=True):
    """What there is to draw: the schema behind all migrations, and the tables that are elsewhere and not in it."""

    schema: Schema
    extra: tuple[Table, ...] = ()


class CheckReport(Struct, frozen=True):
    """The whole. `project` holds what is the same for all databases."""

    project: tuple[Compared, ...]
    environments: tuple[EnvironmentReport, ...]
    replayed: bool
    """Whether what should be there comes from a replay, and not from parity.lock."""
    migrations: int = 0
    picture: Picture | None = None
    """Only where it was asked for, and the schema could be read."""

    @property
    def outcome(self) -> Outcome:
        """The worst of all."""
        found = {item.outcome for item in self.all_checks}
        return next((one for one in (Outcome.FAILED, Outcome.DIFFERS) if one in found), Outcome.SAME)

    @property
    def all_checks(self) -> tuple[Compared, ...]:
        """The project's own checks, then those of each environment."""
        return (*self.project, *(item for environment in self.environments for item in environment.checks))
