"""Many deployers at one moment (F6): each migration is applied once, and all of them end with 0.

`make faults` has 50 of them, 20 times, and once with a migration that takes longer than Prisma's engine waits.
"""

import os
import time

import psycopg2

from killed import Branch, empty
from truth import read_truth

DEPLOYERS = int(os.environ.get("PARITY_FAULT_DEPLOYERS", "8"))
ROUNDS = int(os.environ.get("PARITY_FAULT_ROUNDS", "1"))
LONGEST = float(os.environ.get("PARITY_FAULT_LONGEST", "1"))
"""Seconds that the slow migration takes."""


def all_deploy(project, count, *options):
    """Start all, wait for all. How long it took, and who ended otherwise than with 0."""
    begun = time.monotonic()
    branches = [Branch(project, "migrate", "deploy", *options) for _ in range(count)]
    ended = [branch.wait() for branch in branches]
    return time.monotonic() - begun, [run for run in ended if run.code != 0]


def write_migrations(project, provider, *, pause=""):
    project.write_schema("", provider=provider)
    for number in range(1, 6):
        script = f'CREATE TABLE "t{number}" ("id" INTEGER);\n{pause}\nINSERT INTO "t{number}" VALUES ({number});\n'
        project.write_migration(f"{number}_t", script, provider=provider)


def test_each_migration_is_applied_once_and_nobody_fails(project, provider, database_url):
    project.use_database(database_url)
    write_migrations(project, provider, pause="SELECT pg_sleep(0.02);" if provider == "postgresql" else "")
    for _ in range(ROUNDS):
        empty(database_url)
        took, failed = all_deploy(project, DEPLOYERS, "--create-database")
        assert failed == []
        truth = read_truth(database_url)
        assert [row.name for row in truth.rows] == [f"{number}_t" for number in range(1, 6)]
        assert dict(truth.counts) == {f"t{number}": 1 for number in range(1, 6)}
    print(f"\n{provider}: {DEPLOYERS} deployers, {ROUNDS} rounds, all ended with 0; the last round took {took:.1f} s")


def test_they_wait_for_a_migration_that_takes_long(project, postgres_url):
    project.use_database(postgres_url)
    write_migrations(project, "postgresql")
    project.write_migration("6_slow", f"SELECT pg_sleep({LONGEST});")
    took, failed = all_deploy(project, DEPLOYERS)
    assert failed == []
    assert took > LONGEST
    assert len(read_truth(postgres_url).rows) == 6


def test_a_waiting_deployer_doesn_t_stop_the_application_for_longer_than_the_limit(project, postgres_url):
    limit, worst = 0.5, 0.0
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_t", 'CREATE TABLE "t" ("id" INTEGER);', provider="postgresql")
    assert Branch(project, "migrate", "deploy").wait().code == 0
    project.write_migration("2_t", 'ALTER TABLE "t" ADD COLUMN "c" TEXT;')
    blocker, reader = (psycopg2.connect(postgres_url) for _ in range(2))
    reader.autocommit = True
    with blocker.cursor() as held, reader.cursor() as read:
        held.execute('SELECT count(*) FROM "t"')
        branch = Branch(project, "migrate", "deploy", "--statement-lock-timeout", str(limit))
        ends = time.monotonic() + 2.5
        while time.monotonic() < ends:
            begun = time.monotonic()
            read.execute('SELECT count(*) FROM "t"')
            worst = max(worst, time.monotonic() - begun)
        blocker.rollback()
        assert branch.wait().code == 0
    blocker.close()
    reader.close()
    print(f"\nworst read while an ALTER was blocked, with a limit of {limit * 1000:.0f} ms: {worst * 1000:.0f} ms")
    assert limit * 0.8 < worst < limit + 0.1
