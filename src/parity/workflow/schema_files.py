"""The hash of the schema files as they stand: what is known of them needs no reading of their models then."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from parity._version import __version__
from parity.diagnostics import SourceFile

_SAYS_NOTHING = re.compile(r"^[ \t]*(?://[^\r\n]*)?\n", re.MULTILINE)
"""An empty line, or a comment that has it for itself: no line break stands inside a string."""


def files_hash(sources: Sequence[SourceFile]) -> str:
    """Stands for all that the files say, their datasource and generators included, and for how this version reads it.

    Another version may read the same files in another way. What a file is called counts only where that changes the
    order in which they are read. Lines of comments and line ends don't count.
    """
    read = hashlib.sha256(__version__.encode())
    for source in sources:
        read.update(hashlib.sha256(_what_counts(source.text).encode()).digest())
    return read.hexdigest()


def _what_counts(text: str) -> str:
    text = text.replace("\r\n", "\n")
    if "/*" in text:
        return text  # Such a comment goes on over lines, and one of them may end it.
    return _SAYS_NOTHING.sub("", text)
