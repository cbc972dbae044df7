"""A new enum value that the same file uses, in spellings that hide it: deployed on a real server."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql


@pytest.mark.parametrize(
    ("added", "used"),
    [
        ("'guest'", "E'g\\x75est'"),
        ("'guest'", "U&'g\\0075est'"),
        ("'guest'", "U&'g!0075est' UESCAPE '!'"),
        ("'guest'", "'gu'\n'est'"),
        ("E'\\u0067uest'", "'guest'"),
        ("$$gu'est$$", "E'gu\\'est'"),
    ],
)
def test_a_value_is_committed_before_its_first_use(project: Project, postgres_url: str, added: str, used: str) -> None:
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration(
        "1_base", "CREATE TYPE role AS ENUM ('user');\nCREATE TABLE users (role role);\n", provider="postgresql"
    )
    project.write_migration("2_guest", f"ALTER TYPE role ADD VALUE {added};\nINSERT INTO users VALUES ({used});\n")
    project.run("migrate", "deploy").succeeded()
    assert sql(postgres_url, "SELECT role = enum_last(NULL::role) FROM users") == [(True,)]
