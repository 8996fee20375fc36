"""What may be the root of a Kazakh noun or verb, and how it is spelt without an ending."""

from itertools import product

from news.language.exceptions import ROOTS, TIMES, TWO_LETTER_NOUNS, TWO_LETTER_VERBS
from news.language.kazakh.phonology import SIDES, VOWELS

DEVOICED = {"б": "п", "г": "к", "ғ": "қ"}
VOICED = {devoiced: voiced for voiced, devoiced in DEVOICED.items()}
VOWEL_DROPPED = frozenset(map("".join, product("рлйумнңз", "нқкпзслм")))
"""The last letters of nouns that have lost their last vowel: орн-ы of орын, халқ-ы of халық."""

HELPED = ("кті", "скі", "сті", "нгі")
"""The last letters of borrowed nouns that get an і to be pronounceable: актілер of акт, рейтингісі of рейтинг."""

SYLLABIC = VOWELS | frozenset("иую")
LONG_VERB = frozenset(map("".join, [*product(SYLLABIC, "йлнрстзкқгғ"), *product("рлйн", "тқкғг")]))
"""The last letters of verbs of two syllables or more, unless they end in а, е, ы or і."""


def nouns(root: str, before: str) -> list[str]:
    """The nouns that a root may be of, given the letter `before` which it was cut off.

    Before ы кітаб is кітап and халқ is халық, but клуб may be клуб too. Before т or к экономис is экономист.
    """
    last = root[-1]
    found = [root] if last != "ғ" else []
    if before in SIDES:
        if last in DEVOICED:
            found.append(root[:-1] + DEVOICED[last])
        if root[-2:] in VOWEL_DROPPED:
            found += [root[:-1] + "ы" + last, root[:-1] + "і" + last]
    elif before in "тк" and root.endswith("ис"):
        found.append(root + "т")
    if root in ROOTS:
        found.append(ROOTS[root])
    elif root.endswith(HELPED):
        found.append(root[:-1])
    return found


def may_be_noun(noun: str) -> bool:
    return noun in TWO_LETTER_NOUNS if len(noun) == 2 else not SYLLABIC.isdisjoint(noun)


def may_be_time(noun: str) -> bool:
    return noun in TIMES


def may_be_number(noun: str) -> bool:
    return noun.isdecimal()


def infinitives(root: str, before: str) -> list[str]:
    """The infinitives that the root of a verb may be of.

    шық is of шығу, оқы of оқу, қой of қою, ки of кию, and the root of тауып of табу.
    """
    last = root[-1]
    if last == "и":
        return [root + "йу"]
    if last in "ыі":
        return [root[:-1] + "у"]
    if last == "у" and before in "ыі":
        return [root[:-1] + "бу", root + "у"]
    if before in SIDES or before in "иу":
        return [root + "у"]
    return [root[:-1] + VOICED.get(last, last) + "у"]


def may_be_verb(root: str) -> bool:
    if len(root) == 2:
        return root in TWO_LETTER_VERBS
    return root[-1] in "аеыіи" or root[-2:] in LONG_VERB or is_one_syllable(root)


def is_one_syllable(root: str) -> bool:
    """Counts vowels. After another vowel, as in тауып, the letter у is a consonant."""
    return (
        sum(
            letter in VOWELS or letter in "ию" or (letter == "у" and before not in VOWELS)
            for before, letter in zip(" " + root, root, strict=False)
        )
        == 1
    )
