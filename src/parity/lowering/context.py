"""What every part of lowering asks: the datamodel by name, the dialect, and names in the database."""

from __future__ import annotations

from msgspec import Struct

from parity.dialects.base import Dialect
from parity.psl import model as psl
from parity.schema.types import ObjectName


class Lowering(Struct, frozen=True):
    """One datamodel on its way into one dialect."""

    datamodel: psl.Datamodel
    dialect: Dialect
    models: dict[str, psl.Model]
    enums: dict[str, psl.Enum]
    namespaced: bool
    """Whether names carry their namespace: the datasource lists its schemas."""

    @property
    def limit(self) -> int | None:
        """The longest name, in bytes."""
        return self.dialect.capabilities.max_identifier_bytes

    def table_name(self, model: psl.Model) -> ObjectName:
        """The model's table."""
        return ObjectName(model.db_name, model.schema if self.namespaced else None)

    def enum_name(self, enum: psl.Enum) -> ObjectName:
        """The enum's type."""
        return ObjectName(enum.db_name, enum.schema if self.namespaced else None)


def lowering(datamodel: psl.Datamodel, dialect: Dialect) -> Lowering:
    """The context of one run."""
    source = datamodel.datasource
    return Lowering(
        datamodel,
        dialect,
        {model.name: model for model in datamodel.models},
        {enum.name: enum for enum in datamodel.enums},
        dialect.capabilities.namespaces and source is not None and bool(source.schemas),
    )
