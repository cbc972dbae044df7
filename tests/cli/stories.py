"""The schema files of the story that tests tell, for both databases, and looking into a database by hand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg2

STORIES = Path(__file__).resolve().parents[2] / "examples" / "story"

MODELS = """
model User {
  id    Int    @id @default(autoincrement())
  email String @unique
}
"""
MORE = MODELS.replace("@unique\n", "@unique\n  name  String?\n")
"""The next version of the same: a column more."""


def text(provider: str, name: str) -> str:
    """A file of the story."""
    return (STORIES / provider / name).read_text(encoding="utf-8")


def sql(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement as a person would in the database's own shell; its rows."""
    if url.startswith("file:"):
        connection = sqlite3.connect(url.removeprefix("file:"))
        try:
            with connection:
                return connection.execute(statement).fetchall()
        finally:
            connection.close()
    server = psycopg2.connect(url)
    try:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        server.close()
