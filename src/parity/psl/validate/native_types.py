"""Rules of native types: `@db.VarChar(255)`."""

from __future__ import annotations

import re
from typing import Final

from parity.diagnostics import Span
from parity.psl.codes import Code
from parity.psl.entries import ModelEntry
from parity.psl.model import NativeType, ScalarField, ScalarType, UnsupportedType
from parity.psl.providers.facts import NativeTypeFacts
from parity.psl.reading import did_you_mean, show
from parity.psl.validate.context import Context

_NUMBER: Final = re.compile(r"\+?[0-9]{1,18}")
_MOST: Final = 2**32 - 1
_UNSUPPORTED: Final = re.compile(r"([^(]+)(?:\(([^\n]*?)\))?(?:[^\n]+)?")


def native_type_prefix_is_the_datasource(entry: ModelEntry, context: Context) -> None:
    """The word before the dot is the datasource's name."""
    datasource = context.resolution.datasource
    if datasource is None:
        return
    for field, prefix, span in entry.native_prefixes:
        if prefix != datasource.name:
            message = f"the native type of `{field}` starts with `{show(prefix)}`"
            hint = f"write `@{datasource.name}.` before the type: that is the datasource's name"
            context.error(Code.NATIVE_TYPE_PREFIX, message, span, hint)


def native_type_fits(field: ScalarField, context: Context) -> None:
    """A native type exists, can hold the field's values, and has arguments that it takes."""
    native = field.native_type
    if native is None or not isinstance(field.type, ScalarType):
        return
    facts = context.facts.native_types.get(native.name)
    if facts is None:
        hint = did_you_mean(context.sink, native.name, context.facts.native_types)
        message = f"{context.database} has no native type `{show(native.name)}`"
        context.error(Code.UNKNOWN_NATIVE_TYPE, message, native.span, hint)
        return
    given, most = len(native.args), len(facts.arguments)
    if given > most or (given < most and not facts.optional):
        message = f"`{native.name}` takes {_count(facts)}, but {given} are given"
        context.error(Code.NATIVE_TYPE_ARGUMENTS, message, native.span)
        return
    if field.type not in facts.scalars:
        wanted = " or ".join(scalar.value for scalar in facts.scalars)
        message = f"`{native.name}` can't hold {field.type.value}"
        context.error(Code.NATIVE_TYPE_SCALAR, message, native.span, f"its field must be of type {wanted}")
        return
    _check_arguments(native, facts, field.type, context)


def _count(facts: NativeTypeFacts) -> str:
    most = len(facts.arguments)
    if not most:
        return "no arguments"
    return f"{'up to ' if facts.optional else ''}{most} argument{'s' if most > 1 else ''}"


def _check_arguments(native: NativeType, facts: NativeTypeFacts, scalar: ScalarType, context: Context) -> None:
    numbers = parse_arguments(native.args, facts)
    if numbers is None:
        count = "one whole number" if len(facts.arguments) == 1 else "two whole numbers"
        message = f"`{native.name}` takes {count}, but has `({show(', '.join(native.args))})`"
        context.error(Code.NATIVE_TYPE_ARGUMENTS, message, native.span)
        return
    fault = _range_fault(numbers, facts)
    if fault is None and facts.one_bit_for_boolean and scalar is ScalarType.BOOLEAN and numbers[0] != 1:
        fault = "a Boolean takes one bit"
    if fault is not None:
        context.error(Code.NATIVE_TYPE_ARGUMENTS, f"`{native.name}`: {fault}", native.span)


def parse_arguments(args: tuple[str, ...], facts: NativeTypeFacts) -> tuple[int, ...] | None:
    """The arguments of a native type as numbers; None where they are no numbers, or too few."""
    if not args:
        return () if facts.optional or not facts.arguments else None
    if not facts.arguments:
        return ()
    if len(args) != len(facts.arguments):
        return None
    numbers = tuple(int(arg) for arg in args if _NUMBER.fullmatch(arg))
    return numbers if len(numbers) == len(args) and max(numbers) <= _MOST else None


def _range_fault(numbers: tuple[int, ...], facts: NativeTypeFacts) -> str | None:
    if facts.scale_within_precision and len(numbers) == 2 and numbers[1] > numbers[0]:
        return "the scale can't be above the precision"
    for number, allowed in zip(numbers, facts.arguments, strict=False):
        if number < allowed.least or (allowed.most is not None and number > allowed.most):
            most = "" if allowed.most is None else f" to {allowed.most}"
            return f"its {allowed.meaning} is from {allowed.least}{most}, not {number}"
    return None


def unsupported_type_is_unknown(field: ScalarField, context: Context) -> None:
    """`Unsupported("Text")` hides a type that the language has a name for."""
    if not isinstance(field.type, UnsupportedType):
        return
    found = _UNSUPPORTED.fullmatch(field.type.text)
    if found is None:
        return
    name = found[1].strip()
    facts = context.facts.native_types.get(name)
    if facts is None:
        return
    args = () if found[2] is None else tuple(arg.strip() for arg in found[2].split(","))
    if parse_arguments(args, facts) is None:
        return
    _report_hidden(field, name, args if facts.arguments else (), facts, context)


def _report_hidden(
    field: ScalarField, name: str, args: tuple[str, ...], facts: NativeTypeFacts, context: Context
) -> None:
    datasource = context.resolution.datasource
    prefix = "db" if datasource is None else datasource.name
    rendered = f"({', '.join(args)})" if args else ""
    hint = f"write `{facts.scalars[0].value} @{prefix}.{name}{rendered}`"
    span: Span = field.span
    message = f"`{show(name)}` is a type that the language has a name for"
    context.error(Code.SUPERFLUOUS_UNSUPPORTED, message, span, hint)
