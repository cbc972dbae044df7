"""Rules of `type` blocks: no relational database has embedded documents."""

from __future__ import annotations

from parity.psl.codes import Code
from parity.psl.validate.context import Context


def composites_need_documents(context: Context) -> None:
    """A `type` can only be stored by a document database."""
    for _, _, composite in context.resolution.composites:
        message = f"{context.database} can't store the type `{composite.name}`: it has no embedded documents"
        hint = "use a model and a relation, or a Json field"
        context.error(Code.COMPOSITE_UNSUPPORTED, message, composite.span, hint)
