"""Whatever a database holds, the pulled file is valid, says the same names, and a second pull changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lifting import POSTGRES, column, indexed, pull, referencing, table
from parity.diagnostics import Severity
from parity.psl import parse
from parity.schema.model import Enum, Table
from parity.schema.types import Arity, ObjectName

NAMES = st.one_of(
    st.sampled_from(["a", "A", "a b", "a_b", "a-b", "1", "é", "class", "String", "Int", 'x"y', "x\ny", "model", "_a"]),
    st.text('aA_1 é-"\\\n', min_size=1, max_size=6),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, ...]:
    made: list[Table] = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=5, unique=True)):
        others = draw(st.lists(NAMES.filter(lambda n: n != "id"), max_size=4, unique=True))
        columns = [column("id"), *(column(n, draw(st.sampled_from(["Int", "String"])), Arity.NULLABLE) for n in others)]
        one = table(name, *columns)
        for number, target in enumerate(draw(st.lists(st.sampled_from([*made, one]), max_size=2))):
            key = column(f"ref{number}", arity=draw(st.sampled_from([Arity.REQUIRED, Arity.NULLABLE])))
            one = referencing(replace(one, columns=(*one.columns, key)), key.name, target.name.name)
            if draw(st.booleans()):
                one = indexed(one, key.name, unique=True)
        made.append(one)
    return tuple(made)


@given(made=tables(), values=st.lists(NAMES, min_size=1, max_size=4, unique=True), enum=NAMES)
@pytest.mark.hypothesis
def test_a_pulled_file_is_valid_and_a_second_pull_changes_nothing(
    made: tuple[Table, ...], values: list[str], enum: str
) -> None:
    enums = (Enum(ObjectName(enum + "_kind"), (*values, "ok")),)
    result = pull(*made, enums=enums)
    parsed = parse(result.text)
    assert [d for d in parsed.diagnostics if d.severity is Severity.ERROR] == [], result.text
    assert {model.db_name for model in parsed.datamodel.models} == {one.name.name for one in made}
    assert pull(*made, enums=enums, over=result.text.removeprefix(POSTGRES)).text == result.text
