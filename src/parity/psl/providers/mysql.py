"""MySQL and MariaDB: what their schemas may hold."""

from __future__ import annotations

from typing import Final

from parity.psl.model import ScalarType
from parity.psl.providers.facts import ConstraintKind, NameScope, NativeTypeFacts, ProviderFacts, Range

_INT, _BIG, _FLOAT = (ScalarType.INT,), (ScalarType.BIG_INT,), (ScalarType.FLOAT,)
_TEXT, _BYTES, _TIME = (ScalarType.STRING,), (ScalarType.BYTES,), (ScalarType.DATE_TIME,)
_TINY = (ScalarType.BOOLEAN, ScalarType.INT)

_PRECISION = (Range("precision"),)
_LONG_TEXT = NativeTypeFacts(_TEXT, needs_length_in_index=True)
_LONG_BYTES = NativeTypeFacts(_BYTES, needs_length_in_index=True)

NATIVE_TYPES: Final = {
    "Int": NativeTypeFacts(_INT),
    "UnsignedInt": NativeTypeFacts(_INT),
    "SmallInt": NativeTypeFacts(_INT),
    "UnsignedSmallInt": NativeTypeFacts(_INT),
    "TinyInt": NativeTypeFacts(_TINY),
    "UnsignedTinyInt": NativeTypeFacts(_TINY),
    "MediumInt": NativeTypeFacts(_INT),
    "UnsignedMediumInt": NativeTypeFacts(_INT),
    "BigInt": NativeTypeFacts(_BIG),
    "Decimal": NativeTypeFacts(
        (ScalarType.DECIMAL,), (Range("precision", 0, 65), Range("scale", 0, 30)), scale_within_precision=True
    ),
    "UnsignedBigInt": NativeTypeFacts(_BIG),
    "Float": NativeTypeFacts(_FLOAT),
    "Double": NativeTypeFacts(_FLOAT),
    "Bit": NativeTypeFacts(
        (ScalarType.BOOLEAN, ScalarType.BYTES), (Range("length", 1, 64),), optional=False, one_bit_for_boolean=True
    ),
    "Char": NativeTypeFacts(_TEXT, (Range("length", 0, 255),), optional=False),
    "VarChar": NativeTypeFacts(_TEXT, (Range("length", 0, 65535),), optional=False),
    "Binary": NativeTypeFacts(_BYTES, (Range("length"),), optional=False),
    "VarBinary": NativeTypeFacts(_BYTES, (Range("length"),), optional=False),
    "TinyBlob": _LONG_BYTES,
    "Blob": _LONG_BYTES,
    "MediumBlob": _LONG_BYTES,
    "LongBlob": _LONG_BYTES,
    "TinyText": _LONG_TEXT,
    "Text": _LONG_TEXT,
    "MediumText": _LONG_TEXT,
    "LongText": _LONG_TEXT,
    "Date": NativeTypeFacts(_TIME),
    "Time": NativeTypeFacts(_TIME, _PRECISION),
    "DateTime": NativeTypeFacts(_TIME, _PRECISION),
    "Timestamp": NativeTypeFacts(_TIME, _PRECISION),
    "Year": NativeTypeFacts(_INT),
    "Json": NativeTypeFacts((ScalarType.JSON,)),
}

FACTS: Final = ProviderFacts(
    name="mysql",
    title="MySQL",
    native_types=NATIVE_TYPES,
    max_identifier_bytes=64,
    has_set_default=False,
    name_scopes=(
        NameScope((ConstraintKind.FOREIGN_KEY,), checked=(ConstraintKind.FOREIGN_KEY,)),
        NameScope((ConstraintKind.INDEX,), within_table=True, checked=(ConstraintKind.INDEX,)),
    ),
    autoincrement_on_any_column=True,
    named_foreign_keys=True,
    index_length=True,
    fulltext=True,
    shard_keys=True,
)
