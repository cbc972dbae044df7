"""Whole histories of real products: deployed from the first migration to the last, up to date, and like their schema.

What a history and its schema file differ in is what the genuine engine reports, too: nothing, but for the indexes named
here.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from commandline import Project

HISTORIES = (
    Path(os.environ.get("PARITY_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "corpus" / "histories"
)

UMAMI = '-- CreateIndex\nCREATE INDEX "session_replay_visit_id_idx" ON "session_replay"("visit_id");\n'
LITELLM = (
    '-- CreateIndex\nCREATE INDEX "LiteLLM_SpendLogs_litellm_call_id_idx" '
    'ON "LiteLLM_SpendLogs"("litellm_call_id");\n\n'
    '-- CreateIndex\nCREATE INDEX "LiteLLM_SpendLogs_api_key_startTime_idx" '
    'ON "LiteLLM_SpendLogs"("api_key", "startTime");\n'
)


@pytest.mark.parametrize(
    ("name", "url_fixture", "variable", "expected"),
    [
        ("umami", "postgres_url", "DATABASE_URL", UMAMI),
        ("umami_v2_postgresql", "postgres_url", "DATABASE_URL", ""),
        ("documenso", "postgres_url", "NEXT_PRIVATE_DATABASE_URL", ""),
        ("litellm", "postgres_url", "DATABASE_URL", LITELLM),
        ("pingvin-share", "sqlite_url", "DATABASE_URL", ""),
        ("coolify_v3", "sqlite_url", "COOLIFY_DATABASE_URL", ""),
    ],
)
def test_a_real_history_deploys_and_leads_to_its_schema(
    name: str, url_fixture: str, variable: str, expected: str, project: Project, request: pytest.FixtureRequest
) -> None:
    if not (HISTORIES / name).is_dir():
        pytest.skip(f"NOT RUN: the real migration histories are not at {HISTORIES}")
    url: str = request.getfixturevalue(url_fixture)
    shutil.copytree(HISTORIES / name, project.folder / "prisma")
    project.env = {variable: url, "NEXT_PRIVATE_DIRECT_DATABASE_URL": url}
    count = len(list(project.migrations_folder.glob("*/migration.sql")))
    assert count >= 10

    deployed = json.loads(project.run("migrate", "deploy", "--json", timeout=300).succeeded().stdout)
    assert len(deployed["applied"]) == count
    status = json.loads(project.run("migrate", "status", "--json").succeeded().stdout)
    assert status["verdict"] == "up to date"
    assert status["roundTrips"] <= 4
    compared = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--script", "--exit-code")
    difference = project.run(*compared, "--to-schema", "prisma/schema.prisma", timeout=300)
    wanted = (2, expected) if expected else (0, "-- This is an empty migration.\n")
    assert (difference.exit_code, difference.stdout) == wanted, difference.output
    live = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--to-url", url, "--exit-code")
    assert project.run(*live, timeout=300).succeeded().stdout == "No difference detected.\n"
