"""When two mentions of a table, a type or a column mean the same one."""

from __future__ import annotations

from msgspec import Struct

from parity.dialects.capabilities import Capabilities
from parity.schema.types import ObjectName


class NameKeys(Struct, frozen=True):
    """How names are compared: whether case counts, and which namespace an unqualified name means."""

    folds_case: bool
    default_namespace: str | None

    def of(self, name: ObjectName) -> ObjectName:
        """The key of a table's or a type's name."""
        namespace = None if name.namespace == self.default_namespace else name.namespace
        if not self.folds_case:
            return ObjectName(name.name, namespace)
        return ObjectName(name.name.lower(), None if namespace is None else namespace.lower())

    def column(self, name: str) -> str:
        """The key of a column's name."""
        return name.lower() if self.folds_case else name


def name_keys(capabilities: Capabilities) -> NameKeys:
    """How a database compares names."""
    return NameKeys(capabilities.case_insensitive_tables, capabilities.default_namespace)


def shown(name: ObjectName) -> str:
    """A name for people."""
    return name.name if name.namespace is None else f"{name.namespace}.{name.name}"
