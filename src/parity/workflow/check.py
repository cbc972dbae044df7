"""`parity check`: the schema file, the migrations folder and any number of databases, held against each other.

What a database should hold comes from parity.lock where that is there, else from a replay; a replay is made on request,
too, and then the lock itself is held against it. Reads only.
"""

from __future__ import annotations

from contextlib import closing

from msgspec import Struct, field

from parity.dialects.base import Session, Target
from parity.errors import ConfigError, HistoryError, ParityError
from parity.execute.history import History
from parity.migrations.folder import PARITY_LOCK, Migration, MigrationsFolder
from parity.migrations.parity_lock import ParityLock
from parity.project.settings import EnvironmentSetting
from parity.project.urls import check_same_database_kind, setting_url, target_of
from parity.schema.model import Schema
from parity.workflow.check_history import findings_of_history
from parity.workflow.check_report import Check, CheckReport, Compared, EnvironmentReport, Finding, Outcome, Picture
from parity.workflow.context import Project, connected
from parity.workflow.data_folder import has_reference_data
from parity.workflow.expected import Expectations, Expected, Read, applied_migrations, read_live
from parity.workflow.interaction import Interaction
from parity.workflow.parity_lock import datamodel_hash, is_of_schema_files, read_current_lock
from parity.workflow.stand import Stand, read_stand


class CheckOptions(Struct, frozen=True):
    """`against` names environments; none and not `everywhere`: the database that every command means."""

    against: tuple[str, ...] = ()
    everywhere: bool = False
    replay: bool = False
    picture: bool = False
    """Whether the report is to hold the schema, to be drawn."""


class Place(Struct, frozen=True):
    """A database to be checked. `option` is how a command that is suggested names it."""

    name: str
    setting: EnvironmentSetting | None
    option: str


def check(project: Project, options: CheckOptions, interaction: Interaction) -> CheckReport:
    """Compare everything. A database that can't be reached or read is a part of the report, not an exception.

    A project with its models to be read later will do: where parity.lock is that of the schema files, nothing but a
    difference needs them. Raises SchemaInvalid, ConfigError for environments that aren't there, MigrationsInvalid for
    a folder or lock that can't be read.
    """
    places = _places(project, options)
    folder = project.migrations()
    found = _lock(project, folder)
    expectations = Expectations(project, None if options.replay else found.lock, interaction.progress)
    with closing(expectations):
        run = _Run(project, folder, expectations, found, options.replay)
        first = (run.lock_check(), run.schema_check())
        environments = []
        for place in places:
            if len(places) > 1:
                interaction.progress(f"Checking {place.name}")
            environments.append(run.environment(place))
        return CheckReport(
            project=tuple(item for item in first if item is not None),
            environments=tuple(environments),
            replayed=expectations.replayed,
            migrations=len(folder.migrations),
            picture=run.picture() if options.picture else None,
        )


def not_made(error: ParityError) -> CheckReport:
    """The report where nothing could be compared at all."""
    return CheckReport((_failed(Check.HISTORY, error),), (), replayed=False)


def check_folder(project: Project, *, offline: bool = False) -> tuple[Compared, ...]:
    """The schema file with what the migrations lead to, and parity.lock with them: all that needs no database of the
    user's. With `offline` none at all is asked, so that there must be a parity.lock."""
    folder = project.migrations()
    found = _lock(project, folder)
    if offline and found.lock is None and found.error is None:
        missing = Finding(
            Check.HISTORY,
            "PAR543",
            f"there is no {project.places.show(folder.path / PARITY_LOCK)}",
            "parity migrate lock",
        )
        return (Compared(Check.HISTORY, Outcome.DIFFERS, (missing,)),)
    expectations = Expectations(project, found.lock, lambda line: None, offline=offline)
    with closing(expectations):
        run = _Run(project, folder, expectations, found, False)
        lock = run.lock_check()
        if offline and lock is not None:
            return (lock,)  # Nothing else is to be believed.
        return tuple(item for item in (lock, run.schema_check()) if item is not None)


class _Found(Struct, frozen=True):
    """The lock if it is that of the folder; else what is wrong with it, if there is one."""

    lock: ParityLock | None
    error: ParityError | None = None


class _Run(Struct):
    project: Project
    """Whole from the first time on that something needs its models."""
    folder: MigrationsFolder
    expectations: Expectations
    found: _Found
    replay: bool
    elsewhere: list[Schema] = field(default_factory=list)
    """What differs from the history: the schema file's, and those of databases."""

    def whole(self) -> Project:
        """The project with its models."""
        self.project = self.project.whole()
        return self.project

    def lock_check(self) -> Compared | None:
        """Whether parity.lock is that of the folder, and with a replay whether it says the truth."""
        error = self.found.error
        if error is not None:
            finding = Finding(
                Check.HISTORY, error.code, error.message, "parity migrate lock", tuple(filter(None, [error.why]))
            )
            return Compared(Check.HISTORY, Outcome.DIFFERS, (finding,))
        lock = self.found.lock
        if lock is None or not self.replay:
            return None
        from parity.workflow.check_lock import compare_lock

        return compare_lock(lock, self.expectations.past, self.folder.migrations, self.project.dialect)

    def schema_check(self) -> Compared:
        """The schema file with what the whole folder leads to."""
        lock = None if self.replay else self.found.lock
        if lock is not None and is_of_schema_files(lock, self.project):
            return Compared(Check.SCHEMA, Outcome.SAME)
        project = self.whole()
        if lock is not None and lock.datamodel == datamodel_hash(project):
            return Compared(Check.SCHEMA, Outcome.SAME)
        # What tells differences apart is loaded where there may be some.
        from parity.workflow.check_findings import findings_of_schemas
        from parity.workflow.wanted import wanted_schema

        migrations = self.folder.migrations
        try:
            head = self.expectations.after(migrations).schema
            wanted = wanted_schema(project, head, lambda: self.expectations.past.session(migrations))
        except ParityError as error:
            return _failed(Check.SCHEMA, error)
        findings = findings_of_schemas(
            Check.SCHEMA,
            "PAR909",
            head,
            wanted,
            project.dialect,
            project.datamodel,
            "parity migrate dev",
            leads_back=False,
        )
        if findings:
            self.elsewhere.append(wanted)
        return Compared(Check.SCHEMA, Outcome.DIFFERS if findings else Outcome.SAME, findings)

    def environment(self, place: Place) -> EnvironmentReport:
        """One database: its ledger, and its live schema."""
        project = self.project
        shown = place.name
        try:
            target = _target(project, place)
            shown = target.display
            with connected(project.dialect, target, by_transaction=True) as session:
                return self._compared(place, session)
        except ParityError as error:
            checks = (_failed(Check.HISTORY, error), Compared(Check.LIVE, Outcome.NOTHING))
            return EnvironmentReport(place.name, shown, checks)

    def _compared(self, place: Place, session: Session) -> EnvironmentReport:
        stand = read_stand(self.project, session, self.folder)
        expected = self.expectations.after(applied_migrations(stand.history))
        read = read_live(session, expected, self.project)
        findings = tuple(findings_of_history(stand.history, place.option))
        if not stand.has_ledger and not read.live.is_empty:
            unmanaged = Finding(
                Check.HISTORY,
                "PAR910",
                "the database has tables, and no migration was ever recorded there",
                f"parity migrate baseline{place.option}",
            )
            findings = (unmanaged,)
        history = Compared(Check.HISTORY, Outcome.DIFFERS if findings else Outcome.SAME, findings)
        compared = self._live(place, stand, expected, read)
        data = self._data(place, stand, read.live) if has_reference_data(self.project) else None
        checks = (history, compared) if data is None else (history, compared, data)
        return EnvironmentReport(place.name, session.target.display, checks, read.state)

    def _data(self, place: Place, stand: Stand, live: Schema) -> Compared | None:
        from parity.workflow.check_data import data_check

        pending = bool(stand.history.pending)
        return data_check(self.whole(), stand.ledger.session, live, place.setting, pending=pending)

    def picture(self) -> Picture | None:
        """What there is to draw."""
        try:
            head = self.expectations.after(self.folder.migrations).schema
        except ParityError:
            return None  # The check of the schema file tells why.
        known = {table.name for table in head.tables}
        extra = {table.name: table for schema in self.elsewhere for table in schema.tables if table.name not in known}
        return Picture(head, tuple(extra[name] for name in sorted(extra)))

    def _live(self, place: Place, stand: Stand, expected: Expected, read: Read) -> Compared:
        if read.is_expected:
            return Compared(Check.LIVE, Outcome.SAME)
        from parity.workflow.check_findings import findings_of_order, findings_of_schemas, without_ignored
        from parity.workflow.drift import sides

        project = self.whole()
        setting = place.setting
        try:
            history = expected.schema
        except ParityError as error:
            return _failed(Check.LIVE, error)
        should, there = sides(history, read.live, says_extensions=project.datamodel.says_extensions)
        if setting is not None:
            should, there = (without_ignored(one, setting.ignore, setting.schemas) for one in (should, there))
        fix = self._fix(place, stand.history, read.state)
        findings = findings_of_schemas(
            Check.LIVE,
            "PAR911",
            should,
            there,
            project.dialect,
            project.datamodel,
            fix,
            leads_back=True,
        )
        findings += tuple(findings_of_order(should, there))
        if not findings:
            return Compared(Check.LIVE, Outcome.SAME)
        self.elsewhere.append(there)
        return Compared(Check.LIVE, Outcome.DIFFERS, findings, note=self._note(session_server(stand)))

    def _fix(self, place: Place, history: History, state: str) -> str:
        """What mends a live schema: perhaps the ledger only lacks what is there."""
        unrecorded = self._unrecorded(history, state)
        if unrecorded:
            return f"parity migrate resolve --applied {unrecorded[0].name}{place.option}: it is there, and not recorded"
        return (
            "run the SQL with parity db execute, once it is reviewed; or, to keep the difference, put it into "
            "schema.prisma (parity db pull) and a migration"
        )

    def _unrecorded(self, history: History, here: str) -> tuple[Migration, ...]:
        """The pending migrations whose effect is all there."""
        pending = tuple(status.migration for status in history.pending if status.migration is not None)
        lock = self.expectations.lock
        done = applied_migrations(history)
        for count in range(1, len(pending) + 1):
            way = (*done, *pending[:count])
            if lock is not None and lock.known(way) == len(way) and lock.migrations[len(way) - 1].fingerprint == here:
                return pending[:count]
        return ()

    def _note(self, server: str) -> str | None:
        lock = self.expectations.lock
        if lock is None or lock.server == server:
            return None
        return (
            f"parity.lock was made on {lock.server}, and this is {server}: each may print a definition in its own way. "
            "--replay compares with what this program's server makes of the history"
        )


def session_server(stand: Stand) -> str:
    """The program that the database is on."""
    ledger = stand.ledger
    return ledger.dialect.driver.printed_by(ledger.session)


def _failed(what: Check, error: ParityError) -> Compared:
    finding = Finding(
        what, error.code, error.message, error.hint or "see why, and run it again", tuple(filter(None, [error.why]))
    )
    return Compared(what, Outcome.FAILED, (finding,))


def _lock(project: Project, folder: MigrationsFolder) -> _Found:
    try:
        return _Found(read_current_lock(project, folder))
    except HistoryError as error:
        return _Found(None, error)


def _places(project: Project, options: CheckOptions) -> tuple[Place, ...]:
    environments = {one.name: one for one in project.settings.environments}
    if options.everywhere and not environments:
        raise ConfigError(
            "PAR161",
            "no environments are named",
            hint="add [tool.parity.environments.NAME] with url_env to pyproject.toml",
        )
    names = tuple(environments) if options.everywhere else options.against
    for name in names:
        if name not in environments:
            known = ", ".join(environments) or "none"
            raise ConfigError(
                "PAR162",
                f"there is no environment {name}",
                why=f"[tool.parity.environments] in pyproject.toml names: {known}",
                hint=f"add [tool.parity.environments.{name}] with url_env",
            )
    if names:
        return tuple(_place(environments[name]) for name in dict.fromkeys(names))
    url = project.request.url
    return (Place("database", None, "" if url is None else " --url …"),)


def _place(setting: EnvironmentSetting) -> Place:
    variable = None if setting.url is None else setting.url.variable
    return Place(setting.name, setting, " --url …" if variable is None else f' --url "${variable}"')


def _target(project: Project, place: Place) -> Target:
    if place.setting is None:
        return project.target()
    if place.setting.url is None:
        raise ConfigError(
            "PAR163",
            f"[tool.parity.environments.{place.name}] has no url or url_env",
            hint='add url_env = "NAME", the variable that holds its URL',
        )
    found = setting_url(place.setting.url, project.settings, project.environment)
    dialect, target = target_of(found, project.dialect)
    check_same_database_kind(dialect, project.dialect, found.origin)
    return target
