"""The blocks above the models: kept as they are, but for a preview feature that the text below needs."""

from __future__ import annotations

from parity.psl import ast
from parity.psl.parser import parse_file

_PARTIAL_INDEXES = "partialIndexes"


def has_generator(header: str) -> bool:
    """Whether there is a block that can switch a preview feature on."""
    return any(isinstance(item, ast.Block) and item.keyword == "generator" for item in parse_file(header).items)


def with_partial_indexes(header: str) -> str:
    """The header with the preview feature that a `where:` of an index needs, in every generator."""
    pieces: list[str] = []
    at = 0
    for item in parse_file(header).items:
        if isinstance(item, ast.Block) and item.keyword == "generator":
            place, text = _addition(item)
            pieces += [header[at:place], text]
            at = place
    return "".join(pieces) + header[at:]


def _addition(generator: ast.Block) -> tuple[int, str]:
    """Where a generator needs which text."""
    place = generator.body
    for item in generator.items:
        if not isinstance(item, ast.PropertyNode):
            continue
        if item.name.text == "previewFeatures":
            return _to_list(item)
        if item.name.text in ("provider", "output"):
            place = item.end
    return place, f'\n  previewFeatures = ["{_PARTIAL_INDEXES}"]\n'


def _to_list(item: ast.PropertyNode) -> tuple[int, str]:
    if not isinstance(item.value, ast.Array):
        return item.end, ""
    features = [value.value for value in item.value.items if isinstance(value, ast.StringLiteral)]
    if _PARTIAL_INDEXES in features:
        return item.end, ""
    if not item.value.items:
        return item.value.start + 1, f'"{_PARTIAL_INDEXES}"'
    return item.value.items[-1].end, f', "{_PARTIAL_INDEXES}"'
