"""CockroachDB: what its schemas may hold."""

from __future__ import annotations

from typing import Final

from parity.psl.model import ScalarType
from parity.psl.providers.facts import (
    AlgorithmFacts,
    ConstraintKind,
    NameScope,
    NativeTypeFacts,
    ProviderFacts,
    Range,
)

_INT, _FLOAT = (ScalarType.INT,), (ScalarType.FLOAT,)
_TEXT, _TIME = (ScalarType.STRING,), (ScalarType.DATE_TIME,)

_LENGTH = (Range("length"),)
_BITS = (Range("length", 1),)
_SECONDS = (Range("precision", 0, 6),)

NATIVE_TYPES: Final = {
    "Bit": NativeTypeFacts(_TEXT, _BITS),
    "Bool": NativeTypeFacts((ScalarType.BOOLEAN,)),
    "Bytes": NativeTypeFacts((ScalarType.BYTES,)),
    "Char": NativeTypeFacts(_TEXT, _LENGTH),
    "Date": NativeTypeFacts(_TIME),
    "Decimal": NativeTypeFacts(
        (ScalarType.DECIMAL,), (Range("precision", 1, 1000), Range("scale")), scale_within_precision=True
    ),
    "Float4": NativeTypeFacts(_FLOAT),
    "Float8": NativeTypeFacts(_FLOAT),
    "Inet": NativeTypeFacts(_TEXT),
    "Int2": NativeTypeFacts(_INT),
    "Int4": NativeTypeFacts(_INT),
    "Int8": NativeTypeFacts((ScalarType.BIG_INT,)),
    "JsonB": NativeTypeFacts((ScalarType.JSON,)),
    "Oid": NativeTypeFacts(_INT),
    "CatalogSingleChar": NativeTypeFacts(_TEXT),
    "String": NativeTypeFacts(_TEXT, _LENGTH),
    "Time": NativeTypeFacts(_TIME, _SECONDS),
    "Timestamp": NativeTypeFacts(_TIME, _SECONDS),
    "Timestamptz": NativeTypeFacts(_TIME, _SECONDS),
    "Timetz": NativeTypeFacts(_TIME, _SECONDS),
    "Uuid": NativeTypeFacts(_TEXT),
    "VarBit": NativeTypeFacts(_TEXT, _BITS),
}

FACTS: Final = ProviderFacts(
    name="cockroachdb",
    title="CockroachDB",
    native_types=NATIVE_TYPES,
    algorithms={
        "BTree": AlgorithmFacts(),
        "Gin": AlgorithmFacts({}, scalars=frozenset((ScalarType.JSON,)), lists=True),
    },
    json_must_be_last=True,
    max_identifier_bytes=63,
    name_scopes=(
        NameScope(
            (ConstraintKind.PRIMARY_KEY, ConstraintKind.INDEX, ConstraintKind.FOREIGN_KEY),
            within_table=True,
            checked=(ConstraintKind.PRIMARY_KEY, ConstraintKind.FOREIGN_KEY),
        ),
    ),
    scalar_lists=True,
    several_autoincrements=True,
    autoincrement_on_any_column=True,
    autoincrement_without_index=True,
    autoincrement_scalars=frozenset((ScalarType.BIG_INT,)),
    named_primary_keys=True,
    named_foreign_keys=True,
    sequences=True,
    partial_indexes=True,
    schemas=True,
)
