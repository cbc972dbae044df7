"""Names for relation fields that are written in: `BlogPost` to `blogPost` and `blogPosts`.

The rules are those that formatters of the language agree on, odd ones included (`Virus` gives `viri`): a field that
is written in must get the same name everywhere.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_WHOLE: Final = {
    "die": "dice",
    "eave": "eaves",
    "foot": "feet",
    "goose": "geese",
    "man": "men",
    "ox": "oxen",
    "quiz": "quizzes",
    "tooth": "teeth",
    "woman": "women",
    "yes": "yeses",
}

_UNCHANGED: Final = frozenset(
    """
    accommodation adulthood advertising advice aggression aid air aircraft alcohol anger applause arithmetic assistance
    athletics bacon baggage beef biology blood botany bread butter carbon cardboard cash chalk chaos chess countryside
    crossroads dancing deer dignity dirt dust economics education electricity engineering enjoyment envy equipment
    ethics evidence evolution fame fiction flour flu food fuel fun furniture gallows garbage garlic genetics gold golf
    gossip grammar gratitude grief guilt gymnastics happiness hardware harm hate hatred health heat help homework
    honesty honey hospitality housework humour hunger hydrogen ice importance inflation information innocence iron
    irony jam jewelry judo karate knowledge lack laughter lava leather leisure lightning linguine linguini linguistics
    literature litter livestock logic loneliness luck luggage macaroni machinery magic management mankind marble
    mathematics mayonnaise measles methane milk money mud music mumps nature news nitrogen nonsense nurture nutrition
    obedience obesity oxygen pasta patience physics poetry pollution poverty pride psychology publicity punctuation
    quartz racism relaxation reliability research respect revenge rice rubbish rum safety scenery seafood seaside
    series shame sheep shopping sleep smoke smoking snow soap software soil spaghetti species steam stuff stupidity
    sunshine symmetry tennis thirst thunder timber traffic transportation trust underwear unemployment unity validity
    veal vegetation vegetarianism vengeance violence vitality warmth wealth weather welfare wheat wildlife wisdom yoga
    zinc zoology
    """.split()  # noqa: SIM905
)

# The end of a word, how many of its characters go (a group's length), and what comes instead; the first that fits.
_ENDINGS: Final = (
    (r"eaux()", ""),
    (r"child(ren)?", "ren"),
    (r"pe(rson|ople)", "ople"),
    (r"[ml](ice|ouse)", "ice"),
    (r"(?:append|cod|ind|matr|mur|sil|vert)([ei]x)", "ices"),
    (r"(?:ch|sh|ss|x|zz)()", "es"),
    (r"(?:ch|sh|ss|x|zz)es()", ""),
    (r"[^ch][eio][ln](ey)", "ies"),
    (r"(?:[^aeiouy]|qu)(y)", "ies"),
    (r"(?:ar|ea|eo|hoo|l|oa)(f)", "ves"),
    (r"(?:kni|li|wi)(fe)", "ves"),
    (r"(sis)", "ses"),
    (r"(?:apheli|asyndet|automat|criteri|hedr|hyperbat|noumen|organ|periheli|phenomen|prolegomen)(on|a)", "a"),
    (
        r"(?:addend|agend|automat|bacteri|candelabr|curricul|dat|desiderat|errat|extrem|millenni|ov|quor|strat"
        r"|symposi)(um|a)",
        "a",
    ),
    (r"(?:at|gr|her)(o)", "oes"),
    (r"(?:cherub|seraph)(im)?", "im"),
    (r"(?:alg|alumn|vertebr)(ae?)", "ae"),
    (
        r"(?:alumn|bacill|cact|foc|fung|loc|nucle|octop|radi|stimul|strat|syllab|termin|uter|vir)(us|i)",
        "i",
    ),
    (r"(?:[^l]ias|[aeiou]las|[ejmrz]as|[iu]am)()", ""),
    (r"e[mn]u(s)?", "s"),
    (r"(?:[^aou]us|alias|gas|ris|tlas)()", "es"),
    (r"(?:ax|test)(is)", "es"),
    (r"[^aeiou]ese()", ""),
    (r"(s)", "s"),
)


@cache
def _endings() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compiled when a plural is first needed: few commands need one."""
    return tuple((re.compile(pattern + r"\Z"), ending) for pattern, ending in _ENDINGS)


def plural(word: str) -> str:
    """The plural of an English word in camel case."""
    if word in _UNCHANGED:
        return word
    if word in _WHOLE:
        return _WHOLE[word]
    for pattern, ending in _endings():
        found = pattern.search(word)
        if found is not None:
            cut = found.start(1) if found[1] is not None else len(word)
            return word[:cut] + ending
    return word + "s"


def camel_case(name: str) -> str:
    """A block's name as a field's: `HTTPServer` gives `httpserver`, `Foo_Bar` gives `fooBar`."""
    result: list[str] = []
    new_word = False
    last = " "
    for character in name:
        if not character.isalnum():
            new_word = bool(result)
        elif character.isdigit():
            result.append(character)
            new_word = True
        elif new_word or (last.islower() and character.isupper()):
            result.append(character.upper())
            new_word = False
        else:
            result.append(character.lower())
            last = character
    return "".join(result)
