"""A password is shown nowhere (S4): not by any command, on any way to fail, in outputs, files or the database."""

import json
import os
import shutil
import zlib
from contextlib import closing
from urllib.parse import quote

import click
import psycopg2
import pytest

from killed import Branch
from servers import PASSWORD_ROLE, free_port

# Each of its pieces is a leak by itself, however it is escaped.
WORD = "Zeisig"
CANARY = "Zeisig1@Zeisig2:Zeisig3/Zeisig4?Zeisig5#Zeisig6%Zeisig7 Zeisig8'Zeisig9\"é&Zeisig10=\\[]"
ENCODED = quote(CANARY, safe="")

ALL = "PARITY_FAULT_KILLS" in os.environ
"""Whether each command is called in every way on every way to fail, as `make faults` does, or in one."""

WAYS_TO_CALL = {
    "init": [("--provider", "postgresql")],
    "validate": [(), ("--format", "github")],
    "format": [("--check",), ("--diff",)],
    "check": [
        (),
        ("--replay",),
        ("--against", "production"),
        ("--all",),
        ("--format", "github"),
        ("--all", "--format", "markdown"),
        ("--html", "check.html", "--format", "junit", "--output", "check.xml"),
    ],
    "doctor": [()],
    "migrate dev": [("--name", "more"), ("--name", "more", "--reset"), ("--name", "more", "--create-database")],
    "migrate review": [(), ("2_more",)],
    "migrate deploy": [(), ("--strict",), ("--plan",), ("--create-database",)],
    "migrate status": [()],
    "migrate log": [()],
    "migrate diff": [
        ("--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma", "--script"),
        ("--from-env", "DATABASE_URL", "--to-empty"),
        ("--from-empty", "--to-url", "{url}"),
    ],
    "migrate resolve": [("--applied", "2_more"), ("--rolled-back", "2_more")],
    "migrate doctor": [(), ("--resume",), ("--undo",), ("--mark-applied",), ("--rebuild-indexes",)],
    "migrate rebase": [("2_more",), ("--onto", "main")],
    "migrate lock": [()],
    "migrate baseline": [()],
    "migrate reset": [("--force",)],
    "db pull": [("--check",), ("--force",)],
    "db push": [(), ("--accept-data-loss",), ("--force-reset",)],
    "db seed": [()],
    "db execute": [("--file", "script.sql")],
    "data export": [("T",), ("T", "--where", "nothing", "--force")],
}
"""Of each command, ways to call it that come to different ends."""

GOOD = 'CREATE TABLE "T" ("id" INTEGER NOT NULL PRIMARY KEY);'
MODEL = "model T {\n  id Int @id\n  n  Int?\n}\n"
SOURCE = 'datasource db {{\n  provider = "{provider}"\n  url = {url}\n  {more}\n}}\n\n{models}'
BAD_MODELS = "model T {\n  id Int @id\n  x  Nothing\n}\n"
LEDGER = """
CREATE TABLE _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0);
"""
BREAKING = {
    "fails": 'CREATE TABLE "U" ("id" INTEGER NOT NULL);\nINSERT INTO "nowhere" VALUES (1);\n',
    "is cut off": 'CREATE TABLE "U" ("id" INTEGER NOT NULL);\nSELECT pg_terminate_backend(pg_backend_pid());\n',
    "stops half-way": 'CREATE TABLE "U" ("id" INTEGER NOT NULL);\nCREATE UNIQUE INDEX CONCURRENTLY "i" ON "T" ("id");\n'
    'CREATE INDEX CONCURRENTLY "j" ON "T" ("nothing");\n',
}


def commands():
    """Every command of the program, by its words."""
    from parity.cli.main import program

    def below(group, words):
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            inner = isinstance(command, click.Group)
            yield from below(command, (*words, name)) if inner else [(" ".join((*words, name)), command)]

    return dict(below(program, ()))


def all_calls(name):
    """The ways to call a command, and all of them with --json where it knows that."""
    knows_json = any("--json" in option.opts for option in commands()[name].params)
    ways = [(*way, *more) for more in ([(), ("--json",)] if knows_json else [()]) for way in WAYS_TO_CALL[name]]
    return [way for way in ways if not {"--json", "--format"} <= {*way} or name == "validate"]


def test_no_command_is_forgotten_here():
    assert set(commands()) == set(WAYS_TO_CALL)


class Place:
    """A project whose URLs all hold the password, and what looks for it afterwards."""

    def __init__(self, project, url, provider="postgresql"):
        self.project, self.url, self.provider = project, url, provider
        self.project.env = {"DATABASE_URL": url, "DIRECT_URL": url, "SHADOW_URL": url}
        self.production = f"postgresql://app:{ENCODED}@127.0.0.1:1/production"
        self.source, self.more, self.models = 'env("DATABASE_URL")', "", MODEL
        self.second = 'CREATE TABLE "U" ("id" INTEGER NOT NULL);'

    def write(self):
        folder = self.project.folder
        source = SOURCE.format(provider=self.provider, url=self.source, more=self.more, models=self.models)
        self.project.write_schema(source)
        self.project.write_migration("1_first", GOOD, provider=self.provider)
        self.project.write_migration("2_more", self.second)
        (folder / "script.sql").write_text(self.second)
        (folder / "seed.sh").write_text("exit 3\n")
        lines = ["[tool.parity]", 'seed = "sh seed.sh"', "[tool.parity.environments.production]", "protected = true"]
        (folder / "pyproject.toml").write_text("\n".join([*lines, f"url = {json.dumps(self.production)}", ""]))

    def run_all(self, *, fresh=lambda: None, every=1, always=("migrate status", "migrate deploy", "migrate reset")):
        """Call the commands, and look for the password everywhere. The exit codes of each command.

        `every`: only each second, or third, of the commands, other ones for each test, where not ALL is called.
        """
        codes = {}
        self.write()
        kept = self.project.folder.parent / "kept"
        shutil.copytree(self.project.folder, kept)
        turn = zlib.crc32(self.project.folder.parent.name.encode())
        for name in commands():
            turn += 1
            if turn % every and name not in always and not ALL:
                continue
            calls = all_calls(name)
            for call in calls if ALL else [calls[turn % len(calls)]]:
                shutil.rmtree(self.project.folder)
                shutil.copytree(kept, self.project.folder)
                fresh()
                ended = Branch(self.project, *name.split(), *(part.format(url=self.url) for part in call)).wait()
                codes.setdefault(name, set()).add(ended.code)
                assert WORD not in ended.output, f"$ parity {name} {call}\n{ended.output}"
                self.look_into_files(kept, (name, call))
        return codes

    def look_into_files(self, kept, call):
        for folder, before in ((self.project.folder, kept), (self.project.parity.home, None)):
            for path in folder.rglob("*"):
                content = path.read_bytes() if path.is_file() else b""
                old = None if before is None else before / path.relative_to(folder)
                same = old is not None and old.is_file() and old.read_bytes() == content
                assert same or WORD.encode() not in content, (call, path)
                assert WORD not in path.name


def everything_in(url):
    """All rows and comments that this program could have written, as one text."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        texts = []
        for table in ("_prisma_migrations", "pg_description", "pg_shdescription", "pg_database", "pg_db_role_setting"):
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (table,))
            if cursor.fetchone() == (True,):
                cursor.execute(f"SELECT t::text FROM {table} AS t")
                texts += [text for (text,) in cursor.fetchall()]
        return "\n".join(texts)


def with_password(url, password=ENCODED, user="postgres"):
    return url.replace("://postgres@", f"://{user}:{password}@")


def begun(url, *rows):
    """What makes the database new before each call: the first migration is applied, and whatever `rows` says."""
    from parity.migrations.checksum import checksum_of

    def fresh():
        with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute("SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            cursor.execute(LEDGER + GOOD)
            add = (
                "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('1', %s, %s, now())"
            )
            cursor.execute(add, (checksum_of(GOOD.encode()), "1_first"))
            for row in rows:
                cursor.execute(row)

    return fresh


THREE_URLS = 'directUrl = env("DIRECT_URL")\n  shadowDatabaseUrl = env("SHADOW_URL")'


# --- the database can't be reached ------------------------------------------------------------------------------------


def test_where_nobody_listens(project):
    place = Place(project, f"postgresql://app:{ENCODED}@127.0.0.1:{free_port()}/shop")
    place.more = THREE_URLS
    codes = place.run_all()
    assert codes["migrate status"] == {1}


def test_with_a_wrong_password(project, postgres_url):
    place = Place(project, with_password(postgres_url, user=PASSWORD_ROLE))
    assert place.run_all(every=2)["migrate status"] == {1}
    assert WORD not in everything_in(postgres_url)


def test_where_there_is_no_such_database(project, postgres_server):
    place = Place(project, with_password(postgres_server.url("nothing_of_this_name")))
    fresh = dropped(postgres_server, "nothing_of_this_name")
    codes = place.run_all(fresh=fresh, every=2)
    fresh()
    assert codes["migrate status"] == {1}


def dropped(server, name):
    def fresh():
        with closing(psycopg2.connect(server.dsn())) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    return fresh


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://app:{CANARY}@db.example:5432/shop",
        f"postgresql://app:{ENCODED}%@db.example:5432/shop",
        f"postgresql://app:{ENCODED}@db.example:five/shop",
        f"postgresql://app:{ENCODED}@[::1/shop",
        f"postgresql://app:{ENCODED}@a,b/shop",
        f"postgresql://app:{ENCODED}@db/shop?sslmode=maybe",
        f"postgresql:/app:{ENCODED}@db/shop",
        f"app:{ENCODED}@db/shop",
        f"mysql://app:{ENCODED}@db/shop",
        f"nothing://app:{ENCODED}@db/shop",
        f"postgresql://app:123?{WORD}=@db/shop",
        f"postgresql://app:123?x={WORD}@db/shop",
        f"postgresql://app:123#{WORD}@db/shop",
        f"postgresql://app:12/{WORD}@db/shop",
        f"postgresql://app:a@{WORD}@db:x/shop",
        f"postgresql://db:x/shop?user=app&password={WORD}",
        f"postgresql://db/shop?user=app&password={WORD}%",
        f"postgresql://db/shop?user=app&password={WORD}&connect_timeout=never",
        f"postgresql://app:{WORD}\x01@db/shop",
        f"file:./nowhere/dev.db?password={ENCODED}",
    ],
)
def test_with_a_url_that_is_none(project, url):
    project.write_schema("model T {\n  id Int @id\n}\n", provider="postgresql")
    project.write_migration("1_first", GOOD, provider="postgresql")
    project.env = {"DATABASE_URL": url, "PATH": os.environ["PATH"]}
    for call in (["migrate", "status"], ["migrate", "deploy", "--json"], ["migrate", "dev", "--url", url]):
        ended = Branch(project, *call).wait()
        assert (ended.code, WORD in ended.output) == (1, False), ended.output


def test_with_a_url_that_is_none_in_any_command(project):
    place = Place(project, f"postgresql://app:{CANARY}@127.0.0.1:5432/shop")
    assert place.run_all()["migrate status"] == {1}


# --- the project is wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "more", "models"),
    [
        ('"{url}"', THREE_URLS, BAD_MODELS),
        ('"{url}"', 'url = "{url}"', MODEL),
        ('"{url}" nonsense', "", MODEL),
        ('"{url}', "", MODEL),
        ('env("{url}")', "", MODEL),
        ("env({url})", "", MODEL),
        ("'{url}'", "", MODEL),
        ("{url}", "", MODEL),
        ('env("DATABASE_URL")', 'shadowDatabaseUrl = "{url}"\n  directUrl = "{url}"', MODEL),
        ('env("DATABASE_URL")', 'directUrl = env("{url}")\n  nothing = "{url}"', MODEL),
    ],
)
def test_with_a_url_in_a_schema_file_that_is_wrong(project, source, more, models):
    url = f"postgresql://app:{ENCODED}@127.0.0.1:{free_port()}/shop"
    place = Place(project, url)
    place.source, place.more, place.models = source.format(url=url), more.format(url=url), models
    place.run_all(every=5, always=())


@pytest.mark.parametrize(
    "settings",
    [
        'url = "{url}"\nschema = 3',
        'url = "{url}',
        'url_env = "{url}"',
        'schema = "{url}"',
        'migrations = "{url}"',
        'shadow_url = "{url}"',
        'seed = "psql {url}"',
        "environments = 3",
    ],
)
def test_with_settings_that_are_wrong(project, settings):
    url = f"postgresql://app:{ENCODED}@127.0.0.1:{free_port()}/shop"
    place = Place(project, url)
    place.write()
    (project.folder / "pyproject.toml").write_text("[tool.parity]\n" + settings.format(url=url) + "\n")
    for call in (["migrate", "status"], ["migrate", "reset", "--force"], ["migrate", "dev", "--json"], ["db", "seed"]):
        ended = Branch(project, *call).wait()
        assert (ended.code in (1, 3), WORD in ended.output) == (True, False), ended.output


def test_with_a_url_where_something_else_belongs(project, postgres_url):
    """As an argument, and behind an option: behind each one where ALL is called."""
    place = Place(project, with_password(postgres_url, user="nobody_of_this_name"))
    place.write()
    for number, (name, command) in enumerate(commands().items()):
        options = [option.opts[-1] for option in command.params if isinstance(option, click.Option)]
        for option in [None, *(options if ALL else options[number % len(options) :][:1])]:
            given = (place.url,) if option is None else (option, place.url)
            ended = Branch(project, *name.split(), *WAYS_TO_CALL[name][0], *given).wait()
            assert WORD not in ended.output, f"$ parity {name} {given}\n{ended.output}"
    for call in ([place.url], ["migrate", place.url], ["migrate", "status", f"--ulr={place.url}"]):
        for more in ([], ["--json"]):
            ended = Branch(project, *call, *more).wait()
            assert (ended.code, WORD in ended.output) == (1, False), ended.output


# --- the migration fails ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", BREAKING.values(), ids=BREAKING)
def test_with_a_migration_that_fails(project, postgres_url, second):
    place = Place(project, with_password(postgres_url))
    place.second = second
    place.more = 'directUrl = env("DIRECT_URL")'
    seen = []

    def fresh():
        seen.append(everything_in(postgres_url))
        begun(postgres_url)()

    codes = place.run_all(fresh=fresh, every=3)
    assert not ALL or 1 in codes["migrate deploy"] & codes["migrate dev"] & codes["db execute"]
    assert WORD not in "\n".join([*seen, everything_in(postgres_url)])


def test_with_a_migration_that_is_failed(project, postgres_url):
    place = Place(project, with_password(postgres_url))
    failed = "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) VALUES ('2', 'x', '2_more', 'broke')"
    codes = place.run_all(fresh=begun(postgres_url, failed), every=2)
    assert codes["migrate status"] == {1}
    assert WORD not in everything_in(postgres_url)


def test_of_a_protected_environment(project, postgres_url):
    place = Place(project, with_password(postgres_url))
    place.production = place.url
    assert place.run_all(fresh=begun(postgres_url), every=2)["migrate reset"] == {3}


def test_of_other_databases_beside_an_sqlite_file(project, sqlite_url):
    place = Place(project, f"postgresql://app:{ENCODED}@127.0.0.1:{free_port()}/shop", "sqlite")
    place.project.env["FILE_URL"] = sqlite_url
    place.source, place.more = 'env("FILE_URL")', 'shadowDatabaseUrl = env("SHADOW_URL")'
    assert place.run_all(every=2)["migrate status"] <= {0, 2}


def test_where_all_is_well(project, postgres_url):
    place = Place(project, with_password(postgres_url))
    seen = []

    def fresh():
        seen.append(everything_in(postgres_url))
        begun(postgres_url)()

    assert place.run_all(fresh=fresh, every=2)["migrate status"] == {2}
    assert "1_first" in seen[-1]
    assert WORD not in "\n".join(seen)
