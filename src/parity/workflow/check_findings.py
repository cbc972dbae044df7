"""Differences between schemas made into findings, object by object."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from fnmatch import fnmatchcase

from msgspec.structs import replace

from parity.dialects.base import Dialect
from parity.diff.compare import diff
from parity.lifting.lift import lift_blocks
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.psl.model import Datamodel
from parity.schema.changes import Change
from parity.schema.model import Schema
from parity.schema.subjects import Subject, subject_of
from parity.schema.types import ObjectName
from parity.workflow.check_parts import part_lines
from parity.workflow.check_report import Check, Finding, Manner
from parity.workflow.drift import reordered, sentence


def findings_of_schemas(
    check: Check,
    code: str,
    old: Schema,
    new: Schema,
    dialect: Dialect,
    datamodel: Datamodel | None,
    fix: str,
    *,
    leads_back: bool,
) -> tuple[Finding, ...]:
    """The differences between two schemas, one for each object.

    SQL leads from `old` to `new`, or with `leads_back` from `new` to `old`. What only leads back counts, too: no change
    ever removes an extension, but one that is missing is added.
    """
    forward = _by_subject(diff(old, new, dialect))
    led = _by_subject(diff(new, old, dialect)) if leads_back else forward
    if not forward and not led:
        return ()
    start, end = (new, old) if leads_back else (old, new)
    should, there = (lift_blocks(schema, dialect, existing=datamodel) for schema in (old, new))
    return tuple(
        Finding(
            check,
            code,
            sentence(subject, old, new) if leads_back else _sentence_of_file(subject, old, new),
            fix,
            lines=_lines(forward.get(subject, []), old, new, dialect, name_parts=leads_back),
            language=_language(subject, should, there),
            sql=_sql(led.get(subject, []), start, end, dialect),
            table=subject.table.name if subject.table is not None else None,
            namespace=subject.table.namespace if subject.table is not None else None,
            manner=_manner(subject, old, new) if subject.table is not None else None,
        )
        for subject in dict.fromkeys((*forward, *led))
    )


def _lines(changes: list[Change], old: Schema, new: Schema, dialect: Dialect, *, name_parts: bool) -> tuple[str, ...]:
    told = summary(tuple(changes), old, new, dialect) if changes else ""
    lines = tuple(filter(None, told.splitlines()))
    return (*lines, *(f"  {line}" for line in part_lines(changes, told))) if name_parts else lines


def findings_of_order(should: Schema, there: Schema) -> Iterator[Finding]:
    """The enums whose values are in another order."""
    for enum in reordered(should, there):
        yield Finding(
            Check.LIVE,
            "PAR911",
            enum.sentence,
            "make the type anew, and convert its columns; until then, queries sort by it, and deploys need --no-verify",
            lines=enum.lines,
        )


def without_ignored(schema: Schema, patterns: tuple[str, ...], namespaces: tuple[str, ...]) -> Schema:
    """The schema without what an environment says doesn't belong to it."""

    def counts(name: ObjectName) -> bool:
        if namespaces and name.namespace is not None and name.namespace not in namespaces:
            return False
        full = name.name if name.namespace is None else f"{name.namespace}.{name.name}"
        return not any(fnmatchcase(name.name, pattern) or fnmatchcase(full, pattern) for pattern in patterns)

    if not patterns and not namespaces:
        return schema
    return replace(
        schema,
        namespaces=tuple(name for name in schema.namespaces if not namespaces or name in namespaces),
        tables=tuple(table for table in schema.tables if counts(table.name)),
        enums=tuple(enum for enum in schema.enums if counts(enum.name)),
        opaques=tuple(o for o in schema.opaques if counts(o.name) and (o.table is None or counts(o.table))),
    )


def _by_subject(changes: tuple[Change, ...]) -> dict[Subject, list[Change]]:
    grouped: dict[Subject, list[Change]] = {}
    for change in changes:
        grouped.setdefault(subject_of(change), []).append(change)
    return grouped


def _manner(subject: Subject, old: Schema, new: Schema) -> Manner:
    if subject.name != subject.table:
        return Manner.CHANGED
    before, now = subject.is_in(old), subject.is_in(new)
    return Manner.CHANGED if before and now else Manner.MISSING if before else Manner.EXTRA


def _sentence_of_file(subject: Subject, old: Schema, new: Schema) -> str:
    before, now = subject.is_in(old), subject.is_in(new)
    if before and not now:
        return f"{subject} isn't in the schema file any more, and no migration drops it"
    return f"{subject} was changed in the schema file" if before else f"{subject} is of no migration yet"


def _language(subject: Subject, should: dict[ObjectName, str], there: dict[ObjectName, str]) -> str | None:
    if subject.name is None:
        return None
    old, new = (blocks.get(subject.name, "").splitlines() for blocks in (should, there))
    lines = list(unified_diff(old, new, n=1000, lineterm=""))[3:]
    return "\n".join(lines) or None


def _sql(changes: list[Change], old: Schema, new: Schema, dialect: Dialect) -> str | None:
    if not changes:
        return None
    plan = build_plan(tuple(changes), old, new, dialect)
    return script(plan, dialect, warnings=True) or None
