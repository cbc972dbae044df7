"""The table of codes."""

from __future__ import annotations

import re

from parity.psl.codes import Code


def test_codes_are_unique_and_look_alike() -> None:
    values = [code.value for code in Code.__members__.values()]
    assert len(values) == len(set(values)) > 80
    assert all(re.fullmatch(r"PSL[0-9]{3}", value) for value in values)


def test_no_code_is_an_alias_of_another() -> None:
    assert len(Code.__members__) == len(list(Code))
