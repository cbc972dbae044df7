"""Connections that are cut or swallowed (F8, F9), servers that crash (F5), and a COMMIT whose answer never came."""

import os
import signal
import time
from contextlib import closing

import psycopg2
import pytest

from parity.dialects.postgres import session as postgres_session
from parity.dialects.postgres.facts import DIALECT
from parity.errors import ConnectionFailed
from proxying import at, proxied
from servers import private_postgres
from truth import read_truth
from waiting import wait_for


@pytest.fixture
def shop(project, postgres_url):
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_t", 'CREATE TABLE "t" ("id" INTEGER);', provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    return project


def deploy_through(shop, url, **options):
    begun = time.monotonic()
    done = shop.run("migrate", "deploy", "--url", url, **options).exited(1)
    return done, time.monotonic() - begun


def test_a_connection_that_is_cut_in_a_statement_is_told_at_once_and_nothing_of_it_stays(shop, postgres_url):
    shop.write_migration("2_u", 'CREATE TABLE "u" (); SELECT pg_sleep(30);')
    with proxied(postgres_url, at(b"pg_sleep", "pass and cut")) as url:
        done, took = deploy_through(shop, url)
    assert "P3018" in done.stderr
    assert "Nothing of it was applied" in done.stderr
    assert took < 8
    assert read_truth(postgres_url).tables == {"t", "_prisma_migrations"}
    shop.write_migration("2_u", 'CREATE TABLE "u" ();')
    shop.run("migrate", "deploy").succeeded()
    assert read_truth(postgres_url).applied() == ["1_t", "2_u"]


@pytest.mark.parametrize(
    "env", [{}, {"PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK": "1"}], ids=["with the lock", "without a lock"]
)
@pytest.mark.parametrize(
    ("deed", "sentence", "applied"),
    [
        ("pass and cut", "All of it was applied, and recorded, before the connection was lost.", ["1_t", "2_u"]),
        ("cut", "Nothing of it was applied: the database took all of it back.", ["1_t"]),
    ],
    ids=["it arrived", "it did not arrive"],
)
def test_a_commit_without_an_answer_is_looked_up(shop, postgres_url, deed, sentence, applied, env):
    shop.write_migration("2_u", 'CREATE TABLE "u" ();')
    with proxied(postgres_url, at(b'"u"', deed, then=b"COMMIT")) as url:
        done, _ = deploy_through(shop, url, env=env)
    assert sentence in done.stderr
    assert read_truth(postgres_url).applied() == applied
    shop.run("migrate", "deploy").succeeded()
    assert read_truth(postgres_url).applied() == ["1_t", "2_u"]


def test_a_commit_that_cant_be_looked_up_is_told_with_both_possibilities(shop, postgres_url):
    shop.write_migration("2_u", 'CREATE TABLE "u" ();')
    with proxied(postgres_url, at(b'"u"', "pass and cut", then=b"COMMIT"), shut=True) as url:
        done, _ = deploy_through(shop, url)
    assert "Whether it was applied isn't known" in done.stderr
    assert "run `parity migrate deploy` again" in done.stderr
    shop.run("migrate", "deploy").succeeded()
    assert read_truth(postgres_url).applied() == ["1_t", "2_u"]


def test_a_statement_outside_a_transaction_that_is_cut_off_is_not_said_to_be_undone(shop, postgres_url):
    shop.write_migration("2_u", 'CREATE INDEX CONCURRENTLY "i" ON "t" ("id");')
    with proxied(postgres_url, at(b"CONCURRENTLY", "pass and cut")) as url:
        done, _ = deploy_through(shop, url)
    assert "isn't known" in done.stderr
    assert "parity migrate doctor" in done.stderr
    assert "took all of it back" not in done.stderr
    shop.run("migrate", "doctor", "--resume").succeeded()
    assert read_truth(postgres_url).indexes >= {"i"}


def test_a_server_that_swallows_everything_is_given_up(shop, postgres_url, tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_session, "_SILENCE", 0.5)
    monkeypatch.setattr(postgres_session, "_AFTER_A_BAD_SIGHT", 0.1)
    monkeypatch.setattr("parity.dialects.postgres.observer._SECONDS", "1")
    with proxied(postgres_url, at(b"'mark'", "swallow")) as url:
        target = DIALECT.driver.parse_url(url, tmp_path)
        with closing(DIALECT.driver.connect(target)) as session:
            begun = time.monotonic()
            with pytest.raises(ConnectionFailed) as caught:
                session.execute("SELECT 'mark'")
    assert caught.value.code == "P1017"
    assert "a second connection gets none either" in str(caught.value.why or caught.value.message)
    assert time.monotonic() - begun < 8


def test_a_server_process_that_dies_takes_nothing_half_with_it(project):
    with private_postgres() as server:
        project.use_database(server.superuser_url)
        project.write_schema("", provider="postgresql")
        project.write_migration("1_t", 'CREATE TABLE "t" (); SELECT pg_sleep(30);', provider="postgresql")
        started = project.parity.start("migrate", "deploy", cwd=project.folder, env=project.env)
        wait_for(lambda: _sleepers(server.superuser_url) != [])
        os.kill(_sleepers(server.superuser_url)[0], signal.SIGKILL)
        _, said = started.communicate(timeout=60)
        assert started.returncode == 1, said
        assert "P3018" in said
        assert "Nothing of it was applied" in said or "isn't known" in said
        wait_for(lambda: _answers(server.superuser_url))
        assert "t" not in read_truth(server.superuser_url).tables
        project.write_migration("1_t", 'CREATE TABLE "t" ();')
        project.run("migrate", "deploy").succeeded()
        assert read_truth(server.superuser_url).applied() == ["1_t"]


def _answers(url):
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def _sleepers(url):
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND state = 'active' "
                       "AND pid <> pg_backend_pid()")  # fmt: skip
        return [pid for (pid,) in cursor.fetchall()]
