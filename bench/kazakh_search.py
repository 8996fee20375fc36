"""How well a Kazakh query finds a word by any of its forms, measured on treebanks that are not shipped with the portal.

    python -m bench.kazakh_search --treebank DIR --paradigms FILE --lexicon FILE --text FILE … [--words 500 2000]

DIR has .conllu files such as those of UD_Kazakh-KTB; the paradigms are lines of lemma, form and features as UniMorph
has them; the lexicon is apertium's lexc, whose nouns and verbs are read as pairs that must not find each other.
The site's vocabulary are the words of the treebank and of the texts; `--words` measures by so many of them too, at
random, as on a small site.

forward: the lemma is typed, a form stands in a text. reverse: the form is typed. form to form: one is typed, another
stands there. false: another lemma with the same first three letters is found. noise: and no kinship explains it.
"""

import argparse
import os
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import permutations
from pathlib import Path

import django

from news.language.kazakh.choice import choose_stems, find_candidates
from news.language.stemming import stems, strict_stems, tokens
from tests.support.kazakh_nouns import read_forms

KINDS = ("NOUN", "VERB", "PROPN", "ADJ")
WORD = re.compile(r"[а-яёәғқңөұүһі]+(?:-[а-яёәғқңөұүһі]+)*")
ENTRY = re.compile(r"(?P<word>[а-яёәғқңөұүһі]{3,}):\S+ (?P<kind>N1|V-TV|V-IV)\b")
# What makes one word of another. It only has to tell kin from strangers.
DERIVED = re.compile(
    r"(?:[лдт][ыі][қкғг]?|ш[ыі]|с[ыі]з|[лдт][ае][нс]?|[дт][ыі]р|[ғгқк][ыі]з|[ыі]?[лнстмқк]|[ау]|м[ае]с?|[ыіае]?[рш]"
    r"|[ғгқк][ыі]ш|[ғгқк][ыіаеу]|с[ыі]|[дт][ае]й|[дт][ас]с|ш[аеыі]л?|[ыі]?р[ае][қк]|кер|гер|хана|стан|ия|изм|ист|й|и"
    r"|[ғгқк][ае]н|нікі|нд[ае])*"
)
VOICE = re.compile(r"(?:[лдт][ае]|[ыіу]?[лнст]|[дт][ыі]р|[ғгқк][ыі]з|ар|ер|қар|кер|м[ае]?)+")
LETTERS = frozenset("әғқңөұүһі")
WITHOUT_LETTERS = str.maketrans("әғқңөұүһі", "агкноуухи")
SAMPLE = 20_000

Pair = tuple[str, str]
Query = Callable[[str], Iterable[str]]


def infinitive(root: str) -> str:
    """By the rule: those that lose a vowel (қорық, қорқу) are made wrongly and count as misses."""
    last = root[-1]
    if last in "ыі":
        return root[:-1] + "у"
    if last == "й":
        return root[:-1] + "ю"
    return root + "ю" if last == "и" else root[:-1] + {"п": "б", "қ": "ғ", "к": "г"}.get(last, last) + "у"


def read_treebank(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Form, lemma (of verbs the infinitive) and part of speech, each once, in small letters."""
    found = set()
    for path in sorted(folder.glob("*.conllu")):
        for line in path.read_text(encoding="utf-8").splitlines():
            columns = line.split("\t")
            if len(columns) == 10 and columns[3] in KINDS:
                form, lemma, kind = columns[1].lower(), columns[2].lower(), columns[3]
                if WORD.fullmatch(form) and WORD.fullmatch(lemma):
                    found.add((form, infinitive(lemma) if kind == "VERB" else lemma, kind))
    yield from sorted(found)


def read_paradigms(path: Path) -> tuple[list[Pair], list[Pair]]:
    """Forms with their lemmas: those that are possessed, and the others."""
    rows = [line.lower().split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if len(row) == 3]
    possessed = [(form, lemma) for lemma, form, features in rows if "pss" in features]
    return possessed, [(form, lemma) for lemma, form, features in rows if "pss" not in features]


def read_lexicon(path: Path) -> list[str]:
    found = map(ENTRY.match, path.read_text(encoding="utf-8").splitlines())
    return sorted({each["word"] if each["kind"] == "N1" else infinitive(each["word"]) for each in found if each})


def read_vocabulary(paths: Iterable[Path]) -> set[str]:
    return {word for path in paths for word in tokens(path.read_text(encoding="utf-8")) if WORD.fullmatch(word)}


def are_kin(one: str, other: str) -> bool:
    if "-" in one + other:
        pairs = [(a, b) for a in (one, *one.split("-")) for b in (other, *other.split("-"))]
        return any(a == b or ("-" not in a + b and are_kin(a, b)) for a, b in pairs)
    short, long = sorted((core(one), core(other)), key=len)
    if len(short) > 1 and long.startswith(short) and DERIVED.fullmatch(long[len(short) :]):
        return True
    return any(
        short[:end] == long[:end] and VOICE.fullmatch(short[end:]) and VOICE.fullmatch(long[end:])
        for end in range(2, len(short))
    )


def core(word: str) -> str:
    if word[-1] in "ую" and len(word) > 2:
        word = word[:-1] + ("й" if word[-1] == "ю" else "")
    return word.translate(str.maketrans("бғг", "пқк"))


class Measures:
    def __init__(self, query: Query) -> None:
        self.stems_of_query = lru_cache(None)(lambda word: frozenset(query(word)))
        self.stems_of_text = lru_cache(None)(lambda word: frozenset(stems(word, "kk")))

    def finds(self, query: str, word: str) -> bool:
        return not self.stems_of_query(query).isdisjoint(self.stems_of_text(word))

    def found(self, pairs: Iterable[Pair]) -> float:
        return share(self.finds(query, word) for query, word in pairs)

    def false_and_noise(self, pairs: list[tuple[str, str, str, str]]) -> str:
        """Of queries and words that must not match, each with its lemma."""
        found = [(one, other) for query, word, one, other in pairs if self.finds(query, word)]
        strangers = [pair for pair in found if not are_kin(*pair)]
        return f"{100 * len(found) / len(pairs):.2f} / {100 * len(strangers) / len(pairs):.2f}"


def share(found: Iterable[bool]) -> float:
    found = list(found)
    return 100 * sum(found) / len(found)


def measure(title: str, query: Query, options: argparse.Namespace) -> None:
    print(f"== {title}")
    measures = Measures(query)
    rows = list(read_treebank(options.treebank))
    for kind in KINDS:
        pairs = [(form, lemma) for form, lemma, other in rows if other == kind and form != lemma]
        forward = measures.found((lemma, form) for form, lemma in pairs)
        print(f"{kind} ({len(pairs)}): forward {forward:.2f}, reverse {measures.found(pairs):.2f}")
    by_lemma = defaultdict(set)
    for form, lemma, kind in rows:
        by_lemma[lemma, kind].add(form)
    print(f"form to form: {measures.found(pair for each in by_lemma.values() for pair in permutations(each, 2)):.2f}")
    possessed, others = read_paradigms(options.paradigms)
    print(f"paradigms: possessed reverse {measures.found(possessed):.2f}, others {measures.found(others):.2f}")
    measure_false(measures, rows, read_lexicon(options.lexicon))
    print(f"stems a word: {sum(len(measures.stems_of_query(form)) for form, _, _ in rows) / len(rows):.2f}")


def measure_false(measures: Measures, rows: list[tuple[str, str, str]], lexicon: list[str]) -> None:
    forms = defaultdict(set)
    for form, lemma, _ in rows:
        forms[lemma].add(form)
    dice = random.Random(1)
    pairs = [(one, other) for one, other in same_beginning(forms) if forms[one].isdisjoint(forms[other])]
    reverse = [(form, one, other, one) for one, other in pairs for form in sorted(forms[other])]
    both = [(dice.choice(sorted(forms[one])), dice.choice(sorted(forms[other])), one, other) for one, other in pairs]
    print(f"false / noise, reverse: {measures.false_and_noise(reverse)}")
    print(f"false / noise, forward: {measures.false_and_noise([(b, a, c, d) for a, b, c, d in reverse])}")
    print(f"false / noise, form to form: {measures.false_and_noise(both)}")
    of_lexicon = dice.sample(same_beginning(lexicon), SAMPLE)
    print(f"false / noise, lexicon: {measures.false_and_noise([(a, b, a, b) for a, b in of_lexicon])}")


def same_beginning(words: Iterable[str]) -> list[Pair]:
    by_beginning = defaultdict(list)
    for word in sorted(words):
        by_beginning[word[:3]].append(word)
    return [pair for each in by_beginning.values() for pair in permutations(each, 2)]


def measure_without_letters(vocabulary: set[str], options: argparse.Namespace) -> None:
    """Lemmas and forms typed on a keyboard without Kazakh letters. The database is played by a dictionary."""
    from news.search import spelling, words
    from news.search.transliteration import skeleton

    vocabulary = vocabulary | {form for pairs in read_forms().values() for _, form in pairs}
    by_skeleton = defaultdict(set)
    for form in vocabulary:
        for stem in stems(form, "kk"):
            by_skeleton[skeleton(stem)].add(spelling.StoredWord(stem, stem in vocabulary))
    stored = {key: sorted(each, key=lambda word: (not word.is_form, word.word)) for key, each in by_skeleton.items()}
    spelling.load_words = lambda skeletons: defaultdict(list, {key: stored[key] for key in skeletons if key in stored})
    words.known_forms = lambda asked: vocabulary & set(asked)
    measures = Measures(lambda word: words.read_words([word], "kk")[word].all)
    print("== without Kazakh letters, of what is found with them")
    treebank = [(form, lemma) for form, lemma, _ in read_treebank(options.treebank)]
    gold = [(form, lemma) for pairs in read_forms().values() for lemma, form in pairs]
    for name, pairs in {"treebank": treebank, "samples of the tests": gold}.items():
        pairs = [pair for pair in pairs if not LETTERS.isdisjoint(pair[1]) and measures.finds(*pair)]
        lemmas = [(lemma.translate(WITHOUT_LETTERS), form) for form, lemma in pairs]
        forms = [(form.translate(WITHOUT_LETTERS), lemma) for form, lemma in pairs]
        began = time.perf_counter()
        print(f"{name}: lemmas ({len(lemmas)}) {measures.found(lemmas):.2f}, forms {measures.found(forms):.2f}")
        print(f"{(time.perf_counter() - began) / len(pairs) / 2 * 1000:.2f} ms a word")
        if options.missed:
            print([pair for pair in [*lemmas, *forms] if not measures.finds(*pair)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--treebank", type=Path, required=True)
    parser.add_argument("--paradigms", type=Path, required=True)
    parser.add_argument("--lexicon", type=Path, required=True)
    parser.add_argument("--text", type=Path, nargs="*", default=[])
    parser.add_argument("--words", type=int, nargs="*", default=[])
    parser.add_argument("--missed", action="store_true", help="print what is not found without Kazakh letters")
    options = parser.parse_args()
    vocabulary = read_vocabulary(options.text) | {form for form, _, _ in read_treebank(options.treebank)}
    measure("strict: the shortest sure root, as for the glossary", lambda word: strict_stems(word, "kk"), options)
    for number in [len(vocabulary), *options.words]:
        known = set(random.Random(2).sample(sorted(vocabulary), number))
        measure(
            f"chosen by {number:,} words",
            lambda word, known=known: choose_stems(word, known & find_candidates(word).witnesses).all,
            options,
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("DEBUG", "1")
    django.setup()
    measure_without_letters(vocabulary, options)


if __name__ == "__main__":
    main()
