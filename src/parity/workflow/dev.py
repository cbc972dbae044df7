"""`migrate dev`: from the schema file to a proved migration, written to the folder and applied to the local database.

The order is: the folder's pending migrations are applied; the history is replayed on a scratch database and compared
with the schema file; the difference becomes a migration, which is run on that scratch database and must lead to exactly
the wanted schema; only then is it written, and applied.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from parity.counting import counted
from parity.dialects.base import Session
from parity.diff.compare import diff
from parity.errors import HistoryError, MigrationsInvalid, ProofFailed
from parity.execute.apply import Applied
from parity.execute.history import Edit, History
from parity.execute.past import Past, open_past
from parity.migrations.folder import Migration, MigrationsFolder
from parity.migrations.names import as_argument, byte_order, migration_name
from parity.migrations.parity_lock import ParityLock, read_lock
from parity.migrations.write import write_migration
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.schema.model import Schema
from parity.schema.steps import Plan
from parity.workflow.amend import record
from parity.workflow.another_past import edited, out_of_order, renamed, same_number
from parity.workflow.context import Project, connected_or_created
from parity.workflow.conversions import OnTypeChange, choose_conversions, convertible
from parity.workflow.deploy import apply_pending
from parity.workflow.drift import Drift, find_drift
from parity.workflow.interaction import Interaction
from parity.workflow.leftovers import find_leftovers
from parity.workflow.locking import locked
from parity.workflow.losses import Loss, ask_losses, settle_losses
from parity.workflow.parity_lock import keep_lock
from parity.workflow.proof import prove, prove_in_its_place
from parity.workflow.reference_data import differences, reference_data
from parity.workflow.reference_overwrites import overwritten, taken_along
from parity.workflow.reference_proof import Added, add_rows
from parity.workflow.reset import empty_and_replay
from parity.workflow.stand import Stand, prepare_ledger, read_stand, refuse_failed
from parity.workflow.wanted import wanted_schema
from parity.workflow.way_back import find_way_back, go_back, told


class OnDrift(StrEnum):
    """What to do about drift in the local database. Without an answer nothing is done."""

    UNDO = "undo"
    """Bring the database back to what its migrations produce."""
    IGNORE = "ignore"
    """Leave it, and go on."""
    RESET = "reset"
    """Empty the database and apply all migrations anew."""


class DevOptions(Struct, frozen=True):
    """`name` may be None: it is asked for where a migration is to be written."""

    name: str | None = None
    create_only: bool = False
    accept_data_loss: bool = False
    on_drift: OnDrift | None = None
    on_type_change: OnTypeChange | None = None
    create_database: bool = False
    lock_timeout: float = 60.0


class Developed(Struct, frozen=True):
    """What happened. `written` is the new migration's folder, None where there was nothing to write."""

    database: str
    applied: tuple[Applied, ...]
    written: Path | None
    sql: str | None
    losses: tuple[Loss, ...]
    created_only: bool
    was_reset: bool
    is_new: bool
    """The database was empty when it began, or was emptied, and holds the migrations now."""


EMPTY_MIGRATION = "-- This is an empty migration.\n"


def develop(project: Project, options: DevOptions, interaction: Interaction) -> Developed:
    """Run `migrate dev`. Raises HistoryError, ProofFailed, Refused, MigrationFailed and what lies below them."""
    folder = project.migrations()
    lock = read_lock(folder.path)
    with (
        connected_or_created(project.dialect, project.target(), interaction, create=options.create_database) as session,
        locked(project, session, interaction.progress, options.lock_timeout),
    ):
        run = _Dev(project, options, interaction, folder, session, lock)
        done = run.once()
        if done is None:
            # The database was to be emptied first: it is now, and stands where the folder ends.
            run.resets = empty_and_replay(project, session, folder, interaction)
            done = run.once()
        assert done is not None
        left = find_leftovers(project, session)
        if left:
            number = counted(len(left), "scratch database")
            interaction.progress(f"Killed runs left {number} here: parity migrate doctor --clean-scratch drops them")
        return done


class _Dev(Struct):
    """One run: the parts that all of its steps need."""

    project: Project
    options: DevOptions
    interaction: Interaction
    folder: MigrationsFolder
    session: Session
    lock: ParityLock | None
    resets: tuple[Applied, ...] | None = None
    began_empty: bool = False

    def once(self) -> Developed | None:
        """The whole way; None where the answer to drift was to empty the database, which is then to be done."""
        project = self.project
        stand = read_stand(project, self.session, self.folder)
        with open_past(
            project.scratch_wish(self.interaction.progress),
            project.namespaces,
            self.session,
            on_replay=self._tell_of_replay,
        ) as past:
            applied = tuple(status.migration for status in stand.history.applied if status.migration is not None)
            expected = self._expected(past, applied, stand)
            if not self._settle(stand, expected):
                return None
            pending = stand.history.pending
            if pending or not stand.has_ledger:
                prepare_ledger(project, stand)
            full = (*applied, *(status.migration for status in pending if status.migration is not None))
            history = past.schema(full)
            done = apply_pending(stand.ledger, pending, self.interaction)
            so_far = (*(self.resets or ()), *done)
            try:
                return self._write(past, full, history, so_far)
            except ProofFailed as error:
                # An extension that an administrator has installed is missing on the scratch database as well.
                if error.code != "PAR301" or not past.furnish(full):
                    raise
            return self._write(past, full, past.schema(full), so_far)

    def _expected(self, past: Past, applied: tuple[Migration, ...], stand: Stand) -> Schema:
        try:
            return past.schema(applied)
        except HistoryError as error:
            if stand.history.missing and error.code == "P3006":
                names = ", ".join(status.name for status in stand.history.missing)
                error.hint = f"it may need what isn't in the folder, and is applied here: {names}. Restore that from "
                error.hint += "version control; or, if this one isn't right, mend its migration.sql"
            raise

    def _tell_of_replay(self, number: int) -> None:
        self.interaction.progress(f"Replaying {number} migrations on a scratch database")

    def _settle(self, stand: Stand, expected: Schema) -> bool:
        """Deal with drift and with another past. False where the database is to be emptied. Raises HistoryError."""
        history = stand.history
        if history.failed and self.options.on_drift is not OnDrift.RESET:
            refuse_failed(history)
        if history.failed:
            return False
        for status in history.renamed:
            record(stand.ledger, status)
            self.interaction.progress(f"{renamed(status)}: its row has the new name now")
        live = self.project.dialect.driver.introspect(self.session, self.project.namespaces)
        if not stand.has_ledger:
            if live.is_empty:
                self.began_empty = True
                return True
            prepare_ledger(self.project, stand)
        drift = find_drift(expected, live, self.project.dialect, says_extensions=self.project.datamodel.says_extensions)
        if not drift and not history.missing:
            self._tell_of_edits(history)
            return True
        return self._act_on(drift, stand)

    def _tell_of_edits(self, history: History) -> None:
        for status in history.edited:
            same = "" if status.edit is Edit.COMMENTS else "; what it does to the schema is the same"
            self.interaction.progress(f"{edited(status)}{same}")
            name = as_argument(status.name)
            self.interaction.progress(f"  parity migrate resolve --accept-edit {name} takes it as it is now")
        for sentence in (*map(out_of_order, history.out_of_order), *map(same_number, history.same_number)):
            self.interaction.progress(sentence)

    def _act_on(self, drift: Drift, stand: Stand) -> bool:
        way = find_way_back(drift, stand, self.project.dialect)
        found = told(drift, way, stand, self.project)
        answer = self.options.on_drift
        if answer is None:
            lines = (f"{found.message}: {found.why}", *found.details)
            chosen = self.interaction.choose("What is to be done?", _CHOICES, told=lines)
            if chosen is None:
                raise found
            answer = OnDrift(chosen)
        if answer is OnDrift.UNDO:
            self._ask_about(way.losses, "The way back")
            go_back(way, drift, stand, self.project)
            for status in stand.history.missing:
                self.interaction.progress(f"{status.name} was taken back: it is recorded as rolled back")
            self.interaction.progress("The drift was undone: the database is where its migrations end")
        return answer is not OnDrift.RESET

    def _write(
        self, past: Past, migrations: tuple[Migration, ...], history: Schema, applied: tuple[Applied, ...]
    ) -> Developed:
        project, options = self.project, self.options
        wanted = wanted_schema(project, history, lambda: past.session(migrations))
        changes = diff(history, wanted, project.dialect)
        plan = build_plan(changes, history, wanted, project.dialect)
        tables = reference_data(project, wanted)
        if (
            not changes
            and not options.create_only
            and not (tables and differences(past.session(migrations), tables, project.dialect))
        ):
            self._keep_lock(past, migrations, history)
            return self._developed(applied, None, None, ())
        conversions = choose_conversions(
            convertible(plan, wanted, self.session, project.dialect),
            self.interaction,
            options.on_type_change,
            accepted=options.accept_data_loss or options.create_only,
            only_here=False,
        )
        if conversions:
            plan = build_plan(changes, history, wanted, project.dialect, conversions)
        text = script(plan, project.dialect, warnings=True) if changes else ""
        scratch = past.lend(migrations)
        reached = prove(text, wanted, scratch, project.dialect, project.namespaces, plan)
        added = add_rows(project, scratch, lambda: past.lend(migrations), tables, plan, wanted)
        if added is not None:
            text, reached = added.text, added.reached
            for warning in added.warnings:
                self.interaction.progress(warning)
        text = text or EMPTY_MIGRATION
        losses = self._losses(plan, added)
        name = options.name or self.interaction.ask("A name for the new migration", flag="--name")
        full_name = migration_name(datetime.now(UTC), name, tuple(m.name for m in self.folder.migrations))
        if migrations and byte_order(full_name) < byte_order(migrations[-1].name):
            prove_in_its_place(past, migrations, full_name, text, wanted, project.dialect)
        written = write_migration(self.folder.path, full_name, text, project.dialect.name)
        folder = project.migrations()
        now = (*migrations, *(m for m in folder.migrations if m.name == full_name))
        past.advanced(now, reached)
        self._keep_lock(past, now, reached)
        if options.create_only:
            return self._developed(applied, written, text, losses)
        after = read_stand(project, self.session, folder)
        if not after.has_ledger:
            prepare_ledger(project, after)
        mine = tuple(status for status in after.history.pending if status.name == full_name)
        return self._developed((*applied, *apply_pending(after.ledger, mine, self.interaction)), written, text, losses)

    def _keep_lock(self, past: Past, migrations: tuple[Migration, ...], reached: Schema) -> None:
        is_new = not self.folder.migrations
        in_order = tuple(sorted(migrations, key=lambda migration: byte_order(migration.name)))
        try:
            keep_lock(self.project, self.folder, self.lock, past, in_order, reached, is_new=is_new)
        except MigrationsInvalid as error:
            # The migration is there and proved. Without the file it can be deployed as well, and that is told there.
            self.interaction.progress(f"{error.message}: {error.why}. parity migrate lock makes it, when it can be")

    def _losses(self, plan: Plan, added: Added | None) -> tuple[Loss, ...]:
        losses = ask_losses(self.session, self.project.dialect, plan.hazards)
        if not self.options.create_only:
            missing = () if added is None else added.missing
            rows = overwritten(self.session, missing, self.project.dialect)
            rows += taken_along(self.session, missing, self.project.dialect)
            self._ask_about(losses, "The migration", rows)
        return losses

    def _ask_about(self, losses: tuple[Loss, ...], what: str, rows: tuple[str, ...] = ()) -> None:
        settle_losses(
            losses,
            self.interaction,
            what=what,
            accepted=self.options.accept_data_loss,
            way_out="run it again with --create-only, and write the statements that bring the rows into shape",
            beyond=rows,
        )

    def _developed(
        self, applied: tuple[Applied, ...], written: Path | None, sql: str | None, losses: tuple[Loss, ...]
    ) -> Developed:
        return Developed(
            database=self.session.target.display,
            applied=applied,
            written=written,
            sql=sql,
            losses=losses,
            created_only=self.options.create_only,
            was_reset=self.resets is not None,
            is_new=self.resets is not None or (self.began_empty and bool(applied)),
        )


_CHOICES = (
    (OnDrift.UNDO.value, "go back: take the difference back, and nothing else"),
    (OnDrift.IGNORE.value, "leave the difference as it is, and go on"),
    (OnDrift.RESET.value, "empty the database and apply all migrations anew: its rows are lost"),
)
