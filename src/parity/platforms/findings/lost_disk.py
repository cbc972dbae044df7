"""PAR809: the database is a file on a disk that the platform throws away."""

from __future__ import annotations

from collections.abc import Iterator

from parity.platforms.findings.finding import Finding, Seen


def find(seen: Seen) -> Iterator[Finding]:
    """Each platform of that kind, where the database is a file."""
    if seen.file_database is None:
        return
    for platform in seen.deployment.platforms:
        if platform.throws_disk_away:
            yield Finding(
                "PAR809",
                platform.file,
                platform.line,
                f"the database is a file ({seen.file_database}), and {platform.name} throws the disk away",
                "each deployment, and each restart, begins with an empty database",
                "use a database server there: another provider in the datasource block, and a history of its own",
            )
