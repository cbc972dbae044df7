"""Losses as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from parity.workflow.losses import Loss


def loss_values(losses: Iterable[Loss]) -> list[dict[str, object]]:
    """One object each: what may be lost, how many rows it hits on the database that was asked."""
    return [
        {
            "code": loss.hazard.code,
            "level": loss.hazard.level.value,
            "reason": loss.hazard.reason,
            "table": None if loss.hazard.table is None else loss.hazard.table.name,
            "column": loss.hazard.column,
            "rows": loss.rows,
            "hint": loss.hazard.hint,
        }
        for loss in losses
    ]
