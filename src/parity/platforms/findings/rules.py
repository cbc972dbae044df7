"""All rules, in the order of their codes."""

from __future__ import annotations

from parity.platforms.findings import (
    dangerous,
    env_committed,
    heads,
    lost_disk,
    not_migrated,
    passed_over,
    pooler,
    secret,
    unpinned,
    wrong_scope,
)
from parity.platforms.findings.finding import Finding, Rule, Seen

RULES: tuple[Rule, ...] = (
    not_migrated.find,
    wrong_scope.find,
    pooler.find,
    dangerous.find,
    unpinned.find,
    heads.find,
    env_committed.find,
    secret.find,
    lost_disk.find,
    passed_over.find,
)


def findings(seen: Seen) -> tuple[Finding, ...]:
    """What all rules find, each place once: one command can be reached by several ways."""
    found: dict[tuple[str, str, int], Finding] = {}
    for rule in RULES:
        for finding in rule(seen):
            found.setdefault((finding.code, finding.file, finding.line), finding)
    return tuple(found.values())
