"""Rules of views: they have no keys and no indexes, and a preview feature switches them on."""

from __future__ import annotations

from parity.psl.codes import Code
from parity.psl.entries import ModelEntry
from parity.psl.model import IndexKind
from parity.psl.validate.context import Context


def views_need_their_preview_feature(entry: ModelEntry, context: Context) -> None:
    """Views are switched on by a generator."""
    if "views" not in context.features:
        hint = 'add `previewFeatures = ["views"]` to a generator'
        context.error(Code.NEEDS_PREVIEW_FEATURE, "views need a preview feature", entry.span, hint)


def view_has_no_primary_key(entry: ModelEntry, context: Context) -> None:
    """A view has no primary key."""
    if entry.primary_key is not None:
        context.error(Code.VIEW, "a view can't have a primary key", entry.primary_key.span, "use `@unique`")


def view_has_no_indexes(entry: ModelEntry, context: Context) -> None:
    """A view has no indexes; `@unique` only says that its rows differ, so that it takes no options."""
    for index in entry.indexes:
        if index.kind is not IndexKind.UNIQUE:
            context.error(Code.VIEW, "a view can't have an index", index.span, "remove it")
            continue
        if index.database_name is not None:
            message = "no index stands behind a view's `@unique`, so that it can't have a name"
            context.error(Code.VIEW, message, index.span, "remove `map:`")
        if index.clustered is not None or any(
            field.sort is not None or field.length is not None or field.ops is not None for field in index.fields
        ):
            message = "no index stands behind a view's `@unique`, so that its fields take no options"
            context.error(Code.VIEW, message, index.span)
