"""The commands of docs/how-to/adopt.md, run as they stand there on a database that grew by hand."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from commandline import Project, Run

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "adopt.md"
COMMANDS = re.findall(r"^       parity (.*)$", HOW_TO.read_text(encoding="utf-8"), re.MULTILINE)
GROWN = """
CREATE TABLE customers (id serial PRIMARY KEY, email text NOT NULL UNIQUE, credit numeric(12,2) CHECK (credit >= 0));
CREATE TABLE orders (id serial PRIMARY KEY, customer_id int REFERENCES customers, placed date DEFAULT now());
CREATE INDEX orders_recent ON orders (placed DESC) WHERE placed IS NOT NULL;
CREATE VIEW debtors AS SELECT email FROM customers WHERE credit > 100;
"""


def test_a_database_that_grew_by_hand_is_adopted_up_to_the_gate(
    project: Project, new_postgres_database: Callable[[], str]
) -> None:
    production, staging = new_postgres_database(), new_postgres_database()
    for url in (production, staging):
        sql(url, GROWN)
    sql(production, "INSERT INTO customers (email, credit) VALUES ('ada@example.com', 7)")
    project.use_database(production)

    said = {command: _run(project, command, staging).succeeded().stdout for command in COMMANDS}
    assert [command.split(" --")[0].split("  ")[0] for command in COMMANDS] == [
        "init",
        "migrate baseline",
        "db pull",
        "migrate dev",
        "migrate lock",
        "check",
        "migrate deploy",
        "migrate diff",
        "migrate resolve",
        "check",
    ]
    # What the page says behind a command is what the command says.
    for command, text in said.items():
        if "#" in command:
            assert command.partition("#")[2].strip() in text
    assert sql(production, "SELECT email, credit::text FROM customers") == [("ada@example.com", "7.00")]

    sql(production, "ALTER TABLE orders ALTER COLUMN placed DROP DEFAULT")
    stopped = project.run("migrate", "deploy").exited(3).stderr
    assert "[*] Changed the `orders` table\n    [*] Altered column `placed` (default changed" in stopped


def _run(project: Project, command: str, staging: str) -> Run:
    words = shlex.split(command.replace("$STAGING_URL", staging), comments=True)
    return project.run(*words)
