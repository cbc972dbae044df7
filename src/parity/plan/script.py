"""A plan as the text of a migration file: a commented block for each step, in the layout of Prisma's engine."""

from __future__ import annotations

from parity.dialects.base import Dialect, RenderedStep
from parity.schema.steps import HazardLevel, Plan


def script(plan: Plan, dialect: Dialect, *, warnings: bool, whole: bool = False, beyond: tuple[str, ...] = ()) -> str:
    """The file's text; "" for an empty plan. With `warnings` the hazards stand in a comment at its head.

    `beyond` are warnings of what is added to it. With `whole` it is to run in one transaction, and so holds none of
    its own around single steps.
    """
    leave_out = ("BEGIN", "COMMIT") if whole else ()
    blocks = [
        _block(rendered.header, tuple(statement for statement in rendered.statements if statement not in leave_out))
        for rendered in _rendered(plan, dialect)
    ]
    text = "\n\n".join(blocks) + "\n" if blocks else ""
    return _warnings(plan, beyond) + text if warnings else text


def _rendered(plan: Plan, dialect: Dialect) -> list[RenderedStep]:
    return [rendered for planned in plan.steps if (rendered := dialect.render(planned.step)).statements]


def _block(header: str, statements: tuple[str, ...]) -> str:
    return f"-- {header}\n" + "\n".join(_closed(statement) for statement in statements)


def _closed(statement: str) -> str:
    """A statement with its semicolon; a comment has none."""
    last = statement.rpartition("\n")[2].lstrip()
    return statement if not last or last.startswith("--") else statement + ";"


def _warnings(plan: Plan, beyond: tuple[str, ...]) -> str:
    hazards = (hazard for hazard in plan.hazards if hazard.is_written)
    # As the engine has it: first what may be lost or fail, then what can't succeed.
    ordered = sorted(hazards, key=lambda hazard: hazard.level is HazardLevel.UNEXECUTABLE)
    reasons = dict.fromkeys((*(hazard.reason for hazard in ordered), *beyond))
    if not reasons:
        return ""
    lines = "".join(f"  - {_safe(reason)}\n" for reason in reasons)
    return f"/*\n  Warnings:\n\n{lines}\n*/\n"


def _safe(reason: str) -> str:
    """A name that holds the end of a comment must not end this one."""
    return reason.replace("*/", "* /").replace("/*", "/ *")
