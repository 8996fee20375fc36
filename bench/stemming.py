"""How well and how quickly Kazakh words find their stems: python -m bench.stemming

Prints a table: of the forms written by hand, of those that qazaq-inflector makes of the nouns and names and of those
that tests/support/kazakh_verbs.py makes of the verbs, how many a query for the word finds;
how many of the words that must stay apart it
finds wrongly; words a second of one processor, when each is new and when it was seen before. And what is missed.
"""

import time
from collections.abc import Iterable

from news.language.kazakh.stemmer import kazakh_stems, strict_kazakh_stems
from news.language.stemming import stems
from tests.support.kazakh_nouns import decline, read_apart, read_forms, read_nouns
from tests.support.kazakh_verbs import conjugate, read_verbs


def is_found(query: str, form: str) -> bool:
    return not set(strict_kazakh_stems(query)).isdisjoint(kazakh_stems(form))


def measure(title: str, pairs: Iterable[tuple[str, str]], wanted: bool = True) -> None:
    pairs = list(pairs)
    wrong = [f"{query}: {form}" for query, form in pairs if is_found(query, form) != wanted]
    share = len(wrong) / len(pairs)
    print(f"{title:45} {len(pairs):7,} {1 - share if wanted else share:8.2%}   {', '.join(wrong[:12])}")


def speed(title: str, words: list[str]) -> None:
    start = time.process_time()
    count = sum(len(stems(word, "kk")) for word in words)
    rate = len(words) / (time.process_time() - start)
    print(f"{title:45} {rate:9,.0f} words a second, {count / len(words):.1f} stems a word")


def main() -> None:
    print(f"{'':45} {'forms':>7} {'':>8}   missed or wrong")
    for section, pairs in read_forms().items():
        measure(f"found: {section}", pairs)
    measure(
        "found: nouns and names, by qazaq-inflector", [(noun, form) for noun in read_nouns() for form in decline(noun)]
    )
    measure(
        "found: verbs, by the grammar",
        [(verb, form) for verb, stem in read_verbs().items() for form in conjugate(stem)],
    )
    measure("found wrongly: words to be kept apart", read_apart(), wanted=False)

    words = [form for noun in read_nouns() for form in decline(noun)]
    words += [form for stem in read_verbs().values() for form in conjugate(stem)]
    words = list(dict.fromkeys(words))
    stems.cache_clear()
    speed(f"{len(words):,} words, each for the first time", words)
    speed("the same words again", words)


if __name__ == "__main__":
    main()
