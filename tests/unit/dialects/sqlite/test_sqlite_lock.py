import os
import sqlite3
import subprocess
import sys

from msgspec.structs import replace

from parity.dialects.base import Target
from parity.dialects.sqlite.facts import DIALECT

connect = DIALECT.driver.connect


def target_of(path, **parameters) -> Target:
    made = DIALECT.driver.parse_url(f"file:{path}", path.parent)
    return replace(made, parameters=tuple(parameters.items()))


def run_python(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def folder(target: Target) -> list[str]:
    return sorted(each.name for each in target.path.parent.iterdir())


def test_the_lock_excludes_others_names_its_holder_and_leaves_nothing(target, file_session):
    other = connect(target)
    assert DIALECT.driver.try_lock(file_session)
    assert DIALECT.driver.try_lock(file_session)
    assert not DIALECT.driver.try_lock(other)
    assert str(os.getpid()) in DIALECT.driver.lock_holder(other).description
    DIALECT.driver.unlock(file_session)
    assert folder(target) == ["app.db"]
    assert DIALECT.driver.lock_holder(other) is None
    assert DIALECT.driver.try_lock(other)
    other.close()
    assert DIALECT.driver.try_lock(file_session)


def test_the_lock_is_on_the_file_whatever_it_is_called(tmp_path, target, file_session):
    (tmp_path / "link.db").symlink_to(target.path)
    linked = connect(target_of(tmp_path / "link.db"))
    assert DIALECT.driver.try_lock(file_session)
    assert not DIALECT.driver.try_lock(linked)
    linked.close()


def test_the_lock_stops_neither_readers_nor_writers_of_the_application(target, file_session):
    assert DIALECT.driver.try_lock(file_session)
    application = sqlite3.connect(target.path)
    application.execute("CREATE TABLE t (x)")
    application.close()


def test_a_database_in_memory_has_no_rivals(session):
    assert DIALECT.driver.try_lock(session)
    assert DIALECT.driver.lock_holder(session) is None
    DIALECT.driver.unlock(session)


HOLDER = """
import sys, time
from pathlib import Path
from parity.dialects.sqlite.facts import DIALECT
session = DIALECT.driver.connect(DIALECT.driver.parse_url("file:" + sys.argv[1], Path()))
print(DIALECT.driver.try_lock(session), flush=True)
time.sleep(60)
"""


def test_a_killed_holder_holds_nothing(target, file_session):
    child = run_python(HOLDER, target.path)
    try:
        assert child.stdout.readline() == "True\n"
        assert not DIALECT.driver.try_lock(file_session)
        assert str(child.pid) in DIALECT.driver.lock_holder(file_session).description
    finally:
        child.kill()
        child.communicate()
    assert DIALECT.driver.try_lock(file_session)


RACE = """
import sys, time
from pathlib import Path
from parity.dialects.sqlite.facts import DIALECT
d = DIALECT.driver
session = d.connect(d.parse_url("file:" + sys.argv[1], Path()))
for _ in range(40):
    while not d.try_lock(session):
        time.sleep(0.001)
    (n,), = session.query("SELECT n FROM counter")
    session.query("UPDATE counter SET n = ?", (n + 1,))
    d.unlock(session)
"""


def test_of_many_that_take_and_give_back_the_lock_only_one_has_it_at_a_time(target, file_session):
    file_session.execute("CREATE TABLE counter (n INT); INSERT INTO counter VALUES (0)")
    children = [run_python(RACE, target.path) for _ in range(4)]
    errors = [child.communicate(timeout=60)[1] for child in children]
    assert errors == [""] * 4
    assert file_session.query("SELECT n FROM counter") == [(160,)]
