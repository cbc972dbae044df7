"""Whether a database server may be started on this machine for a replay."""

from __future__ import annotations

from collections.abc import Mapping

VARIABLE = "PARITY_PRIVATE_SERVER"


def private_servers(environ: Mapping[str, str]) -> bool:
    """Yes, unless PARITY_PRIVATE_SERVER says `off`."""
    return environ.get(VARIABLE, "").strip().lower() not in ("off", "no", "false", "0")
