"""One mistake in what a schema file means, of the kinds that people make: with the same seed, the same one.

Where `schema_faults` breaks the text, these break the sense: a relation without its other side, a reference to
something that isn't unique, a default that the enum doesn't have. A fault that finds nothing to break changes nothing.
They work on lines, so that they fit any schema, however it is written; not every result is invalid.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from semantic_faults import wrong_keys, wrong_names, wrong_relations, wrong_types
from semantic_faults.text import Text

MEANINGS: tuple[tuple[int, Callable[[Text], None]], ...] = (
    (3, wrong_relations.drop_a_side),
    (3, wrong_relations.change_reference),
    (3, wrong_relations.change_type_of_column),
    (2, wrong_relations.change_arity_of_column),
    (3, wrong_relations.change_arity_of_relation),
    (3, wrong_relations.change_action),
    (3, wrong_relations.drop_argument),
    (1, wrong_relations.drop_one_column),
    (2, wrong_relations.rename_relation),
    (2, wrong_relations.second_relation),
    (2, wrong_relations.drop_unique),
    (1, wrong_relations.emulate),
    (3, wrong_types.change_type),
    (2, wrong_types.make_list),
    (4, wrong_types.change_native),
    (5, wrong_types.change_default),
    (2, wrong_types.unknown_enum_value),
    (3, wrong_types.misspell),
    (1, wrong_names.duplicate_block),
    (2, wrong_names.duplicate_item),
    (3, wrong_names.same_names),
    (3, wrong_names.map_to_a_name),
    (2, wrong_names.rename_field),
    (2, wrong_names.rename_block),
    (5, wrong_keys.index_over),
    (3, wrong_keys.change_key),
    (2, wrong_keys.double_attribute),
    (2, wrong_keys.ignore_something),
    (2, wrong_keys.change_schema),
    (1, wrong_keys.drop_preview),
    (1, wrong_keys.change_keyword),
    (1, wrong_keys.empty_a_block),
    (1, wrong_keys.change_provider),
)


def one_wrong_meaning(schema: str, chooser: Random) -> str:
    """The schema with one mistake in what it means."""
    text = Text(schema.split("\n"), chooser)
    weights = [weight for weight, _ in MEANINGS]
    for _ in range(20):
        (_, fault), *_ = chooser.choices(MEANINGS, weights)
        fault(text)
        changed = "\n".join(text.lines)
        if changed != schema:
            return changed
    return schema
