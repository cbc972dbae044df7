"""Rules of the datasource."""

from __future__ import annotations

from parity.diagnostics import Sink
from parity.psl.codes import Code
from parity.psl.config import where_of
from parity.psl.entries import Resolution
from parity.psl.providers.facts import ProviderFacts
from parity.psl.validate.context import Context


def validate_datasource(context: Context) -> None:
    """Ask every rule about the datasource of a database that is supported."""
    extensions_need_their_preview_feature(context)
    extension_names_are_names(context)


def database_is_supported(resolution: Resolution, facts: ProviderFacts, sink: Sink) -> bool:
    """Whether there are migrations for the database; reported where there are none."""
    if facts.is_supported:
        return True
    assert resolution.datasource_place is not None
    block, report = resolution.datasource_place
    message = (
        f"migrations for {facts.title} are not supported here: the file can be read and formatted, but not checked"
    )
    sink.error(Code.UNSUPPORTED_DATABASE, message, where_of(report, block, "provider"))
    return False


def extensions_need_their_preview_feature(context: Context) -> None:
    """`extensions` are switched on by a generator."""
    place = context.resolution.datasource_place
    if place is None or not context.facts.extensions or "postgresqlExtensions" in context.features:
        return
    block, report = place
    span = where_of(report, block, "extensions")
    if span != report.span(block):
        hint = 'add `previewFeatures = ["postgresqlExtensions"]` to a generator'
        context.error(Code.NEEDS_PREVIEW_FEATURE, "`extensions` need a preview feature", span, hint)


def extension_names_are_names(context: Context) -> None:
    """The name of an extension holds no dash: the database's own name goes into `map`."""
    datasource = context.resolution.datasource
    if datasource is None or "postgresqlExtensions" not in context.features:
        return
    for extension in datasource.extensions:
        name = extension.name
        if name[0].isdigit() or "-" in name:
            plain = name.replace("-", "_")
            hint = f'write `{plain}(map: "{name}")`'
            message = f"`{name}` is no name: it starts with a digit or holds a dash"
            context.error(Code.BAD_EXTENSION, message, extension.span, hint)
