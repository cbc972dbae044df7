"""The daily workflow, from an empty folder to a production database in parity, told by running the real program.

    python demo/story.py                         on SQLite: a local file, and a file that stands for production
    python demo/story.py postgresql://…          on a PostgreSQL server, in two databases of its own, dropped at the end

Every command is shown with its output. It ends with an error where one does something else than the story expects.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import ProxyHandler, build_opener

from databases import rows

STORIES = Path(__file__).resolve().parent.parent / "examples" / "story"
_BLUE, _GREY, _PLAIN = ("\x1b[1;34m", "\x1b[2m", "\x1b[0m") if sys.stdout.isatty() else ("", "", "")


class Story:
    """A temporary project, and the two databases that its commands run on."""

    def __init__(self, provider: str, local: str, production: str, folder: Path) -> None:
        self.provider = provider
        self.local = local
        self.production = production
        self.folder = folder
        self.files = STORIES / provider

    def chapter(self, number: int, text: str) -> None:
        print(f"\n{_BLUE}── {number}. {text}{_PLAIN}")

    def run(self, command: str, *, on: str | None = None, expect: int = 0, through: str | None = None) -> str:
        """Run a parity command, show it with its output, and insist on its exit code."""
        shown = ("DATABASE_URL=$PRODUCTION " if on else "") + command + (f" | {through}" if through else "")
        print(f"\n$ {shown}", flush=True)
        environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        environment |= {"DATABASE_URL": on} if on else {}
        program = [sys.executable, "-m", "parity", *command.split()[1:]]
        done = subprocess.run(
            program,
            cwd=self.folder,
            env=environment,
            text=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        output = done.stdout
        if through:
            words = through.removeprefix("grep ").strip('"')
            output = "".join(line + "\n" for line in output.splitlines() if words in line)
        print(_GREY + done.stderr + _PLAIN + output, end="", flush=True)
        if done.returncode != expect:
            sys.exit(f"The story expected exit code {expect} here, and got {done.returncode}.")
        return output

    def schema(self, name: str) -> None:
        """Take over a version of the schema file."""
        shutil.copy(self.files / name, self.folder / "prisma" / "schema.prisma")
        print(f"{_GREY}(prisma/schema.prisma is now {name}){_PLAIN}")

    def sql(self, url: str, statement: str) -> list[tuple[object, ...]]:
        """What a person does in the database's own shell."""
        return rows(url, statement)

    def roles_through_the_api(self) -> list[dict[str, object]]:
        """Start the application on production, ask it for the roles, and stop it."""
        print("\n$ DATABASE_URL=$PRODUCTION python demo/api.py &", flush=True)
        server = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("api.py"))],
            cwd=self.folder,
            env={**os.environ, "DATABASE_URL": self.production},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        with server:
            try:
                assert server.stdout is not None
                address = server.stdout.readline().strip()
                if not address:
                    sys.exit("The story expected the application to start.")
                print(f"{address}\n\n$ curl {address}/api/team/roles", flush=True)
                with build_opener(ProxyHandler({})).open(f"{address}/api/team/roles", timeout=30) as answer:
                    roles: list[dict[str, object]] = json.load(answer)
            finally:
                server.terminate()
        print("".join(json.dumps(role) + "\n" for role in roles), end="")
        return roles


def tell(story: Story) -> None:
    """The story. Steps have the numbers of the README's daily workflow."""
    story.chapter(1, "A new project")
    story.run(f"parity init --provider {story.provider} --url {story.local}")

    story.chapter(2, "The first migration: written, proved, applied")
    story.schema("1_users.prisma")
    create = "" if story.provider == "sqlite" else " --create-database"
    story.run(f"parity migrate dev --name init{create}")
    story.sql(story.local, "INSERT INTO users (id, email) VALUES ('u1', 'ada@example.com'), ('u2', 'bob@example.com')")

    story.chapter(3, "The schema grows: teams, invoices, uploads")
    story.schema("2_teams.prisma")
    story.run("parity migrate dev --name complete_schema_sync --create-only")

    story.chapter(4, "The review: what it does, what it may cost")
    story.run("parity migrate review")

    story.chapter(5, "Rows that belong to the system, added to the migration by hand")
    migration = sorted(story.folder.glob("prisma/migrations/*_complete_schema_sync/migration.sql"))[-1]
    with migration.open("a", encoding="utf-8") as file:
        file.write((story.files / "roles.sql").read_text(encoding="utf-8"))
    print(f"{_GREY}(five INSERTs at the end of {migration.relative_to(story.folder)}){_PLAIN}")
    story.run("parity migrate dev")

    story.chapter(6, "Production: apply what is pending; again, and there is nothing to do")
    story.run(f"parity migrate deploy{create}", on=story.production)
    story.run("parity migrate deploy", on=story.production)

    story.chapter(7, "Where production stands")
    story.run("parity migrate status", on=story.production)

    story.chapter(8, "The schema file, read back from production")
    story.run("parity db pull --print", on=story.production, through='grep "model team_"')

    story.chapter(9, "Any two of them, compared")
    compared = "parity migrate diff --from-migrations prisma/migrations --to-env DATABASE_URL --exit-code"
    story.run(compared, on=story.production)

    story.chapter(10, "Somebody changes the local database by hand: the drift is named, and undone")
    story.sql(story.local, "ALTER TABLE invoices ADD COLUMN note text")
    story.run("parity migrate dev", expect=1)
    story.run("parity migrate dev --on-drift undo --accept-data-loss")

    story.chapter(11, "The application: it starts only on a database in sync, and serves the roles")
    roles = len(story.roles_through_the_api())
    users = story.sql(story.local, "SELECT count(*) FROM users")[0][0]
    print(f"\nRoles in production: {roles}. Users kept in the local database: {users}.")
    if (roles, users) != (5, 2):
        sys.exit("The story expected 5 roles and 2 users.")
    story.run("parity migrate status", on=story.production)


def main(arguments: list[str]) -> None:
    """Tell the story on the database that the arguments name."""
    with tempfile.TemporaryDirectory(prefix="parity-demo-") as name:
        folder = Path(name)
        if not arguments:
            tell(Story("sqlite", f"file:{folder}/local.db", f"file:{folder}/production.db", folder))
            return
        parts = urlsplit(arguments[0])
        suffix = secrets.token_hex(3)
        names = [f"parity_demo_{suffix}_{role}" for role in ("local", "production")]
        urls = [urlunsplit(parts._replace(path=f"/{database}")) for database in names]
        try:
            tell(Story("postgresql", urls[0], urls[1], folder))
        finally:
            for database in names:
                rows(arguments[0], f'DROP DATABASE IF EXISTS "{database}"')


if __name__ == "__main__":
    main(sys.argv[1:])
