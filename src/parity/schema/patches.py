"""What leads back from one state of a history to the one before it: small where little was changed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from parity.schema.model import Enum, Extension, Opaque, Schema, Table

T = TypeVar("T", Table, Enum, Extension, Opaque)
Key = tuple[str, ...]


class Patch(Struct, frozen=True):
    """`before` holds what was there in another form, or isn't there any more; `added`, what wasn't there at all.

    Both in no order that means anything; `before.namespaces` are all that there were.
    """

    before: Schema
    added: tuple[Key, ...]
    """Each as its kind (`table`, `enum`, `extension`, `opaque`) and its name's parts."""


def patch_back(new: Schema, old: Schema) -> Patch:
    """What makes `old` of `new`: `patched(new, patch_back(new, old))` equals `old` but for the order of its members."""
    added: list[Key] = []
    before = Schema(
        namespaces=old.namespaces,
        tables=_changed(new.tables, old.tables, _table, added),
        enums=_changed(new.enums, old.enums, _enum, added),
        extensions=_changed(new.extensions, old.extensions, _extension, added),
        opaques=_changed(new.opaques, old.opaques, _opaque, added),
        says_public=old.says_public,
    )
    return Patch(before, tuple(sorted(added)))


def patched(new: Schema, patch: Patch) -> Schema:
    """The state before."""
    gone, before = frozenset(patch.added), patch.before
    return replace(
        before,
        tables=_restored(new.tables, before.tables, _table, gone),
        enums=_restored(new.enums, before.enums, _enum, gone),
        extensions=_restored(new.extensions, before.extensions, _extension, gone),
        opaques=_restored(new.opaques, before.opaques, _opaque, gone),
    )


def _changed(new: Iterable[T], old: Iterable[T], key: Callable[[T], Key], added: list[Key]) -> tuple[T, ...]:
    was = {key(item): item for item in old}
    now = {key(item): item for item in new}
    added += [name for name in now if name not in was]
    return tuple(item for name, item in was.items() if now.get(name) != item)


def _restored(new: Sequence[T], before: Sequence[T], key: Callable[[T], Key], gone: frozenset[Key]) -> tuple[T, ...]:
    replaced = {key(item) for item in before}
    items = [item for item in new if key(item) not in gone and key(item) not in replaced]
    items += before
    return tuple(sorted(items, key=key))


def _table(table: Table) -> Key:
    return "table", table.name.namespace or "", table.name.name


def _enum(enum: Enum) -> Key:
    return "enum", enum.name.namespace or "", enum.name.name


def _extension(extension: Extension) -> Key:
    return "extension", extension.name


def _opaque(opaque: Opaque) -> Key:
    table = () if opaque.table is None else (opaque.table.namespace or "", opaque.table.name)
    return "opaque", opaque.kind.value, opaque.name.namespace or "", opaque.name.name, *table
