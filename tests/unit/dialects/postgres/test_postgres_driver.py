import os
import signal
import socket
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from parity.dialects.postgres.facts import DIALECT
from parity.dialects.postgres.ledger import LEDGER
from parity.errors import ConnectionFailed, Refused, StatementFailed
from parity.schema.types import ObjectName
from servers import LIMITED_ROLE, PASSWORD, PASSWORD_ROLE

DRIVER = DIALECT.driver


def target_of(url):
    return DRIVER.parse_url(url, Path.cwd())


@contextmanager
def connected(url):
    with closing(DRIVER.connect(target_of(url))) as session:
        yield session


def refusal(url):
    with pytest.raises(ConnectionFailed) as caught:
        DRIVER.connect(target_of(url))
    error = caught.value
    assert error.hint
    assert error.__cause__ is None
    assert error.__suppress_context__
    return error


@contextmanager
def silent_server():
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


# --- connecting -------------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_said_and_never_shown(postgres_server):
    error = refusal(postgres_server.url(user=PASSWORD_ROLE, password="wr0ng-c4n4ry"))
    assert error.code == "P1000"
    assert "c4n4ry" not in f"{error} {error.why} {error.hint}"


def test_the_right_password_gets_in_whatever_signs_it_holds(postgres_server):
    with connected(postgres_server.url(user=PASSWORD_ROLE, password=PASSWORD)) as session:
        assert session.query("SELECT current_user") == [(PASSWORD_ROLE,)]


def test_a_role_that_is_missing_is_an_authentication_error(postgres_server):
    assert refusal(postgres_server.url(user="nobody_here")).code == "P1000"


def test_a_missing_database_is_named_and_can_be_made(postgres_url):
    url = postgres_url + "_made"
    assert refusal(url).code == "P1003"
    DRIVER.create_database(target_of(url))
    DRIVER.create_database(target_of(url))
    try:
        with connected(url) as session:
            assert session.query("SELECT 1") == [(1,)]
    finally:
        with connected(postgres_url) as session:
            session.execute(f'DROP DATABASE "{target_of(url).database}"')


def test_a_port_where_nobody_listens_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert refusal(f"postgresql://u@127.0.0.1:{port}/db").code == "P1001"


def test_a_host_that_has_no_address_is_unreachable():
    assert refusal("postgresql://u@no-such-host.invalid/db").code == "P1001"


def test_a_socket_folder_without_a_server_is_unreachable(tmp_path):
    assert refusal(f"postgresql://u@/db?host={tmp_path}").code == "P1001"


def test_a_server_that_says_nothing_is_given_up_in_time():
    with silent_server() as port:
        start = time.monotonic()
        error = refusal(f"postgresql://u:c4n4ry@127.0.0.1:{port}/db?connect_timeout=1")
        assert 0.9 < time.monotonic() - start < 5
    assert error.code == "P1002"
    assert "c4n4ry" not in f"{error} {error.why} {error.hint}"


def test_an_encrypted_connection_is_not_silently_replaced_by_a_plain_one(postgres_server):
    assert refusal(postgres_server.url(options="sslmode=require")).code == "P1011"


def test_the_session_tells_who_it_is_and_looks_in_the_namespace_of_the_url(postgres_url):
    with connected(postgres_url + "?schema=My%20app") as session:
        settings = "SELECT current_setting('application_name'), current_schema(), current_setting('DateStyle')"
        ((name, namespace, date_style),) = session.query(settings)
        assert (name, namespace) == ("parity", "My app")
        assert date_style.startswith("ISO")


# --- statements -------------------------------------------------------------------------------------------------------


def test_parameters_are_values_and_never_sql(postgres_url):
    with connected(postgres_url) as session:
        evil = "'; SELECT 1/0; -- \\ % ?"
        assert session.query("SELECT ?::text, '?', '100%', 7 % 4", (evil,)) == [(evil, "?", "100%", 3)]
        assert session.query("SELECT 7 % 4, '?'") == [(3, "?")]
        assert session.query("SELECT ?::bytea, ?::bool, ?::text", (b"\0\xff", True, None))[0][1:] == (True, None)


def test_a_failed_statement_tells_its_place_and_the_servers_own_words(postgres_url):
    script = "SELECT 'é';\nSELECT nope FROM pg_class"
    with connected(postgres_url) as session:
        with pytest.raises(StatementFailed) as caught:
            session.execute(script)
        assert caught.value.database_code == "42703"
        assert script[caught.value.position :].startswith("nope")
        session.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
        with pytest.raises(StatementFailed) as caught:
            session.execute("INSERT INTO t VALUES (1)")
        assert caught.value.database_code == "23505"
        assert "(1)" in caught.value.why


def test_a_script_is_one_implicit_transaction(postgres_url):
    with connected(postgres_url) as session:
        with pytest.raises(StatementFailed):
            session.execute("CREATE TABLE t (id int); SELECT 1/0")
        assert not session.in_transaction
        assert session.query(*LEDGER.exists(ObjectName("t"))) == [(False,)]


def test_a_failed_transaction_is_open_until_it_is_rolled_back(postgres_url):
    with connected(postgres_url) as session:
        session.begin()
        with pytest.raises(StatementFailed):
            session.query("SELECT 1/0")
        assert session.in_transaction
        session.rollback()
        assert not session.in_transaction
        session.rollback()


@pytest.mark.parametrize("script", ["", ";", "-- nothing\n", "/* nothing */"])
def test_a_script_that_does_nothing_is_fine(postgres_url, script):
    with connected(postgres_url) as session:
        session.execute(script)
        assert session.query("SELECT 1") == [(1,)]


@pytest.mark.parametrize("script", ["COPY t FROM STDIN", "COPY t TO STDOUT", "COPY t FROM STDIN; SELECT 1"])
def test_copy_by_the_client_fails_and_does_not_hang(postgres_url, script):
    with connected(postgres_url) as session:
        session.execute("CREATE TABLE t (id int)")
        with pytest.raises(StatementFailed) as caught:
            session.execute(script)
        assert caught.value.hint


def test_a_nul_in_a_script_is_an_error_of_the_statement(postgres_url):
    with connected(postgres_url) as session:
        with pytest.raises(StatementFailed):
            session.execute("SELECT 'a\0b'")
        assert session.query("SELECT 1") == [(1,)]


def test_notices_can_be_read(postgres_url):
    with connected(postgres_url) as session:
        session.execute("DO $$BEGIN RAISE NOTICE 'look here'; END$$")
        assert session.notices == ("look here",)
        session.execute("SELECT 1")
        assert session.notices == ()


def test_a_connection_that_the_server_ends_is_lost(postgres_url):
    with connected(postgres_url) as session, connected(postgres_url) as other:
        ((pid,),) = session.query("SELECT pg_backend_pid()")
        other.query("SELECT pg_terminate_backend(?)", (pid,))
        with pytest.raises(ConnectionFailed) as caught:
            session.query("SELECT 1")
        assert caught.value.code == "P1017"
        assert not session.in_transaction
        session.rollback()
        session.close()


def test_what_was_interrupted_before_its_answer_is_waited_for_is_stopped(postgres_url):
    with connected(postgres_url) as session, connected(postgres_url) as other:
        session.begin()
        session.execute("CREATE TABLE left_over (x int)")
        started = time.monotonic()
        session._send("SELECT pg_sleep(60)", ())
        session.rollback()
        assert time.monotonic() - started < 10
        while other.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%sleep(60)%' AND pid <> pg_backend_pid()"):
            assert time.monotonic() - started < 20
        assert other.query("SELECT to_regclass('left_over')::text") == [(None,)]


def test_ctrl_c_stops_the_statement_on_the_server_at_once(postgres_url):
    with connected(postgres_url) as session, connected(postgres_url) as other:
        ((pid,),) = session.query("SELECT pg_backend_pid()")
        timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            session.execute("SELECT pg_sleep(30)")
        assert time.monotonic() - start < 10
        timer.join()
        state = other.query("SELECT state FROM pg_stat_activity WHERE pid = ?", (pid,))
        assert state == [("idle",)]
        assert session.query("SELECT 1") == [(1,)]


def test_a_statement_may_take_as_long_as_the_url_allows(postgres_url):
    with connected(postgres_url + "?socket_timeout=1") as session:
        with pytest.raises(ConnectionFailed) as caught:
            session.execute("SELECT pg_sleep(30)")
        assert caught.value.code == "P1002"


def test_round_trips_are_counted(postgres_url):
    with connected(postgres_url) as session:
        before = session.round_trips
        session.execute("SELECT 1; SELECT 2")
        session.query("SELECT 1")
        assert session.round_trips == before + 2


def test_what_a_script_does_to_its_session_is_undone(postgres_url):
    with connected(postgres_url + "?schema=app") as session:
        session.execute("SET search_path = pg_catalog; SET ROLE pg_monitor; SET standard_conforming_strings = off")
        session.begin()
        DRIVER.restore_session(session)
        ((path, role, strings),) = session.query(
            "SELECT current_setting('search_path'), current_setting('role'),"
            " current_setting('standard_conforming_strings')"
        )
        session.commit()
        assert (path, role, strings) == ('"app"', "none", "on")


# --- locks and identity -----------------------------------------------------------------------------------------------


def test_the_lock_excludes_others_and_tells_who_holds_it(postgres_url):
    with connected(postgres_url) as one, connected(postgres_url) as other:
        assert DRIVER.lock_holder(other) is None
        assert DRIVER.try_lock(one)
        assert not DRIVER.try_lock(other)
        ((pid,),) = one.query("SELECT pg_backend_pid()")
        holder = DRIVER.lock_holder(other)
        assert holder is not None
        assert f"process {pid}" in holder.description
        assert "application parity" in holder.description
        DRIVER.unlock(one)
        assert DRIVER.try_lock(other)


def test_the_lock_is_the_one_that_nodes_prisma_takes(postgres_url):
    with connected(postgres_url) as one, connected(postgres_url) as other:
        one.query("SELECT pg_advisory_lock(72707369)")
        assert not DRIVER.try_lock(other)


def test_the_lock_ends_with_the_session(postgres_url):
    with connected(postgres_url) as one:
        assert DRIVER.try_lock(one)
    with connected(postgres_url) as other:
        deadline = time.monotonic() + 10
        while not DRIVER.try_lock(other):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_two_urls_of_one_database_are_told_from_two_databases(postgres_url, new_postgres_database):
    second = new_postgres_database()
    with connected(postgres_url) as one, connected(postgres_url + "?schema=x") as same, connected(second) as other:
        assert DRIVER.same_database(one, same)
        assert not DRIVER.same_database(one, other)
        one.begin()
        assert DRIVER.same_database(one, same)
        assert one.query("SELECT 1") == [(1,)]


# --- the ledger -------------------------------------------------------------------------------------------------------


def test_the_ledger_is_made_found_and_stamped(postgres_url):
    with connected(postgres_url) as session:
        exists = LEDGER.exists(ObjectName("_prisma_migrations"))
        assert session.query(*exists) == [(False,)]
        session.execute(LEDGER.create)
        assert session.query(*exists) == [(True,)]
        ((stamp, nothing),) = session.query(f"SELECT {LEDGER.now}, NULL::timestamptz")
        read = LEDGER.read_stamp(stamp)
        assert read is not None
        assert read.endswith("+00:00")
        assert LEDGER.read_stamp(nothing) is None


# --- scratch databases ------------------------------------------------------------------------------------------------


def test_a_scratch_database_is_empty_apart_and_gone_afterwards(postgres_url):
    with connected(postgres_url) as main:
        with DRIVER.scratch(target_of(postgres_url + "?schema=app")) as session:
            name = session.target.database
            assert name.startswith("parity_scratch_")
            assert session.query("SELECT current_database(), current_schema()") == [(name, "app")]
            assert DRIVER.introspect(session, ()).is_empty
            assert not DRIVER.same_database(main, session)
        assert main.query("SELECT count(*) FROM pg_database WHERE datname = ?", (name,)) == [(0,)]


def test_a_scratch_database_goes_even_when_the_work_in_it_is_interrupted(postgres_url):
    names = []
    with pytest.raises(KeyboardInterrupt), DRIVER.scratch(target_of(postgres_url)) as session:
        names.append(session.target.database)
        raise KeyboardInterrupt
    with connected(postgres_url) as main:
        assert main.query("SELECT count(*) FROM pg_database WHERE datname = ?", (names[0],)) == [(0,)]


def test_a_scratch_database_can_be_made_before_the_main_one_is_there(postgres_server):
    with DRIVER.scratch(target_of(postgres_server.url("not_made_yet"))) as session:
        assert session.query("SELECT 1") == [(1,)]


def test_scratch_databases_that_a_killed_run_left_behind_are_dropped_after_a_day(postgres_url):
    old, young, foreign = (
        "parity_scratch_20200101000000_00000000",
        f"parity_scratch_{time.strftime('%Y%m%d%H%M%S', time.gmtime())}_00000000",
        "parity_scratch_of_somebody",
    )
    with connected(postgres_url) as main:
        for name in (old, young, foreign):
            main.execute(f'CREATE DATABASE "{name}"')
        try:
            with DRIVER.scratch(target_of(postgres_url)):
                pass
            found = main.query("SELECT datname FROM pg_database WHERE datname IN (?, ?, ?)", (old, young, foreign))
        finally:
            for name in (old, young, foreign):
                main.execute(f'DROP DATABASE IF EXISTS "{name}"')
        assert sorted(found) == sorted([(young,), (foreign,)])


def test_without_the_right_to_make_databases_both_ways_out_are_named(postgres_server, postgres_url):
    limited = replace(target_of(postgres_url), user=LIMITED_ROLE, password=None)
    with pytest.raises(ConnectionFailed) as caught, DRIVER.scratch(limited):
        pass
    assert caught.value.code == "P3014"
    assert "CREATEDB" in caught.value.hint
    assert "--shadow-url" in caught.value.hint


def test_a_named_scratch_database_must_be_empty(postgres_url):
    with connected(postgres_url) as session:
        session.execute("CREATE TABLE precious (id int)")
    with pytest.raises(Refused) as caught, DRIVER.empty_scratch(target_of(postgres_url)):
        pass
    assert "precious" in caught.value.why
    with connected(postgres_url) as session:
        assert session.query(*LEDGER.exists(ObjectName("precious"))) == [(True,)]


def test_a_named_scratch_database_is_empty_again_afterwards(postgres_url):
    for _ in range(2):
        with DRIVER.empty_scratch(target_of(postgres_url)) as session:
            session.execute("CREATE SCHEMA other; CREATE EXTENSION citext; CREATE TABLE other.t (c public.citext)")
            session.execute("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood); BEGIN; SELECT 1")
    with connected(postgres_url) as session:
        assert DRIVER.introspect(session, ("public", "other")) == replace(
            DRIVER.introspect(session, ("public",)), namespaces=("public",)
        )


# --- emptying a database ----------------------------------------------------------------------------------------------


def test_everything_goes_but_namespaces_and_extensions(postgres_url):
    script = """
        CREATE EXTENSION citext; CREATE SCHEMA app; CREATE SCHEMA kept; CREATE TABLE kept.t (id int);
        CREATE TYPE app.mood AS ENUM ('sad'); CREATE DOMAIN app.d AS text; CREATE TYPE app.c AS (a int);
        CREATE TYPE app.r AS RANGE (SUBTYPE = int);
        CREATE TABLE app.a (id serial PRIMARY KEY, m app.mood, d app.d, t public.citext);
        CREATE TABLE app."b""; --" (id int REFERENCES app.a) PARTITION BY RANGE (id);
        CREATE TABLE app.p PARTITION OF app."b""; --" DEFAULT;
        CREATE FUNCTION app.f(app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE PROCEDURE app.g(int) LANGUAGE sql AS 'SELECT 1';
        CREATE AGGREGATE app.s(int) (SFUNC = int4pl, STYPE = int);
        CREATE OPERATOR app.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
        CREATE VIEW app.v AS SELECT * FROM app.a; CREATE MATERIALIZED VIEW app.mv AS SELECT * FROM app.v;
        CREATE SEQUENCE app.q; CREATE COLLATION app.coll FROM "C"; CREATE STATISTICS app.st ON id, m FROM app.a;
    """
    with connected(postgres_url) as session:
        session.execute(script)
        DRIVER.drop_everything(session, ("app",))
        left = session.query(
            "SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass"
            " AND refobjid = 'app'::regnamespace AND deptype = 'n'"
        )
        assert left == [(0,)]
        assert session.query("SELECT count(*) FROM kept.t") == [(0,)]
        assert session.query("SELECT 'A'::public.citext = 'a'") == [(True,)]


def test_thousands_of_tables_go_with_the_locks_that_a_server_has_by_default(postgres_url):
    with connected(postgres_url) as session:
        for start in range(0, 1500, 250):
            tables = range(start, start + 250)
            session.execute("".join(f"CREATE TABLE t{n} (id serial PRIMARY KEY, x text UNIQUE);" for n in tables))
        DRIVER.drop_everything(session, ())
        assert DRIVER.introspect(session, ()).is_empty


def test_only_the_namespace_of_the_url_is_emptied(postgres_url):
    with connected(postgres_url + "?schema=app") as session:
        session.execute("CREATE TABLE mine (id int); CREATE TABLE public.theirs (id int)")
        DRIVER.drop_everything(session, ())
        assert session.query("SELECT count(*) FROM public.theirs") == [(0,)]
        assert DRIVER.introspect(session, ()).is_empty


def test_a_transaction_begins_with_its_first_statement_and_errors_keep_their_place(postgres_url):
    with connected(postgres_url) as session:
        before = session.round_trips
        session.begin()
        assert session.in_transaction
        assert session.round_trips == before
        with pytest.raises(StatementFailed) as caught:
            session.execute("SELECT 'é%' FROM nowhere")
        assert (caught.value.position, caught.value.statement) == (17, "SELECT 'é%' FROM nowhere")
        assert session.in_transaction
        session.rollback()
        session.begin()
        with pytest.raises(StatementFailed) as caught:
            session.execute("SELEC 1")
        assert caught.value.position == 0
        session.rollback()
        assert not session.in_transaction
        assert session.query("SELECT count(*) FROM pg_class WHERE relname = ?", ("nowhere",)) == [(0,)]


def test_a_transaction_with_nothing_in_it_is_never_begun(postgres_url):
    with connected(postgres_url) as session:
        before = session.round_trips
        for end in (session.commit, session.rollback):
            session.begin()
            end()
            assert not session.in_transaction
        assert session.round_trips == before


def test_a_statement_that_goes_with_the_next_is_committed_with_it_or_not_at_all(postgres_url):
    value = "100% of 'it'? \\ ü"
    with connected(postgres_url) as session, connected(postgres_url) as other:
        before = session.round_trips
        session.begin()
        session.execute("CREATE TABLE t (id text PRIMARY KEY)")
        session.run_with_next(session.bound("INSERT INTO t VALUES (?)", (value,)))
        session.commit()
        assert session.round_trips == before + 2
        assert other.query("SELECT id FROM t WHERE id <> ?", ("%",)) == [(value,)]
        session.begin()
        session.execute("INSERT INTO t VALUES ('new')")
        session.run_with_next(session.bound("INSERT INTO t VALUES (?)", (value,)))
        with pytest.raises(StatementFailed) as caught:
            session.commit()
        assert caught.value.database_code == "23505"
        session.rollback()
        assert other.query("SELECT id FROM t") == [(value,)]
        session.run_with_next(session.bound("INSERT INTO t VALUES (?)", ("outside",)))
        assert other.query("SELECT count(*) FROM t") == [(2,)]


def test_what_waits_goes_before_a_statement_with_parameters(postgres_url):
    with connected(postgres_url) as session:
        session.begin()
        session.run_with_next(session.bound("CREATE TABLE t AS SELECT ? AS v", ("5%?",)))
        assert session.query("SELECT v, ? FROM t", ("%s",)) == [("5%?", "%s")]
        session.rollback()
        assert session.query("SELECT to_regclass('t')") == [(None,)]


def test_the_last_statement_its_row_and_the_commit_are_one_message_and_an_error_is_the_statements(postgres_url):
    with connected(postgres_url) as session, connected(postgres_url) as other:
        session.execute("CREATE TABLE t (id text)")
        row = session.bound("INSERT INTO t VALUES (?)", ("5% ?",))
        before, called = session.round_trips, []
        session.begin()
        session.commit_with("CREATE TABLE u (x int)", row, lambda: called.append(session.in_transaction))
        assert (session.round_trips, called, session.in_transaction) == (before + 1, [True], False)
        assert other.query("SELECT id, to_regclass('u') IS NOT NULL FROM t") == [("5% ?", True)]
        session.begin()
        with pytest.raises(StatementFailed) as caught:
            session.commit_with("CREATE INDEX i ON u (nowhere)", row, None)
        assert (caught.value.database_code, caught.value.position) == ("42703", None)
        session.rollback()
        session.begin()
        with pytest.raises(StatementFailed) as caught:
            session.commit_with("CREATE TABLE v (x nothing)", row, None)
        assert (caught.value.database_code, caught.value.position) == ("42704", 18)
        session.rollback()
        assert other.query("SELECT count(*) FROM t") == [(1,)]


def test_a_database_is_bare_until_something_lies_in_it(postgres_url):
    with connected(postgres_url) as session:
        bare = DIALECT.driver.is_bare
        assert bare(session, ())
        for make, drop in (
            ("CREATE TYPE e AS ENUM ('a')", "DROP TYPE e"),
            ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION f"),
            ("CREATE SEQUENCE s", "DROP SEQUENCE s"),
        ):
            session.execute(make)
            assert not bare(session, ())
            session.execute(drop)
        assert bare(session, ())
