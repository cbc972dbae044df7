"""`parity init --platform`: what it makes, what it extends, and what it leaves."""

from __future__ import annotations

import difflib
import json

import pytest
from ruamel.yaml import YAML

from commandline import Project
from platform_projects import PLATFORMS, init, node_back_end, python_back_end, text, write


def added_lines(before: str, after: str) -> str:
    """The lines that were added; nothing may have gone or changed."""
    changed = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if not line.startswith("? ")]
    assert [line for line in changed if line.startswith("- ")] == []
    return "".join(f"{line[2:]}\n" for line in changed if line.startswith("+ "))


@pytest.mark.parametrize("platforms", [*((name,) for name in PLATFORMS), PLATFORMS], ids="+".join)
@pytest.mark.parametrize("back_end", [python_back_end, node_back_end])
def test_what_it_makes_has_no_finding_and_is_made_once(
    project: Project, platforms: tuple[str, ...], back_end: type[Project]
) -> None:
    back_end(project)
    init(project, *platforms)
    made = project.files()
    assert project.run("doctor").succeeded().stdout.startswith("Nothing is wrong in ")
    again = init(project, *platforms)
    assert "Made" not in again
    assert "Added" not in again
    assert project.files() == made


def test_a_new_project_and_its_platforms_in_one_go(project: Project) -> None:
    said = init(project, "docker", "heroku-procfile", options=("--provider", "postgresql"))
    assert said == (
        "Made prisma/schema.prisma\n"
        "Made .env\n"
        "Made .gitignore\n"
        "Made requirements.txt\n"
        "Made Dockerfile\n"
        "Made docker-entrypoint.sh\n"
        "Made .dockerignore\n"
        "Made Procfile\n"
        "\n"
        "Next: set DATABASE_URL in .env, describe your tables in prisma/schema.prisma, then\n"
        "  parity migrate dev --name init      for a new database\n"
        "  parity migrate baseline             for one that has tables already\n"
        "For the platform:\n"
        "  in Dockerfile, put the command that starts your server behind CMD\n"
        "  in Procfile, add the line that starts your server: web: …\n"
        "  parity doctor                       looks for what is wrong in these files\n"
    )
    assert text(project, "Procfile") == "release: parity migrate deploy\n"
    assert text(project, "requirements.txt") == "parity-db[postgres]==0.1.0\n"


APP = """\
# Our app.
name: shop
services:
  # The API.
  - name: api
    gitlab: {repo: acme/shop, branch: live}   # not GitHub
    environment_slug: python
    run_command: |
      gunicorn shop:app
    envs:
      - key: DATABASE_URL
        scope: RUN_AND_BUILD_TIME
        value: "${main.DATABASE_URL}"
# The end.
"""


def test_an_app_spec_is_extended_and_keeps_its_comments(project: Project) -> None:
    python_back_end(project)
    write(project, ".do/app.yaml", APP)
    assert "Added lines to .do/app.yaml\n" in init(project, "digitalocean")
    assert added_lines(APP, text(project, ".do/app.yaml")) == (
        "jobs:\n"
        "  - name: migrate\n"
        "    kind: PRE_DEPLOY\n"
        "    gitlab:\n"
        "      repo: acme/shop\n"
        "      branch: live\n"
        "    environment_slug: python\n"
        "    run_command: parity migrate deploy\n"
        "    envs:\n"
        "      - key: DATABASE_URL\n"
        "        scope: RUN_TIME\n"
        '        value: "${main.DATABASE_URL}"\n'
    )
    assert project.run("doctor").succeeded()


def test_the_job_goes_to_the_server_where_the_application_has_a_pool(project: Project) -> None:
    python_back_end(project)
    write(project, ".do/app.yaml", APP.replace("${main.DATABASE_URL}", "${main.pool.DATABASE_URL}"))
    init(project, "digitalocean")
    assert text(project, ".do/app.yaml").count("${main.pool.DATABASE_URL}") == 1
    assert text(project, ".do/app.yaml").count("${main.DATABASE_URL}") == 1
    assert project.run("doctor").succeeded()


def test_an_app_spec_without_a_database_gets_one(project: Project) -> None:
    python_back_end(project)
    job = "- name: mails\n  kind: POST_DEPLOY\n  run_command: python mails.py\n"
    spec = f"name: shop\njobs:\n{job}services:\n- name: api\n"
    write(project, ".do/app.yaml", spec)
    init(project, "digitalocean")
    made = YAML(typ="safe").load(text(project, ".do/app.yaml"))
    added_lines(spec, text(project, ".do/app.yaml"))
    assert [job["name"] for job in made["jobs"]] == ["mails", "migrate"]
    assert made["jobs"][1]["envs"] == [{"key": "DATABASE_URL", "scope": "RUN_TIME", "value": "${db.DATABASE_URL}"}]
    assert made["databases"] == [{"name": "db", "engine": "PG", "production": False}]


def test_the_spec_of_a_button_is_extended_inside_and_names_the_database_of_the_right_kind(project: Project) -> None:
    python_back_end(project)
    databases = "  databases:\n  - name: cache\n    engine: REDIS\n  - name: rows\n    engine: PG\n"
    write(project, ".do/app.yaml", f"spec:\n  name: shop\n{databases}  services:\n  - name: api\n")
    init(project, "digitalocean")
    (job,) = YAML(typ="safe").load(text(project, ".do/app.yaml"))["spec"]["jobs"]
    assert job["envs"] == [{"key": "DATABASE_URL", "scope": "RUN_TIME", "value": "${rows.DATABASE_URL}"}]
    assert project.run("doctor").succeeded()


def test_an_app_spec_whose_layout_an_edit_would_change_is_left_and_the_lines_are_shown(project: Project) -> None:
    python_back_end(project)
    spec = "name:   shop\nservices:\n      - name:   api\n        run_command:   x\n"
    write(project, ".do/app.yaml", spec)
    said = init(project, "digitalocean")
    assert (
        "Left .do/app.yaml as it is, as it is laid out in a way that an edit would change elsewhere, too. It lacks:\n"
        "    databases:\n"
        "      - name: db\n"
        "        engine: PG\n"
        "        production: false\n"
        "    jobs:\n"
        "      - name: migrate\n"
        "        kind: PRE_DEPLOY\n"
        "        run_command: parity migrate deploy\n"
        "        envs:\n"
        "          - key: DATABASE_URL\n"
        "            scope: RUN_TIME\n"
        "            value: ${db.DATABASE_URL}\n"
    ) in said
    assert text(project, ".do/app.yaml") == spec


def test_an_app_spec_whose_build_migrates_is_left(project: Project) -> None:
    python_back_end(project)
    write(project, ".do/app.yaml", "services:\n- name: api\n  build_command: parity migrate deploy && make\n")
    assert "Left .do/app.yaml as it is\n" in init(project, "digitalocean")


def test_a_procfile_keeps_its_web_line(project: Project) -> None:
    python_back_end(project)
    write(project, "Procfile", "web: gunicorn shop:app")
    init(project, "heroku-procfile")
    assert text(project, "Procfile") == "web: gunicorn shop:app\nrelease: parity migrate deploy\n"


def test_another_release_phase_is_left_and_the_line_is_shown(project: Project) -> None:
    python_back_end(project)
    write(project, "Procfile", "release: python warm.py\nweb: gunicorn shop:app\n")
    assert (
        "Left Procfile as it is, as it has another release phase. It lacks:\n"
        "    release: parity migrate deploy && python warm.py\n"
    ) in init(project, "heroku-procfile")


def test_package_json_keeps_its_layout_and_its_scripts(project: Project) -> None:
    node_back_end(project)
    package = (
        '{\n\t"name": "shop", "files": ["a", "b"],\n\t"scripts": {\n\t\t"start": "node \\"x\\".js",\n'
        '\t\t"deploy": "ship.sh"\n\t},\n\t"dependencies": {"express": "4", "prisma": "6"}\n}'
    )
    write(project, "package.json", package)
    said = init(project, "docker")
    assert text(project, "package.json") == package.replace(
        '"ship.sh"\n\t}',
        '"ship.sh",\n\t\t"db:migrate": "parity migrate deploy",\n\t\t"build": "prisma generate"\n\t}',
    )
    assert (
        "Left package.json as it is, as a script of that name is there; make it call npm run db:migrate. It lacks:\n"
        "    deploy: npm run db:migrate && npm run build   (now: ship.sh)\n"
    ) in said


@pytest.mark.parametrize("scripts", ["null", "[]", '{"deploy": 3}', '"x"'])
def test_scripts_that_are_none_are_left_and_the_line_is_shown(project: Project, scripts: str) -> None:
    node_back_end(project)
    write(project, "package.json", f'{{"dependencies": {{"express": "4"}}, "scripts": {scripts}}}')
    before = text(project, "package.json")
    assert "It lacks:\n    db:migrate: parity migrate deploy\n" in init(project, "docker")
    assert text(project, "package.json") == before


def test_line_ends_and_a_byte_order_mark_stay(project: Project) -> None:
    node_back_end(project)
    package = text(project, "package.json").replace("\n", "\r\n")
    write(project, "package.json", "").write_bytes(b"\xef\xbb\xbf" + package.encode())
    write(project, "Procfile", "").write_bytes(b"web: npm start\r\n")
    init(project, "heroku-procfile")
    made = (project.folder / "package.json").read_bytes()
    assert made.startswith(b"\xef\xbb\xbf{\r\n")
    assert b"db:migrate" in made
    assert made.count(b"\n") == made.count(b"\r\n")
    assert text(project, "Procfile") == "web: npm start\r\nrelease: parity migrate deploy\r\n"


@pytest.mark.parametrize(
    "package",
    [
        '{"main": "x.js"}',
        "{}",
        '{"scripts":{}}',
        '{"a": {"scripts": {}}, "scripts" : { }, "b": "}"}\n',
        '{"x": "\\"}"}',
    ],
)
def test_whatever_package_json_is_the_scripts_are_added_and_nothing_else_changes(
    project: Project, package: str
) -> None:
    node_back_end(project)
    write(project, "package.json", package)
    init(project, "docker")
    before, after = json.loads(package), json.loads(text(project, "package.json"))
    assert after == {
        **before,
        "scripts": {"db:migrate": "parity migrate deploy", "deploy": "npm run db:migrate"},
    }


def test_a_dockerfile_is_left_and_the_lines_are_shown(project: Project) -> None:
    python_back_end(project)
    write(project, "Dockerfile", "FROM python:3.12\nCMD python main.py\n")
    write(project, ".dockerignore", "*.log\n.env")
    said = init(project, "docker")
    assert (
        "Left Dockerfile as it is, as only you know how its stages fit together. It lacks:\n"
        "    RUN pip install --no-cache-dir 'parity-db[postgres]==0.1.0'\n"
        "    COPY docker-entrypoint.sh /app/\n"
        '    ENTRYPOINT ["sh", "/app/docker-entrypoint.sh"]\n'
    ) in said
    assert text(project, "Dockerfile") == "FROM python:3.12\nCMD python main.py\n"
    assert text(project, ".dockerignore").startswith("*.log\n.env\n.env.*\n")


@pytest.mark.parametrize(
    ("image", "python"),
    [
        ("node:22-slim", "apt-get update && apt-get install -y --no-install-recommends python3-venv"),
        ("node:22-alpine AS last", "apk add --no-cache python3"),
    ],
)
def test_the_lines_for_a_dockerfile_of_node_bring_python_along(project: Project, image: str, python: str) -> None:
    node_back_end(project)
    write(project, "Dockerfile", f"FROM node:20 AS build\n\nFROM {image}\nCMD node server.js\n")
    assert (
        f"It lacks:\n    # as root, in the last stage\n    RUN {python}\n"
        "    RUN python3 -m venv /opt/parity "
        "&& /opt/parity/bin/pip install --no-cache-dir 'parity-db[postgres]==0.1.0'\n"
        "    ENV PATH=$PATH:/opt/parity/bin\n"
    ) in init(project, "docker")


def test_packages_in_pyproject_are_left_and_the_line_is_shown(project: Project) -> None:
    python_back_end(project)
    write(project, "pyproject.toml", '[project]\nname = "shop"\ndependencies = ["fastapi"]\n')
    said = init(project, "docker")
    assert 'It lacks:\n    "parity-db[postgres]==0.1.0",   # in dependencies\n' in said
    assert "RUN pip install --no-cache-dir . 'parity-db[postgres]==0.1.0'\n" in text(project, "Dockerfile")


@pytest.mark.parametrize(
    ("main", "start"),
    [
        ("app = Flask(__name__)\n", '["gunicorn", "--bind", "0.0.0.0:8080", "main:app"]'),
        ("api: FastAPI = fastapi.FastAPI()\n", '["uvicorn", "main:api", "--host", "0.0.0.0", "--port", "8080"]'),
        ("print('hello')\n", '["python", "main.py"]'),
    ],
)
def test_the_command_that_starts_the_server_is_found(project: Project, main: str, start: str) -> None:
    python_back_end(project)
    write(project, "main.py", main)
    init(project, "docker")
    assert text(project, "Dockerfile").endswith(f"CMD {start}\n")


def test_a_file_database_isn_t_set_up_where_the_disk_is_thrown_away(project: Project) -> None:
    python_back_end(project, provider="sqlite")
    before = project.files()
    refused = project.run("init", "--platform", "docker", "--platform", "digitalocean").exited(1)
    assert refused.stderr == (
        "Error PAR822: --platform digitalocean can't be set up for sqlite\n"
        "  Why: a SQLite database is a file, and the platform throws its disk away with each deployment\n"
        "  Next: use a database server there, or --platform docker with a volume for the file\n"
    )
    assert project.files() == before


def test_the_workflow_of_a_file_database_needs_no_service(project: Project) -> None:
    python_back_end(project, provider="sqlite")
    init(project, "github-actions", "docker")
    workflow = YAML(typ="safe").load(text(project, ".github/workflows/parity.yml"))
    assert list(workflow["jobs"]) == ["check"]
    assert "services" not in workflow["jobs"]["check"]
    assert workflow["jobs"]["check"]["env"] == {"DATABASE_URL": "file:./check.db"}
    assert project.run("doctor").succeeded()


def test_a_project_without_a_schema_needs_its_provider_named(project: Project) -> None:
    refused = project.run("init", "--platform", "docker").exited(1)
    assert refused.stderr == (
        "Error PAR823: nothing says which kind of database this is\n"
        "  Why: there is no schema file here, and no --provider\n"
        "  Next: add --provider with one of postgresql, sqlite, cockroachdb\n"
    )
    assert project.files() == {}


def test_another_provider_than_the_schema_s_is_refused(project: Project) -> None:
    python_back_end(project)
    refused = project.run("init", "--platform", "docker", "--provider", "sqlite").exited(1)
    assert "PAR127" in refused.stderr
    assert "its provider is postgresql" in refused.stderr


def test_a_broken_app_spec_is_told_with_its_line_and_nothing_is_written(project: Project) -> None:
    python_back_end(project)
    write(project, ".do/app.yaml", "name: shop\nservices: [\n")
    before = project.files()
    refused = project.run("init", "--platform", "digitalocean", "--platform", "docker").exited(1)
    assert refused.stderr == (
        "Error PAR820: .do/app.yaml:3: can't be read as YAML\n"
        "  Why: expected the node content, but found '<stream end>'\n"
        "  Next: mend the file\n"
    )
    assert project.files() == before
