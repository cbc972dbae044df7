"""A review as one value: what a migration does, what it may lose, how it will be run. The caller shows it.

`to_json` is a documented shape that scripts may rely on: keys are added; none is renamed or removed in one `version`.

    version       1
    migration     the migration's name
    tables        [{table, namespace, says: [sentence],
                    counts: {creates, adds, changes, drops, inserts, updates, deletes}}]
    other         [sentence]: what belongs to no table
    statements    {total, understood, unread: [{statement, line, words}]}
    hazards       [{statement, line, code, level, table, namespace, column, reason, hint, rows, real}]
    transactions  see parity.review.transactions

Statements count from 1. `rows` is null where nobody asked or the database couldn't tell; a hazard is `real` unless it
was asked for and hits no row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import asdict, replace

from parity.dialects.base import Dialect
from parity.dialects.statements import SqlStatement
from parity.review.effects import NotUnderstood
from parity.review.losses import StatementHazard, find_hazards
from parity.review.names import name_keys
from parity.review.reading import read_effects
from parity.review.sentences import TableSummary, summarise
from parity.review.transactions import Transaction
from parity.review.transactions import to_json as transactions_to_json
from parity.schema.model import Schema
from parity.schema.steps import DataQuestion


class Finding(Struct, frozen=True):
    """A hazard, and how many rows of one database it hits: None where nobody asked, or the database can't tell."""

    at: StatementHazard
    rows: int | None = None

    @property
    def is_real(self) -> bool:
        """Whether it can't be ruled out."""
        return self.rows is None or self.rows > 0


class UnreadStatement(Struct, frozen=True):
    """A statement that couldn't be read: its 0-based number, its line, and the words that it begins with."""

    statement: int
    line: int
    words: str


class Review(Struct, frozen=True):
    """All that is to be said about one migration."""

    migration: str
    summaries: tuple[TableSummary, ...]
    statements: tuple[SqlStatement, ...]
    unread: tuple[UnreadStatement, ...]
    findings: tuple[Finding, ...]
    transactions: tuple[Transaction, ...]

    @property
    def questions(self) -> tuple[DataQuestion, ...]:
        """What a database should be asked, each question once."""
        asked = (finding.at.hazard.question for finding in self.findings)
        return tuple(dict.fromkeys(question for question in asked if question is not None))

    @property
    def loses_data(self) -> bool:
        """Whether a hazard can't be ruled out."""
        return any(finding.is_real for finding in self.findings)


def review_migration(
    migration: str,
    statements: Sequence[SqlStatement],
    dialect: Dialect,
    *,
    before: Schema | None = None,
    after: Schema | None = None,
    transactions: Sequence[Transaction] = (),
) -> Review:
    """Review the statements of one migration. `before` and `after` are the schemas without and with it, where known."""
    effects = read_effects(statements, dialect)
    keys = name_keys(dialect.capabilities)
    tables = () if before is None else before.tables
    index_tables = {
        keys.of(replace(table.name, name=index.name)): table.name for table in tables for index in table.indexes
    }
    return Review(
        migration,
        summarise(effects, keys, index_tables),
        tuple(statements),
        tuple(
            UnreadStatement(effect.at.statement, effect.at.line, effect.words)
            for effect in effects
            if isinstance(effect, NotUnderstood)
        ),
        tuple(map(Finding, find_hazards(effects, before, dialect, after))),
        tuple(transactions),
    )


def with_answers(review: Review, answers: Mapping[DataQuestion, int | None]) -> Review:
    """The review with the number of rows that each hazard hits, from the answers to its questions."""
    return replace(
        review,
        findings=tuple(
            finding
            if finding.at.hazard.question is None
            else Finding(finding.at, answers.get(finding.at.hazard.question))
            for finding in review.findings
        ),
    )


def to_json(review: Review) -> dict[str, object]:
    """The review as JSON values, in the shape that the module's docstring documents."""
    return {
        "version": 1,
        "migration": review.migration,
        "tables": [
            {
                "table": summary.table.name,
                "namespace": summary.table.namespace,
                "says": list(summary.sentences),
                "counts": asdict(summary.counts),
            }
            for summary in review.summaries
            if summary.table is not None
        ],
        "other": [text for one in review.summaries if one.table is None for text in one.sentences],
        "statements": {
            "total": len(review.statements),
            "understood": len(review.statements) - len(review.unread),
            "unread": [{"statement": one.statement + 1, "line": one.line, "words": one.words} for one in review.unread],
        },
        "hazards": [_finding_json(finding) for finding in review.findings],
        "transactions": transactions_to_json(review.transactions),
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    hazard = finding.at.hazard
    return {
        "statement": finding.at.statement + 1,
        "line": finding.at.line,
        "code": hazard.code,
        "level": hazard.level.value,
        "table": None if hazard.table is None else hazard.table.name,
        "namespace": None if hazard.table is None else hazard.table.namespace,
        "column": hazard.column,
        "reason": hazard.reason,
        "hint": hazard.hint,
        "rows": finding.rows,
        "real": finding.is_real,
    }
