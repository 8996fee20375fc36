"""The forms of a Kazakh verb, made forwards by the rules of school grammar, to measure the Kazakh stemmer by."""

from collections.abc import Iterator
from pathlib import Path

VOWELS, VOICELESS, NASAL_OR_BUZZING = "аәеоөұүыія", "кқпстфхцчшщ", "мнңжз"
SAMPLE = Path(__file__).parents[1] / "samples" / "kazakh_verbs.txt"

# {a} is а or е, {i} ы or і, {q} қ or к, {g} ғ or г, {d} д or т, {G} a {g} or {q}, {m} м, б or п.
PAST = "{d}{i} {d}{i}м {d}{i}ң {d}{i}ң{i}з {d}{i}{q} {d}{i}ңд{a}р"
CONDITION = "с{a} с{a}м с{a}ң с{a}{q}"
PERFECT = "{G}{a}н {G}{a}нм{i}н {G}{a}нс{i}з {G}{a}нн{a}н {G}{a}нд{a} {G}{a}н{g}{a} {G}{a}нд{a}р {G}{a}н{i}"
PURPOSE = "{m}{a}{q} {m}{a}{q}ш{i} с{i}н {G}{a}л{i} {G}{i}с{i}"
PRESENT = " м{i}н с{i}ң с{i}з м{i}з д{i} т{i}н т{i}нд{a}р т{i}н{i} т{i}нд{i}{q}т{a}н"
INFINITIVE = "у у{g}{a} уд{i} уд{i}ң уд{a} у{i} у{i}м{i}з у{i}н{a} умен уд{a}{g}{i}"
CONVERB = " п{i}з т{i}"
NEGATION = (
    "{m}{a}д{i} {m}{a}д{i}м {m}{a}{g}{a}н {m}{a}{g}{a}нд{i}{q}т{a}н {m}{a}й {m}{a}йд{i} {m}{a}йм{i}з {m}{a}йт{i}н "
    "{m}{a}с {m}{a}с{a} {m}{a}с{i}н {m}{a}у {m}{a}у{g}{a} {m}{a}у{i}"
)


def read_verbs() -> dict[str, str]:
    """Infinitives with their stems."""
    entries = [
        entry.partition(":")
        for line in SAMPLE.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for entry in line.split()
    ]
    return {verb: stem or verb[:-1] + ("й" if verb.endswith("ю") else "") for verb, _, stem in entries}


def conjugate(stem: str) -> Iterator[str]:
    """Of the stem and of its passive."""
    for root in (stem, passive(stem)):
        for form in active(root):
            yield form.replace("йа", "я").replace("йу", "ю")


def active(stem: str) -> Iterator[str]:
    sounds = sounds_after(stem)
    a, i, q = sounds["a"], sounds["i"], sounds["q"]
    open_end, soft = stem[-1] in VOWELS, soften(stem)
    short = stem[:-1] if stem[-1] in "ыі" else soft
    present = short + "и" if stem[-1] in "ыі" else stem + "й" if open_end else soft + a
    converb = stem + "п" if open_end else (stem[:-1] + "у" if stem[-1] == "п" else soft) + i + "п"
    for base, endings in (
        (stem, f"{PAST} {CONDITION} {PERFECT} {PURPOSE} {NEGATION}"),
        (present, PRESENT),
        (short, INFINITIVE),
        (converb, CONVERB),
        (stem if open_end else soft + a, "р"),
        (stem if open_end else soft + a, f"й{i}{q}"),
        (stem if open_end else soft + i, f"ң{i}з"),
    ):
        yield from (base + ending.format(**sounds) for ending in endings.split(" "))


def sounds_after(stem: str) -> dict[str, str]:
    back = next((vowel in "аоұыя" for vowel in reversed(stem) if vowel in VOWELS), True)
    sounds = dict(zip("aiqg", "аықғ" if back else "еікг", strict=True))
    voiceless = stem[-1] in VOICELESS
    sounds["d"] = "т" if voiceless else "д"
    sounds["G"] = sounds["q" if voiceless else "g"]
    sounds["m"] = "п" if voiceless else "б" if stem[-1] in NASAL_OR_BUZZING else "м"
    return sounds


def soften(stem: str) -> str:
    """As before a vowel: шық is шығ, тап is таб."""
    return stem[:-1] + {"п": "б", "қ": "ғ", "к": "г"}.get(stem[-1], stem[-1])


def passive(stem: str) -> str:
    sound = "н" if "л" in stem[-3:] else "л"
    return stem + sound if stem[-1] in VOWELS else soften(stem) + sounds_after(stem)["i"] + sound
