"""Names out of databases and files can't command the terminal that they are shown on."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest

from parity.cli.printable import printable

HOSTILE = "evil\x1b]0;owned\x07\x9b2J\u202eelbat"
COMMANDING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def hostile_url(tmp_path):
    path = tmp_path / "hostile.db"
    connection = sqlite3.connect(path)
    connection.execute(f'CREATE TABLE "{HOSTILE}" (id INTEGER NOT NULL PRIMARY KEY, "{HOSTILE}" TEXT)')
    connection.close()
    return f"file:{path}"


def test_a_table_s_name_is_shown_with_escapes(run_parity, hostile_url):
    run = run_parity("migrate", "diff", "--from-empty", "--to-url", hostile_url).succeeded()
    assert "evil\\x1b]0;owned\\x07\\x9b2J\\u202eelbat" in run.stdout
    assert not COMMANDING.search(run.output)


def test_an_error_s_message_is_shown_with_escapes(run_parity):
    run = run_parity("migrate", "status", "--schema", HOSTILE).exited(1)
    assert "evil\\x1b" in run.stderr
    assert not COMMANDING.search(run.output)


def test_json_holds_the_name_and_no_character_that_commands(run_parity, hostile_url):
    run = run_parity("migrate", "diff", "--from-empty", "--to-url", hostile_url, "--json").succeeded()
    assert not COMMANDING.search(run.output)
    assert HOSTILE in json.loads(run.stdout)["sql"]


def test_sql_for_another_program_is_as_it_is(run_parity, hostile_url):
    run = run_parity("migrate", "diff", "--from-empty", "--to-url", hostile_url, "--script").succeeded()
    assert f'CREATE TABLE "{HOSTILE}"' in run.stdout


@pytest.mark.parametrize("text", ["plain", "zwei\nZeilen\tund Tab", "Ümläut 日本 🎉", "a\r\nb"])
def test_other_text_stays(text):
    assert printable(text) == text


@pytest.mark.parametrize(("text", "shown"), [("\x1b[2J", "\\x1b[2J"), ("a\rb", "a\\rb"), ("\udc80", "\\udc80")])
def test_what_commands_is_written_as_an_escape(text, shown):
    assert printable(text) == shown
