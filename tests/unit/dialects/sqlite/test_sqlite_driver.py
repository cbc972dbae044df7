import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from parity.dialects.base import Target
from parity.dialects.sqlite import driver
from parity.dialects.sqlite.facts import DIALECT
from parity.dialects.sqlite.ledger import LEDGER
from parity.errors import ConnectionFailed, DatabaseError, Refused, StatementFailed

connect = DIALECT.driver.connect


def target_of(path, **parameters) -> Target:
    made = DIALECT.driver.parse_url(f"file:{path}", path.parent)
    return replace(made, parameters=tuple(parameters.items()))


def refusal(target) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        connect(target)
    assert caught.value.message
    return caught.value


# --- connecting -------------------------------------------------------------------------------------------------------


def test_a_missing_file_is_said_so_and_not_made(tmp_path):
    error = refusal(target_of(tmp_path / "gone.db"))
    assert error.code == "P1003"
    assert error.hint
    assert list(tmp_path.iterdir()) == []


def test_the_file_and_its_folders_are_made_on_demand(tmp_path):
    target = target_of(tmp_path / "a" / "b c" / "größe?.db")
    target = replace(target, path=tmp_path / "a" / "b c" / "größe?#%20.db")
    DIALECT.driver.create_database(target)
    session = connect(target)
    session.execute("CREATE TABLE t (x)")
    session.close()
    DIALECT.driver.create_database(target)
    session = connect(target)
    assert [each.name.name for each in DIALECT.driver.introspect(session, ()).tables] == ["t"]
    session.close()
    assert [each.name for each in (tmp_path / "a" / "b c").iterdir()] == ["größe?#%20.db"]


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConnectionFailed) as caught:
        DIALECT.driver.create_database(target_of(tmp_path / "file" / "dev.db"))
    assert caught.value.code == "P3000"


def test_a_folder_is_no_database(tmp_path):
    assert refusal(target_of(tmp_path)).code == "P1001"


def test_a_file_of_something_else_is_no_database(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("Buy milk. " * 200)
    error = refusal(target_of(path))
    assert (error.code, error.database_code) == ("P1001", "SQLITE_NOTADB")
    assert "encrypted" in error.why


def test_a_database_that_another_program_keeps_locked_is_waited_for_and_then_given_up(target):
    holder = sqlite3.connect(target.path, isolation_level=None)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    error = refusal(replace(target, parameters=(("socket_timeout", "0.4"),)))
    assert 0.3 < time.monotonic() - started < 5
    assert (error.code, error.database_code) == ("P1002", "SQLITE_BUSY")
    holder.close()


def test_a_short_lock_of_another_program_is_waited_for(target):
    holder = sqlite3.connect(target.path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.4, holder.rollback).start()
    session = connect(target)
    session.begin()
    session.rollback()
    session.close()
    holder.close()


def test_writing_to_a_read_only_database_says_which_right_is_missing(target):
    with_rights = connect(target)
    with_rights.execute("CREATE TABLE t (x)")
    with_rights.execute("PRAGMA query_only=ON")
    with pytest.raises(StatementFailed) as caught:
        with_rights.execute("INSERT INTO t VALUES (1)")
    assert caught.value.database_code == "SQLITE_READONLY"
    assert "read-only" in caught.value.why
    with_rights.close()


@contextmanager
def without_the_superusers_rights():
    """The superuser may write everywhere: as somebody else, then."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_the_right_to_write_can_still_be_read():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = DIALECT.driver.parse_url(f"file:{folder}/read.db", folder)
        DIALECT.driver.create_database(made)
        (folder / "read.db").chmod(0o444)
        with without_the_superusers_rights():
            session = DIALECT.driver.connect(made)
            assert session.query("SELECT count(*) FROM sqlite_schema") == [(0,)]
            with pytest.raises(StatementFailed):
                session.execute("CREATE TABLE t (x)")
            session.close()


def test_a_python_without_sqlite_or_with_an_old_one_is_told_so(monkeypatch, target):
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
        assert refusal(target).code == "PAR413"
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "sqlite3", None)
        assert refusal(target).code == "PAR413"


# --- statements and transactions --------------------------------------------------------------------------------------


def test_a_failed_statement_carries_its_text_and_the_name_of_the_error(session):
    session.execute("CREATE TABLE t (x INT NOT NULL)")
    with pytest.raises(StatementFailed) as caught:
        session.query("INSERT INTO t VALUES (?)", (None,))
    assert caught.value.database_code == "SQLITE_CONSTRAINT_NOTNULL"
    assert caught.value.statement == "INSERT INTO t VALUES (?)"


@pytest.mark.parametrize(
    ("sql", "parameters"), [("SELECT '\0'", ()), ("SELECT ?", (2**70,)), ("SELECT ?", ()), ("SELEC", ())]
)
def test_what_the_library_itself_refuses_is_an_error_of_ours(session, sql, parameters):
    with pytest.raises(StatementFailed):
        session.query(sql, parameters)


def test_of_several_statements_the_failing_one_is_pointed_at(session):
    script = "CREATE TABLE a (x);\nCREATE TABLE a (x)"
    with pytest.raises(StatementFailed) as caught:
        session.execute(script)
    assert caught.value.position == script.rindex("CREATE")


def test_several_statements_stay_inside_an_open_transaction(session):
    session.begin()
    session.execute("CREATE TABLE a (x); CREATE TABLE b (x)")
    assert session.in_transaction
    session.rollback()
    assert DIALECT.driver.introspect(session, ()).is_empty


def test_a_transaction_keeps_other_writers_out_from_its_start(target):
    one, other = connect(target), connect(replace(target, parameters=(("socket_timeout", "0.2"),)))
    one.begin()
    with pytest.raises(DatabaseError) as caught:
        other.begin()
    assert caught.value.database_code == "SQLITE_BUSY"
    one.commit()
    other.begin()
    other.rollback()
    one.close()
    other.close()


def test_rolling_back_where_there_is_nothing_does_nothing(session):
    session.rollback()
    session.close()
    session.rollback()
    session.close()
    with pytest.raises(StatementFailed, match="closed"):
        session.query("SELECT 1")


def test_text_that_is_not_utf8_is_read(session):
    assert session.query("SELECT CAST(X'61ff' AS TEXT)") == [("a\ufffd",)]


def test_foreign_keys_are_enforced_and_switched_between_transactions_only(session):
    assert session.query("PRAGMA foreign_keys") == [(1,)]
    driver.enforce_foreign_keys(session, False)
    assert session.query("PRAGMA foreign_keys") == [(0,)]
    session.begin()
    with pytest.raises(DatabaseError) as caught:
        driver.enforce_foreign_keys(session, True)
    assert caught.value.code == "PAR412"
    session.rollback()
    driver.restore_session(session)
    assert session.query("PRAGMA foreign_keys") == [(1,)]


def test_pragmas_of_a_script_are_put_back_inside_a_transaction_as_well(session):
    session.begin()
    session.execute(
        "CREATE TABLE t (x CHECK (x > 0)); PRAGMA ignore_check_constraints=ON; PRAGMA legacy_alter_table=ON"
    )
    driver.restore_session(session)
    with pytest.raises(StatementFailed):
        session.execute("INSERT INTO t VALUES (0)")
    assert session.query("PRAGMA legacy_alter_table") == [(0,)]
    assert session.in_transaction


def test_rows_that_refer_to_nothing_are_listed(session):
    driver.enforce_foreign_keys(session, False)
    session.execute(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
        "CREATE TABLE child (id INTEGER PRIMARY KEY, p REFERENCES parent);"
        "INSERT INTO child VALUES (7, 1), (8, NULL)"
    )
    (line,) = driver.deferred_constraints_hold(session)
    assert "child" in line
    assert "7" in line
    assert "parent" in line


def run_python(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


INTERRUPTED = """
import sys
from pathlib import Path
from parity.dialects.sqlite.facts import DIALECT
session = DIALECT.driver.connect(DIALECT.driver.parse_url("file:" + sys.argv[1], Path()))
print("ready", flush=True)
try:
    session.query(sys.argv[2])
except KeyboardInterrupt:
    print("stopped", flush=True)
"""
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.mark.parametrize("sql", [ENDLESS, "BEGIN IMMEDIATE"], ids=["in a long statement", "in a wait for a lock"])
def test_ctrl_c_ends_what_takes_long(target, sql):
    holder = connect(target)
    holder.begin()
    child = run_python(INTERRUPTED, target.path, sql)
    assert child.stdout.readline() == "ready\n"
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    try:
        out, err = child.communicate(timeout=10)
    finally:
        child.kill()
    assert (out, err) == ("stopped\n", "")
    holder.close()


# --- scratch, emptying, sameness --------------------------------------------------------------------------------------


def test_a_scratch_database_is_empty_and_of_its_own():
    with DIALECT.driver.scratch(None) as one, DIALECT.driver.scratch(None) as other:
        one.execute("CREATE TABLE t (x)")
        assert DIALECT.driver.introspect(other, ()).is_empty
        assert not DIALECT.driver.same_database(one, other)
        assert DIALECT.driver.same_database(one, one)


def test_a_named_scratch_database_is_made_used_and_emptied(tmp_path):
    target = target_of(tmp_path / "shadow.db")
    with pytest.raises(KeyError), DIALECT.driver.empty_scratch(target) as session:
        session.begin()
        session.execute("CREATE TABLE t (x)")
        raise KeyError
    with DIALECT.driver.empty_scratch(target) as session:
        session.execute("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t DEFAULT VALUES")
    with DIALECT.driver.empty_scratch(target) as session:
        assert session.query("SELECT * FROM sqlite_sequence") == []


def test_a_named_scratch_database_that_holds_something_is_refused_and_left_alone(target):
    session = connect(target)
    session.execute("CREATE TABLE precious (x)")
    with pytest.raises(Refused) as caught, DIALECT.driver.empty_scratch(target):
        pass
    assert "precious" in caught.value.why
    assert not DIALECT.driver.introspect(session, ()).is_empty
    session.close()


def test_dropping_everything_leaves_nothing_and_takes_the_ledger_along(session):
    session.execute(LEDGER.create)
    session.execute(
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b REFERENCES b);"
        "CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES a);"
        "INSERT INTO a (b) VALUES (NULL); INSERT INTO b VALUES (1, 1); CREATE VIEW v AS SELECT * FROM a;"
        "CREATE VIEW w AS SELECT * FROM v; CREATE TRIGGER t INSTEAD OF DELETE ON w BEGIN SELECT 1; END;"
        "CREATE VIRTUAL TABLE words USING fts5(x); ANALYZE"
    )
    DIALECT.driver.drop_everything(session, ())
    left = session.query("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'")
    assert left == []
    assert session.query("SELECT count(*) FROM sqlite_sequence") == [(0,)]
    assert session.query("PRAGMA foreign_keys") == [(1,)]


def test_two_names_of_one_file_are_one_database(tmp_path, target, file_session):
    (tmp_path / "link.db").symlink_to(target.path)
    linked = connect(target_of(tmp_path / "link.db"))
    assert DIALECT.driver.same_database(file_session, linked)
    DIALECT.driver.create_database(target_of(tmp_path / "other.db"))
    other = connect(target_of(tmp_path / "other.db"))
    assert not DIALECT.driver.same_database(file_session, other)
    linked.close()
    other.close()
