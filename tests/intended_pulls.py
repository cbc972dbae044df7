"""Where a pulled file differs from the genuine engine's on purpose: what it does, what we do, and why.

Entries hold for a case only if they make both texts equal, but for the spaces that lines are laid out with.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from intended import Intended, Rewriting, on_both, replacing

_NOTE = "/// This field was commented out because of an invalid name. Please provide a valid one that matches"


def by_lines(rewrite: Callable[[str, str], tuple[str, str]]) -> Rewriting:
    """Line by line, where both have as many."""

    def rewriting(theirs: str, ours: str) -> tuple[str, str]:
        old, new = theirs.split("\n"), ours.split("\n")
        if len(old) != len(new):
            return theirs, ours
        pairs = [(a, b) if a == b else rewrite(a, b) for a, b in zip(old, new, strict=True)]
        return "\n".join(a for a, _ in pairs), "\n".join(b for _, b in pairs)

    return rewriting


def _expression_not_text(theirs: str, ours: str) -> tuple[str, str]:
    """A default that the engine quotes as if it were a string's letters, and we give as the expression that it is."""
    said = re.search(r'@default\(dbgenerated\("(?:\'?)(.*?)(?:\'?)"\)\)', ours)
    if said is None:
        return theirs, ours
    return theirs.replace(f'@default("{said[1]}")', said[0]), ours


def _list_with_null(theirs: str, ours: str) -> tuple[str, str]:
    """A NULL among the items is taken for the text `NULL` in a list of texts, else for nothing."""
    said = re.search(r"""@default\(dbgenerated\("'\{(?:[^}"]*,)?NULL(?:,[^}"]*)?\}'::[^"]*"\)\)""", ours)
    if said is None:
        return theirs, ours
    return re.sub(r'@default\(\[(?:|(?:"\w+", )*"NULL"(?:, "\w+")*)\]\)', lambda _: said[0], theirs), ours


_BENEATH = {"larger": 'Unsupported("positive")?', "many": "Int[]", "moody": "feeling?"}
"""Domains of `unusual_databases`, and the types beneath them as the engine shows them."""


def _outer_domain(theirs: str, ours: str) -> tuple[str, str]:
    found = re.search(r'Unsupported\("(\w+)"\)\?', ours)
    if found is None or found[1] not in _BENEATH:
        return theirs, ours
    return theirs.replace(f" {_BENEATH[found[1]]}", f" {found[0]}"), ours


def _view_column_without_type(theirs: str, ours: str) -> tuple[str, str]:
    return re.sub(r'^( +\w+ +)Unsupported\("any"\)', r"\1Bytes", theirs), ours


def _json_in_quotes(theirs: str, ours: str) -> tuple[str, str]:
    return re.sub(r"""(Json\S* .*@default\(")'((?:[^'"\\]|\\.)*)'("\))""", r"\1\2\3", theirs), ours


def _own_names(theirs: str, ours: str) -> tuple[str, str]:
    """The names of a relation's fields: nothing else may differ in the line."""
    pattern = re.compile(r"^(\s*)\w+( +\w+\[\] +@relation\(.*\))$")
    a, b = pattern.match(theirs), pattern.match(ours)
    return (ours, ours) if a and b and a[2].split() == b[2].split() else (theirs, ours)


def _without_generated_columns(theirs: str, ours: str) -> tuple[str, str]:
    """Ours without the fields of expressions that the engine has no field for."""
    old, new = theirs.split("\n}"), ours.split("\n}")
    if len(old) != len(new):
        return theirs, ours
    return theirs, "\n}".join(_without_more_expressions(a, b) for a, b in zip(old, new, strict=True))


def _without_more_expressions(theirs: str, ours: str) -> str:
    known = set(re.findall(r"^(?= )[ /]*(\S+) ", theirs, re.MULTILINE))
    fields = ((re.match(r"^(?= )[ /]*(\S+) .*@default\(dbgenerated\(", line), line) for line in ours.split("\n"))
    return "\n".join(line for field, line in fields if field is None or field[1] in known)


PULLS: dict[str, tuple[Intended, ...]] = {
    "both": (
        Intended(
            "a field that is commented out, and a file that has it already",
            "repeats the note on it at each pull",
            "say it once",
            "the file would grow at each pull",
            on_both(rf"^ *{re.escape(_NOTE)}.*\n"),
        ),
        Intended(
            "a many-to-many relation of a model with itself, and a file that has names for both fields",
            "gives both fields names of its own",
            "keep the names that the file has",
            "the team's code uses them",
            by_lines(_own_names),
        ),
    ),
    "postgresql": (
        Intended(
            "an array of a type that the language doesn't have",
            "names the array's internal type, with the brackets",
            "name the type of its items",
            "`_point[]` can't be declared: the file would make no database",
            replacing(r'Unsupported\("_(\w+)"\)\[\]', r'Unsupported("\1")[]'),
        ),
        Intended(
            "`interval(3)`, `interval day to second`",
            "drops the precision and the fields",
            "keep them",
            "the column has them: a database made of the file would differ",
            lambda theirs, ours: (theirs, re.sub(r'Unsupported\("interval[^"]*"\)', 'Unsupported("interval")', ours)),
        ),
        Intended(
            "`'{NULL}'` or `'{a,NULL}'` as the default of a list: without quotes, a NULL and not the text",
            "takes it for an empty list, and of texts for the text `NULL`",
            "show it as it is",
            "a migration would take the NULL out of the default, or put the text in its place",
            by_lines(_list_with_null),
        ),
        Intended(
            "a domain over another domain, an array or an enum",
            "names the type beneath",
            "name the domain",
            "a database made of the file would be without the domain, and nothing would tell",
            by_lines(_outer_domain),
        ),
    ),
    "sqlite": (
        Intended(
            "a generated column",
            "leaves it out",
            "show it",
            "the code may read it",
            _without_generated_columns,
        ),
        Intended(
            "UNIQUE in CREATE TABLE",
            "names the index that SQLite makes for it",
            "leave the name out",
            "nobody can make an index of such a name",
            replacing(r'(?:\(|, )map: "sqlite_autoindex_[^"]*"(\)?)', lambda m: "" if m[0][0] == "(" else m[1]),
        ),
        Intended(
            "an enum of the file with `@map` on its values",
            "drops `@map`",
            "keep it",
            "without it the client sends other values than those in the rows",
            lambda theirs, ours: (theirs, re.sub(r'^( +\w+) +@map\("[^"]*"\)$', r"\1", ours, flags=re.MULTILINE)),
        ),
        Intended(
            "an expression as the default of a text",
            "takes it for the letters of a string",
            "show an expression",
            "as a string, the expression's letters would be stored",
            by_lines(_expression_not_text),
        ),
        Intended(
            "a view's column without a type",
            "takes the declared type, where none is told",
            "take its affinity",
            "versions of SQLite tell one or the other: the file would depend on them",
            by_lines(_view_column_without_type),
        ),
        Intended(
            "a default of Json",
            "gives it with SQL's quotes",
            "give the JSON",
            "a string with quotes in it isn't the default that the column has",
            by_lines(_json_in_quotes),
        ),
    ),
}


def equal_on_purpose(provider: str, theirs: str, ours: str) -> tuple[Intended, ...]:
    """The entries that make both texts equal; none where they aren't."""
    used = []
    theirs, ours = _squeezed(theirs), _squeezed(ours)
    for entry in (*PULLS["both"], *PULLS.get(provider, ())):
        before = (theirs, ours)
        theirs, ours = map(_squeezed, entry.rewriting(theirs, ours))
        if (theirs, ours) != before:
            used.append(entry)
        if theirs == ours:
            return tuple(used)
    return ()


def _squeezed(text: str) -> str:
    """Without the spaces that line fields up."""
    return "\n".join(re.sub(r"(?<=\S) {2,}", " ", line).rstrip() for line in text.split("\n"))
