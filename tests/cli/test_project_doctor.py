"""`parity doctor`: each finding in a real project, and what isn't one."""

from __future__ import annotations

import json

import pytest

from commandline import Project
from platform_projects import git, init, node_back_end, python_back_end, text, write

PASSWORD = "hunter2hunter2"
URL = f"postgresql://app:{PASSWORD}@db.acme.io:5432/shop"


def found(project: Project) -> list[tuple[str, str | None]]:
    """(code, file:line) of each finding, by --json; the exit code says the same, and no password is shown."""
    run = project.run("doctor", "--json")
    assert PASSWORD not in run.output
    findings = json.loads(run.stdout)["findings"]
    assert run.exit_code == (2 if findings else 0)
    return [(one["code"], f"{one['file']}:{one['line']}" if one["line"] else one["file"]) for one in findings]


def spec(project: Project, component: str, *, variable: str = "") -> None:
    """An app spec with one service, `web`."""
    python_back_end(project)
    write(project, "requirements.txt", "parity-db[postgres]==0.1.0\n")
    write(project, ".do/app.yaml", f"name: shop\nservices:\n  - name: web\n{component}    envs:\n{variable}")


# --- PAR801 -----------------------------------------------------------------------------------------------------------


def test_a_deployment_that_never_migrates(project: Project) -> None:
    spec(project, "    run_command: uvicorn main:app\n")
    assert project.run("doctor").exited(2).stdout == (
        ".do/app.yaml:3: PAR801: the deployment (App Platform) never applies the migrations\n"
        "    Why: new code then starts on the old schema; no command of it runs parity migrate deploy, or Prisma's\n"
        "    Fix: `parity init --platform digitalocean` adds a job that migrates before each deployment\n"
        "\n"
        "Found 1 mistake.\n"
    )
    init(project, "digitalocean")
    assert found(project) == []


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("Procfile", "web: gunicorn shop:app\n", 1),
        ("Dockerfile", "FROM python:3.12\nCMD python main.py # parity migrate deploy\n", 1),
        ("compose.yaml", "services:\n  db:\n    image: postgres\n  web:\n    build: .\n", 4),
        (".github/workflows/ship.yml", "on: push\njobs:\n  deploy:\n    steps:\n      - run: ./ship.sh\n", 3),
        ("deploy.Dockerfile", "FROM python:3.12\n# RUN parity migrate deploy\n", 1),
    ],
)
def test_each_platform_s_files_are_read(project: Project, path: str, content: str, line: int) -> None:
    python_back_end(project)
    write(project, path, content)
    assert found(project) == [("PAR801", f"{path}:{line}")]


def test_a_node_back_end_s_scripts_are_read(project: Project) -> None:
    node_back_end(project)
    assert found(project) == [("PAR801", "package.json:5")]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("Procfile", "release: npx prisma@6.1.0 migrate deploy --schema db/schema.prisma\nweb: x\n"),
        ("Procfile", "web: make serve\n"),
        ("Procfile", "web: bash -c 'DATABASE_URL=$X exec /opt/parity/bin/parity migrate deploy && gunicorn x'\n"),
        ("fly.toml", 'app = "shop"\n[deploy]\n  release_command = "parity migrate deploy"\n'),
        ("k8s/web.yaml", 'spec:\n  initContainers:\n  - command: ["npx", "prisma", "migrate", "deploy"]\n'),
        ("deploy/job.yml", "a: b\n---\ncommand:\n- parity\n- migrate\n- deploy\n"),
        ("Procfile", "web: node scripts/migrate.mjs && node .\n"),
        ("compose.yaml", "services:\n  web:\n    image: acme/shop\n    command: prisma migrate deploy\n"),
        ("Dockerfile", "FROM x\nRUN <<END\nset -e\nparity migrate deploy\nEND\nCMD x\n"),
        ("Procfile", "release: uv run python -m parity migrate deploy\n"),
        ("Procfile", "release: scripts/release.sh\n"),
        ("Dockerfile", 'FROM x\nCOPY . /app\nENTRYPOINT ["/app/scripts/release.sh"]\n'),
        ("Dockerfile", 'FROM x\nCMD ["sh", "-c", "set -e; parity migrate deploy; exec server"]\n'),
        ("compose.yaml", "services:\n  web:\n    build: .\n    command: [parity, migrate, deploy]\n"),
        (
            ".github/workflows/ship.yml",
            "on: [push]\njobs:\n  deploy:\n    steps:\n      - run: |\n          make serve\n",
        ),
    ],
)
def test_whatever_way_migrations_are_applied_it_is_seen(project: Project, path: str, content: str) -> None:
    python_back_end(project)
    write(project, "Makefile", "X := 1\nother serve: build\n\t@parity migrate deploy\n\tgunicorn x\nlast:\n\techo\n")
    write(project, "scripts/release.sh", "#!/bin/sh\nset -e\nif ! parity \\\n  migrate deploy; then exit 1; fi\n")
    write(project, "scripts/migrate.mjs", 'run("npx prisma migrate deploy", { env })\n')
    write(project, "Dockerfile.web", "FROM x\nCMD gunicorn x\n")
    write(project, path, content)
    assert found(project) == []


def test_what_is_only_tried_in_a_pull_request_is_no_deployment(project: Project) -> None:
    init(python_back_end(project), "github-actions")
    workflow = text(project, ".github/workflows/parity.yml")
    last = workflow.rindex("      - run: parity migrate deploy")
    write(project, ".github/workflows/parity.yml", workflow[:last] + "      - run: ./ship.sh\n")
    assert [code for code, _ in found(project)] == ["PAR801"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (".do/app.yaml", "services:\n- name: web\n  dockerfile_path: backend/Dockerfile\n"),
        ("compose.yaml", "services:\n  web:\n    build: ./backend\n"),
        ("compose.yaml", "services:\n  web:\n    build:\n      context: backend\n      dockerfile: Dockerfile\n"),
    ],
)
def test_a_dockerfile_elsewhere_is_read_where_a_platform_names_it(project: Project, path: str, content: str) -> None:
    python_back_end(project)
    write(project, "backend/Dockerfile", 'FROM x\nCOPY go.sh /app/\nENTRYPOINT ["/app/go.sh"]\n')
    write(project, "backend/go.sh", "#!/bin/sh\nparity migrate deploy\n")
    write(project, path, content)
    assert found(project) == []
    write(project, "backend/go.sh", "#!/bin/sh\nparity db push && parity migrate deploy\n")
    assert found(project) == [("PAR804", "backend/go.sh:2")]


@pytest.mark.parametrize("name", ["deploy-docs", "pages", "release-to-npm"])
def test_a_job_that_ships_something_else_is_no_deployment(project: Project, name: str) -> None:
    python_back_end(project)
    job = f"  {name}:\n    environment: {{name: github-pages}}\n    steps:\n      - run: mkdocs build\n"
    write(project, ".github/workflows/docs.yml", f"on: push\njobs:\n{job}")
    assert found(project) == []


def test_a_project_that_is_deployed_nowhere_has_no_finding(project: Project) -> None:
    python_back_end(project)
    write(project, ".github/workflows/test.yml", "on: push\njobs:\n  test:\n    steps:\n      - run: pytest\n")
    write(project, "compose.yaml", "services:\n  db:\n    image: postgres:17\n")
    said = project.run("doctor").succeeded().stdout
    assert said == "Nothing is wrong in .github/workflows/test.yml\n"
    assert found(project) == []


# --- PAR802 -----------------------------------------------------------------------------------------------------------

VARIABLE = "      - key: DATABASE_URL\n        value: ${db.DATABASE_URL}\n"


@pytest.mark.parametrize(
    ("command", "scope", "findings"),
    [
        ("build_command: parity migrate deploy", "RUN_TIME", [("PAR802", ".do/app.yaml:6")]),
        ("build_command: parity migrate deploy", "RUN_AND_BUILD_TIME", []),
        ("build_command: parity migrate deploy", "BUILD_TIME", []),
        ("build_command: parity migrate deploy", None, []),
        ("run_command: parity migrate deploy", "BUILD_TIME", [("PAR802", ".do/app.yaml:6")]),
        ("run_command: parity migrate deploy", "RUN_TIME", []),
    ],
)
def test_a_scope_that_leaves_out_the_time_of_the_migrations(
    project: Project, command: str, scope: str | None, findings: list[tuple[str, str]]
) -> None:
    variable = VARIABLE if scope is None else f"{VARIABLE}        scope: {scope}\n"
    spec(project, f"    {command}\n", variable=variable)
    assert found(project) == findings


def test_the_scope_is_explained(project: Project) -> None:
    spec(project, "    build_command: parity migrate deploy\n", variable=f"{VARIABLE}        scope: RUN_TIME\n")
    assert project.run("doctor").exited(2).stdout == (
        ".do/app.yaml:6: PAR802: DATABASE_URL has the scope RUN_TIME, but web migrates while it is built\n"
        "    Why: the command in line 4 doesn't get the variable, and fails\n"
        "    Fix: give it the scope RUN_AND_BUILD_TIME, or migrate in a job of kind PRE_DEPLOY\n"
        "\n"
        "Found 1 mistake.\n"
    )


def test_a_component_s_own_variable_counts_before_the_app_s(project: Project) -> None:
    spec(project, "    build_command: parity migrate deploy\n", variable=f"{VARIABLE}        scope: BUILD_TIME\n")
    whole = f"{text(project, '.do/app.yaml')}envs:\n  - key: DATABASE_URL\n    scope: RUN_TIME\n"
    write(project, ".do/app.yaml", whole)
    assert found(project) == []


# --- PAR803 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "sign"),
    [
        (f"postgresql://app:{PASSWORD}@db.acme.io:6543/shop", "port 6543, Supabase's pool"),
        (f"postgresql://app:{PASSWORD}@ep-x-pooler.eu.neon.tech/shop", "-pooler in the host's name"),
        (f"postgresql://app:{PASSWORD}@db.acme.io/shop?pgbouncer=true", "pgbouncer=true"),
        (f"postgresql://app:{PASSWORD}@db.acme.io:25061/shop", "port 25061, DigitalOcean's pool"),
    ],
)
def test_a_pooler_s_url_for_migrations(project: Project, url: str, sign: str) -> None:
    python_back_end(project)
    write(project, ".env", f'# local\nexport DATABASE_URL="{url}"\n')
    assert project.run("doctor").exited(2).stdout == (
        f".env:2: PAR803: the URL for migrations in DATABASE_URL is that of a connection pooler ({sign})\n"
        "    Why: in a pooler's transaction mode neither the lock nor settings last, and CREATE INDEX CONCURRENTLY is "
        "refused\n"
        "    Fix: give the server's own URL to migrations: put it into a second variable, and name that one in the "
        'datasource block: directUrl = env("DIRECT_URL")\n'
        "\n"
        "Found 1 mistake.\n"
    )


def test_with_a_direct_url_the_pooler_is_none_of_our_business(project: Project) -> None:
    python_back_end(project)
    schema = text(project, "prisma/schema.prisma").replace("}", '  directUrl = env("DIRECT_URL")\n}')
    write(project, "prisma/schema.prisma", schema)
    write(project, ".env", f"DATABASE_URL=postgresql://a:{PASSWORD}@db.acme.io:6543/x\nDIRECT_URL={URL}\n")
    assert found(project) == []
    write(project, ".env", f"DATABASE_URL={URL}\nDIRECT_URL=postgresql://a:{PASSWORD}@db.acme.io:6543/x\n")
    assert found(project) == [("PAR803", ".env:2")]


def test_a_pool_of_app_platform_is_seen_where_it_migrates_and_nowhere_else(project: Project) -> None:
    spec(project, "    run_command: x\n", variable=VARIABLE)
    init(project, "digitalocean")
    assert found(project) == []
    given = text(project, ".do/app.yaml")
    first = given.index("${db.")
    write(project, ".do/app.yaml", given[:first] + given[first:].replace("${db.", "${db.pool.", 1))
    assert found(project) == []
    write(project, ".do/app.yaml", given.replace("${db.", "${db.pool."))
    assert [code for code, _ in found(project)] == ["PAR803"]


# --- PAR804 -----------------------------------------------------------------------------------------------------------


def test_a_command_for_developers_in_a_start_script(project: Project) -> None:
    node_back_end(project)
    package = json.loads(text(project, "package.json"))
    package["devDependencies"] = {"prisma": "6.1.0"}
    package["scripts"] |= {"start": "npm run db && node .", "db": "prisma db push --accept-data-loss"}
    package["scripts"] |= {"dev": "prisma migrate dev", "build": "prisma migrate deploy"}
    write(project, "package.json", json.dumps(package, indent=2))
    assert project.run("doctor").exited(2).stdout == (
        "package.json:6: PAR804: the deployment runs prisma db push --accept-data-loss (start, called from "
        "package.json:4)\n"
        "    Why: it goes on where rows are lost, and nobody is asked\n"
        "    Fix: run `parity migrate deploy` in its place; it applies the migrations that are committed, and no more\n"
        "\n"
        "Found 1 mistake.\n"
    )


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        ("npx prisma@6.1.0 db push", ["PAR801", "PAR804"]),
        ("parity db push; parity migrate deploy", ["PAR804"]),
        ("parity migrate deploy && parity migrate dev --name x", ["PAR804"]),
        ("parity migrate reset --force && parity migrate deploy", ["PAR804"]),
        ("echo 'never run prisma db push' && parity migrate deploy # parity db push", []),
        ("parity migrate deploy && parity migrate status && parity db seed", []),
    ],
)
def test_commands_of_a_release(project: Project, command: str, codes: list[str]) -> None:
    python_back_end(project)
    write(project, "Procfile", f"release: {command}\n")
    assert [code for code, _ in found(project)] == codes


def test_a_trial_may_do_what_it_likes_with_its_own_database(project: Project) -> None:
    python_back_end(project)
    job = "  test:\n    services: {db: {image: postgres}}\n    steps:\n      - run: parity db push --accept-data-loss\n"
    write(project, ".github/workflows/test.yml", f"on: push\njobs:\n{job}")
    assert found(project) == []


# --- PAR805 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        ("requirements.txt", "fastapi\nparity-db[postgres]\n", 2),
        ("requirements.txt", "Parity_DB>=0.1  # newest\n", 1),
        ("requirements.txt", "parity-db==0.*\n", 1),
        ("requirements.txt", "parity-db == 0.1.0 ; python_version > '3.10'\n", None),
        ("requirements.txt", "parity-db[postgres]==0.1.0 --hash=sha256:abc\n", None),
        ("requirements.txt", "# parity-db\nparity-db-extra\n", None),
        ("requirements-prod.txt", "parity-db @ git+https://x.example/parity@abc\nparity-db~=0.1\n", 2),
        ("pyproject.toml", '[project]\nname = "parity-db"\nversion = "1"\n', None),
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = [\n  "parity-db>=0.1",\n]\n', 4),
        ("pyproject.toml", '[dependency-groups]\nops = ["parity-db[postgres]==0.1.0"]\n', None),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.12"\nparity-db = "^0.1"\n', 3),
        ("pyproject.toml", '[tool.poetry.group.ops.dependencies]\nparity-db = { version = "==0.1.0" }\n', None),
        ("Dockerfile", "FROM x\nRUN pip install \\\n  'parity-db[postgres]'\nCMD parity migrate deploy\n", 2),
        ("Dockerfile", "FROM x\nRUN /v/bin/pip install parity-db==0.1.0\nCMD parity migrate deploy\n", None),
        ("Dockerfile", "FROM x\nRUN pip install parity-db==$VERSION\nCMD parity migrate deploy\n", None),
        ("Procfile", "release: npx prisma migrate deploy\n", 1),
        ("Procfile", "release: npx --yes prisma@6.1.0 migrate deploy\n", None),
        ("Procfile", "release: uvx --from parity-db parity migrate deploy\n", 1),
        (".github/workflows/t.yml", "on: push\njobs:\n  t:\n    steps:\n      - run: pip install -U parity-db\n", 5),
    ],
)
def test_a_version_that_isn_t_fixed(project: Project, path: str, content: str, line: int | None) -> None:
    python_back_end(project)
    write(project, path, content)
    assert found(project) == ([] if line is None else [("PAR805", f"{path}:{line}")])


def test_a_lock_file_fixes_the_version_of_pyproject(project: Project) -> None:
    python_back_end(project)
    write(project, "pyproject.toml", '[project]\nname = "x"\ndependencies = ["parity-db>=0.1"]\n')
    assert found(project) == [("PAR805", "pyproject.toml:3")]
    write(project, "uv.lock", "version = 1\n")
    assert found(project) == []


def test_the_prisma_of_package_json_is_fixed_there(project: Project) -> None:
    node_back_end(project)
    package = json.loads(text(project, "package.json"))
    package["scripts"]["start"] = "npx prisma migrate deploy && node ."
    write(project, "package.json", json.dumps(package, indent=1))
    assert found(project) == [("PAR805", "package.json:4")]
    package["devDependencies"] = {"prisma": "6.1.0"}
    write(project, "package.json", json.dumps(package, indent=1))
    assert found(project) == []


# --- PAR806 -----------------------------------------------------------------------------------------------------------


def test_migrations_out_of_order(project: Project) -> None:
    python_back_end(project)
    for name in ("0_init", "20250101000000_users", "20250102000000_plans", "20250102000000_teams", "rights"):
        project.write_migration(name, "SELECT 1;", provider="postgresql")
    assert found(project) == [
        ("PAR806", "prisma/migrations/20250102000000_teams"),
        ("PAR806", "prisma/migrations/rights"),
    ]
    assert (
        project.run("doctor")
        .exited(2)
        .stdout.startswith(
            "prisma/migrations/20250102000000_teams: PAR806: 20250102000000_teams has the same number as "
            "20250102000000_plans\n"
        )
    )


# --- PAR807, PAR808 ---------------------------------------------------------------------------------------------------


def test_an_env_file_that_git_has(project: Project) -> None:
    python_back_end(project)
    for path in (".env", "prisma/.env", ".env.example", ".env.production", ".env.staging", ".env.local", "x.env"):
        write(project, path, "PORT=8080\n")
    write(project, ".env.staging", f"DATABASE_URL={URL}\n")
    assert found(project) == []
    git(project, "add", "--force", ".")
    assert found(project) == [
        ("PAR807", ".env"),
        ("PAR807", ".env.local"),
        ("PAR807", ".env.staging"),
        ("PAR807", "prisma/.env"),
    ]


def test_without_git_it_says_that_it_didn_t_look(project: Project) -> None:
    project.write_schema("", provider="postgresql")
    without = project.run("doctor").succeeded()
    assert without.stderr == "Not checked: whether .env is committed: this isn't a folder of git\n"
    nowhere = project.run("doctor", "--json", env={"PATH": str(project.folder)}).succeeded()
    assert json.loads(nowhere.stdout)["unchecked"] == ["whether .env is committed: git isn't installed"]


def test_what_git_complains_of_is_told(project: Project) -> None:
    python_back_end(project)
    write(project, ".git/config", "[core\n")
    assert project.run("doctor").succeeded().stderr == (
        "Not checked: whether .env is committed: git says 'fatal: bad config line 1 in file .git/config'\n"
    )


def test_a_program_that_a_repository_names_for_git_isn_t_run(project: Project) -> None:
    python_back_end(project)
    hook = write(project, "hook.sh", "#!/bin/sh\ntouch was-run\n")
    hook.chmod(0o755)
    git(project, "config", "core.fsmonitor", str(hook))
    assert found(project) == []
    assert not (project.folder / "was-run").exists()


@pytest.mark.parametrize(
    ("path", "content", "line"),
    [
        (".do/app.yaml", f"services:\n- name: web\n  envs:\n  - key: DATABASE_URL\n    value: {URL}\n", 5),
        ("Dockerfile", f"FROM x\nENV DATABASE_URL={URL}\nCMD parity migrate deploy\n", 2),
        ("compose.yaml", f"services:\n  web:\n    image: x\n    environment: ['DATABASE_URL={URL}']\n", 4),
        (".github/workflows/a.yml", f"on: push\nenv:\n  DATABASE_URL: '{URL}'\njobs: {{}}\n", 3),
        ("Procfile", f"release: DATABASE_URL={URL} parity migrate deploy\n", 1),
        ("docker-entrypoint.sh", f"#!/bin/sh\n# {URL}\n", 2),
        ("pyproject.toml", f'[tool.parity]\nurl = "{URL}"\n', 2),
        ("compose.yaml", "x: postgresql://app:hunter2hunter2@db:5432/shop\n", None),
        ("compose.yaml", "x: postgresql://app:hunter2hunter2@127.0.0.1:5432/shop\n", None),
        ("compose.yaml", "x: postgresql://app:${PASSWORD}@db.acme.io:5432/shop\n", None),
        ("compose.yaml", "x: postgresql://user:password@db.acme.io:5432/shop\n", None),
        ("compose.yaml", "x: https://app:hunter2hunter2@acme.io/shop\n", None),
    ],
)
def test_a_password_in_a_file_that_is_committed(project: Project, path: str, content: str, line: int | None) -> None:
    python_back_end(project)
    write(project, path, content)
    assert [one for one in found(project) if one[0] != "PAR801"] == (
        [] if line is None else [("PAR808", f"{path}:{line}")]
    )


# --- PAR809 -----------------------------------------------------------------------------------------------------------


def test_a_file_database_on_a_disk_that_is_thrown_away(project: Project) -> None:
    python_back_end(project, provider="sqlite")
    write(project, "Procfile", "release: parity migrate deploy\nweb: x\n")
    assert project.run("doctor").exited(2).stdout == (
        "Procfile:1: PAR809: the database is a file (SQLite), and Heroku throws the disk away\n"
        "    Why: each deployment, and each restart, begins with an empty database\n"
        "    Fix: use a database server there: another provider in the datasource block, and a history of its own\n"
        "\n"
        "Found 1 mistake.\n"
    )
    write(project, ".do/app.yaml", "services:\n  - name: web\n")
    assert found(project) == [("PAR809", ".do/app.yaml:2"), ("PAR809", "Procfile:1")]


# --- PAR810 -----------------------------------------------------------------------------------------------------------


def test_a_start_that_goes_on_where_the_migrations_failed(project: Project) -> None:
    python_back_end(project)
    write(project, "Dockerfile", "FROM x\nCMD parity migrate deploy ; gunicorn x\n")
    assert project.run("doctor").exited(2).stdout == (
        "Dockerfile:2: PAR810: the application starts although the migrations failed\n"
        "    Why: the shell goes on behind a command that fails, so new code runs on the old schema, and nobody is "
        "told\n"
        "    Fix: put && between the two, or `set -e` at the beginning of the script; take away what stands behind ||\n"
        "\n"
        "Found 1 mistake.\n"
    )


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("parity migrate deploy\nserve", 2),
        ("echo x\nnpx prisma@6.1.0 migrate deploy || true\nserve", 3),
        ("set -e\nparity migrate deploy || echo failed\nserve", 3),
        ("set -e\nparity migrate deploy & serve", 3),
        ("sh -c 'parity migrate deploy; serve'", 2),
        ("set -e\nparity migrate deploy\nserve", None),
        ("set -euo pipefail; parity migrate deploy; serve", None),
        ("set -o errexit\nparity migrate deploy\nserve", None),
        ("parity migrate deploy && serve", None),
        ("parity migrate deploy || exit 1\nserve", None),
        ("parity migrate deploy || { echo failed; exit 1; }\nserve", None),
        ("if ! parity migrate deploy; then exit 1; fi\nserve", None),
        ("sh -ec 'parity migrate deploy; serve'", None),
        ("echo x\nparity migrate deploy", None),
    ],
)
def test_what_stands_behind_the_migrations(project: Project, script: str, line: int | None) -> None:
    python_back_end(project)
    write(project, "go.sh", f"#!/bin/sh\n{script}\n")
    write(project, "Procfile", "web: ./go.sh\n")
    assert found(project) == ([] if line is None else [("PAR810", f"go.sh:{line}")])


# --- files that can't be read -----------------------------------------------------------------------------------------

LAUGHS = "".join(f"{c}: &{c} [{', '.join([f'*{b}'] * 9)}]\n" for b, c in zip("abcdefg", "bcdefgh", strict=True))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("services: [\n", ".do/app.yaml:2: can't be read as YAML\n  Why: expected the node content, but found"),
        ("a: 1\nb: 2\na: 3\n", ".do/app.yaml:3: can't be read as YAML\n  Why: found duplicate key"),
        ("x: *nobody\n", ".do/app.yaml:1: can't be read as YAML\n  Why: found undefined alias 'nobody'"),
        (
            "# x\na: " + "[" * 20_000,
            ".do/app.yaml:2: can't be read as YAML\n  Why: it holds too many values, or is nested",
        ),
        ("- " * 9_000, ".do/app.yaml:1: can't be read as YAML\n  Why: it holds too many values, or is nested"),
        ("a: {b: c}\n" + "x: [" + "1," * 21_000 + "]\n", ".do/app.yaml:2: can't be read as YAML\n  Why: it holds too"),
        (f"a: &a [1]\n{LAUGHS}", ".do/app.yaml:1: can't be read as YAML\n  Why: it holds too many values"),
        ("# x\n" * 70_000, ".do/app.yaml:1: can't be read as YAML\n  Why: it is larger than 256 KiB"),
        ("a: 2025-99-99\n", ".do/app.yaml:1: can't be read as YAML\n  Why: a value in it can't be read"),
        ("a: \x07\n", ".do/app.yaml:1: can't be read as YAML\n  Why: unacceptable character #x0007"),
    ],
)
def test_hostile_and_broken_yaml_is_told_with_its_line(project: Project, content: str, said: str) -> None:
    python_back_end(project)
    write(project, ".do/app.yaml", content)
    refused = project.run("doctor").exited(1)
    assert refused.stderr.startswith(f"Error PAR820: {said}")
    assert json.loads(project.run("doctor", "--json").exited(1).stdout)["error"]["code"] == "PAR820"


@pytest.mark.parametrize(
    "content",
    ["", "- a\n- b\n", "text\n", "services: x\n", "services: {a: b}\n", "services:\n- 3\n- name: [x]\n", "jobs:\n"],
)
@pytest.mark.parametrize("path", [".do/app.yaml", "compose.yaml", ".github/workflows/x.yml"])
def test_yaml_of_another_shape_is_no_error(project: Project, path: str, content: str) -> None:
    python_back_end(project)
    write(project, path, content)
    assert project.run("doctor").exit_code in (0, 2)


def test_no_tag_of_yaml_is_followed(project: Project) -> None:
    spec(project, "    run_command: !!python/object/apply:os.system ['touch was-run']\n")
    write(project, "Procfile", "release: parity migrate deploy\n")
    assert found(project) == []
    assert not (project.folder / "was-run").exists()


def test_a_file_that_isn_t_text_is_told(project: Project) -> None:
    python_back_end(project)
    write(project, "Procfile", "").write_bytes(b"web: \xff\n")
    assert project.run("doctor").exited(1).stderr == "Error PAR821: can't read Procfile\n  Why: byte 5 isn't UTF-8\n"


def test_scripts_that_call_each_other_end(project: Project) -> None:
    python_back_end(project)
    write(project, "Procfile", "web: ./a.sh\n")
    write(project, "a.sh", "./b.sh\n../../etc/passwd.sh\n")
    write(project, "b.sh", "sh a.sh\nmake x\n")
    write(project, "Makefile", "x:\n\tmake x\n")
    assert found(project) == [("PAR801", "Procfile:1")]


def test_a_project_without_a_schema_is_told_what_to_do(project: Project) -> None:
    assert "PAR120" in project.run("doctor").exited(1).stderr
