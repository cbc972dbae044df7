"""What views, triggers and virtual tables stand on is what SQLite reads and writes, not what their words could mean."""

from __future__ import annotations

import pytest

from parity.dialects.base import Session
from parity.dialects.sqlite.facts import DIALECT

TABLES = """
CREATE TABLE Post (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, CHECK (age IS NOT id));
CREATE TABLE P (id INTEGER PRIMARY KEY, age INTEGER);
CREATE TABLE log (a TEXT, b TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, post INTEGER REFERENCES Post ON DELETE CASCADE ON UPDATE CASCADE);
CREATE VIEW every AS SELECT * FROM Post;
CREATE VIEW grown AS SELECT id FROM Post WHERE age > 17;
"""

STANDS_ON = {
    "CREATE VIEW x AS SELECT P.age, Post.id FROM P JOIN Post ON P.id = Post.id": "P P.age P.id Post Post.id",
    "CREATE VIEW x AS SELECT name AS age FROM Post": "Post Post.name",
    "CREATE VIEW x AS SELECT name, 'age' AS word FROM Post -- age": "Post Post.name",
    "CREATE VIEW x AS SELECT \"age\" FROM 'post'": "Post Post.age",
    "CREATE VIEW x AS SELECT * FROM Post": "Post",
    "CREATE VIEW x AS SELECT Post.*, count(*) FROM P, Post": "P Post",
    "CREATE VIEW x AS SELECT Post.*, P.age AS more FROM Post JOIN P USING (id)": "P P.age P.id Post Post.id",
    "CREATE VIEW x AS SELECT a FROM Post JOIN P USING (age) JOIN log": "P P.age Post Post.age log log.a",
    "CREATE VIEW x AS SELECT name FROM Post NATURAL JOIN P": "P P.age P.id Post Post.age Post.id Post.name",
    "CREATE VIEW x AS SELECT *, Post.age + 1 FROM Post": "Post Post.age",
    'CREATE VIEW x AS SELECT *, "age" FROM Post': "Post Post.age",
    "CREATE VIEW x AS SELECT every.*, 1 AS age FROM every": "every Post Post.age",
    "CREATE VIEW x (one, two, three) AS SELECT * FROM Post": "Post Post.age Post.id Post.name",
    "CREATE VIEW x AS SELECT * FROM P UNION SELECT a, b FROM log": "P P.age P.id log log.a log.b",
    "CREATE VIEW x AS WITH post AS (SELECT 1 AS age) SELECT age FROM post": "",
    "CREATE VIEW x AS WITH q AS (SELECT age FROM Post) SELECT * FROM q": "Post Post.age",
    "CREATE VIEW x AS SELECT age FROM every": "every Post Post.age",
    "CREATE VIEW x AS SELECT count(*) AS n FROM every": "every Post",
    "CREATE VIEW x AS SELECT id FROM grown": "grown Post Post.id",
    "CREATE VIEW x AS SELECT age FROM Post WHERE unknown_function(id)": "Post Post.age Post.id",
    "CREATE TRIGGER x AFTER UPDATE OF age ON P BEGIN UPDATE Post SET name = new.age WHERE id = new.id; END": (
        "P P.age P.id Post Post.id Post.name"
    ),
    "CREATE TRIGGER x AFTER UPDATE OF age ON Post BEGIN SELECT 1; END": "Post Post.age",
    "CREATE TRIGGER x AFTER INSERT ON P BEGIN UPDATE Post SET id = new.id; DELETE FROM Post; END": (
        "P P.id Post Post.id"
    ),
    "CREATE TRIGGER x AFTER UPDATE OF 'name' ON Post BEGIN UPDATE Post SET 'id' = 1 WHERE 'age' = ''; END": (
        "Post Post.id Post.name"
    ),
    "CREATE TRIGGER x AFTER INSERT ON Post WHEN new.name <> 'age' BEGIN SELECT 'age'; END": "Post Post.name",
    "CREATE TRIGGER x DELETE ON Post BEGIN INSERT INTO log (a) VALUES (old.name || 'b'); END": (
        "Post Post.name log log.a"
    ),
    "CREATE TRIGGER x DELETE ON Post BEGIN INSERT INTO log VALUES (old.id, 2); END": "Post Post.id log log.a log.b",
    "CREATE TRIGGER x DELETE ON P BEGIN DELETE FROM Post WHERE id IN (WITH q AS (SELECT a FROM log) SELECT a FROM q); "
    "END": "P Post Post.id log log.a",
    "CREATE TRIGGER x INSTEAD OF UPDATE ON grown BEGIN SELECT new.id; END": "grown Post Post.id",
    "CREATE TRIGGER x INSTEAD OF INSERT ON every BEGIN INSERT INTO P (id) SELECT count(*) FROM grown; END": (
        "every grown P P.id Post Post.id"
    ),
    "CREATE TRIGGER x UPDATE ON P BEGIN INSERT INTO gone (age) SELECT name FROM Post; END": (
        "P P.age Post Post.age Post.name"
    ),
    "CREATE VIRTUAL TABLE x USING fts5(post, age, body)": "",
    "CREATE VIRTUAL TABLE x USING rtree(id, post, age)": "",
    "CREATE VIRTUAL TABLE x USING fts5(name, content='Post', content_rowid='id')": "Post Post.id Post.name",
    'CREATE VIRTUAL TABLE x USING fts4(content="post", name, age)': "Post Post.age Post.name",
    "CREATE VIRTUAL TABLE x USING fts5(name UNINDEXED, content = every)": "every Post",
    "CREATE VIRTUAL TABLE x USING fts5(name, content='')": "",
}


@pytest.mark.parametrize("statement", STANDS_ON)
def test_an_object_stands_on_what_sqlite_reads_and_writes_for_it(statement: str, session: Session) -> None:
    session.execute(TABLES)
    session.execute(statement)
    (x,) = (opaque for opaque in DIALECT.driver.introspect(session, ()).opaques if opaque.name.name == "x")
    found = {ref.name.name if ref.column is None else f"{ref.name.name}.{ref.column}" for ref in x.depends_on}
    assert sorted(found) == sorted(STANDS_ON[statement].split())


def test_a_look_into_an_index_stands_on_the_index(session: Session) -> None:
    session.execute("CREATE VIRTUAL TABLE words USING fts5(body); CREATE VIRTUAL TABLE x USING fts5vocab(words, 'row')")
    found = {opaque.name.name: opaque.depends_on for opaque in DIALECT.driver.introspect(session, ()).opaques}
    assert [(ref.kind, ref.name.name) for ref in found["x"]] == [("VIRTUAL TABLE", "words")]
    assert found["words"] == ()


def test_triggers_that_set_each_other_off_are_told_apart(session: Session) -> None:
    session.execute(TABLES)
    session.execute(
        "CREATE TRIGGER first AFTER INSERT ON P BEGIN UPDATE Post SET name = 'x'; END;"
        "CREATE TRIGGER second AFTER UPDATE ON Post BEGIN INSERT INTO log (a) VALUES (new.age); END;"
    )
    found = {opaque.name.name: opaque.depends_on for opaque in DIALECT.driver.introspect(session, ()).opaques}
    assert {ref.name.name for ref in found["first"]} == {"P", "Post"}
    assert {ref.name.name for ref in found["second"]} == {"Post", "log"}
    assert {ref.column for ref in found["second"]} == {None, "age", "a"}


def test_triggers_that_set_each_other_off_are_looked_at_in_one_statement(session: Session) -> None:
    session.execute("".join(f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, a INT);" for number in range(41)))
    without = _statements(session)
    for number in range(40):
        session.execute(
            f"CREATE TRIGGER x{number} INSERT ON t{number} BEGIN INSERT INTO t{number + 1} (a) VALUES (new.a); END"
        )
    assert _statements(session) == without + 1
    found = {opaque.name.name: opaque.depends_on for opaque in DIALECT.driver.introspect(session, ()).opaques}
    assert {ref.name.name for ref in found["x30"]} == {"t30", "t31"}


def _statements(session: Session) -> int:
    before = session.round_trips
    DIALECT.driver.introspect(session, ())
    return session.round_trips - before


def test_looking_changes_nothing_and_leaves_nothing_behind(session: Session) -> None:
    session.execute(TABLES)
    session.execute("CREATE TRIGGER x DELETE ON Post BEGIN INSERT INTO log VALUES (old.id, 2); END")
    session.execute("INSERT INTO Post VALUES (1, 'a', 2)")
    DIALECT.driver.introspect(session, ())
    assert not session.in_transaction
    assert session.query("SELECT * FROM Post") == [(1, "a", 2)]
    session.execute("DELETE FROM Post")
    assert session.query("SELECT * FROM log") == [("1", "2")]


def test_views_whose_reading_would_never_end_are_judged_by_their_words(session: Session) -> None:
    session.execute("CREATE TABLE t (a INT); CREATE VIEW v0 AS SELECT a FROM t")
    for number in range(1, 16):
        session.execute(
            f"CREATE VIEW v{number} AS SELECT x.a FROM v{number - 1} AS x JOIN v{number - 1} AS y ON x.a = y.a"
        )
    last = next(o for o in DIALECT.driver.introspect(session, ()).opaques if o.name.name == "v15")
    assert {"t", "v14"} <= {ref.name.name for ref in last.depends_on}
