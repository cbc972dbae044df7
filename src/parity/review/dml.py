"""Reading DML with sqlglot's parser: INSERT, UPDATE, DELETE, MERGE, alone or inside WITH.

Where sqlglot can't read one, its first words still tell the table and whether a condition is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from parity.review.effects import CopiedColumn, Copy, DeletesRows, Effect, InsertsRows, Place, UpdatesRows
from parity.review.phrases import Phrase, fold
from parity.schema.types import ObjectName

LONG = 64_000
"""A statement longer than this isn't parsed: a parse holds some hundred bytes for each character."""

Node = Any
"""A node of sqlglot's tree. sqlglot is imported where it is used, so the types of its nodes can't be named here."""


def read_dml(text: str, phrase: Phrase, at: Place, sqlglot_dialect: str) -> tuple[Effect, ...] | None:
    """The effects of a DML statement; None where it can't be read. `phrase` are its words, from the first one."""
    tree = None if len(text) > LONG else _parse(_known_words(text, phrase.copy()), sqlglot_dialect)
    if tree is None:
        return _from_first_words(text, phrase, at)
    return tuple(_effects(tree, at, sqlglot_dialect)) or None


def head_of(text: str) -> str:
    """The statement without the rows of a long INSERT, which needn't be cut into words."""
    if len(text) <= LONG:
        return text
    rows = _rows_start(text)
    return text if rows is None else text[:rows]


def _rows_start(text: str) -> int | None:
    """The offset behind VALUES."""
    upper = text.upper() if text.isascii() else "".join(c.upper() if c.isascii() else c for c in text)
    end = 0
    while (begin := upper.find("VALUES", end)) >= 0:
        end = begin + len("VALUES")
        if begin and (upper[begin - 1].isspace() or upper[begin - 1] == ")") and upper[end : end + 1] in " \n\r\t(":
            return end
    return None


def _count_rows(text: str) -> int | None:
    """How many rows the VALUES of a long INSERT list, counted by their parentheses; None without VALUES."""
    at = _rows_start(text)
    if at is None:
        return None
    rows = depth = 0
    while at < len(text):
        match text[at]:
            case "(":
                rows += depth == 0
                depth += 1
            case ")":
                depth -= 1
            case "'":
                at = _string_end(text, at)
            case _:
                pass
        at += 1
    return rows


def _string_end(text: str, at: int) -> int:
    """The offset of the quote that ends the string at `at`. A doubled quote is two strings: the count is the same."""
    has_escapes = text[at - 1] in "eE" and not text[at - 2].isalnum()
    while (end := text.find("'", at + 1)) >= 0:
        before = text[at + 1 : end]
        if not has_escapes or (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            return end
        at = end
    return len(text)


def _parse(text: str, sqlglot_dialect: str) -> Node | None:
    """sqlglot's tree of one statement; None where it can't read it, or keeps it as unread text."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    with _quiet():
        try:
            tree = sqlglot.parse_one(text, read=sqlglot_dialect)
        except (SqlglotError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            # Its own errors, and those that its parser runs into on text that is no SQL.
            return None
    return None if isinstance(tree, exp.Command) else tree


@contextmanager
def _quiet() -> Iterator[None]:
    """Without sqlglot's warnings, which would reach stderr."""
    from sqlglot.parser import logger

    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _known_words(text: str, phrase: Phrase) -> str:
    """`UPDATE OR IGNORE t` in the words that sqlglot reads."""
    if phrase.take("UPDATE", "OR") and phrase.skip():
        return f"UPDATE {phrase.rest()}"
    return text


def _effects(tree: Node, at: Place, dialect: str) -> Iterator[Effect]:
    """What the statement and the ones inside its WITH do, the outermost last, as they run."""
    from sqlglot import exp

    found: list[tuple[Effect, ...]] = []
    for node in tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Merge):
        # The parts of MERGE … WHEN are Insert and Update nodes too.
        table = None if node.find_ancestor(exp.Merge) else _table_name(node.this, dialect)
        if table is None:
            continue
        match node:
            case exp.Insert():
                found.append((_insert(node, table, at, dialect),))
            case exp.Update():
                found.append((_update(node, table, at, dialect),))
            case exp.Delete():
                found.append((DeletesRows(at, table, every=_chooses_nothing(node)),))
            case exp.Merge():
                found.append(tuple(_merge(node, table, at)))
    for effects in reversed(found):
        yield from effects


def _insert(node: Node, table: ObjectName, at: Place, dialect: str) -> InsertsRows:
    from sqlglot import exp

    source = node.expression
    replaces = str(node.args.get("alternative") or "").upper() == "REPLACE"
    if isinstance(source, exp.Values) and source.expressions:
        return InsertsRows(at, table, len(source.expressions), replaces=replaces)
    if source is None or isinstance(source, exp.Values):
        return InsertsRows(at, table, 1, replaces=replaces)  # DEFAULT VALUES
    targets = _schema_columns(node.this, dialect)
    copy = _copy(source, targets, dialect) if isinstance(source, exp.Select) else None
    return InsertsRows(at, table, None, copy, replaces)


def _copy(select: Node, targets: tuple[str, ...], dialect: str) -> Copy | None:
    from sqlglot import exp

    source = select.args.get("from_") or select.args.get("from")
    tables = () if source is None else tuple(source.find_all(exp.Table))
    name = _table_name(tables[0], dialect) if len(tables) == 1 else None
    if name is None:
        return None
    partial = any(select.args.get(key) for key in ("where", "joins", "limit", "offset", "distinct", "group", "having"))
    if any(isinstance(item, exp.Star) for item in select.expressions):
        return Copy(name, None, partial)
    columns: list[CopiedColumn] = []
    for index, item in enumerate(select.expressions):
        value = item.this if isinstance(item, exp.Alias) else item
        reads = tuple(_identifier(column.this, dialect) for column in value.find_all(exp.Column))
        target = targets[index] if index < len(targets) else ""
        columns.append(CopiedColumn(target, reads, plain=isinstance(value, exp.Column)))
    return Copy(name, tuple(columns), partial)


def _update(node: Node, table: ObjectName, at: Place, dialect: str) -> UpdatesRows:
    from sqlglot import exp

    columns: list[str] = []
    for assignment in node.expressions:
        columns.extend(_identifier(column.this, dialect) for column in assignment.this.find_all(exp.Column))
    every = _chooses_nothing(node) and not (node.args.get("from_") or node.args.get("from"))
    where = node.args.get("where")
    condition = where.this.unnest() if where is not None else None
    nulls_of = None
    if (
        isinstance(condition, exp.Is)
        and isinstance(condition.this, exp.Column)
        and isinstance(condition.expression, exp.Null)
    ):
        nulls_of = _identifier(condition.this.this, dialect)
    return UpdatesRows(at, table, tuple(dict.fromkeys(columns)), every, nulls_of)


def _merge(node: Node, table: ObjectName, at: Place) -> Iterator[Effect]:
    from sqlglot import exp

    for when in node.find_all(exp.When):
        then = when.args.get("then")
        match then:
            case exp.Insert():
                yield InsertsRows(at, table, None)
            case exp.Update():
                yield UpdatesRows(at, table, (), every=False)
            case exp.Var() if then.name.upper() == "DELETE":
                yield DeletesRows(at, table, every=False)
            case _:
                pass


def _chooses_nothing(node: Node) -> bool:
    """Whether every row is hit: no WHERE, or one that is always true."""
    from sqlglot import exp

    where = node.args.get("where")
    if where is None:
        return not node.args.get("using")
    condition = where.this.unnest()
    if isinstance(condition, exp.EQ):
        left, right = condition.this, condition.expression
        return isinstance(left, exp.Literal) and left == right
    if isinstance(condition, exp.Literal):
        return not condition.is_string and condition.name != "0"
    return isinstance(condition, exp.Boolean) and bool(condition.this)


def _table_name(node: object, dialect: str) -> ObjectName | None:
    from sqlglot import exp

    table = node.this if isinstance(node, exp.Schema) else node
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        return None
    namespace = table.args.get("db")
    return ObjectName(_identifier(table.this, dialect), None if namespace is None else _identifier(namespace, dialect))


def _schema_columns(node: object, dialect: str) -> tuple[str, ...]:
    from sqlglot import exp

    if not isinstance(node, exp.Schema):
        return ()
    return tuple(_identifier(column, dialect) for column in node.expressions if isinstance(column, exp.Identifier))


def _identifier(node: Node, dialect: str) -> str:
    """The name as the database stores it."""
    name = str(node.name)
    return name if node.args.get("quoted") else fold(name, dialect)


def _from_first_words(text: str, phrase: Phrase, at: Place) -> tuple[Effect, ...] | None:
    """INSERT INTO t, UPDATE t, DELETE FROM t: what can be said without understanding the rest."""
    verb = phrase.take_any("INSERT", "UPDATE", "DELETE")
    replaces = phrase.take("OR", "REPLACE")
    if not replaces and phrase.take("OR"):
        phrase.skip()
    phrase.take_any("INTO", "FROM")
    phrase.take("ONLY")
    table = phrase.object_name()
    if table is None:
        return None
    match verb:
        case "INSERT":
            rows = _count_rows(text)
            # DEFAULT VALUES has no parentheses, and is one row.
            return (InsertsRows(at, table, 1 if rows == 0 else rows, replaces=replaces),)
        case "UPDATE":
            return (UpdatesRows(at, table, (), every=phrase.lacks("WHERE", "FROM")),)
        case "DELETE":
            return (DeletesRows(at, table, every=phrase.lacks("WHERE", "USING")),)
        case _:
            return None
