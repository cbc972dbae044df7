"""The files that `init --platform` writes, run: the entrypoint of many replicas, the steps of the workflow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from ruamel.yaml import YAML

from commandline import Project, clean_environment
from platform_projects import init, node_back_end, python_back_end, text

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

SECRET = "s3cr3t-t0ken"


def environment(project: Project, **extra: str) -> dict[str, str]:
    """What a container has: the database's URL, and `parity` on the path."""
    programs = project.folder.parent / "programs"
    programs.mkdir(exist_ok=True)
    parity = programs / "parity"
    parity.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m parity "$@"\n')
    parity.chmod(0o755)
    own = clean_environment(project.parity.home, {**project.env, **extra})
    return {**own, "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"}


def replica(project: Project) -> subprocess.Popen[str]:
    """A container that starts."""
    command = ["sh", str(project.folder / "docker-entrypoint.sh"), "sh", "-c", "echo serving; exit 7"]
    return subprocess.Popen(
        command,
        cwd=project.folder,
        env=environment(project),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_of_six_replicas_that_start_at_once_one_migrates_and_all_serve(project: Project, postgres_url: str) -> None:
    python_back_end(project).use_database(postgres_url)
    project.write_migration(
        "20250101000000_slow", "CREATE TABLE a (id int); SELECT pg_sleep(1);", provider="postgresql"
    )
    init(project, "docker")
    started = [replica(project) for _ in range(6)]
    outputs = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [7] * 6
    assert [output.splitlines()[-1] for output in outputs] == ["serving"] * 6
    assert sql(postgres_url, "SELECT count(*) FROM _prisma_migrations") == [(1,)]
    assert sum("Applied 20250101000000_slow" in output for output in outputs) == 1, outputs


def test_a_migration_that_fails_stops_the_container(project: Project, postgres_url: str) -> None:
    python_back_end(project).use_database(postgres_url)
    project.write_migration("20250101000000_wrong", "CREATE TABLE a (id nonsense);", provider="postgresql")
    init(project, "docker")
    process = replica(project)
    output = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert "P3018" in output
    assert "serving" not in output


# --- the workflow -----------------------------------------------------------------------------------------------------


@dataclass
class Comments:
    """The comments of one pull request, kept by a server that speaks as much of GitHub's API as the step needs."""

    url: str = ""
    kept: list[dict[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, value: dict[str, str] | None) -> object:
        self.asked.append(f"{method} {path}")
        place = urlsplit(path)
        if method == "GET":
            query = parse_qs(place.query)
            page, size = int(query["page"][0]), int(query["per_page"][0])
            return self.kept[(page - 1) * size : page * size]
        assert value is not None
        if method == "POST":
            assert place.path == "/repos/acme/shop/issues/12/comments"
            self.kept.append({"id": len(self.kept) + 1, "user": {"login": "github-actions[bot]"}, **value})
            return self.kept[-1]
        number = int(place.path.removeprefix("/repos/acme/shop/issues/comments/"))
        self.kept[number - 1] |= value
        return self.kept[number - 1]


@pytest.fixture
def comments() -> Iterator[Comments]:
    held = Comments()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            assert self.headers["Authorization"] == f"Bearer {SECRET}"
            length = int(self.headers.get("Content-Length") or 0)
            value = json.loads(self.rfile.read(length)) if length else None
            answer = json.dumps(held.answer(self.command, self.path, value)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = handle_any

        def log_message(self, format: str, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    held.url = f"http://127.0.0.1:{server.server_port}"
    yield held
    server.shutdown()
    thread.join()
    server.server_close()


def steps(project: Project, job: str) -> dict[str, str]:
    """The commands of a job by their step's name, or their first words."""
    workflow = YAML(typ="safe").load(text(project, ".github/workflows/parity.yml"))
    found = [step for step in workflow["jobs"][job]["steps"] if "run" in step]
    return {step.get("name", " ".join(step["run"].split()[:3])): step["run"] for step in found}


def run_step(project: Project, script: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """A step, run as GitHub runs it."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=project.folder,
        env=environment(project, RUNNER_TEMP=str(project.folder.parent), **extra),
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


def comment(project: Project, comments: Comments, said: str | None) -> None:
    result = project.folder.parent / "parity.md"
    if said is None:
        result.unlink(missing_ok=True)
    else:
        result.write_text(said, encoding="utf-8")
    done = run_step(
        project,
        steps(project, "check")["Comment on the pull request"],
        GITHUB_TOKEN=SECRET,
        GITHUB_API_URL=comments.url,
        GITHUB_REPOSITORY="acme/shop",
        PULL_REQUEST="12",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_comment_is_made_once_and_then_written_anew(project: Project, comments: Comments) -> None:
    init(python_back_end(project), "github-actions")
    stranger = {"id": 1, "user": {"login": "eve"}, "body": "<!-- parity-check -->\nall is well"}
    comments.kept.append(dict(stranger))
    comment(project, comments, "in sync")
    comment(project, comments, "<!-- parity-check -->\nthe column “größe” differs")
    assert comments.kept == [
        stranger,
        {
            "id": 2,
            "user": {"login": "github-actions[bot]"},
            "body": "<!-- parity-check -->\nthe column “größe” differs",
        },
    ]


def test_the_comment_is_found_behind_a_hundred_others(project: Project, comments: Comments) -> None:
    init(python_back_end(project), "github-actions")
    comments.kept += [{"id": n, "user": {"login": "ada"}, "body": "+1"} for n in range(1, 131)]
    comment(project, comments, "in sync")
    comment(project, comments, None)
    assert len(comments.kept) == 131
    assert comments.kept[-1]["body"] == "<!-- parity-check -->\nParity couldn't compare: see the log of this job."
    assert [line.partition("?")[0] for line in comments.asked[-3:]] == [
        "GET /repos/acme/shop/issues/12/comments",
        "GET /repos/acme/shop/issues/12/comments",
        "PATCH /repos/acme/shop/issues/comments/131",
    ]


def test_the_steps_that_migrate_run(project: Project, postgres_url: str) -> None:
    node_back_end(project).use_database(postgres_url)
    project.write_migration("20250101000000_first", "CREATE TABLE a (id int);", provider="postgresql")
    init(project, "github-actions")
    for job in ("check", "deploy"):
        assert next(iter(steps(project, job))) == "pip install 'parity-db[postgres]==0.1.0'"
        for name, script in steps(project, job).items():
            if name.startswith("parity "):
                assert run_step(project, script).returncode == 0, (job, name)
    assert sql(postgres_url, "SELECT migration_name FROM _prisma_migrations") == [("20250101000000_first",)]


def test_the_comparison_of_a_pull_request_runs_and_its_exit_code_is_the_job_s(
    project: Project, postgres_url: str, comments: Comments
) -> None:
    python_back_end(project).use_database(postgres_url)
    project.write_schema("model A {\n  id Int @id\n}\n", provider="postgresql")
    sql_of_a = 'CREATE TABLE "A" (\n  "id" INTEGER NOT NULL,\n  CONSTRAINT "A_pkey" PRIMARY KEY ("id")\n);\n'
    project.write_migration("20250101000000_first", sql_of_a, provider="postgresql")
    init(project, "github-actions")
    script = steps(project, "check")["Compare schema, migrations and database"]
    summary = project.folder.parent / "summary.md"
    said = []
    assert run_step(project, steps(project, "check")["parity migrate deploy"]).returncode == 0
    for schema, code in (("model A {\n  id Int @id\n}\n", 0), ("model A {\n  id Int @id\n  tag String?\n}\n", 2)):
        project.write_schema(schema, provider="postgresql")
        assert run_step(project, script, GITHUB_STEP_SUMMARY=str(summary)).returncode == code
        result = (project.folder.parent / "parity.md").read_text(encoding="utf-8")
        comment(project, comments, result)
        said.append(result)
    assert summary.read_text(encoding="utf-8") == "".join(said)
    assert [one["body"] for one in comments.kept] == [said[1]]
    assert "`tag`" in said[1]


def test_the_workflow_gives_no_more_rights_than_it_needs(project: Project) -> None:
    init(python_back_end(project), "github-actions")
    workflow = YAML(typ="safe").load(text(project, ".github/workflows/parity.yml"))
    assert set(workflow["on"]) == {"pull_request", "push"}
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["check"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert "secrets" not in json.dumps(workflow["jobs"]["check"])
    assert workflow["jobs"]["deploy"]["concurrency"] == {"group": "parity-deploy", "cancel-in-progress": False}
    assert workflow["jobs"]["deploy"]["env"] == {"DATABASE_URL": "${{ secrets.DATABASE_URL }}"}


def test_the_shell_takes_every_script(project: Project) -> None:
    init(python_back_end(project), "github-actions", "docker")
    scripts = [*steps(project, "check").values(), *steps(project, "deploy").values()]
    assert len(scripts) == 7
    for script in (*scripts, text(project, "docker-entrypoint.sh")):
        subprocess.run(["sh", "-n", "-c", script], check=True)
