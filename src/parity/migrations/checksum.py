"""The checksum of a migration: SHA-256 of the bytes of migration.sql, as the ledger stores it.

A line end that git or an editor changed is no edit: the file counts as the same with either kind. Nothing
else is forgiven.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

_LENGTH = 64


def checksum_of(raw: bytes) -> str:
    """The checksum to store, in lower-case hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def matches(stored: str, raw: bytes) -> bool:
    """Whether a stored checksum is the one of these bytes, in whichever kind of line ends.

    Rows of very old versions hold the bytes in hexadecimal without leading zeros, so that they are too short.
    """
    spell = _padded if len(stored) == _LENGTH else _unpadded
    return any(spell(hashlib.sha256(variant).digest()) == stored for variant in _variants(raw))


def spellings(raw: bytes) -> tuple[str, ...]:
    """All checksums that `matches` takes for those of these bytes."""
    digests = [hashlib.sha256(variant).digest() for variant in _variants(raw)]
    return tuple(dict.fromkeys(spell(digest) for digest in digests for spell in (_padded, _unpadded)))


def _variants(raw: bytes) -> Iterator[bytes]:
    yield raw
    if b"\n" in raw:
        unix = raw.replace(b"\r\n", b"\n")
        yield unix
        yield unix.replace(b"\n", b"\r\n")
        # For a file of both kinds, other tools put a CR before the LF of a CRLF, too.
        yield raw.replace(b"\n", b"\r\n")


def _padded(digest: bytes) -> str:
    return digest.hex()


def _unpadded(digest: bytes) -> str:
    return "".join(f"{byte:x}" for byte in digest)
