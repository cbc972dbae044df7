"""New migrations get safe names that sort behind those which are there."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.errors import UsageError
from parity.migrations.names import byte_order, migration_name, slug_of

NOW = datetime(2025, 11, 22, 11, 9, 5, tzinfo=UTC)

HOSTILE = [
    "../../x",
    "..",
    ".",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "C:\\x",
    "CON",
    "nul.txt",
    "a\0b",
    "a\nb",
    "-rf",
    "~",
    "$(touch x)",
    "`x`",
    "a; rm -rf",
    "\u202egnp",
    "\ud800",
    "ユーザー",
    "",
    "   ",
    "_",
    "....//....//x",
    "a" * 200,
]


@pytest.mark.parametrize(
    ("user_name", "slug"),
    [
        ("init", "init"),
        ("Add Users", "add_users"),
        ("AddTeamRoles", "add_team_roles"),
        ("complete_schema_sync", "complete_schema_sync"),
        ("  add--e-mail!! ", "add_e_mail"),
        ("Größe für Café №2", "grosse_fur_cafe_no2"),
        ("v2Users", "v2_users"),
        ("SQL fix", "sql_fix"),
        ("../../x", "x"),
        ("ユーザー", "migration"),
        ("", "migration"),
    ],
)
def test_a_name_becomes_words_of_ascii_letters_and_digits(user_name: str, slug: str) -> None:
    assert slug_of(user_name) == slug


@pytest.mark.parametrize("user_name", HOSTILE)
def test_hostile_names_stay_one_folder_below_the_migrations(user_name: str, tmp_path: Path) -> None:
    name = migration_name(NOW, user_name)
    assert re.fullmatch(r"20251122110905_[a-z0-9_]+", name)
    (tmp_path / name).mkdir()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@given(st.text(max_size=120))
def test_any_name_is_made_safe_or_refused_as_too_long(user_name: str) -> None:
    try:
        name = migration_name(NOW, user_name)
    except UsageError as error:
        assert error.code == "P3010"
        return
    assert re.fullmatch(r"20251122110905_[a-z0-9]+(_[a-z0-9]+)*", name)
    assert len(name) <= 215


@pytest.mark.parametrize("user_name", ["a" * 201, "é" * 101, "㋿" * 60 + "a" * 21, "aB" * 80])
def test_a_name_of_more_than_200_bytes_is_refused(user_name: str) -> None:
    with pytest.raises(UsageError) as caught:
        migration_name(NOW, user_name)
    assert caught.value.code == "P3010"
    assert caught.value.hint


def test_the_time_is_in_utc_whatever_zone_it_comes_in() -> None:
    assert migration_name(NOW.astimezone(timezone(timedelta(hours=5))), "x") == "20251122110905_x"


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        ("20240101000000_a", "20251122110905_x"),
        ("20251122110905_a", "20251122110905_x"),
        ("20251122110905_x", "20251122110906_x"),
        ("20251122110905_z", "20251122110906_x"),
        ("20251122110905", "20251122110905_x"),
        ("20251231235959_a", "20260101000000_x"),
        ("20260230386199_a", "20260230386200_x"),
        ("20260108_add_index", "20260109000000_x"),
        ("20250108_add_index", "20251122110905_x"),
        ("0_init", "20251122110905_x"),
        ("19_add_replay", "20251122110905_x"),
    ],
)
def test_a_new_name_sorts_behind_the_newest(newest: str, expected: str) -> None:
    name = migration_name(NOW, "x", ["20200101000000_first", newest])
    assert name == expected
    assert byte_order(name) > byte_order(newest)


@pytest.mark.parametrize("newest", ["zzz", "9_last", "99999999999999_end", "99999999_x", "é"])
def test_where_no_time_sorts_behind_the_name_is_new_at_least(newest: str) -> None:
    first = migration_name(NOW, "x", [newest])
    second = migration_name(NOW, "x", [newest, first])
    assert re.fullmatch(r"\d{14,15}_x", first)
    assert len({newest, first, second}) == 3


def test_names_that_differ_in_case_only_collide() -> None:
    assert migration_name(NOW, "x", ["zzz", "20251122110905_X"]) == "20251122110906_x"


@given(st.lists(st.from_regex(r"[0-9]{14}_[a-z]{0,3}", fullmatch=True), max_size=6), st.sampled_from(["a", "zz"]))
def test_a_row_of_new_names_is_in_order(existing: list[str], user_name: str) -> None:
    existing = [name for name in existing if name < "9999"]
    for _ in range(3):
        name = migration_name(NOW, user_name, existing)
        assert all(byte_order(name) > byte_order(other) for other in existing)
        existing.append(name)
