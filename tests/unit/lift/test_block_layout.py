"""A block that is laid out from its parts looks as the language's own layout of its text has it."""

from hypothesis import given
from hypothesis import strategies as st

from parity.lifting.blocks import Block, Line, block_text, make_line
from parity.lifting.text import documentation
from parity.psl.format import lay_out
from parity.psl.parser import parse_file
from parity.psl.strings import quote

NAMES = st.sampled_from(("id", "a_rather_long_name", "Größe", "x1", "_odd", "A", "9lives", "model"))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=6).map(quote) | st.sampled_from(('"\\"', '"a\\nb"', '""'))
VALUES = st.one_of(
    TEXTS,
    st.sampled_from(
        ("1", "-2.50", "1e5", "1E+5", ".5", "now()", "autoincrement()", "[]", "[A, B]", "[1, 2", "A", "x.y")
    ),
    TEXTS.map(lambda text: f"dbgenerated({text})"),
)
FIELD_ATTRIBUTES = st.one_of(
    st.sampled_from(("@id", "@unique", "@updatedAt", "@ignore", "@db.Text", "@db.Decimal(10, 2)", "@id(sort: Desc)")),
    TEXTS.map(lambda text: f"@map({text})"),
    VALUES.map(lambda value: f"@default({value})"),
    TEXTS.map(lambda text: f"@relation({text}, fields: [a, b], references: [c, d], onDelete: Cascade)"),
)
TYPES = st.sampled_from(("Int", "String?", "Wide_1[]", 'Unsupported("a b")?', 'Unsupported("(\\")")', "Größe", ""))
FIELDS = st.builds(
    lambda name, type, attributes: make_line(name, type, *attributes), NAMES, TYPES, st.lists(FIELD_ATTRIBUTES)
)
COMMENTS = st.sampled_from(("// gone  ", "/// Said.", "//", "/// "))
BLOCK_ATTRIBUTES = st.one_of(
    st.sampled_from(
        ("@@ignore", "@@id([a, b])", '@@index([a(ops: raw("x y")), b(sort: Desc)], type: Gin)', "// @@id([a])")
    ),
    TEXTS.map(lambda text: f"@@map({text})"),
    TEXTS.map(lambda text: f"@@unique([a(length: 10), b], map: {text})"),
)
LINES: st.SearchStrategy[Line] = st.one_of(FIELDS, FIELDS, FIELDS, COMMENTS)


@given(
    st.sampled_from(("model A", "view B_1", "enum Kind")),
    st.lists(LINES, max_size=5),
    st.lists(BLOCK_ATTRIBUTES, max_size=3),
    st.sampled_from(((), (), ("Two\nlines",))),
    st.booleans(),
)
def test_it_is_laid_out_as_the_language_does(
    head: str, lines: list[Line], attributes: list[str], docs: tuple[str, ...], is_commented_out: bool
) -> None:
    written = [f"{head} {{", *map(str, lines), *attributes, "}"]
    if is_commented_out:
        written = [f"// {line}" for line in written]
    text = "\n".join([*documentation(docs), *written]) + "\n"

    laid_out = block_text(Block(head, lines, attributes, docs, is_commented_out))

    assert laid_out == lay_out(parse_file(text))
