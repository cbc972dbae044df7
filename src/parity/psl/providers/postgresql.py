"""PostgreSQL: what its schemas may hold."""

from __future__ import annotations

from typing import Final

from parity.psl.model import ReferentialAction, ScalarType
from parity.psl.providers.facts import (
    AlgorithmFacts,
    ConstraintKind,
    NameScope,
    NativeTypeFacts,
    OperatorClassFacts,
    ProviderFacts,
    Range,
)

_INT, _BIG, _FLOAT = (ScalarType.INT,), (ScalarType.BIG_INT,), (ScalarType.FLOAT,)
_TEXT, _TIME, _DECIMAL = (ScalarType.STRING,), (ScalarType.DATE_TIME,), (ScalarType.DECIMAL,)

_LENGTH = (Range("length"),)
_BITS = (Range("length", 1),)
_SECONDS = (Range("precision", 0, 6),)

NATIVE_TYPES: Final = {
    "SmallInt": NativeTypeFacts(_INT),
    "Integer": NativeTypeFacts(_INT),
    "BigInt": NativeTypeFacts(_BIG),
    "Decimal": NativeTypeFacts(_DECIMAL, (Range("precision", 1, 1000), Range("scale")), scale_within_precision=True),
    "Money": NativeTypeFacts(_DECIMAL),
    "Inet": NativeTypeFacts(_TEXT),
    "Oid": NativeTypeFacts(_INT),
    "Citext": NativeTypeFacts(_TEXT),
    "Real": NativeTypeFacts(_FLOAT),
    "DoublePrecision": NativeTypeFacts(_FLOAT),
    "VarChar": NativeTypeFacts(_TEXT, _LENGTH),
    "Char": NativeTypeFacts(_TEXT, _LENGTH),
    "Text": NativeTypeFacts(_TEXT),
    "ByteA": NativeTypeFacts((ScalarType.BYTES,)),
    "Timestamp": NativeTypeFacts(_TIME, _SECONDS),
    "Timestamptz": NativeTypeFacts(_TIME, _SECONDS),
    "Date": NativeTypeFacts(_TIME),
    "Time": NativeTypeFacts(_TIME, _SECONDS),
    "Timetz": NativeTypeFacts(_TIME, _SECONDS),
    "Boolean": NativeTypeFacts((ScalarType.BOOLEAN,)),
    "Bit": NativeTypeFacts(_TEXT, _BITS),
    "VarBit": NativeTypeFacts(_TEXT, _BITS),
    "Uuid": NativeTypeFacts(_TEXT),
    "Xml": NativeTypeFacts(_TEXT, no_index=True),
    "Json": NativeTypeFacts((ScalarType.JSON,)),
    "JsonB": NativeTypeFacts((ScalarType.JSON,)),
}


def _family(
    prefix: str, kinds: str, native_types: tuple[str, ...], scalar: ScalarType | None = None
) -> dict[str, OperatorClassFacts]:
    """The operator classes of one column type for block range indexes: `Int4BloomOps`, `Int4MinMaxOps` and so on."""
    facts = OperatorClassFacts(frozenset(native_types), scalar)
    return {f"{prefix}{kind}Ops": facts for kind in kinds.split()}


_MIN_MAX = "Bloom MinMax"
_MULTI = "Bloom MinMax MinMaxMulti"

_BRIN_CLASSES: Final = {
    **_family("Bit", "MinMax", ("Bit",)),
    **_family("VarBit", "MinMax", ("VarBit",)),
    **_family("Bpchar", _MIN_MAX, ("Char",)),
    **_family("Date", _MULTI, ("Date",)),
    **_family("Float4", _MULTI, ("Real",)),
    **_family("Float8", _MULTI, ("DoublePrecision",), ScalarType.FLOAT),
    **_family("Inet", "Inclusion Bloom MinMax MinMaxMulti", ("Inet",)),
    **_family("Int2", _MULTI, ("SmallInt",)),
    **_family("Int4", _MULTI, ("Integer",), ScalarType.INT),
    **_family("Int8", _MULTI, ("BigInt",), ScalarType.BIG_INT),
    **_family("Numeric", _MULTI, ("Decimal",), ScalarType.DECIMAL),
    **_family("Oid", _MULTI, ("Oid",)),
    **_family("Bytea", _MIN_MAX, ("ByteA",), ScalarType.BYTES),
    **_family("Text", _MIN_MAX, ("Text", "VarChar"), ScalarType.STRING),
    **_family("Timestamp", _MULTI, ("Timestamp",), ScalarType.DATE_TIME),
    **_family("TimestampTz", _MULTI, ("Timestamptz",)),
    **_family("Time", _MULTI, ("Time",)),
    **_family("TimeTz", _MULTI, ("Timetz",)),
    **_family("Uuid", _MULTI, ("Uuid",)),
}

_JSON_CLASS = OperatorClassFacts(frozenset(("JsonB",)), ScalarType.JSON)
_ALL = frozenset(NATIVE_TYPES)
_EVERY_SCALAR = frozenset(ScalarType)

ALGORITHMS: Final = {
    "BTree": AlgorithmFacts({}, _ALL, _EVERY_SCALAR, lists=True),
    "Hash": AlgorithmFacts({}, _ALL, _EVERY_SCALAR, lists=True, sortable=False),
    "Gist": AlgorithmFacts(
        {"InetOps": OperatorClassFacts(frozenset(("Inet",)))}, scalars=frozenset((ScalarType.STRING,))
    ),
    "Gin": AlgorithmFacts(
        {"JsonbOps": _JSON_CLASS, "JsonbPathOps": _JSON_CLASS},
        frozenset(("JsonB",)),
        frozenset((ScalarType.JSON,)),
        lists=True,
    ),
    "SpGist": AlgorithmFacts(
        {
            "InetOps": OperatorClassFacts(frozenset(("Inet",))),
            "TextOps": OperatorClassFacts(frozenset(("Text", "VarChar", "Char")), ScalarType.STRING),
        },
        frozenset(("Inet", "Text", "VarChar", "Char")),
        frozenset((ScalarType.STRING,)),
        single_column=True,
    ),
    "Brin": AlgorithmFacts(
        _BRIN_CLASSES,
        frozenset(name for facts in _BRIN_CLASSES.values() for name in facts.native_types),
        _EVERY_SCALAR - {ScalarType.BOOLEAN, ScalarType.JSON},
    ),
}

FACTS: Final = ProviderFacts(
    name="postgresql",
    title="PostgreSQL",
    aliases=("postgres",),
    native_types=NATIVE_TYPES,
    algorithms=ALGORITHMS,
    checks_operator_classes=True,
    max_identifier_bytes=63,
    emulated_actions=frozenset((ReferentialAction.CASCADE, ReferentialAction.RESTRICT, ReferentialAction.SET_NULL)),
    set_null_on_required=True,
    name_scopes=(
        NameScope(
            (ConstraintKind.PRIMARY_KEY, ConstraintKind.INDEX),
            checked=(ConstraintKind.PRIMARY_KEY, ConstraintKind.INDEX),
        ),
        NameScope(
            (ConstraintKind.PRIMARY_KEY, ConstraintKind.INDEX, ConstraintKind.FOREIGN_KEY),
            within_table=True,
            checked=(ConstraintKind.PRIMARY_KEY, ConstraintKind.FOREIGN_KEY),
        ),
    ),
    scalar_lists=True,
    json_lists=True,
    several_autoincrements=True,
    autoincrement_on_any_column=True,
    autoincrement_without_index=True,
    named_primary_keys=True,
    named_foreign_keys=True,
    partial_indexes=True,
    schemas=True,
    extensions=True,
    preview_features=frozenset(("fullTextSearchPostgres",)),
)
