"""What running a PostgreSQL statement means is read from its tokens."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parity.dialects.postgres.split import split
from parity.dialects.postgres.statement_facts import facts_of
from parity.dialects.statements import AddedEnumValue, SessionChange, StatementFacts, TransactionControl
from parity.errors import ScriptRefused


def facts(sql: str) -> StatementFacts:
    (statement,) = split(sql)
    return facts_of(statement)


@pytest.mark.parametrize(
    ("sql", "keywords"),
    [
        (
            "create /* x */ unique -- y\n index concurrently if not exists a on b (c)",
            "CREATE UNIQUE INDEX CONCURRENTLY",
        ),
        ("CREATE OR REPLACE FUNCTION table() RETURNS int AS ''", "CREATE OR REPLACE FUNCTION"),
        ("ALTER TABLE ONLY t ADD x int", "ALTER TABLE"),
        ("DROP MATERIALIZED VIEW x", "DROP MATERIALIZED VIEW"),
        ("INSERT INTO t VALUES (1)", "INSERT INTO"),
        ("update t set a = 1", "UPDATE"),
        ("DO $$ $$", "DO"),
        ("(SELECT 1)", ""),
        ('"create" table', ""),
    ],
)
def test_the_leading_words_are_in_upper_case_and_stop_before_names(sql: str, keywords: str) -> None:
    assert " ".join(facts(sql).keywords) == keywords


OUTSIDE = [
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "create unique index /* ; */ concurrently i on t (a)",
    "DROP INDEX CONCURRENTLY IF EXISTS i",
    "REINDEX TABLE CONCURRENTLY t",
    "REINDEX (VERBOSE, CONCURRENTLY) INDEX i",
    "REINDEX (CONCURRENTLY true) INDEX i",
    "REINDEX SCHEMA public",
    "REINDEX (VERBOSE) DATABASE d",
    "VACUUM",
    "VACUUM (FULL) t",
    "CREATE DATABASE d",
    "DROP DATABASE IF EXISTS d",
    "ALTER DATABASE d SET TABLESPACE x",
    "CREATE TABLESPACE x LOCATION '/x'",
    "DROP TABLESPACE x",
    "ALTER SYSTEM SET work_mem = '1MB'",
    "ALTER TABLE t DETACH PARTITION s.p CONCURRENTLY",
    "CLUSTER",
    "CLUSTER VERBOSE",
    "CLUSTER (VERBOSE)",
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (copy_data = false)",
    "DROP SUBSCRIPTION s",
    "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
    "ALTER SUBSCRIPTION s SET PUBLICATION p",
    "ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (copy_data = false)",
    "COMMIT PREPARED 'x'",
    "ROLLBACK PREPARED 'x'",
    "DISCARD ALL",
    "DO $$ BEGIN FOR i IN 1..3 LOOP UPDATE t SET a = i; COMMIT; END LOOP; END $$",
]
INSIDE = [
    "CREATE INDEX i ON t (a)",
    'CREATE INDEX "CONCURRENTLY" ON t (a)',
    "CREATE TABLE concurrently_x (vacuum int)",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
    "REINDEX TABLE t",
    'REINDEX TABLE "schema"',
    "REINDEX (CONCURRENTLY false) INDEX i",
    "ALTER DATABASE d SET work_mem = '1MB'",
    "ALTER TABLE t DETACH PARTITION p",
    "ALTER TABLE t ADD COLUMN concurrently_x int",
    "CLUSTER t USING i",
    "CLUSTER (VERBOSE) t",
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)",
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = off, slot_name = 'x')",
    "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
    "ALTER SUBSCRIPTION s DISABLE",
    "ALTER SUBSCRIPTION s OWNER TO x",
    "DISCARD TEMP",
    "DO $$ BEGIN RAISE NOTICE 'COMMIT;'; END $$",
    "DO LANGUAGE plpython3u $$ x = 'COMMIT; $$",
    "DO $$ not ' plpgsql $$",
    "SELECT 'VACUUM'",
    "ANALYZE",
]


OF_THE_SERVER = {
    "create role /* so */ App LOGIN": ("app",),
    "CREATE USER \"a b\" PASSWORD 'x'": ("a b",),
    'CREATE GROUP U&"d\\0061t"': ("dat",),
    "ALTER ROLE app IN DATABASE d SET search_path = x": (),
    "ALTER GROUP g ADD USER x": (),
    "DROP USER app": (),
    'GRANT "a", b TO c WITH ADMIN OPTION': (),
    "REVOKE ADMIN OPTION FOR a FROM b": (),
    "GRANT CONNECT ON DATABASE d TO app": (),
    "REVOKE ALL ON TABLESPACE t FROM app": (),
    "COMMENT ON ROLE \"x\" IS 'y'": (),
    "SECURITY LABEL FOR x ON ROLE a IS 'b'": (),
    "ALTER DATABASE d SET work_mem = '1MB'": (),
    "ALTER SYSTEM RESET ALL": (),
    "CREATE TABLESPACE t LOCATION '/x'": (),
    "DROP OWNED BY app": (),
    "REASSIGN OWNED BY app TO c": (),
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)": (),
    "ALTER SUBSCRIPTION s ENABLE": (),
    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles) THEN CREATE ROLE app; END IF; END $$": ("app",),
    "DO $$ BEGIN CREATE ROLE a; GRANT a TO b; EXCEPTION WHEN duplicate_object THEN NULL; END $$": ("a",),
    "DO $$ BEGIN EXECUTE format('CREATE USER app PASSWORD %L', 'x'); END $$": ("app",),
}
OF_THE_DATABASE = [
    "CREATE USER MAPPING FOR app SERVER s",
    "GRANT SELECT, UPDATE (a) ON t TO app",
    "REVOKE ALL ON SCHEMA s FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app",
    "COMMENT ON TABLE role IS 'ROLE'",
    "SECURITY LABEL ON TABLE a IS 'ROLE'",
    "SET ROLE app",
    "CREATE POLICY p ON t TO app",
    "DO $$ BEGIN CREATE ROLE app; CREATE TABLE t (); END $$",
    "DO $$ BEGIN NULL; END $$",
    "DO $$ $$",
    "GRANT",
]


@pytest.mark.parametrize(("sql", "roles"), OF_THE_SERVER.items())
def test_what_is_about_the_whole_server_is_known_with_the_roles_that_it_makes(sql: str, roles: tuple[str, ...]) -> None:
    assert (facts(sql).of_server, facts(sql).makes_roles) == (True, roles)


@pytest.mark.parametrize("sql", OF_THE_DATABASE)
def test_what_changes_this_database_is_not_taken_for_the_servers(sql: str) -> None:
    assert not facts(sql).of_server


@pytest.mark.parametrize("sql", OUTSIDE)
def test_statements_that_the_server_refuses_in_a_transaction_are_known(sql: str) -> None:
    assert facts(sql).outside_transaction


@pytest.mark.parametrize("sql", INSIDE)
def test_statements_that_may_be_in_a_transaction_stay_there(sql: str) -> None:
    assert facts(sql).outside_transaction is None


@pytest.mark.parametrize(
    ("sql", "control"),
    [
        ("begin", TransactionControl.BEGIN),
        ("BEGIN ISOLATION LEVEL SERIALIZABLE", TransactionControl.BEGIN),
        ("START TRANSACTION READ ONLY", TransactionControl.BEGIN),
        ("COMMIT WORK", TransactionControl.COMMIT),
        ("END", TransactionControl.COMMIT),
        ("COMMIT AND CHAIN", TransactionControl.COMMIT_AND_CHAIN),
        ("COMMIT AND NO CHAIN", TransactionControl.COMMIT),
        ("ABORT", TransactionControl.ROLLBACK),
        ("ROLLBACK AND CHAIN", TransactionControl.ROLLBACK_AND_CHAIN),
        ("ROLLBACK TO SAVEPOINT x", TransactionControl.ROLLBACK_TO),
        ("ROLLBACK WORK TO x", TransactionControl.ROLLBACK_TO),
        ('SAVEPOINT "to"', TransactionControl.SAVEPOINT),
        ("RELEASE x", TransactionControl.RELEASE),
        ("PREPARE TRANSACTION 'x'", TransactionControl.PREPARE),
        ("COMMIT PREPARED 'x'", TransactionControl.COMMIT_PREPARED),
        ("ROLLBACK PREPARED 'x'", TransactionControl.ROLLBACK_PREPARED),
        ("PREPARE x AS SELECT 1", None),
        ("DO $$ BEGIN COMMIT; END $$", None),
        ("SET TRANSACTION READ ONLY", None),
    ],
)
def test_statements_that_steer_the_transaction_are_known(sql: str, control: TransactionControl | None) -> None:
    assert facts(sql).transaction_control is control


@pytest.mark.parametrize(
    ("sql", "added"),
    [
        ("ALTER TYPE Mood ADD VALUE 'sad'", AddedEnumValue(None, "mood", "sad")),
        ("alter type \"S\".Mood add value if not exists 'it''s' before 'x'", AddedEnumValue("S", "mood", "it's")),
        ('ALTER TYPE "My ""T""" ADD VALUE \'a\' AFTER \'b\'', AddedEnumValue(None, 'My "T"', "a")),
        ("ALTER TYPE add ADD VALUE E'a\\'b\\n'", AddedEnumValue(None, "add", "a'b\n")),
        ("ALTER TYPE a.b.c ADD VALUE $$x'$$", AddedEnumValue("b", "c", "x'")),
        ("ALTER TYPE t ADD VALUE 'a' -- c\n 'b'", AddedEnumValue(None, "t", "ab")),
        ("ALTER TYPE t ADD VALUE U&'d\\0061\\+000062\\\\'", AddedEnumValue(None, "t", "dab\\")),
        ("ALTER TYPE t ADD VALUE E'\\x67\\165\\u0065\\U00000073t'", AddedEnumValue(None, "t", "guest")),
        ("ALTER TYPE t ADD VALUE E'caf\\xc3\\xa9 \\uD83D\\uDE00'", AddedEnumValue(None, "t", "café 😀")),
        ("ALTER TYPE t ADD VALUE U&'g!0075est' UESCAPE '!' BEFORE 'x'", AddedEnumValue(None, "t", "guest")),
        ("ALTER TYPE U&\"d\\0061\" ADD VALUE 'x'", AddedEnumValue(None, "da", "x")),
        ("ALTER TYPE Éé ADD VALUE 'x'", AddedEnumValue(None, "Éé", "x")),
        ("ALTER TYPE t RENAME VALUE 'a' TO 'b'", None),
        ("ALTER TYPE t ADD ATTRIBUTE value int", None),
        ("ALTER TABLE t ADD value text DEFAULT 'x'", None),
    ],
)
def test_an_added_enum_value_is_read_with_its_type(sql: str, added: AddedEnumValue | None) -> None:
    assert facts(sql).added_enum_value == added


@pytest.mark.parametrize(
    ("sql", "change"),
    [
        ('SET search_path TO a, "B"', SessionChange("search_path", 'a, "B"')),
        ("SET SESSION Work_Mem = '64MB'", SessionChange("work_mem", "64MB")),
        ("SET LOCAL my.thing = 5", SessionChange("my.thing", "5", local=True)),
        ("SET lock_timeout TO DEFAULT", SessionChange("lock_timeout", None)),
        ("SET ROLE admin", SessionChange("role", "admin")),
        ("SET LOCAL ROLE 'admin'", SessionChange("role", "admin", local=True)),
        ("SET ROLE NONE", SessionChange("role", None)),
        ("SET role = 'x'", SessionChange("role", "x")),
        ("SET SESSION AUTHORIZATION DEFAULT", SessionChange("session_authorization", None)),
        ("SET TIME ZONE 'UTC'", SessionChange("timezone", "UTC")),
        ("SET NAMES 'UTF8'", SessionChange("client_encoding", "UTF8")),
        ("SET SCHEMA 'x'", SessionChange("search_path", "x")),
        ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", SessionChange("transaction", "READ ONLY")),
        ("SET TRANSACTION READ ONLY", None),
        ("SET CONSTRAINTS ALL DEFERRED", None),
        ("RESET search_path", SessionChange("search_path", None)),
        ("RESET ALL", SessionChange("all", None)),
        ("RESET SESSION AUTHORIZATION", SessionChange("session_authorization", None)),
        ("DISCARD ALL", SessionChange("all", None)),
        ("SELECT pg_catalog.set_config('search_path', '', false)", SessionChange("search_path", "")),
        ("SELECT set_config('x.y', 'z', TRUE)", SessionChange("x.y", "z", local=True)),
        ("SELECT SET_CONFIG('x' || 'y', 'z', true)", SessionChange("set_config", None)),
        ("SELECT set_config('a.b', v, false) FROM t", SessionChange("a.b", None)),
        ("SELECT set_config(", SessionChange("set_config", None)),
        ("SELECT set_config('a', 'b', true", SessionChange("a", "b")),
        ("WITH x AS (SELECT set_config('a.b', '1', false)) SELECT * FROM x", SessionChange("a.b", "1")),
        ("SELECT 'set_config(1)', set_config FROM t", None),
        ("DO $$ BEGIN PERFORM set_config('role', 'x', false); END $$", SessionChange("role", "x")),
        ("DO $$ BEGIN SET search_path = x; END $$", SessionChange("set_config", None)),
        ("DO $$ BEGIN UPDATE t SET a = 1; END $$", None),
        ("UPDATE t SET a = 1", None),
        ("ALTER ROLE x SET search_path = y", None),
    ],
)
def test_changed_settings_of_the_session_are_known(sql: str, change: SessionChange | None) -> None:
    assert facts(sql).session_change == change


WORDS = [
    "CREATE",
    "ALTER",
    "DROP",
    "TYPE",
    "TABLE",
    "ADD",
    "VALUE",
    "SET",
    "LOCAL",
    "RESET",
    "ROLE",
    "TO",
    "=",
    "(",
    ")",
    ",",
    ".",
    "'a'",
    '"b"',
    "$$x$$",
    "DO",
    "BEGIN",
    "COMMIT",
    "set_config",
    "SELECT",
    "REINDEX",
    "CONCURRENTLY",
    "CLUSTER",
    "SUBSCRIPTION",
    "s",
    "WITH",
    "SESSION",
    "TIME",
    "ZONE",
    "IF",
    "NOT",
    "EXISTS",
    "U",
    "&",
    "E''",
    "E'\\''",
    "false",
    "-",
    "1",
]


@example("SET")
@example("SET =")
@example("SET LOCAL TO 'a'")
@example("ALTER TYPE ADD VALUE 'a'")
@example("ALTER TYPE . ADD VALUE 'a'")
@example("SELECT set_config('a','b',true")
@settings(max_examples=400)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join))
def test_no_statement_is_too_odd_to_be_judged(sql: str) -> None:
    try:
        statements = split(sql)
    except ScriptRefused:
        return
    for statement in statements:
        assert isinstance(facts_of(statement), StatementFacts)
