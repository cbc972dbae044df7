"""Long histories are replayed once: what is kept of a replay saves time, and changes nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from parity.dialects.base import Session, Target
from parity.dialects.registry import dialect_for_provider
from parity.errors import HistoryError
from parity.execute.past import FEW, Past, open_past
from parity.execute.runner import run_script
from parity.execute.scratch import ScratchWish
from parity.migrations.checksum import checksum_of
from parity.migrations.folder import Migration
from parity.schema.model import Schema
from servers import PostgresServer, private_postgres

LONG = FEW + 2


def migration(name: str, sql: str) -> Migration:
    return Migration(name, Path(name), sql.encode(), sql, checksum_of(sql.encode()))


HISTORY = (
    migration("0", "CREATE TABLE t0 (id INTEGER PRIMARY KEY); INSERT INTO t0 VALUES (1)"),
    *(migration(str(number), f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY)") for number in range(1, LONG)),
)
NEXT = migration("next", "CREATE TABLE one_more (id INTEGER)")


@dataclass
class Machine:
    """One server (or none), and one cache folder; counts the migrations that each run replays at once."""

    provider: str
    target: Target | None
    cache: Path
    replayed: list[int] = field(default_factory=list)

    def past(self, main: Session | None, cache: Path | None, shadow: Target | None = None):  # type: ignore[no-untyped-def]
        dialect = dialect_for_provider(self.provider)
        return open_past(ScratchWish(dialect, self.target, shadow, cache), (), main, on_replay=self.replayed.append)

    def run(self, use: Callable[[Past], object], *, cached: bool = True, shadow: Target | None = None) -> object:
        """What `use` makes of a past; the connection to the main database lives as long."""
        self.replayed.clear()
        with self.past(None, self.cache if cached else None, shadow) as past:
            return use(past)

    def schema(self, *history: Migration, cached: bool = True) -> Schema:
        found = self.run(lambda past: past.schema(history), cached=cached)
        assert isinstance(found, Schema)
        return found

    def prove(self, *history: Migration) -> Schema:
        """What `migrate dev` does with a new migration: the last of `history`."""

        def use(past: Past) -> Schema:
            session = past.lend(history[:-1])
            run_script(session, past.wish.dialect, history[-1].sql)
            reached = past.wish.dialect.driver.introspect(session, ())
            past.advanced(history, reached)
            return reached

        found = self.run(use)
        assert isinstance(found, Schema)
        return found

    def on_server(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        assert self.target is not None
        dialect = dialect_for_provider(self.provider)
        session = dialect.driver.connect(target_of(self.target, database))
        try:
            return session.query(sql)
        finally:
            session.close()

    def databases(self, prefix: str) -> list[str]:
        if self.target is None:
            return []
        rows = self.on_server("SELECT datname FROM pg_database ORDER BY 1")
        return [str(name) for (name,) in rows if str(name).startswith(prefix)]


def target_of(target: Target, database: str) -> Target:
    from msgspec.structs import replace

    return replace(target, database=database)


@pytest.fixture(scope="module")
def own_server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server on which nobody else makes scratch databases, and none is kept but by these tests."""
    with private_postgres() as server:
        yield server


@pytest.fixture
def machine(provider: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    target = None
    if provider == "postgresql":
        url = request.getfixturevalue("own_server").url("postgres")
        target = dialect_for_provider(provider).driver.parse_url(url, tmp_path)
    machine = Machine(provider, target, tmp_path / "cache")
    yield machine
    for name in machine.databases("parity_kept_"):
        machine.on_server(f'DROP DATABASE "{name}"')
    assert machine.databases("parity_scratch_") == []


on_postgres = pytest.mark.parametrize("provider", ["postgresql"], indirect=True)


def test_a_schema_that_was_once_reached_is_told_without_a_replay_and_is_the_same_to_the_last_member(
    machine: Machine,
) -> None:
    cold = machine.schema(*HISTORY)
    assert machine.replayed == [LONG]
    warm = machine.schema(*HISTORY)
    assert machine.replayed == []
    assert repr(warm) == repr(cold) == repr(machine.schema(*HISTORY, cached=False))


def test_a_new_migration_runs_on_a_copy_that_holds_the_rows_of_the_history(machine: Machine) -> None:
    machine.schema(*HISTORY)
    assert "one_more" in [table.name.name for table in machine.prove(*HISTORY, NEXT).tables]
    assert machine.replayed == []
    same_row = migration("same row", "INSERT INTO t0 VALUES (1)")
    with pytest.raises(HistoryError, match="migration same row doesn't apply to an empty database"):
        machine.schema(*HISTORY, same_row)
    assert machine.replayed == []


def test_behind_a_proved_migration_the_next_one_needs_no_replay_nor_does_another_branch(machine: Machine) -> None:
    machine.schema(*HISTORY)
    machine.prove(*HISTORY, NEXT)
    machine.prove(*HISTORY, NEXT, migration("a", "CREATE TABLE a (id INTEGER)"))
    assert machine.replayed == []
    other = machine.prove(*HISTORY, migration("b", "CREATE TABLE b (id INTEGER)"))
    assert machine.replayed == []
    assert [t.name.name for t in other.tables if not t.name.name.startswith("t")] == ["b"]


def test_a_script_that_failed_half_way_spoils_nothing_that_is_kept(machine: Machine) -> None:
    machine.schema(*HISTORY)
    bad = migration("bad", "BEGIN; CREATE TABLE half (id INTEGER); COMMIT; SELECT nothing_like_it")
    with pytest.raises(HistoryError):
        machine.schema(*HISTORY, bad)
    assert machine.prove(*HISTORY, NEXT) == machine.schema(*HISTORY, NEXT, cached=False)


@pytest.mark.parametrize("provider", ["sqlite"], indirect=True)
def test_an_edit_of_an_early_migration_and_another_order_are_replayed(machine: Machine) -> None:
    machine.schema(*HISTORY)
    edited = migration("1", "CREATE TABLE t1 (id INTEGER PRIMARY KEY, late TEXT)")
    found = machine.schema(HISTORY[0], edited, *HISTORY[2:])
    assert machine.replayed == [LONG]
    assert [len(table.columns) for table in found.tables if table.name.name == "t1"] == [2]
    machine.schema(*HISTORY[::-1])
    assert machine.replayed == [LONG]


def damage_whole(path: Path) -> None:
    path.write_bytes(b"")


def damage_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def damage_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def another_key(path: Path) -> None:
    """A whole file, but what it holds belongs to another history."""
    path.write_bytes(path.read_bytes().replace(path.name.encode(), b"0" * 64 + path.suffix.encode(), 1))


@pytest.mark.parametrize("damage", [damage_whole, damage_end, damage_middle, another_key, Path.unlink])
@pytest.mark.parametrize("provider", ["sqlite"], indirect=True)
def test_damaged_files_are_as_good_as_none(machine: Machine, damage: Callable[[Path], object]) -> None:
    machine.schema(*HISTORY)
    kept = sorted(machine.cache.iterdir())
    assert [path.suffix for path in kept] == [".database", ".schema"]
    for path in kept:
        damage(path)
    assert machine.prove(*HISTORY, NEXT) == machine.schema(*HISTORY, NEXT, cached=False)
    machine.schema(*HISTORY)
    assert machine.replayed == []


@pytest.mark.parametrize("provider", ["sqlite"], indirect=True)
def test_a_folder_that_others_may_write_to_or_that_cannot_be_made_costs_time_alone(machine: Machine) -> None:
    machine.schema(*HISTORY)
    machine.cache.chmod(0o777)
    machine.schema(*HISTORY)
    assert machine.replayed == [LONG]
    machine.cache = machine.cache.parent / "file" / "cache"
    machine.cache.parent.write_text("")
    machine.schema(*HISTORY)
    assert machine.replayed == [LONG]


@pytest.mark.parametrize("provider", ["sqlite"], indirect=True)
def test_a_folder_holds_few_files_and_those_of_others_stay(machine: Machine) -> None:
    machine.cache.mkdir(mode=0o700)
    (machine.cache / "mine.txt").write_text("")
    for number in range(40):
        machine.schema(*HISTORY, migration("last", f"CREATE TABLE x{number} (id INTEGER)"))
    names = [path.suffix for path in machine.cache.iterdir()]
    assert names.count(".txt") == 1
    assert len(names) == 33


def test_runs_at_once_all_say_the_same_and_leave_nothing_half_behind(machine: Machine) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: machine.schema(*HISTORY), range(4)))
    assert len({repr(schema) for schema in found}) == 1
    assert [path.name for path in machine.cache.iterdir() if path.suffix not in (".schema", ".database")] == []
    machine.prove(*HISTORY, NEXT)
    assert machine.replayed == []


def test_a_short_history_leaves_nothing_behind(machine: Machine) -> None:
    machine.schema(*HISTORY[:FEW])
    assert not machine.cache.exists()
    assert machine.databases("parity_kept_") == []


# --- what is kept on a server ---------------------------------------------------------------------------------------


@on_postgres
def test_a_kept_database_that_somebody_changed_is_replaced(machine: Machine) -> None:
    machine.schema(*HISTORY)
    (kept,) = machine.databases("parity_kept_")
    machine.on_server(f'ALTER DATABASE "{kept}" WITH ALLOW_CONNECTIONS true')
    machine.on_server("CREATE TABLE public.sneaky (id int)", kept)
    machine.on_server(f'ALTER DATABASE "{kept}" WITH ALLOW_CONNECTIONS false')
    found = machine.prove(*HISTORY, NEXT)
    assert machine.replayed == [LONG]
    assert "sneaky" not in [table.name.name for table in found.tables]
    machine.prove(*HISTORY, NEXT)
    assert machine.replayed == []


@on_postgres
def test_at_most_four_are_kept_and_the_longest_unused_go_first(machine: Machine) -> None:
    machine.schema(*HISTORY)
    (first,) = machine.databases("parity_kept_")
    machine.on_server(f"COMMENT ON DATABASE \"{first}\" IS 'kept by parity | 2026-01-01T00:00:00+00:00 | x'")
    for number in range(4):
        machine.prove(*HISTORY, migration("n", f"CREATE TABLE n{number} (id INTEGER)"))
    kept = machine.databases("parity_kept_")
    assert len(kept) == 4


@on_postgres
def test_a_database_of_such_a_name_that_is_not_ours_is_left_alone(machine: Machine) -> None:
    machine.schema(*HISTORY)
    (kept,) = machine.databases("parity_kept_")
    machine.on_server(f"COMMENT ON DATABASE \"{kept}\" IS 'somebody''s own'")
    machine.prove(*HISTORY, NEXT)
    assert machine.replayed[:1] == [LONG]
    comment = f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{kept}'"
    assert machine.on_server(comment) == [("somebody's own",)]


@on_postgres
def test_without_the_kept_database_or_in_a_shadow_database_the_schema_is_known(
    machine: Machine, new_postgres_database: Callable[[], str], tmp_path: Path
) -> None:
    shadow = dialect_for_provider("postgresql").driver.parse_url(new_postgres_database(), tmp_path)
    cold = machine.run(lambda past: past.schema(HISTORY), shadow=shadow)
    assert machine.replayed == [LONG]
    assert machine.databases("parity_kept_") == []
    assert machine.run(lambda past: past.schema(HISTORY), shadow=shadow) == cold
    assert machine.replayed == []


@on_postgres
def test_a_history_that_sets_something_for_its_database_is_not_copied(machine: Machine) -> None:
    # Alone in its block, it would be left out of the replay.
    sets = "EXECUTE format('ALTER DATABASE %I SET work_mem = 1024', current_database());"
    setting = migration("setting", f"DO $$ BEGIN PERFORM 1; {sets} END $$")
    machine.schema(setting, *HISTORY)
    assert machine.replayed == [LONG + 1]
    assert machine.databases("parity_kept_") == []


@on_postgres
def test_nothing_is_kept_that_would_stop_a_role_from_being_dropped(machine: Machine) -> None:
    machine.on_server("CREATE ROLE reader")
    grant = migration("9_grant", "GRANT SELECT ON t0 TO reader")
    machine.schema(*HISTORY, grant)
    assert machine.databases("parity_kept_") == []
    machine.on_server("DROP ROLE reader")
    # What it led to is known all the same.
    machine.schema(*HISTORY, grant)
    assert machine.replayed == []
