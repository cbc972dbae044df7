"""One random pair of schemas on real databases: from the first to the second as `migrate dev` goes, and checked.

A database is built at the first schema, filled with rows, and given some objects made by hand. What is wrong after the
way to the second schema is told in sentences; no sentence means that all of it held.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from handmade import MADE, SOURCE, HandMade, make_by_hand
from mutations import Draft, draft, random_schema
from parity.diagnostics import SourceFile
from parity.dialects.base import Dialect, Session, Value
from parity.dialects.sql import quote_identifier as quoted
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.diff.reprinted import as_printed
from parity.errors import DatabaseError, ProofFailed
from parity.execute.runner import plan_script, run_script
from parity.lower import lower
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.psl import parse
from parity.schema.model import EMPTY, Column, Schema, Table
from parity.schema.steps import Plan
from parity.schema.types import Arity, ObjectName, TypeFamily
from parity.workflow.canonical import canonicalise
from parity.workflow.losses import Loss, ask_losses
from parity.workflow.proof import prove
from richer import mutate_richly
from rows import fill

_DEFAULT = re.compile(r"\s*@default\((?:[^()]|\([^()]*\))*\)")
_FINE_TEXT = re.compile(r"@db\.(?!Text|VarChar\(200\)|VarChar\b(?!\())\w+")
_UNSORTED = re.compile(r"^\s*(\w+)\s+(?:Json\b|\w+.*@db\.(?:Xml|Json\b))")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two schema files."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a pair. `failed` says why the way stopped on the rows, where it did."""

    pair: Pair
    script: str
    problems: tuple[str, ...]
    rows: int = 0
    handmade: int = 0
    failed: str | None = None


class Unfit(Exception):
    """The database itself refuses one of the schemas from empty: nothing can be said about the pair."""


# --- schemas --------------------------------------------------------------------------------------------------------


def random_pair(random: Random, provider: str) -> Pair:
    """A valid schema file, and another that mostly follows from it."""
    while True:
        changed = draft(random_schema(random, provider), random, provider)
        mutate_richly(changed, random.choice((0, 1, 2, 4)))
        _add_columns_for_handmade(changed)
        old = changed.text()
        mutate_richly(changed, random.choice((1, 1, 2, 2, 3, 4, 6, 10)))
        new = changed.text() if random.random() < 0.95 else random_schema(random, provider)
        pair = Pair(_without_nonsense(old), _without_nonsense(new))
        if lowered(pair.old, None) is not None and lowered(pair.new, None) is not None:
            return pair


def _add_columns_for_handmade(changed: Draft) -> None:
    models = changed.models()
    for number, model in enumerate(changed.random.sample(models, min(2, len(models)))):
        model.lines.append(f"  {SOURCE} Int @default(1)")
        if number == 0:
            model.lines.append(f"  {MADE} Int?")


def _without_nonsense(text: str) -> str:
    """Without what a parser takes and no server does: defaults that aren't of their type, indexes on JSON and XML."""
    lines: list[str] = []
    unsorted: set[str] = set()
    for line in text.splitlines():
        if line.startswith(("model", "enum")):
            unsorted = set()
        if _FINE_TEXT.search(line):
            line = _DEFAULT.sub("", line) if "autoincrement" not in line else line
        if found := _UNSORTED.match(line):
            unsorted.add(found[1])
            line = re.sub(r"\s*@unique\b(\([^)]*\))?", "", line)
        if not (line.strip().startswith("@@") and unsorted.intersection(re.findall(r"\w+", line))):
            lines.append(line)
    return "\n".join(lines) + "\n"


def lowered(text: str, dialect: Dialect | None) -> Schema | None:
    """The schema of a file; None where it isn't valid."""
    datamodel, diagnostics = parse([SourceFile("schema.prisma", text)])
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return None
    return EMPTY if dialect is None else lower(datamodel, dialect)


# --- the way --------------------------------------------------------------------------------------------------------


def go(
    pair: Pair,
    main: Session,
    scratch: Session,
    dialect: Dialect,
    random: Random,
    by_hand: tuple[HandMade, ...] | None = None,
) -> Outcome:
    """From the first schema to the second. Both sessions are on empty databases. Raises Unfit.

    What is made by hand is random unless it is given.
    """
    return _Way(pair, main, scratch, dialect, random, by_hand).go()


@dataclass(slots=True)
class _Way:
    pair: Pair
    main: Session
    scratch: Session
    dialect: Dialect
    random: Random
    by_hand: tuple[HandMade, ...] | None

    def go(self) -> Outcome:
        first, second = lowered(self.pair.old, self.dialect), lowered(self.pair.new, self.dialect)
        assert first is not None
        assert second is not None
        self._refuse_unfit(second)
        problems = list(self._builds(first))
        made = self.by_hand
        if made is None:
            made = make_by_hand(self._read(self.main), self.dialect, self.random)
        for statement in (statement for one in made for statement in one.statements):
            self.main.execute(statement)
            self.scratch.execute(statement)
        history = self._read(self.scratch)
        rows = fill(self.main, history, self.dialect, self.random)
        problems += [f"a hand-made {one.kind} isn't found: {one.name}" for one in made if not one.is_in(history)]
        before = self._wanted(first, history)
        problems += self._differences("the same file asks for", history, before)

        wanted = self._wanted(second, history)
        plan = build_plan(diff(history, wanted, self.dialect), history, wanted, self.dialect)
        text = script(plan, self.dialect, warnings=True)
        try:
            reached = prove(text, wanted, self.scratch, self.dialect, ())
        except ProofFailed as error:
            told = "; ".join((error.message, error.why or "", *error.details))
            return Outcome(self.pair, text, (*problems, f"not proved: {told}"), rows, len(made))
        wanted = as_printed(wanted, reached)
        problems += self._differences("behind the wish lies", wanted, reached)
        problems += self._differences("a second run finds", reached, self._wanted(second, reached))
        problems += _handmade_problems(made, second, reached)
        staying = tuple(one for one in made if one.survives(second))
        outcome = _OnRows(self, plan, text, history, wanted, staying).go()
        return Outcome(self.pair, text, (*problems, *outcome.problems), rows, len(made), outcome.failed)

    def _refuse_unfit(self, second: Schema) -> None:
        """A schema that can't be made from empty at all says nothing about the way to it."""
        self.main.begin()
        try:
            for statement in self._statements(EMPTY, second):
                self.main.execute(statement)
        except DatabaseError as error:
            raise Unfit(error.message) from error
        finally:
            self.main.rollback()

    def _statements(self, old: Schema, new: Schema) -> Iterator[str]:
        plan = build_plan(diff(old, new, self.dialect), old, new, self.dialect)
        for planned in plan.steps:
            yield from self.dialect.render(planned.step).statements

    def _builds(self, first: Schema) -> Iterator[str]:
        """Both databases at the first schema; what of it isn't found again."""
        if (same := diff(first, first, self.dialect)) != ():
            yield f"a schema differs from itself: {same}"
        wanted = canonicalise(first, self.scratch, self.dialect)
        plan = build_plan(diff(EMPTY, wanted, self.dialect), EMPTY, wanted, self.dialect)
        text = script(plan, self.dialect, warnings=True)
        try:
            for session in (self.scratch, self.main):
                run_script(session, self.dialect, text)
        except DatabaseError as error:
            raise Unfit(error.message) from error
        found = self._read(self.main)
        yield from self._differences("from empty there is left", found, wanted)
        yield from self._differences("from empty there is too much of", carry_over(found, wanted, self.dialect), found)

    def _wanted(self, lowered_schema: Schema, history: Schema) -> Schema:
        return carry_over(history, canonicalise(lowered_schema, self.scratch, self.dialect), self.dialect)

    def _read(self, session: Session) -> Schema:
        return self.dialect.driver.introspect(session, ())

    def _differences(self, what: str, old: Schema, new: Schema) -> Iterator[str]:
        changes = diff(old, new, self.dialect)
        if changes:
            yield f"{what}: {summary(changes, old, new, self.dialect)}"


def _handmade_problems(made: tuple[HandMade, ...], wanted: Schema, reached: Schema) -> Iterator[str]:
    for one in made:
        if one.survives(wanted) and not one.is_in(reached):
            yield f"the {one.kind} {one.name} is gone, though what it stands on isn't"
        elif not one.survives(wanted) and one.kind != "generated column" and one.is_in(reached):
            yield f"the {one.kind} {one.name} is there, without what it stood on"


# --- the same on rows -----------------------------------------------------------------------------------------------

Rows = Counter[tuple[object, ...]]
_MAY_FAIL = frozenset(("unique", "cast", "primary_key", "drop_enum_values", "foreign_key"))


@dataclass(frozen=True, slots=True)
class _OnRows:
    """The proved script on the database that holds rows."""

    way: _Way
    plan: Plan
    text: str
    history: Schema
    wanted: Schema
    staying: tuple[HandMade, ...]

    def go(self) -> Outcome:
        way = self.way
        said = {one.name: way.main.query(one.query) for one in self.staying if one.query is not None}
        losses = ask_losses(way.main, way.dialect, self.plan.hazards)
        kept = tuple(self._kept(losses))
        problems = [*self._unforeseen_losses(losses)]
        before = {table.name: self._rows(table, _names(table)) for table in self.history.tables}
        expected = {old.name: self._expected(old, pairs) for old, _, pairs in kept}
        try:
            run_script(way.main, way.dialect, self.text)
        except DatabaseError as error:
            return Outcome(way.pair, self.text, (*problems, *self._failed(error, losses, before)), failed=error.message)
        problems += [f"foretold to fail, but it ran: {loss.hazard.reason}" for loss in losses if loss.stops]
        problems += way._differences("on the rows is left", way._read(way.main), self.wanted)
        problems += self._not_at_work(said)
        for old, new, pairs in kept:
            wanted, found = expected[old.name], self._rows(new, [after.name for _, after in pairs])
            if wanted is not None and wanted != found:
                problems.append(f"rows of {old.name.name} {_names(old)}: {wanted - found} became {found - wanted}")
        return Outcome(way.pair, self.text, tuple(problems))

    def _not_at_work(self, said: dict[str, list[tuple[Value, ...]]]) -> Iterator[str]:
        """What was made by hand, is there, and doesn't do what it did."""
        for one in self.staying:
            if one.query is not None and (found := self.way.main.query(one.query)) != said[one.name]:
                yield f"the {one.kind} {one.name} says {found}, not {said[one.name]}"
            self.way.main.begin()
            try:
                self.way.main.query(one.check or "SELECT 1")
            except DatabaseError as error:
                yield f"the {one.kind} {one.name} is out of order: {error.message} {error.why or ''}"
            finally:
                self.way.main.rollback()

    def _failed(self, error: DatabaseError, losses: tuple[Loss, ...], before: dict[ObjectName, Rows]) -> Iterator[str]:
        real = [loss for loss in losses if loss.stops or (loss.is_real and loss.hazard.code in _MAY_FAIL)]
        if not real:
            told = [f"{loss.hazard.code} {loss.rows}" for loss in losses]
            yield f"failed on the rows without having said so: {error.message} {error.why or ''}; said: {told}"
        way = self.way
        if not plan_script(self.text, way.dialect).is_atomic:
            return
        yield from way._differences("after the failure there is", self.history, way._read(way.main))
        for table in self.history.tables:
            if self._rows(table, _names(table)) != before[table.name]:
                yield f"after the failure the rows of {table.name.name} are others"

    def _kept(self, losses: tuple[Loss, ...]) -> Iterator[tuple[Table, Table, list[tuple[Column, Column]]]]:
        """Tables on both sides, with the columns whose values must still be there."""
        lost = {(h.table, h.column) for h in self.plan.hazards if h.code == "recreate_column"}
        after = {table.name: table for table in self.wanted.tables}
        for old in self.history.tables:
            new = after.get(old.name)
            if new is None:
                continue
            columns = {column.name: column for column in new.columns}
            yield (
                old,
                new,
                [
                    (column, columns[column.name])
                    for column in old.columns
                    if column.name in columns
                    and (old.name, column.name) not in lost
                    and column.generated is None
                    and columns[column.name].generated is None
                    and not self._is_filled(old, column, columns[column.name])
                ],
            )

    def _is_filled(self, table: Table, old: Column, new: Column) -> bool:
        """Whether NULLs become the new default, which only a rebuild does."""
        if self.way.dialect.capabilities.alters_columns_in_place or not new.is_required or old.is_required:
            return False
        sql = f"SELECT 1 FROM {self.way.dialect.quote(table.name)} WHERE {quoted(old.name)} IS NULL LIMIT 1"
        return bool(self.way.main.query(sql))

    def _unforeseen_losses(self, losses: tuple[Loss, ...]) -> Iterator[str]:
        said = {(loss.hazard.table, loss.hazard.column) for loss in losses if loss.is_real}
        after = {table.name: {column.name for column in table.columns} for table in self.wanted.tables}
        for table in self.history.tables:
            for column in table.columns:
                if column.generated is not None or column.name in after.get(table.name, ()):
                    continue
                place = (table.name, column.name) if table.name in after else (table.name, None)
                name = self.way.dialect.quote(table.name)
                held = self.way.main.query(f"SELECT count({quoted(column.name)}) FROM {name}")[0][0]
                if held and place not in said:
                    yield f"{held} values of {table.name.name}.{column.name} are lost without a word"

    def _rows(self, table: Table, names: list[str], place: str | None = None) -> Rows:
        """The rows as texts that tell every value from every other."""
        server = self.way.dialect.capabilities.namespaces
        shown = [f"{quoted(name)}::text" if server else f"quote({quoted(name)})" for name in names]
        found = self.way.main.query(
            f"SELECT {', '.join(('1', *shown))} FROM {place or self.way.dialect.quote(table.name)}"
        )
        return Counter(found)

    def _expected(self, old: Table, pairs: list[tuple[Column, Column]]) -> Rows | None:
        """The rows as a table of the new types takes them; None where it doesn't."""
        way = self.way
        definitions = [f"c{n} {_type_sql(before, after, way.dialect)}" for n, (before, after) in enumerate(pairs)]
        names = ", ".join(quoted(before.name) for before, _ in pairs)
        way.main.begin()
        try:
            way.main.execute(f"CREATE TEMPORARY TABLE hand_expected ({', '.join(('one INTEGER', *definitions))})")
            source = way.dialect.quote(old.name)
            way.main.execute(
                f"INSERT INTO hand_expected SELECT {', '.join(('1', *filter(None, (names,))))} FROM {source}"
            )
            return self._rows(old, [f"c{n}" for n in range(len(pairs))], "hand_expected")
        except DatabaseError:
            return None
        finally:
            way.main.rollback()


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _type_sql(before: Column, after: Column, dialect: Dialect) -> str:
    """An enum's values may change, its name doesn't: until then its old type stands for it."""
    column = before if after.type.family is TypeFamily.ENUM else after
    return dialect.types.render(column.type, is_list=column.arity is Arity.LIST)
