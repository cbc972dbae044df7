"""What was made by hand in an SQLite file, through changes of the schema file: it stays where it still works, with its
rows; what can't stay is named before it goes."""

from __future__ import annotations

import pytest

from pairs import lowered
from parity.dialects.base import Session
from parity.dialects.sqlite.facts import DIALECT
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.errors import DatabaseError
from parity.execute.runner import plan_script, run_script
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.schema.model import Schema
from parity.workflow.losses import ask_losses

BLOG = """
model Post {
  id     Int     @id @default(autoincrement())
  name   String
  age    Int?
  status String  @default("x")
}
model Word {
  code String @id
  text String?
  size Int?
}
model P {
  id  Int @id
  age Int @default(1)
}
"""
ROWS = """
INSERT INTO Post (id, name, age) VALUES (1, 'one', 1), (2, 'two', 2), (7, 'seven', 7);
INSERT INTO Word (rowid, code, text, size) VALUES (5, 'b', 'five', 1), (9, 'a', 'nine', 2);
INSERT INTO P VALUES (1, 1), (2, 2);
"""
REBUILT = BLOG.replace("name   String", "name   String?")
WITHOUT_AGE = BLOG.replace("  age    Int?\n", "")


def change(session: Session, to: str) -> tuple[str, list[str]]:
    """Bring the database to the schema file; the script, and what is said to be lost here for sure."""
    found, wanted = DIALECT.driver.introspect(session, ()), lowered(to, DIALECT)
    assert wanted is not None
    wanted = carry_over(found, wanted, DIALECT)
    plan = build_plan(diff(found, wanted, DIALECT), found, wanted, DIALECT)
    text = script(plan, DIALECT, warnings=True)
    told = [loss.sentence for loss in ask_losses(session, DIALECT, plan.hazards) if loss.is_real]
    run_script(session, DIALECT, text)
    assert diff(DIALECT.driver.introspect(session, ()), wanted, DIALECT) == ()
    return text, told


@pytest.fixture
def blog(file_session: Session) -> Session:
    change(file_session, BLOG)
    file_session.execute(ROWS)
    return file_session


def opaques(session: Session) -> list[str]:
    return [opaque.name.name for opaque in DIALECT.driver.introspect(session, ()).opaques]


# --- virtual tables ---------------------------------------------------------------------------------------------------

OWN_ROWS = {
    "CREATE VIRTUAL TABLE notes USING fts5(body, post UNINDEXED)": (
        "INSERT INTO notes VALUES ('hello', 'x')",
        "SELECT body, post FROM notes WHERE notes MATCH 'hello'",
        [("hello", "x")],
    ),
    "CREATE VIRTUAL TABLE notes USING fts4(post, age, status)": (
        "INSERT INTO notes VALUES ('hello', 'x', 'y')",
        "SELECT * FROM notes WHERE notes MATCH 'hello'",
        [("hello", "x", "y")],
    ),
    "CREATE VIRTUAL TABLE notes USING rtree(id, post, age)": (
        "INSERT INTO notes VALUES (1, 0, 1)",
        "SELECT * FROM notes WHERE post < 1",
        [(1, 0.0, 1.0)],
    ),
}


@pytest.mark.parametrize("statement", OWN_ROWS)
@pytest.mark.parametrize(
    "to", [REBUILT, WITHOUT_AGE, BLOG[BLOG.index("model Word") :]], ids=["rebuilt", "without a column", "without Post"]
)
def test_a_virtual_table_with_rows_of_its_own_is_left_alone(statement: str, to: str, blog: Session) -> None:
    insert, query, rows = OWN_ROWS[statement]
    blog.execute(statement)
    blog.execute(insert)
    text, told = change(blog, to)
    assert "notes" not in text
    assert not any("notes" in sentence for sentence in told)
    assert blog.query(query) == rows


BY_NAME = """
CREATE VIRTUAL TABLE found USING fts5(name, content='Post', content_rowid='id');
CREATE TRIGGER found_i AFTER INSERT ON Post BEGIN INSERT INTO found(rowid, name) VALUES (new.id, new.name); END;
CREATE TRIGGER found_d AFTER DELETE ON Post BEGIN
  INSERT INTO found(found, rowid, name) VALUES ('delete', old.id, old.name); END;
CREATE TRIGGER found_u AFTER UPDATE ON Post BEGIN
  INSERT INTO found(found, rowid, name) VALUES ('delete', old.id, old.name);
  INSERT INTO found(rowid, name) VALUES (new.id, new.name); END;
INSERT INTO found(found) VALUES ('rebuild');
"""


def search(session: Session, word: str, table: str = "found") -> list[tuple[object, ...]]:
    session.execute(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")
    return session.query(f"SELECT rowid, * FROM {table} WHERE {table} MATCH '{word}'")


def test_an_index_over_a_table_with_numbered_rows_is_left_alone_and_works(blog: Session) -> None:
    blog.execute(BY_NAME)
    text, _ = change(blog, REBUILT)
    assert 'DROP TRIGGER "found_u"' in text
    assert 'TABLE "found"' not in text
    assert "rebuild" not in text
    assert search(blog, "seven") == [(7, "seven")]
    blog.execute("UPDATE Post SET name = 'eight' WHERE id = 7; DELETE FROM Post WHERE id = 1")
    assert (search(blog, "seven"), search(blog, "one"), search(blog, "eight")) == ([], [], [(7, "eight")])


def test_an_index_that_holds_some_rows_only_still_holds_those(blog: Session) -> None:
    blog.execute("CREATE VIRTUAL TABLE found USING fts5(name, content='Post', content_rowid='id')")
    blog.execute("INSERT INTO found(rowid, name) VALUES (2, 'two')")
    change(blog, REBUILT)
    assert blog.query("SELECT rowid FROM found WHERE found MATCH 'two OR seven'") == [(2,)]


@pytest.mark.parametrize("module", ["fts5(text, content='Word')", 'fts4(text, content="Word")'])
def test_an_index_by_numbers_that_a_rebuild_gives_anew_is_filled_anew(module: str, blog: Session) -> None:
    blog.execute(f"CREATE VIRTUAL TABLE found USING {module}; INSERT INTO found(found) VALUES ('rebuild')")
    assert search(blog, "nine") == [(9, "nine")]
    text, _ = change(blog, BLOG.replace("size Int?", 'size Int? @default(dbgenerated("(1 + 1)"))'))
    assert """INSERT INTO "found"("found") VALUES ('rebuild');""" in text
    ((number,),) = blog.query("SELECT rowid FROM Word WHERE code = 'a'")
    assert number != 9
    assert search(blog, "nine") == [(number, "nine")]


def test_an_index_over_texts_that_a_rebuild_changes_is_filled_anew(blog: Session) -> None:
    blog.execute("CREATE VIRTUAL TABLE found USING fts5(text, content='Word'); INSERT INTO Word VALUES ('c', NULL, 1)")
    blog.execute("INSERT INTO found(found) VALUES ('rebuild')")
    change(blog, BLOG.replace("text String?", 'text String @default("empty")'))
    assert [row[1] for row in search(blog, "empty")] == ["empty"]


def test_an_index_goes_with_its_column_and_says_so_with_the_number_of_its_rows(blog: Session) -> None:
    blog.execute(BY_NAME)
    text, told = change(blog, BLOG.replace("  name   String\n", ""))
    assert plan_script(text, DIALECT).is_atomic
    assert opaques(blog) == []
    assert told == [
        "You are about to drop the trigger `found_d` on the `Post` table, which stands on the virtual table `found`.",
        "You are about to drop the trigger `found_i` on the `Post` table, which stands on the virtual table `found`.",
        "You are about to drop the trigger `found_u` on the `Post` table, which stands on the virtual table `found`.",
        "You are about to drop the virtual table `found`, which stands on the column `name` of the table `Post` and is "
        "not empty (3 rows).",
        "You are about to drop the column `name` on the `Post` table, which still contains 3 non-null values.",
    ]
    assert all(sentence.partition(" and is not empty")[0].rstrip(".") in text for sentence in told[:4])


# --- views and triggers -----------------------------------------------------------------------------------------------

STILL_WORKING = {
    "CREATE VIEW x AS SELECT P.age, Post.id FROM P JOIN Post ON P.id = Post.id": "SELECT * FROM x ORDER BY id",
    "CREATE VIEW x AS SELECT name AS age FROM Post": "SELECT age FROM x",
    "CREATE VIEW x AS SELECT * FROM Post": "SELECT name FROM x",
    "CREATE TRIGGER x AFTER UPDATE OF age ON P BEGIN UPDATE Post SET status = new.age WHERE id = new.id; END": (
        "SELECT status FROM Post"
    ),
    "CREATE TRIGGER x AFTER INSERT ON Post BEGIN SELECT 'age'; END": "SELECT 1",
    "CREATE TRIGGER x AFTER INSERT ON P BEGIN INSERT INTO Post (name) VALUES ('age'); END": "SELECT count(*) FROM Post",
}
DROPS_AGE = "You are about to drop the column `age` on the `Post` table, which still contains 3 non-null values."
BROKEN = (
    "CREATE VIEW x AS SELECT id FROM Post WHERE age > 1",
    'CREATE VIEW x AS SELECT "age" FROM Post',
    "CREATE VIEW x (one, two, three, four) AS SELECT * FROM Post",
    "CREATE TRIGGER x AFTER UPDATE OF age ON Post BEGIN SELECT 1; END",
    "CREATE TRIGGER x AFTER INSERT ON P BEGIN INSERT INTO Post VALUES (new.id, 'a', 1, 'b'); END",
    "CREATE TRIGGER x AFTER INSERT ON P BEGIN UPDATE Post SET age = 1; END",
)


@pytest.mark.parametrize("statement", STILL_WORKING)
def test_what_works_without_the_column_stays_and_works(statement: str, blog: Session) -> None:
    blog.execute(statement)
    _, told = change(blog, WITHOUT_AGE)
    assert told == [
        "You are about to drop the column `age` on the `Post` table, which still contains 3 non-null values."
    ]
    assert opaques(blog) == ["x"]
    blog.execute("UPDATE P SET age = 3; INSERT INTO P VALUES (3, 3); INSERT INTO Post (name) VALUES ('new')")
    assert blog.query(STILL_WORKING[statement])


@pytest.mark.parametrize("statement", BROKEN)
def test_what_can_not_do_without_the_column_goes_and_is_named(statement: str, blog: Session) -> None:
    blog.execute(statement)
    text, told = change(blog, WITHOUT_AGE)
    assert opaques(blog) == []
    assert "stands on the column `age` of the table `Post`" in told[0]
    assert told[0] in text


def test_what_stands_on_a_view_without_the_column_goes_where_it_needs_it(blog: Session) -> None:
    blog.execute(
        "CREATE VIEW every AS SELECT * FROM Post; CREATE VIEW named AS SELECT name FROM every;"
        "CREATE VIEW aged AS SELECT age FROM every; CREATE VIEW older AS SELECT age + 1 AS older FROM aged"
    )
    _, told = change(blog, WITHOUT_AGE)
    assert opaques(blog) == ["every", "named"]
    assert sorted(told[:2]) == [
        "You are about to drop the view `aged`, which stands on the column `age` of the table `Post`.",
        "You are about to drop the view `older`, which stands on the view `aged`.",
    ]


IN_THE_TABLE = """
DROP TABLE P;
CREATE TABLE P (
  id INTEGER PRIMARY KEY,
  age INTEGER NOT NULL DEFAULT 1,
  CHECK (id <> 7 /* not the age */),
  CONSTRAINT aged CHECK (AGE > 0),
  CHECK (id <> 'age')
);
CREATE INDEX by_word ON P ((id || 'age'));
CREATE INDEX by_age ON P (id) WHERE P.'age' > 1;
"""


def test_checks_and_indexes_go_with_the_columns_that_they_read_alone(blog: Session) -> None:
    blog.execute(IN_THE_TABLE)
    text, told = change(blog, BLOG.replace("  age Int @default(1)\n", ""))
    assert told == [
        "You are about to drop the index `by_age` on the `P` table, which stands on the column `age`.",
        "You are about to drop the check `aged` on the `P` table, which stands on the column `age`.",
    ]
    assert all(sentence in text for sentence in told)
    p = next(table for table in DIALECT.driver.introspect(blog, ()).tables if table.name.name == "P")
    assert [check.expression for check in p.checks] == ["CHECK (id <> 7 /* not the age */)", "CHECK (id <> 'age')"]
    assert [index.name for index in p.indexes] == ["by_word"]


# --- conflict clauses -------------------------------------------------------------------------------------------------

CLAUSES = """
DROP TABLE Word; DROP TABLE P;
CREATE TABLE Word (
  code TEXT NOT NULL PRIMARY KEY ON CONFLICT REPLACE,
  text TEXT NOT NULL ON CONFLICT IGNORE,
  size INTEGER NOT NULL ON CONFLICT REPLACE DEFAULT 3,
  UNIQUE (size, text) ON CONFLICT IGNORE
);
CREATE TABLE P (
  id INTEGER PRIMARY KEY ON CONFLICT IGNORE AUTOINCREMENT,
  age INTEGER NOT NULL DEFAULT 1 UNIQUE ON CONFLICT ABORT
);
INSERT INTO Word VALUES ('a', '1', 1), ('b', '01', 1);
INSERT INTO P VALUES (1, 1);
"""
STRICTER = (
    BLOG.replace("text String?", "text String")
    .replace("@default(1)", "@default(1) @unique")
    .replace("size Int?", "size Int @default(3)")
)
STRICTER = STRICTER.replace("@default(3)\n", "@default(3)\n  @@unique([size, text])\n")


def test_conflict_clauses_still_decide_after_a_rebuild(blog: Session) -> None:
    blog.execute(CLAUSES)
    assert change(blog, STRICTER) == ("", [])
    text, _ = change(blog, STRICTER.replace("@default(3)", "@default(4)").replace("age Int", "age BigInt"))
    for clause in (
        '"code" TEXT NOT NULL PRIMARY KEY ON CONFLICT REPLACE,',
        '"text" TEXT NOT NULL ON CONFLICT IGNORE,',
        '"size" INTEGER NOT NULL ON CONFLICT REPLACE DEFAULT 4,',
        'UNIQUE ("size", "text") ON CONFLICT IGNORE\n',
        '"id" INTEGER NOT NULL PRIMARY KEY ON CONFLICT IGNORE AUTOINCREMENT,',
        'CREATE UNIQUE INDEX "P_age_key" ON "P"("age");',
    ):
        assert clause in text
    assert 'INDEX "Word_size_text_key"' not in text
    blog.execute("INSERT INTO Word VALUES ('a', '2', NULL); INSERT INTO Word (code) VALUES ('c')")
    blog.execute("INSERT INTO Word VALUES ('d', '2', 4)")
    assert blog.query("SELECT * FROM Word ORDER BY code") == [("a", "2", 4), ("b", "01", 1)]
    blog.execute("INSERT INTO P VALUES (1, 7)")
    assert blog.query("SELECT * FROM P") == [(1, 1)]


def test_a_conflict_clause_leaves_out_no_row_of_a_rebuild(blog: Session) -> None:
    blog.execute(CLAUSES)
    to = STRICTER.replace("text String", "text Int").replace("age Int", "age BigInt")
    with pytest.raises(DatabaseError, match="UNIQUE constraint failed"):
        change(blog, to)
    assert blog.query("SELECT * FROM Word ORDER BY code") == [("a", "1", 1), ("b", "01", 1)]


def test_a_clause_that_is_missing_is_drift_and_comes_back(blog: Session) -> None:
    blog.execute(CLAUSES)
    wanted = DIALECT.driver.introspect(blog, ())
    blog.execute(CLAUSES.replace(" ON CONFLICT IGNORE", "").replace(" ON CONFLICT REPLACE", ""))
    for before in (DIALECT.driver.introspect(blog, ()), Schema()):
        with DIALECT.driver.scratch(None) as session:
            if before.tables:
                run_script(session, DIALECT, _script(Schema(), before))
            run_script(session, DIALECT, _script(before, wanted))
            assert diff(DIALECT.driver.introspect(session, ()), wanted, DIALECT) == ()


def _script(old: Schema, new: Schema) -> str:
    plan = build_plan(diff(old, new, DIALECT), old, new, DIALECT)
    return script(plan, DIALECT, warnings=False)


BY_POSITION = "CREATE TRIGGER x AFTER INSERT ON P BEGIN INSERT INTO Word VALUES (new.id, 'a', 1); END"
FAILS = "The trigger `x` inserts rows into the `Word` table without naming its columns: it will fail with the new ones."


@pytest.mark.parametrize("field", ["  more String?\n", "  more String\n"])
def test_a_trigger_that_counts_columns_is_told_where_there_come_more_of_them(field: str, blog: Session) -> None:
    blog.execute("DELETE FROM Word")
    blog.execute(BY_POSITION)
    text, told = change(blog, BLOG.replace("  size Int?\n", f"  size Int?\n{field}"))
    assert FAILS in told
    assert f"  - {FAILS}\n" in text
    with pytest.raises(DatabaseError, match="4 columns but 3 values"):
        blog.execute("INSERT INTO P VALUES (7, 1)")


@pytest.mark.parametrize(
    ("statement", "schema"),
    [
        (
            BY_POSITION.replace("Word VALUES", "Word (code, text, size) VALUES"),
            BLOG.replace("size Int?", "size Int?\n m Int?"),
        ),
        (BY_POSITION, BLOG.replace("age Int @default(1)", "age Int @default(1)\n more Int?")),
        (BY_POSITION, BLOG.replace("text String?", 'text String @default("a")')),
    ],
)
def test_a_trigger_that_goes_on_working_is_not_told(statement: str, schema: str, blog: Session) -> None:
    blog.execute(statement)
    assert FAILS not in change(blog, schema)[1]
    blog.execute("INSERT INTO P (id, age) VALUES (7, 1)")


def test_a_unique_constraint_keeps_its_conflict_clause_whatever_the_file_calls_it(file_session: Session) -> None:
    file_session.execute("CREATE TABLE A (id INTEGER NOT NULL PRIMARY KEY, x TEXT UNIQUE ON CONFLICT REPLACE)")
    model = 'model A {\n  id Int @id @default(autoincrement())\n  x String? @unique(map: "another")\n  y Int?\n}\n'
    change(file_session, model)
    change(file_session, model.replace("y Int?", "y Int"))
    file_session.execute("INSERT INTO A VALUES (1, 'a', 1); INSERT INTO A VALUES (2, 'a', 2)")
    assert file_session.query("SELECT id, y FROM A") == [(2, 2)]


def test_dropping_a_table_and_rebuilding_another_is_one_piece(blog: Session) -> None:
    blog.execute("INSERT INTO P VALUES (7, 1)")
    without_p = BLOG.partition("model P {")[0].replace("age    Int?", "age    Int     @default(3)")
    text, _ = change(blog, without_p)
    assert (text.count("PRAGMA foreign_keys="), text.count("\nDROP TABLE ")) == (4, 2)
    assert plan_script(text, DIALECT).is_atomic
