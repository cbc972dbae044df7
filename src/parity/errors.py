"""The exceptions of the project. One root, so that a caller can catch everything of ours.

    ParityError
    ├── UsageError           the command was called with options that don't go together
    ├── ConfigError          no schema file, no URL, an unreadable configuration
    ├── FilesInvalid         files of a person's have mistakes; carries the diagnostics
    │   ├── SchemaInvalid        schema.prisma has errors (P1012)
    │   └── DataInvalid          files of reference data have (PAR181)
    ├── MigrationsInvalid    the migrations folder is damaged
    ├── ScriptRefused        an SQL script holds what can't be cut or sent; carries the line
    ├── DatabaseError        a database said no; carries its own code and message
    │   ├── ConnectionFailed     unreachable, refused, wrong password, no such database
    │   └── StatementFailed      one statement of a script failed; carries the statement
    ├── ScriptFailed         an SQL script stopped part of the way; carries what of it took effect
    │   └── MigrationFailed      the script of a migration (P3018)
    ├── SeedFailed           the project's seed command ended badly; carries its exit code
    ├── HistoryError         the ledger and the folder don't fit each other
    ├── ProofFailed          a migration doesn't replay to the wanted schema
    ├── NotInSync            an application's database isn't where its migrations lead (parity.assert_in_sync)
    ├── LockTimeout          somebody else is migrating
    ├── Refused              unsafe without an explicit flag (exit 3)
    │   └── LossesRefused        rows would be lost, or stand in the way; carries what is told of them
    └── Interrupted          Ctrl-C (exit 130)

Every error says what failed (`message`), why (`why`), and the next command (`hint`). Codes starting with `P`
are those that users of Prisma know; ours start with `PAR`. A code is never reused.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parity.diagnostics import Diagnostic, SourceFile


from parity.counting import counted


class ParityError(Exception):
    """The root of every error that the project raises on purpose.

    `code` is stable; `why` and `hint` are shown on their own lines when present. `exit_code` follows the contract
    0 in parity, 1 error, 2 differs or pending, 3 refused as unsafe, 130 interrupted.
    """

    exit_code = 1
    details: tuple[str, ...] = ()
    """Lines that show the whole extent of it, such as the differences that are left."""

    def __init__(self, code: str, message: str, *, why: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.why = why
        self.hint = hint


class UsageError(ParityError):
    """The command was called with options that don't go together."""


class ConfigError(ParityError):
    """No schema file, no URL, or an unreadable configuration."""


class FilesInvalid(ParityError):
    """Files have mistakes. Carries all of them, with the sources that they point into."""

    def __init__(
        self,
        code: str,
        message: str,
        diagnostics: tuple[Diagnostic, ...],
        sources: tuple[SourceFile, ...],
        *,
        hint: str,
    ) -> None:
        super().__init__(code, message, hint=hint)
        self.diagnostics = diagnostics
        self.sources = sources


class SchemaInvalid(FilesInvalid):
    """schema.prisma has errors."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], sources: tuple[SourceFile, ...]) -> None:
        hint = "mend the schema file and run the command again"
        super().__init__("P1012", "the schema has errors", diagnostics, sources, hint=hint)


class DataInvalid(FilesInvalid):
    """Files of reference data have mistakes."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], sources: tuple[SourceFile, ...]) -> None:
        hint = "mend them and run the command again"
        super().__init__("PAR181", "files of reference data have mistakes", diagnostics, sources, hint=hint)

    def __str__(self) -> str:
        return f"{self.message}: {'; '.join(self.lines[:_SHOWN])}"

    @property
    def lines(self) -> tuple[str, ...]:
        """Each in a line: file, place and message."""
        found = []
        for item in self.diagnostics:
            source = self.sources[item.span.file]
            line, column = source.position(item.span.start)
            found.append(f"{source.name}:{line}:{column}: {item.code}: {item.message}")
        return tuple(found)


class MigrationsInvalid(ParityError):
    """The migrations folder is damaged: a migration.sql is missing, unreadable, or not text."""


class ScriptRefused(ParityError):
    """An SQL script holds what can't be cut into statements or sent to a server. `line` is 1-based."""

    def __init__(self, code: str, message: str, *, line: int, why: str | None = None, hint: str | None = None) -> None:
        super().__init__(code, f"line {line}: {message}", why=why, hint=hint)
        self.line = line


class DatabaseError(ParityError):
    """A database said no. `database_code` is its own code (SQLSTATE on PostgreSQL), where it has one."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        why: str | None = None,
        hint: str | None = None,
        database_code: str | None = None,
        position: int | None = None,
    ) -> None:
        super().__init__(code, message, why=why, hint=hint)
        self.database_code = database_code
        self.position = position
        """0-based character offset into the SQL text that was sent, where the database names one."""


class ConnectionFailed(DatabaseError):
    """The server can't be reached or doesn't let us in: P1000, P1001, P1002, P1003, P1010, P1011.

    `is_lasting` tells that waiting changes nothing: somebody has to do something first.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        why: str | None = None,
        hint: str | None = None,
        database_code: str | None = None,
        is_lasting: bool = False,
    ) -> None:
        super().__init__(code, message, why=why, hint=hint, database_code=database_code)
        self.is_lasting = is_lasting


class StatementFailed(DatabaseError):
    """One statement failed. `statement` is its text.

    `is_in_the_way` tells that something stands on what it is about, which `why` then names; `is_senseless`, that the
    database could make no sense of its names and types, whatever the rows are; `is_elsewhere`, that room, a right
    or time is missing, and the statement needn't be another one: `hint` then says what to do.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        statement: str,
        why: str | None = None,
        hint: str | None = None,
        database_code: str | None = None,
        position: int | None = None,
        is_in_the_way: bool = False,
        is_senseless: bool = False,
        is_elsewhere: bool = False,
    ) -> None:
        super().__init__(code, message, why=why, hint=hint, database_code=database_code, position=position)
        self.statement = statement
        self.is_in_the_way = is_in_the_way
        self.is_senseless = is_senseless
        self.is_elsewhere = is_elsewhere


class ScriptFailed(ParityError):
    """An SQL script stopped part of the way. What of it is in the database follows from `confirmed`.

    `confirmed` statements of `total` took effect for good; `line` is where the failing one begins. `uncertain` tells
    that the connection was lost at a moment when the next ones may have taken effect, or not; `leavings`, that the
    failing one ran outside a transaction, so that a part of what it did may be there.
    """

    def __init__(
        self,
        code: str,
        what: str,
        total: int,
        confirmed: int,
        line: int | None,
        cause: DatabaseError,
        *,
        hint: str | None,
        uncertain: bool = False,
        leavings: bool = False,
    ) -> None:
        where = "" if line is None else f" at line {line}"
        database_code = f" ({cause.database_code})" if cause.database_code else ""
        super().__init__(code, f"{what} failed{where}: {cause.message}{database_code}", why=cause.why, hint=hint)
        self.total = total
        self.confirmed = confirmed
        self.line = line
        self.cause = cause
        self.uncertain = uncertain
        self.leavings = leavings

    @property
    def outcome(self) -> str:
        """What was and what wasn't applied, in a sentence."""
        took_effect = f"{self.confirmed} of its {counted(self.total, 'statement')} took effect"
        if self.uncertain:
            return (
                f"{took_effect}; whether the next ones did isn't known: the connection was lost while they were being "
                "finished."
            )
        if self.leavings:
            so_far = f"{took_effect}. " if self.confirmed else ""
            return f"{so_far}What failed can't run in a transaction, and may have left something behind."
        if self.confirmed == 0:
            return "Nothing of it was applied: the database took all of it back."
        if self.confirmed == self.total:
            return "All of its statements took effect; recording that failed."
        return f"{took_effect}; the others did not."


class Fate(StrEnum):
    """What is known of a migration's end when its command stops."""

    APPLIED = "applied"
    UNFINISHED = "unfinished"
    UNKNOWN = "unknown"


class MigrationFailed(ScriptFailed):
    """The script of a migration stopped (P3018)."""

    def __init__(
        self,
        name: str,
        total: int,
        confirmed: int,
        line: int | None,
        cause: DatabaseError,
        *,
        hint: str,
        leavings: bool = False,
    ) -> None:
        what = f"migration {name}"
        super().__init__("P3018", what, total, confirmed, line, cause, hint=hint, leavings=leavings)
        self.name = name
        self.fate = Fate.UNFINISHED

    @property
    def outcome(self) -> str:
        """What was and what wasn't applied, in a sentence."""
        if self.fate is Fate.APPLIED:
            return "All of it was applied, and recorded, before the connection was lost."
        if self.fate is Fate.UNKNOWN and self.confirmed == 0 and not self.leavings:
            return (
                "Whether it was applied isn't known: the connection was lost while it was being committed, and the "
                "server couldn't be asked. Its row in the ledger says which."
            )
        return super().outcome


class SeedFailed(ParityError):
    """The project's seed command ended badly. `ending` is its exit code, or minus the signal that ended it."""

    def __init__(self, code: str, message: str, command: tuple[str, ...], ending: int) -> None:
        super().__init__(
            code,
            message,
            why=f"it is: {' '.join(command)}",
            hint="what is wrong stands above, in its own words; then `parity db seed`",
        )
        self.command = command
        self.ending = ending


class HistoryError(ParityError):
    """The ledger, the database and the migrations folder don't fit each other.

    `renames` are the old and the new names of migrations that were renamed, where that is the reason.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        why: str | None = None,
        hint: str | None = None,
        details: tuple[str, ...] = (),
        renames: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(code, message, why=why, hint=hint)
        self.details = details
        self.renames = renames


class NotInSync(ParityError):
    """A database isn't where the migrations of an application lead. `findings` says what differs, a line for each.

    The message holds the first of them, as a log often shows nothing else.
    """

    exit_code = 2

    def __init__(self, code: str, message: str, *, findings: tuple[str, ...], hint: str) -> None:
        more = f" … and {len(findings) - _SHOWN} more" if len(findings) > _SHOWN else ""
        super().__init__(code, f"{message}: {'; '.join(line.strip() for line in findings[:_SHOWN])}{more}", hint=hint)
        self.findings = findings
        self.details = findings


_SHOWN = 5
"""How many findings stand in the message."""


class ProofFailed(ParityError):
    """A migration doesn't replay to the wanted schema. `details` are the differences that are left."""

    def __init__(
        self, code: str, message: str, *, differences: tuple[str, ...], why: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(code, message, why=why, hint=hint)
        self.details = differences


class LockTimeout(ParityError):
    """Somebody else holds the migration lock (P1002)."""


class Refused(ParityError):
    """Unsafe without an explicit flag."""

    exit_code = 3


class LossesRefused(Refused):
    """Rows would be lost, or stand in the way (PAR310, PAR321). Carries the sentences that tell of it.

    `warnings` are about what may be lost or fail, `unexecutable` about what can't succeed.
    """

    def __init__(
        self, code: str, message: str, warnings: tuple[str, ...], unexecutable: tuple[str, ...], *, hint: str
    ) -> None:
        super().__init__(code, message, hint=hint)
        self.warnings = warnings
        self.unexecutable = unexecutable
        self.details = tuple(f"- {sentence}" for sentence in (*unexecutable, *warnings))


class Interrupted(ParityError):
    """Ctrl-C, or a termination signal."""

    exit_code = 130
