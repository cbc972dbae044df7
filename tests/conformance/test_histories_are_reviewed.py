"""Every migration of the real histories is reviewed: nothing stops it, and next to nothing isn't understood."""

from collections.abc import Callable
from pathlib import Path

import pytest

from parity.dialects.registry import dialect_for_provider
from parity.review.report import review_migration, to_json
from referee import shared_folder

UNDERSTOOD = 0.99


def scripts_or_skip(provider: str) -> list[Path]:
    shared = shared_folder()
    if shared is None:
        pytest.skip("NOT RUN: the real migration histories are not here (PARITY_SHARED)")
    locks = sorted((shared / "corpus" / "histories").glob("*/migrations/migration_lock.toml"))
    wanted = [lock.parent for lock in locks if f'"{provider}"' in lock.read_text()]
    found = [script for folder in wanted for script in sorted(folder.glob("*/migration.sql"))]
    assert found, f"no {provider} migration was found in the histories"
    return found


@pytest.mark.parametrize("provider", ["sqlite", "postgresql"])
def test_real_migrations_are_understood(provider: str, record_property: Callable[[str, object], None]) -> None:
    dialect = dialect_for_provider(provider)
    total = 0
    unread: list[str] = []
    for path in scripts_or_skip(provider):
        reviewed = review_migration(path.parent.name, dialect.split(path.read_text("utf-8-sig")), dialect)
        assert to_json(reviewed)["migration"] == path.parent.name
        total += len(reviewed.statements)
        unread += [f"{path}:{one.line}: {one.words}" for one in reviewed.unread]
    share = 1 - len(unread) / total
    record_property("statements", total)
    record_property("understood", share)
    print(f"{provider}: {total} statements, {share:.2%} understood")
    assert share >= UNDERSTOOD, "\n".join(unread)


def test_real_rebuilds_of_tables_are_never_taken_for_drops() -> None:
    dialect = dialect_for_provider("sqlite")
    rebuilds = 0
    for path in scripts_or_skip("sqlite"):
        reviewed = review_migration(path.parent.name, dialect.split(path.read_text("utf-8-sig")), dialect)
        said = [sentence for summary in reviewed.summaries for sentence in summary.sentences]
        assert not [text for text in said if text.startswith("renames table new_")], path
        rebuilds += sum(text.startswith("rebuilds table") for text in said)
    assert rebuilds > 0
