"""examples/team-billing as a platform runs it: build, migrate, serve; a second release; a database changed by hand."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg2
import pytest
from ruamel.yaml import YAML

from commandline import Project, Run, clean_environment
from serving import Server, serving

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "team-billing"
MADE_BY_INIT = (
    ".do/app.yaml",
    ".github/workflows/parity.yml",
    "Dockerfile",
    "docker-entrypoint.sh",
    ".dockerignore",
)


class Release:
    """The example in a folder of its own, and what a platform does with it."""

    def __init__(self, project: Project, home: Path) -> None:
        self.project = project
        self.home = home
        spec = YAML(typ="safe").load((project.folder / ".do" / "app.yaml").read_text(encoding="utf-8"))
        self.migrate = shlex.split(spec["jobs"][0]["run_command"])
        self.start: str = spec["services"][0]["run_command"]

    def environment(self, url: str) -> dict[str, str]:
        """What the platform gives to a process. On port 0 the system chooses a free one."""
        clean = clean_environment(self.home, {"DATABASE_URL": url, "PORT": "0"})
        return {**clean, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"}

    def build(self) -> None:
        """Compile the application, without a database."""
        subprocess.run([sys.executable, "-m", "compileall", "-q", "app"], cwd=self.project.folder, check=True)

    def deploy(self, url: str) -> Run:
        """Run the job before the deployment."""
        program, *arguments = self.migrate
        assert program == "parity"
        return self.project.run(*arguments, env={"DATABASE_URL": url})

    @contextmanager
    def started(self, url: str, entrypoint: str = "", name: str = "server") -> Iterator[Server]:
        """Run the service's command, as the platform's shell does, behind an entrypoint if there is one."""
        command = ["sh", "-c", f"exec {entrypoint} {self.start}"]
        log = self.home / f"{name}.log"
        with serving(command, self.project.folder, self.environment(url), log) as server:
            yield server


@pytest.fixture
def release(project: Project, tmp_path: Path) -> Release:
    folder = tmp_path / "team-billing"
    shutil.copytree(
        EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".env", ".venv", "build", "*.egg-info")
    )
    project.folder = folder
    home = tmp_path / "logs"
    home.mkdir()
    return Release(project, home)


def make_release_2(release: Release, local: str) -> None:
    """A column that the API shows, and another limit for accountants: made by `migrate dev` on a local database."""
    project = release.project
    project.use_database(local)
    project.run("migrate", "dev").succeeded()
    _edit(project.schema_file, "\n  member      team", "\n  note        String?\n  member      team")
    _edit(
        project.folder / "app/api/invoices.py",
        "approver_id: str | None",
        "approver_id: str | None\n    note: str | None",
    )
    _edit(project.folder / "prisma/data/team_roles.yaml", "approval_limit: 1000\n", "approval_limit: 2000\n")
    project.run("migrate", "dev", "--name", "invoice_notes").succeeded()
    text = list(project.migrations().values())[-1]
    assert """UPDATE "team_roles" SET "approval_limit" = 2000 WHERE "id" = 'role-accountant';""" in text
    assert "reference data  ok" in project.run("check").succeeded().stdout


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def limits(server: Server) -> dict[str, str | None]:
    """The roles that the API gives, with their limits."""
    status, roles = server.ask("/api/team/roles")
    assert status == 200
    return {role["name"]: role["approval_limit"] for role in roles}


def add_member(server: Server, name: str, role: str) -> str:
    member = {"email": f"{name}@example.com", "name": name, "role_id": role}
    status, made = server.ask("/api/team/members", member)
    assert (status, made["role_id"]) == (201, role)
    found: str = made["id"]
    return found


def sql(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


ROLES = {
    "Accountant": "1000.00",
    "Finance Manager": "50000.00",
    "Owner": None,
    "Project Manager": "10000.00",
    "Viewer": "0.00",
}


def test_two_releases_are_deployed_and_serve(release: Release, new_postgres_database: Callable[[], str]) -> None:
    production = new_postgres_database()
    release.build()
    release.deploy(production).succeeded()

    with release.started(production) as server:
        assert server.ask("/healthz") == (200, {"status": "ok"})
        assert limits(server) == ROLES
        accountant = add_member(server, "ada", "role-accountant")
        manager = add_member(server, "bob", "role-finance-manager")
        _invoices_are_held_to_the_limits(server, accountant, manager)
        _uploads_are_held_to_the_quota(server, accountant)
        _what_cannot_be_done_is_said(server)

    make_release_2(release, new_postgres_database())
    release.build()
    with release.started(production) as server:
        assert "invoice_notes isn't applied" in server.refused()
    assert "_invoice_notes" in release.deploy(production).succeeded().stdout

    with release.started(production) as server:
        assert limits(server) == {**ROLES, "Accountant": "2000.00"}
        assert [member["name"] for member in server.ask("/api/team/members")[1]] == ["ada", "bob"]
        status, made = server.ask("/api/invoices", {"number": "2", "amount": "1000.01"}, **{"X-Member": accountant})
        assert (status, made["note"]) == (201, None)
    release.project.run("check", env={"DATABASE_URL": production}).succeeded()


def _invoices_are_held_to_the_limits(server: Server, accountant: str, manager: str) -> None:
    as_accountant, as_manager = {"X-Member": accountant}, {"X-Member": manager}
    assert server.ask("/api/invoices", {"number": "1", "amount": "1000.01"}, **as_accountant) == (
        403,
        {"detail": "1000.01 is above the limit of the role Accountant, which is 1000.00."},
    )
    status, invoice = server.ask("/api/invoices", {"number": "1", "amount": "1000.00"}, **as_accountant)
    assert (status, invoice["status"], invoice["amount"]) == (201, "pending", "1000.00")
    assert server.ask("/api/invoices", {"number": "1", "amount": "5"}, **as_accountant) == (
        409,
        {"detail": "There is an invoice 1 already."},
    )
    approve = f"/api/invoices/{invoice['id']}/approve"
    refusal = {"detail": "The role Accountant approves no invoices."}
    assert server.ask(approve, {}, **as_accountant) == (403, refusal)
    status, approved = server.ask(approve, {}, **as_manager)
    assert (status, approved["status"], approved["approver_id"]) == (200, "approved", manager)
    assert server.ask(approve, {}, **as_manager) == (409, {"detail": "Invoice 1 is approved already."})
    status, own = server.ask("/api/invoices", {"number": "9", "amount": "1"}, **as_manager)
    assert server.ask(f"/api/invoices/{own['id']}/approve", {}, **as_manager) == (
        403,
        {"detail": "Nobody approves an invoice of their own."},
    )


def _uploads_are_held_to_the_quota(server: Server, accountant: str) -> None:
    asking = {"X-Member": accountant}
    assert server.ask("/api/uploads", {"path": "a.pdf", "bytes": 999_999}, **asking)[0] == 201
    assert server.ask("/api/uploads", {"path": "b.pdf", "bytes": 2}, **asking) == (
        403,
        {"detail": "2 bytes are too many: 999999 of 1000000 are used."},
    )
    assert server.ask("/api/uploads", {"path": "b.pdf", "bytes": 1}, **asking)[0] == 201


def _what_cannot_be_done_is_said(server: Server) -> None:
    nobody = {"X-Member": "nobody"}
    assert server.ask("/api/uploads", {"path": "c", "bytes": 1}, **nobody) == (
        401,
        {"detail": "There is no member nobody."},
    )
    unknown = {"email": "cy@example.com", "name": "cy", "role_id": "king"}
    assert server.ask("/api/team/members", unknown) == (422, {"detail": "There is no role king."})
    again = {"email": "ada@example.com", "name": "ada", "role_id": "role-viewer"}
    assert server.ask("/api/team/members", again) == (409, {"detail": "ada@example.com is a member already."})


def test_a_column_changed_by_hand_stops_the_deployment_and_the_start(
    release: Release, new_postgres_database: Callable[[], str]
) -> None:
    production = new_postgres_database()
    release.deploy(production).succeeded()
    sql(production, "ALTER TABLE invoices ALTER COLUMN amount TYPE numeric(14,2)")
    with release.started(production) as server:
        refusal = server.refused()
    assert "isn't where this application expects it to be" in refusal
    assert "[*] Altered column `amount` (type changed)" in refusal

    make_release_2(release, new_postgres_database())
    stopped = release.deploy(production).exited(3)
    assert "[*] Changed the `invoices` table\n    [*] Altered column `amount` (type changed)\n" in stopped.stderr
    names = sql(production, "SELECT migration_name FROM _prisma_migrations WHERE migration_name LIKE '%notes'")
    assert names == []


def test_four_replicas_start_at_once_and_one_of_them_migrates(release: Release, postgres_url: str) -> None:
    with ExitStack() as stack:
        replicas = [
            stack.enter_context(release.started(postgres_url, "sh docker-entrypoint.sh", f"replica-{number}"))
            for number in range(4)
        ]
        assert [limits(replica) for replica in replicas] == [ROLES] * 4
        migrated = [replica for replica in replicas if "Applied 2" in replica.output()]
        assert len(migrated) == 1
    rows = sql(postgres_url, "SELECT migration_name, count(*) FROM _prisma_migrations GROUP BY 1 ORDER BY 1")
    assert rows == [(name, 1) for name in release.project.migrations()]


def test_its_files_are_those_that_init_writes(release: Release) -> None:
    project = release.project
    shown = {path: (project.folder / path).read_text(encoding="utf-8") for path in MADE_BY_INIT}
    for path in MADE_BY_INIT:
        (project.folder / path).unlink()
    platforms = [("--platform", name) for name in ("digitalocean", "github-actions", "docker")]
    project.run("init", *(word for pair in platforms for word in pair)).succeeded()
    assert {path: (project.folder / path).read_text(encoding="utf-8") for path in MADE_BY_INIT} == shown
    found = project.run("doctor").succeeded().stdout
    assert found == "Nothing is wrong in .do/app.yaml, .github/workflows/parity.yml, Dockerfile\n"
