"""What views, triggers and virtual tables of an SQLite database stand on, as SQLite itself resolves their names.

A statement that reads the view or fires the trigger is compiled, not run, and SQLite tells each column that it reads or
writes. Words alone would take an alias, a constant or another table's column for a column of the table. They decide
only what compiling can't tell (`*`, which does without the column as well) and what doesn't compile here: a broken
view, a function that only the application knows.

A virtual table stands on nothing, whatever words are in it, since it holds its own rows. But for two kinds: an index
over another table's texts (`content=` of FTS4 and FTS5), and a look into such an index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from parity.dialects.base import Session
from parity.dialects.sql import quote_identifier
from parity.dialects.sqlite.object_text import StatementText, TriggerText, read_statement, read_trigger, read_virtual
from parity.dialects.sqlite.session import Access, Watch, watching
from parity.dialects.sqlite.table_text import names_in
from parity.schema.model import ObjectRef, OpaqueKind, Table
from parity.schema.types import ObjectName

Key = tuple[OpaqueKind, str]


class Named(Struct, frozen=True):
    """An object as the catalog holds it. `on` is the table of a trigger."""

    kind: OpaqueKind
    name: str
    on: str
    text: str


class Objects(Struct, frozen=True):
    """Everything that a name can mean. By names in lower case."""

    tables: Mapping[str, Table]
    others: Mapping[str, Key]
    view_columns: Mapping[str, tuple[str, ...]]


class _Accesses(Struct):
    """What one object reads and writes: tables with their columns, and other objects."""

    columns: dict[str, set[str]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    named: set[tuple[str, str]] = field(default_factory=set)
    """Columns, with their tables, that are certainly meant; of the others, words must tell so as well."""

    def add(self, access: Access, objects: Objects) -> None:
        name = (access.table or "").lower()
        if name in objects.tables:
            column = (access.column or "").lower()
            self.columns.setdefault(name, set()).add(column)
            if access.writes:
                self.named.add((name, column))
        elif name in objects.others:
            self.others.add(name)
        self.add_view((access.within or "").lower(), objects)

    def add_view(self, name: str, objects: Objects) -> None:
        if name in objects.others:
            self.others.add(name)

    def add_named(self, table: str, columns: Iterable[str]) -> None:
        self.columns.setdefault(table, set()).update(columns)
        self.named.update((table, column) for column in columns)

    def join(self, other: _Accesses) -> None:
        for name, columns in other.columns.items():
            self.columns.setdefault(name, set()).update(columns)
        self.others |= other.others


def dependencies(session: Session, named: Iterable[Named], objects: Objects) -> dict[Key, tuple[ObjectRef, ...]]:
    """For each object what it stands on."""
    listed = tuple(named)
    with watching(session) as watch:
        return _dependencies(listed, objects, watch)


def _dependencies(named: Sequence[Named], objects: Objects, watch: Watch) -> dict[Key, tuple[ObjectRef, ...]]:
    found: dict[Key, tuple[ObjectRef, ...]] = {}
    views = [one for one in named if one.kind is OpaqueKind.VIEW]
    read: dict[str, _Accesses] = {}
    for view in views:
        answer = watch(f"SELECT * FROM {quote_identifier(view.name)}")
        if answer is None:
            found[view.kind, view.name] = tuple(_by_words(view, objects))
            continue
        accesses = read[view.name.lower()] = _Accesses()
        for access in answer:
            accesses.add(access, objects)
        read_text = read_statement(view.text)
        refs = tuple(_refs(view, accesses, objects, read_text))
        if read_text.query and not read_text.natural and accesses.others <= {view.name.lower()}:
            refs = tuple(ref for ref in refs if not _does_without(ref, read_text, objects, watch))
        found[view.kind, view.name] = refs
    for trigger, fired, text in _fired(watch, [o for o in named if o.kind is OpaqueKind.TRIGGER], objects):
        found[trigger.kind, trigger.name] = tuple(
            _by_words(trigger, objects) if fired is None else _of_trigger(trigger, fired, text, objects, read)
        )
    for one in named:
        if one.kind is OpaqueKind.VIRTUAL_TABLE:
            found[one.kind, one.name] = tuple(_of_virtual(one, objects))
    return found


def _does_without(ref: ObjectRef, text: StatementText, objects: Objects, watch: Watch) -> bool:
    """Whether a view compiles without the column, which it may only seem to name."""
    if ref.column is None or ref.column.lower() in text.maybe_texts:
        return False
    name = quote_identifier(ref.name.name)
    others = [c.name for c in objects.tables[ref.name.name.lower()].columns if c.name != ref.column]
    if not others:
        return False
    columns = ", ".join(map(quote_identifier, others))
    return watch(f"WITH {name} AS (SELECT {columns} FROM main.{name}) {text.query}") is not None


def _refs(one: Named, accesses: _Accesses, objects: Objects, text: StatementText) -> Iterator[ObjectRef]:
    if text.joined_by or text.natural:
        # SQLite tells nothing of a table that is but joined.
        for name in text.names & objects.tables.keys():
            accesses.columns.setdefault(name, set())
    in_common = _in_common(accesses, objects) if text.natural else frozenset[str]()
    for name in sorted(accesses.columns):
        table = objects.tables[name]
        yield ObjectRef("TABLE", table.name)
        # SQLite tells nothing of the columns that tables are joined by.
        reached = accesses.columns[name] | text.joined_by
        for column in table.columns:
            key = column.name.lower()
            if key in in_common or (
                key in reached and (key in text.columns or text.counts_columns or (name, key) in accesses.named)
            ):
                yield ObjectRef("COLUMN", table.name, column.name)
    for name in sorted(accesses.others - {one.name.lower()}):
        kind, spelled = objects.others[name]
        yield ObjectRef(kind.value, ObjectName(spelled))


def _in_common(accesses: _Accesses, objects: Objects) -> frozenset[str]:
    """The columns that more than one of the tables has."""
    counts = Counter(column.name.lower() for name in accesses.columns for column in objects.tables[name].columns)
    return frozenset(name for name, count in counts.items() if count > 1)


# --- triggers ---------------------------------------------------------------------------------------------------------


_Event = tuple[str, str]
"""A table, in lower case, and what happens to it: what fires triggers."""


def _fired(
    watch: Watch, triggers: list[Named], objects: Objects
) -> Iterator[tuple[Named, tuple[Access, ...] | None, TriggerText]]:
    """Each trigger, with what it reads and writes; None where the statement that fires it doesn't compile."""
    texts = [read_trigger(trigger.text) for trigger in triggers]
    by_event: dict[_Event, list[tuple[Named, TriggerText]]] = {}
    for trigger, text in zip(triggers, texts, strict=True):
        by_event.setdefault((trigger.on.lower(), text.event), []).append((trigger, text))
    within: dict[str, dict[str, list[Access]]] = {}
    """By trigger: the accesses of a statement that fired it, by where they happen."""
    for event in _first_causes(by_event):
        waiting = [trigger.name.lower() for trigger, _ in by_event[event] if trigger.name.lower() not in within]
        if not waiting:
            continue  # Another trigger has set them off.
        by_place: dict[str, list[Access]] = {}
        for access in watch(_firing(event[1], by_event[event][0][0].on, objects)) or ():
            if access.within:
                by_place.setdefault(access.within.lower(), []).append(access)
        for place in by_place:
            within.setdefault(place, by_place)
    others = {trigger.name.lower() for trigger in triggers} - objects.others.keys()
    for trigger, text in zip(triggers, texts, strict=True):
        seen = within.get(trigger.name.lower())
        if seen is None:
            yield trigger, None, text
            continue
        # What is in a view, or in a part of the trigger that WITH names, is told under that name.
        own = [seen[trigger.name.lower()]]
        own += [seen[name] for name in sorted(text.statement.names & seen.keys() - others)]
        yield trigger, tuple(access for part in own for access in part), text


def _first_causes(by_event: Mapping[_Event, Sequence[tuple[Named, TriggerText]]]) -> list[_Event]:
    """The events, those first whose table no trigger of another table names: they set off the others' triggers."""
    named: set[str] = set()
    tables = {table for table, _ in by_event}
    for (table, _), triggers in by_event.items():
        for _, text in triggers:
            named |= (text.statement.names & tables) - {table}
    return sorted(by_event, key=lambda event: event[0] in named)


def _firing(event: str, on: str, objects: Objects) -> str:
    place = quote_identifier(on)
    if event == "DELETE":
        return f"DELETE FROM {place}"
    if event == "INSERT":
        return f"INSERT INTO {place} DEFAULT VALUES"
    table = objects.tables.get(on.lower())
    names = (
        objects.view_columns.get(on.lower(), ())
        if table is None
        else tuple(column.name for column in table.columns if column.generated is None)
    )
    return f"UPDATE {place} SET {', '.join(f'{quote_identifier(name)} = NULL' for name in names)}"


def _of_trigger(
    trigger: Named,
    accesses: tuple[Access, ...],
    text: TriggerText,
    objects: Objects,
    views: Mapping[str, _Accesses],
) -> Iterator[ObjectRef]:
    found = _Accesses()
    for access in accesses:
        # Foreign keys are looked up on the way, in tables that the trigger doesn't name.
        if (access.table or "").lower() in text.statement.names or (access.within or "").lower() in objects.others:
            found.add(access, objects)
    on = trigger.on.lower()
    found.add_view(on, objects)
    for name in tuple(found.others):
        if name in views:
            found.join(views[name])
    if on in objects.tables:
        found.add_named(on, text.of_columns)
    for target, columns in text.inserts:
        if target in objects.tables:
            # Without a list the values stand for all columns.
            every = [column.name.lower() for column in objects.tables[target].columns]
            found.add_named(target, every if columns is None else columns)
    yield from _refs(trigger, found, objects, text.statement)


# --- virtual tables, and what doesn't compile -------------------------------------------------------------------------


def _of_virtual(one: Named, objects: Objects) -> Iterator[ObjectRef]:
    text = read_virtual(one.text)
    source = text.source.lower()
    if source in objects.tables:
        table = objects.tables[source]
        yield ObjectRef("TABLE", table.name)
        for column in table.columns:
            if column.name.lower() in text.columns:
                yield ObjectRef("COLUMN", table.name, column.name)
    elif source in objects.others and source != one.name.lower():
        kind, spelled = objects.others[source]
        yield ObjectRef(kind.value, ObjectName(spelled))


def _by_words(one: Named, objects: Objects) -> Iterator[ObjectRef]:
    """Everything that the words could mean: at worst an object is made again for nothing."""
    words = names_in(one.text) - {one.name.lower()}
    for word in sorted(words & objects.tables.keys()):
        table = objects.tables[word]
        yield ObjectRef("TABLE", table.name)
        for column in table.columns:
            if column.name.lower() in words:
                yield ObjectRef("COLUMN", table.name, column.name)
    for word in sorted(words & objects.others.keys()):
        kind, spelled = objects.others[word]
        yield ObjectRef(kind.value, ObjectName(spelled))
