"""Which values of a column its conversion fails on: tried one by one, by a function that goes with its transaction.

A SELECT can't do it: the first value that fails ends it.
"""

from __future__ import annotations

from parity.dialects.base import Session
from parity.dialects.postgres.columns import column_type
from parity.dialects.postgres.conversions import conversion
from parity.dialects.sql import identifier, quote_identifier, quote_string
from parity.errors import DatabaseError
from parity.schema.model import Column
from parity.schema.steps import MisfitCount
from parity.schema.types import Arity

_FUNCTION = """\
CREATE FUNCTION pg_temp.parity_fits(parity_value {old}) RETURNS boolean LANGUAGE plpgsql AS {body}"""
_BODY = """
DECLARE parity_result {new};
BEGIN
  parity_result := {using};
  RETURN {verdict};
EXCEPTION WHEN others THEN
  RETURN false;
END"""


def count_misfits(session: Session, question: MisfitCount) -> int | None:
    """The number of values that can't be converted; None where that can't be tried. Changes nothing."""
    column, table = quote_identifier(question.old.name), str(identifier(question.table))
    session.begin()
    try:
        if question.labels:
            fits = _is_label(question, column)
        else:
            session.execute(_function(question.old, question.new))
            fits = f"pg_temp.parity_fits({column})"
        found = session.query(f"SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND NOT ({fits})")
        return int(str(found[0][0]))
    except DatabaseError:
        return None
    finally:
        session.rollback()


def _function(old: Column, new: Column) -> str:
    using = conversion(old, new, "parity_value")
    verdict = "parity_result IS NOT NULL" if new.is_required else "true"
    body = _BODY.format(new=column_type(new), using=using, verdict=verdict)
    return _FUNCTION.format(old=column_type(old), body=quote_string(body))


def _is_label(question: MisfitCount, column: str) -> str:
    """Whether the text is one of the new enum's values: its type may not be there yet."""
    labels = f"ARRAY[{', '.join(map(quote_string, question.labels))}]"
    if question.old.arity is not Arity.LIST:
        return f"{column}::text = ANY ({labels})"
    single = (
        "true"
        if question.new.arity is Arity.LIST
        else f"cardinality({column}) {'=' if question.new.is_required else '<='} 1"
    )
    return f"({single} AND array_remove({column}::text[], NULL) <@ {labels})"
