"""The datasource and the generators: properties to values.

Both the old form (with `url`, `directUrl` and `shadowDatabaseUrl`) and the new one (without) are right. Generators of
others are kept and not looked into.
"""

from __future__ import annotations

from typing import TypeAlias

from parity.diagnostics import Span
from parity.psl import ast
from parity.psl.codes import Code
from parity.psl.model import Datasource, EnvVar, Extension, Generator
from parity.psl.preview import CURRENT_FEATURES, PAST_FEATURES
from parity.psl.providers.facts import ProviderFacts
from parity.psl.providers.registry import PROVIDER_NAMES, facts_of
from parity.psl.reading import Report, describe, did_you_mean, elements, mismatch, show, string
from parity.psl.strings import unescape

_Url: TypeAlias = str | EnvVar | None
_PROPERTIES = (
    "provider",
    "url",
    "directUrl",
    "shadowDatabaseUrl",
    "relationMode",
    "referentialIntegrity",
    "schemas",
    "extensions",
)


class Properties:
    """The properties of one block, each to be taken once."""

    __slots__ = ("block", "by_name", "report", "usable")

    def __init__(self, report: Report, block: ast.Block) -> None:
        self.report = report
        self.block = block
        self.by_name: dict[str, tuple[ast.PropertyNode, ast.Expression]] = {}
        self.usable = True
        for item in block.items:
            if not isinstance(item, ast.PropertyNode):
                continue
            if item.value is None:
                if self.usable:
                    message = f"the property `{item.name.text}` of the {block.keyword} has no value"
                    report.error(Code.MISSING_VALUE, message, block)
                self.usable = False
            else:
                self.by_name[item.name.text] = (item, item.value)

    def take(self, name: str) -> ast.Expression | None:
        """The value of a property, None where it isn't given."""
        found = self.by_name.pop(name, None)
        return None if found is None else found[1]

    def take_node(self, name: str) -> tuple[ast.PropertyNode, ast.Expression] | None:
        """A property with its node, None where it isn't given."""
        return self.by_name.pop(name, None)


def text_or_env(report: Report, value: ast.Expression) -> str | EnvVar | None:
    """A string, or `env("NAME")`; anything else is reported."""
    if isinstance(value, ast.Call) and value.name.text == "env":
        arguments = value.arguments.items
        if len(arguments) == 1 and isinstance(arguments[0].value, ast.StringLiteral):
            return EnvVar(unescape(arguments[0].value.value))
        report.error(Code.WRONG_VALUE, "`env` takes the name of one variable, as a string", value)
        return None
    if isinstance(value, ast.StringLiteral):
        return unescape(value.value)
    report.error(Code.WRONG_VALUE_TYPE, f'a string or `env("…")` must stand here, not {describe(value)}', value)
    return None


# --- datasource ---------------------------------------------------------------------------------------------------


def read_datasource(report: Report, block: ast.Block) -> Datasource | None:
    """Read a datasource block; None where it can't be used at all."""
    properties = Properties(report, block)
    if not properties.usable:
        return None
    provider = _provider(report, block, properties)
    if provider is None:
        return None
    relation_mode = _relation_mode(report, block, properties)
    facts = facts_of(provider)
    extensions = _extensions(report, properties) if facts.extensions else ()
    url, direct_url, shadow_url = _urls(report, properties)
    found = properties.take_node("previewFeatures")
    if found is not None:
        hint = "move the line to the generator block"
        message = "preview features are switched on in a generator, not in the datasource"
        report.error(Code.PREVIEW_FEATURE_PLACE, message, found[0], hint)
    schemas = _schemas(report, properties, facts)
    for name, (node, _) in properties.by_name.items():
        message = f"the datasource has no property `{show(name)}`"
        report.error(Code.UNKNOWN_PROPERTY, message, node, did_you_mean(report.sink, name, _PROPERTIES))
    return Datasource(
        block.name.text, provider, url, direct_url, shadow_url, relation_mode, schemas, extensions, report.span(block)
    )


def _provider(report: Report, block: ast.Block, properties: Properties) -> str | None:
    value = properties.take("provider")
    hint = f"write one of {', '.join(PROVIDER_NAMES)}"
    if value is None:
        report.error(Code.MISSING_PROPERTY, f"the datasource `{block.name.text}` has no `provider`", block, hint)
    elif isinstance(value, ast.Call) and value.name.text == "env":
        report.error(Code.BAD_PROVIDER, "the provider must be written out, not read from a variable", block, hint)
    elif not isinstance(value, ast.StringLiteral):
        report.error(Code.BAD_PROVIDER, f"the provider must be a string, not {describe(value)}", value, hint)
    elif not value.value:
        report.error(Code.BAD_PROVIDER, "the provider is empty", value, hint)
    elif unescape(value.value) not in PROVIDER_NAMES:
        message = f"`{show(value.value)}` is no database that is known"
        report.error(Code.BAD_PROVIDER, message, value, did_you_mean(report.sink, value.value, PROVIDER_NAMES) or hint)
    else:
        return unescape(value.value)
    return None


def _urls(report: Report, properties: Properties) -> tuple[_Url, _Url, _Url]:
    found = []
    for name in ("url", "directUrl", "shadowDatabaseUrl"):
        value = properties.take(name)
        found.append((None if value is None else text_or_env(report, value), value))
    (url, _), (direct, _), (shadow, shadow_node) = found
    if shadow == "":
        shadow = None
    if shadow is not None and shadow_node is not None and shadow in (url, direct):
        message = "the shadow database is the database itself: it would be emptied"
        report.error(Code.SAME_SHADOW_DATABASE, message, shadow_node, "name another database, or leave it out")
    return url, direct, shadow


def _relation_mode(report: Report, block: ast.Block, properties: Properties) -> str | None:
    old = properties.take_node("referentialIntegrity")
    new = properties.take_node("relationMode")
    if old is not None:
        message = "`referentialIntegrity` is the former name of `relationMode`"
        report.warn(Code.OLD_RELATION_MODE, message, old[0], "rename the property")
    if old is not None and new is not None:
        message = "`relationMode` and `referentialIntegrity` are given together"
        report.error(Code.BAD_RELATION_MODE, message, old[0], "keep `relationMode` alone")
        return None
    found = new or old
    if found is None:
        return None
    mode = string(report, found[1])
    if mode is None or mode in ("prisma", "foreignKeys"):
        return mode
    message = f'the relation mode is "foreignKeys" or "prisma", not "{show(mode)}"'
    report.error(Code.BAD_RELATION_MODE, message, block)
    return None


def _schemas(report: Report, properties: Properties, facts: ProviderFacts) -> tuple[str, ...]:
    found = properties.take("schemas")
    if found is None:
        return ()
    values = elements(found)
    if not values:
        report.error(Code.BAD_SCHEMAS, "the list of schemas is empty", found)
        return ()
    if facts.is_supported and not facts.schemas:
        hint = "remove the property"
        report.error(Code.SCHEMAS_UNSUPPORTED, f"there are no schemas on {facts.title}", found, hint)
        return ()
    names: dict[str, None] = {}
    for value in values:
        name = string(report, value)
        if name is None:
            continue
        if name in names:
            report.error(Code.BAD_SCHEMAS, f"the schema `{show(name)}` is listed twice", value)
        else:
            names[name] = None
    return tuple(names)


def _extensions(report: Report, properties: Properties) -> tuple[Extension, ...]:
    found = properties.take("extensions")
    if found is None:
        return ()
    extensions = []
    for value in elements(found):
        match value:
            case ast.Constant():
                extensions.append(Extension(value.text, span=report.span(value)))
            case ast.Call():
                extensions.append(_extension(report, value))
            case _:
                mismatch(report, "the name of an extension", value)
    return tuple(sorted(extensions, key=lambda e: e.name))


def _extension(report: Report, call: ast.Call) -> Extension:
    values: dict[str, str | None] = {}
    for argument in call.arguments.items:
        name = None if argument.name is None else argument.name.text
        if name is None:
            report.error(Code.BAD_EXTENSION, "an extension's argument must have a name", argument)
        elif argument.value is None:
            report.warn(Code.MISSING_VALUE, f"the argument `{name}` has no value", argument, "remove it")
        elif name in values:
            report.error(Code.REPEATED_ARGUMENT, f"the argument `{name}` is given twice", argument)
        elif name not in ("map", "schema", "version"):
            hint = "the arguments are `map`, `schema` and `version`"
            report.error(Code.BAD_EXTENSION, f"an extension has no argument `{show(name)}`", argument, hint)
        else:
            values[name] = string(report, argument.value)
    return Extension(call.name.text, values.get("map"), values.get("schema"), values.get("version"), report.span(call))


# --- generators ---------------------------------------------------------------------------------------------------


def read_generator(report: Report, block: ast.Block, text: str, provider: str | None) -> Generator | None:
    """Read a generator block; None where it can't be used at all."""
    properties = Properties(report, block)
    if not properties.usable:
        return None
    engine = properties.by_name.get("engineType")
    if engine is not None and not isinstance(engine[1], ast.StringLiteral):
        mismatch(report, "a string", engine[1])
    value = properties.take("provider")
    if value is None:
        hint = 'write `provider = "prisma-client"`, for instance'
        message = f"the generator `{block.name.text}` has no `provider`"
        report.error(Code.MISSING_PROPERTY, message, block, hint)
        return None
    name = text_or_env(report, value)
    if name is None:
        return None
    features = properties.take("previewFeatures")
    active = () if features is None else _preview_features(report, features, provider)
    rest = tuple((key, text[v.start : v.end]) for key, (_, v) in properties.by_name.items())
    for key in ("output",):
        other = properties.take(key)
        if other is not None:
            text_or_env(report, other)
    targets = properties.take("binaryTargets")
    for target in () if targets is None else elements(targets):
        text_or_env(report, target)
    for _, other_value in properties.by_name.values():
        for item in elements(other_value):
            if isinstance(item, ast.Call) and item.name.text == "env":
                text_or_env(report, item)
    return Generator(block.name.text, name, active, rest, report.span(block))


def _preview_features(report: Report, value: ast.Expression, provider: str | None) -> tuple[str, ...]:
    found: list[str] = []
    known = CURRENT_FEATURES | facts_of(provider).preview_features
    spellings = {feature.casefold(): feature for feature in known | PAST_FEATURES}
    for item in elements(value):
        name = string(report, item)
        if name is None:
            continue
        spelled = spellings.get(name.casefold(), name)
        found.append(spelled)
        if spelled in known:
            continue
        if spelled in PAST_FEATURES:
            message = f"the preview feature `{name}` needs no switch any more"
            report.warn(Code.DEPRECATED_PREVIEW_FEATURE, message, value, f"remove `{name}` from the list")
        else:
            message = f"`{show(name)}` is no preview feature"
            report.error(Code.UNKNOWN_PREVIEW_FEATURE, message, value, did_you_mean(report.sink, name, known))
    return tuple(found)


def where_of(report: Report, block: ast.Block, name: str) -> Span:
    """The span of a property's value, or of the block where the property isn't given."""
    for item in block.items:
        if isinstance(item, ast.PropertyNode) and item.name.text == name and item.value is not None:
            return report.span(item.value)
    return report.span(block)
