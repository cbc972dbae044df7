"""Namespaces and extensions. A version or a namespace that a schema file leaves open fits any.

Neither is ever dropped, nor does Prisma's engine: other parts of the database, which nobody looked at, may live on
them.
"""

from __future__ import annotations

from collections.abc import Iterator

from parity.dialects.capabilities import Capabilities
from parity.schema.changes import (
    AddExtension,
    AddNamespace,
    AlterExtension,
    Change,
)
from parity.schema.model import Schema


def namespace_changes(old: Schema, new: Schema, capabilities: Capabilities) -> Iterator[Change]:
    """Namespaces that are made, because something is in them; what is only listed isn't."""
    names = [item.name for item in new.tables]
    names += [item.name for item in new.enums]
    names += [item.name for item in new.opaques]
    used = {name.namespace or capabilities.default_namespace for name in names}
    for name in new.namespaces:
        if name not in old.namespaces and name in used:
            yield AddNamespace(name)


def extension_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """Altered extensions, then installed ones."""
    before = {extension.name: extension for extension in old.extensions}
    wanted = {extension.name: extension for extension in new.extensions}
    for extension in old.extensions:
        other = wanted.get(extension.name)
        if other is not None and not extension.fits(other):
            yield AlterExtension(extension, other)
    for extension in new.extensions:
        if extension.name not in before:
            yield AddExtension(extension)
