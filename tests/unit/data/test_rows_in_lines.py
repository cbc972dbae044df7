"""YAML with a row in each line is read as YAML at large is, only faster."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parity.data.raw import Broken, Items, Pairs, Raw
from parity.data.read_lines import read_lines
from parity.data.read_yaml import read_any_yaml, read_yaml

SIGNS = "abN-_ :,#[]{}\"'\\\n0159.eE+~!&*|>?%@`\té\u2028"
LINES = ("- {", "}\n", "- {a: 1}\n", "rows:\n", "key: [a]\n", "# x\n", "owned: all\n", "---\n", "...\n", ", ", "  ")
VALUES = ('"a"', "null", "true", "No", "yes", "1.50", "-0", "1e5", "0x1f", "0o7", "1_000", "12:30", "2024-01-01", "NaN")
PAIRS = (': "b c"', "a: 1", "b: x y", "<<: a", "a : 1", "inf", ".inf")
PIECES = st.sampled_from((*SIGNS, *LINES, *VALUES, *PAIRS))


def shape(raw: Raw) -> object:
    """A document without the end of its lists, which nothing asks for."""
    if isinstance(raw, Items):
        return (raw.start, *map(shape, raw.items))
    if isinstance(raw, Pairs):
        return (raw.start, raw.keys, *((name, shape(value)) for name, value in raw.pairs))
    return raw


@given(st.lists(PIECES, max_size=14).map("".join), st.sampled_from(["", "- {a: 1, b: ", "- {", "key: a\nrows:\n  - {"]))
@example('- {id: 1, "code": "a b", x: two words, n: null}  # said\n\n# more\n- {id: -2.50}', "")
@example("owned: all # x\nkey: [id]\nrows:\n  - {id: 1}\n  - {id: 2}\n", "")
@example("- {a: 1}\n- {a: 2}  \n", "")
def test_what_is_read_by_lines_is_what_yaml_says(text: str, head: str) -> None:
    try:
        lines = read_lines(head + text, read_any_yaml)
    except Broken:
        lines = None
    if lines is not None:
        assert shape(lines) == shape(read_any_yaml(head + text))


def test_rows_in_lines_are_read_so() -> None:
    text = 'key: [id]\nrows:\n# all\n- {id: 1, "code": "a b", x: two words, n: null, b: true}  # said\n- {id: 2}\n'
    assert read_lines(text, read_any_yaml) is not None


def test_a_large_file_without_rows_in_lines_is_refused_before_it_takes_minutes() -> None:
    row = "- id: 1\n  code: a\n"
    with pytest.raises(Broken, match="larger than 4 MiB: write each row into a line"):
        read_yaml(row * (4 * 1024 * 1024 // len(row) + 1))
    with pytest.raises(Broken, match="larger than 32 MiB"):
        read_yaml("- {id: 1}\n" * (4 * 1024 * 1024))
