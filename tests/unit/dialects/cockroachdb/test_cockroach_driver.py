"""What of the live part can be told without a server."""

from pathlib import Path

import pytest

from parity.dialects.cockroachdb.driver import version_of
from parity.dialects.cockroachdb.facts import DIALECT
from parity.dialects.postgres.facts import DIALECT as POSTGRES
from parity.dialects.registry import dialect_for_provider, dialect_for_url
from parity.errors import ConfigError
from parity.execute.runner import plan_script
from parity.execute.segments import SegmentKind


def test_a_url_that_several_databases_share_means_the_one_that_the_schema_file_names():
    url = "postgresql://root@localhost:26257/shop"
    assert dialect_for_url(url).name == POSTGRES.name
    assert dialect_for_url(url, DIALECT) is DIALECT
    assert dialect_for_url("file:dev.db", DIALECT).name == "sqlite"
    assert dialect_for_url("cockroachdb://root@localhost/shop").name == "cockroachdb"


def test_the_provider_finds_the_dialect():
    assert dialect_for_provider("cockroachdb") is DIALECT
    with pytest.raises(ConfigError, match="unknown provider"):
        dialect_for_provider("cockroach")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "cockroachdb", "CockroachDB"])
def test_a_url_is_read_as_its_parent_reads_it(scheme):
    target = DIALECT.driver.parse_url(f"{scheme}://root:s%40crt@db:26257/shop?sslmode=require", Path("/"))
    assert (target.dialect, target.host, target.port, target.database) == ("cockroachdb", "db", 26257, "shop")
    assert target.password == "s@crt"
    assert target.display == "postgresql://root@db:26257/shop"


def test_a_url_of_something_else_is_refused():
    with pytest.raises(ConfigError) as caught:
        DIALECT.driver.parse_url("mysql://root@db/shop", Path("/"))
    assert caught.value.code == "P1013"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("CockroachDB CCL v24.1.3 (x86_64-pc-linux-gnu, built 2024/08/01)", (24, 1)),
        ("CockroachDB OSS v22.2.19", (22, 2)),
        ("PostgreSQL 15.8 on x86_64", None),
    ],
)
def test_the_version_is_read_out_of_the_servers_words(text, version):
    assert version_of(text) == version


def test_a_server_of_another_kind_is_refused(postgres_url, tmp_path):
    target = DIALECT.driver.parse_url(postgres_url, tmp_path)
    with pytest.raises(ConfigError, match="isn't CockroachDB") as caught:
        DIALECT.driver.connect(target)
    assert caught.value.code == "P1013"
    assert "PostgreSQL" in (caught.value.why or "")


def test_schema_changes_run_one_by_one_and_rows_together():
    script = """
        CREATE TABLE "t" ("a" INT4);
        INSERT INTO "t" VALUES (1);
        UPDATE "t" SET "a" = 2;
        ALTER TYPE "e" ADD VALUE 'x';
        DROP TABLE "t" CASCADE;
    """
    plan = plan_script(script, DIALECT)
    kinds = [(segment.kind, len(segment.statements)) for segment in plan.segments]
    alone = (SegmentKind.ALONE, 1)
    assert kinds == [alone, (SegmentKind.ATOMIC, 2), alone, alone]
    assert not plan.is_atomic
    assert "one by one" in (plan.segments[0].statements[0].facts.outside_transaction or "")


def test_a_transaction_of_the_author_is_left_as_it_is():
    plan = plan_script("BEGIN; CREATE TABLE t (a INT4); COMMIT;", DIALECT)
    assert [segment.kind for segment in plan.segments] == [SegmentKind.OWN]


def test_there_is_no_lock_to_be_had():
    driver = DIALECT.driver
    assert driver.try_lock(None) is True
    assert driver.lock_holder(None) is None
