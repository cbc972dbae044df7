"""From one schema file to another: the SQL, the warnings and the summary, as whole files.

Each case is a folder below tests/golden/diff with old.prisma (none: an empty database) and new.prisma. What is written
there is also run on a real database, which must then have nothing left to change.

No test has a CockroachDB server: there up.sql and summary.txt are the recorded answers of Prisma's engine, but for
crdb_sequences, where the engine writes what the server refuses, or nothing.
"""

from pathlib import Path

import pytest

from parity.diagnostics import SourceFile
from parity.dialects.registry import dialect_for_provider
from parity.diff.compare import diff
from parity.lower import lower
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.psl import parse
from parity.psl.model import Datamodel
from parity.schema.model import EMPTY, Schema
from replaying import replay

CASES = Path(__file__).parents[2] / "golden" / "diff"
NAMES = sorted(folder.parent.name for folder in CASES.glob("*/new.prisma"))
WITHOUT_SERVER = "crdb_"


def read(name: str, file: str) -> Datamodel | None:
    path = CASES / name / file
    if not path.exists():
        return None
    datamodel, diagnostics = parse([SourceFile(file, path.read_text())])
    assert [d for d in diagnostics if d.severity == "error"] == []
    return datamodel


def sides(name: str) -> tuple[Schema, Schema, Datamodel]:
    old, new = read(name, "old.prisma"), read(name, "new.prisma")
    assert new is not None and new.datasource is not None
    dialect = dialect_for_provider(new.datasource.provider)
    return EMPTY if old is None else lower(old, dialect), lower(new, dialect), new


def test_there_are_cases():
    assert len(NAMES) > 20


@pytest.mark.parametrize("name", NAMES)
def test_the_script_and_the_summary_are_those_of_the_golden_files(name, golden):
    old, new, datamodel = sides(name)
    dialect = dialect_for_provider(datamodel.datasource.provider)
    plan = build_plan(diff(old, new, dialect), old, new, dialect)
    golden(f"diff/{name}/up.sql", script(plan, dialect, warnings=False))
    golden(f"diff/{name}/migration.sql", script(plan, dialect, warnings=True))
    golden(f"diff/{name}/summary.txt", summary(plan, old, new, dialect))


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(WITHOUT_SERVER)])
def test_the_script_leads_a_real_database_to_the_wanted_schema(name, request, tmp_path):
    old, new, datamodel = sides(name)
    dialect = dialect_for_provider(datamodel.datasource.provider)
    target = None
    if not dialect.capabilities.scratch_is_file:
        target = dialect.driver.parse_url(request.getfixturevalue("postgres_url"), tmp_path)
    with dialect.driver.scratch(target) as session:
        assert replay(old, new, datamodel.datasource.schemas, session, dialect) is None


def test_without_changes_there_is_no_script(golden):
    old, new, datamodel = sides("pg_nothing_changes")
    dialect = dialect_for_provider(datamodel.datasource.provider)
    plan = build_plan(diff(old, new, dialect), old, new, dialect)
    assert (plan.steps, script(plan, dialect, warnings=True)) == ((), "")
