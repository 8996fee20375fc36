"""The endings of Kazakh words as tables: which endings there are, and which of them may precede each.

A capital Latin letter is a sound that follows the word before it: A is а or е, I is ы or і, K is қ or к, Q is ғ or г;
D is д or т, N is н, д or т, L is л, д or т, G is ғ, г, қ or к, M is м, б or п; T is т and R is р where a verb lets them
stand (`news.language.kazakh.phonology`). "V+" marks an ending that comes only after a vowel, "=" one that does not
agree with the vowels before it. An ending that begins with A, I or и comes only after a consonant.

NOUN, TIME (such as қазір), VERB and NUMBER (in digits) are the kinds of root. A participle takes the same endings as a
noun.
"""

from typing import NamedTuple

NOUN, TIME, VERB, NUMBER = "noun", "time", "verb", "number"

PARTICIPLES = ("infinitive", "perfect", "habitual", "future", "never", "intention", "fact of it")
NOMINAL = (NOUN, *PARTICIPLES)
VERBAL = (VERB, "voice", "negation")
MARKED = ("ordinal", "plural", "mine or yours", "his")
RELATIVE = ("relative", "relative after his", "relative of time")


class Group(NamedTuple):
    endings: str
    after: tuple[str, ...]
    sure: bool = False
    """Whether it is cut off a word of a query too, because other words hardly ever end like it by chance."""
    last: bool = True
    """Whether a word may end with it."""


GROUPS = {
    # Nouns, names, numbers
    "ordinal": Group("шI IншI", (NUMBER,)),
    "plural": Group("LAр", (*NOMINAL, *RELATIVE, "owned"), sure=True),
    "mine or yours": Group("Iм V+м Iң V+ң IңIз V+ңIз IмIз V+мIз", (*NOMINAL, "plural")),
    "his": Group("I V+сI", (*NOMINAL, "plural", *RELATIVE, "owned"), sure=True),
    "case": Group("NIң GA NI DA DAн NAн =Mен", (*NOMINAL, *MARKED, *RELATIVE, "owned"), sure=True),
    "case after mine": Group("A", ("mine or yours",)),
    "case after his": Group("нA н ндA нAн", ("his", "owned"), sure=True),
    "relative": Group("DAQI", (*NOMINAL, *MARKED), sure=True),
    "relative after his": Group("ндAQI", ("his",), sure=True),
    "relative of time": Group("GI", (TIME,)),
    "owned": Group("=нікі =дікі =тікі", (*NOMINAL, *MARKED), sure=True),
    "similar": Group("DAй", (*NOMINAL, *MARKED, *RELATIVE)),
    "according to": Group("ншA", ("his",)),
    "more": Group("IрAK V+рAK", (NOUN, "relative", "relative of time")),
    "being somebody": Group("MIн MIз сIң сIз сIңдAр сIздAр", (*NOMINAL, *MARKED, "case", "owned")),
    # Verbs: what is declined
    "infinitive": Group("у", VERBAL, sure=True),
    "perfect": Group("GAн", VERBAL, sure=True),
    "habitual": Group("AтIн V+йтIн итIн", VERBAL, sure=True),
    "future": Group("Aр R", (VERB, "voice")),
    "never": Group("MAс", (VERB, "voice")),
    "intention": Group("MAK", VERBAL),
    "fact of it": Group("DIK DIQ", ("perfect", "habitual"), sure=True),
    # Verbs: what says who and when
    "past": Group("DI", VERBAL, sure=True),
    "condition": Group("сA", VERBAL),
    "person of past": Group("V+м V+ң V+ңIз V+K V+ңдAр V+ңIздAр", ("past", "condition")),
    "present": Group("A V+й и", VERBAL),
    "he does": Group("AдI V+йдI идI", VERBAL, sure=True),
    "person of present": Group("MIн MIз сIң сIз сIңдAр сIздAр", ("present", "converb", "intended")),
    "converb": Group("Iп V+п", VERBAL),
    "he did, it seems": Group("тI", ("converb",)),
    "intended": Group("шI", ("intention",)),
    "until, in order to": Group("GAлы GAлі GAншA V+йIншA", VERBAL),
    "let me, let us": Group("AйIн V+йIн AйIK V+йIK", VERBAL),
    "let him, let them": Group("сIн", VERBAL),
    "please": Group("IңIз V+ңIз IңIздAр V+ңIздAр", VERBAL),
    "wish": Group("GIм GIң GIңIз GIсI GIмIз", VERBAL),
    # Between a verb and what stands above
    "negation": Group("MA", (VERB, "voice"), last=False),
    "voice": Group("Iл V+л Iн V+н Iс V+с DIр GIз T", (VERB, "voice"), last=False),
}
