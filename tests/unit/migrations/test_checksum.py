"""A migration's checksum is that of its bytes, and forgives line ends alone."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.migrations.checksum import checksum_of, matches


def unpadded(raw: bytes) -> str:
    return "".join(f"{byte:x}" for byte in hashlib.sha256(raw).digest())


def test_the_checksum_is_sha256_in_lower_case_hexadecimal() -> None:
    assert checksum_of(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.binary(max_size=60))
def test_a_file_matches_its_own_checksum_in_both_spellings(raw: bytes) -> None:
    assert matches(checksum_of(raw), raw)
    assert matches(unpadded(raw), raw)


@given(st.lists(st.sampled_from([b"SELECT 1;", b"-- a", b"", b" "]), min_size=2, max_size=5))
def test_a_file_matches_whichever_line_ends_it_was_stored_with(lines: list[bytes]) -> None:
    unix, windows = b"\n".join(lines), b"\r\n".join(lines)
    assert matches(checksum_of(unix), windows)
    assert matches(checksum_of(windows), unix)
    assert matches(unpadded(unix), windows)


def test_a_mixed_file_matches_each_way_of_making_it_uniform() -> None:
    mixed = b"a\r\nb\nc"
    for stored in (mixed, b"a\nb\nc", b"a\r\nb\r\nc", b"a\r\r\nb\r\nc"):
        assert matches(checksum_of(stored), mixed)


@pytest.mark.parametrize("other", [b"a\nb ", b"a\n\nb", b"A\nb", b"a\rb", b"\xef\xbb\xbfa\nb", b""])
def test_every_other_change_is_an_edit(other: bytes) -> None:
    assert not matches(checksum_of(b"a\nb"), other)


@pytest.mark.parametrize("stored", ["", "0", "x" * 64, checksum_of(b"a").upper(), checksum_of(b"a") + "0"])
def test_what_is_not_a_checksum_matches_nothing(stored: str) -> None:
    assert not matches(stored, b"a")
