"""Where a block ends that nobody asks for, found without reading what is in it."""

from __future__ import annotations

from collections.abc import Container

from parity.psl.lexer import BLOCK_HEAD, CLOSING_LINE


def end_of_other_block(text: str, at: int, kinds: Container[str]) -> int | None:
    """The end of the block at `at`, where that is of another kind than `kinds`; None where it has to be read for that.

    Whatever a line says, right or wrong, it is read by itself, and the first one that begins with a brace closes the
    block: but for a comment that goes on behind a line break, and for a string in which one is escaped.
    """
    head = BLOCK_HEAD.match(text, at)
    if head is None or head[1] in kinds:
        return None
    start = head.end() - 1
    closing = CLOSING_LINE.search(text, start)
    if closing is None:
        return None
    end = closing.end()
    return None if text.find("/*", start, end) >= 0 or text.find("\\", start, end) >= 0 else end
