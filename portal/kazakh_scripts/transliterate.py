"""Kazakh Cyrillic to Latin and to Arabic letters. Pure functions on plain text.

Cyrillic is what is stored; the other letters are shown and never typed, for they cannot be turned back. Words that
the tables get wrong are listed in `scripts.tsv`. Addresses, Latin words and Roman numbers stay as they are.
"""

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

TS = "s"
"""ц in the draft of 2021: undecided, it leans to s; pages by the decree of 2018 print ts."""
CH = "ş"
"""ч in the draft of 2021: undecided too."""


def table(cyrillic: str, others: str) -> dict[str, str]:
    return dict(zip(cyrillic, others.split(), strict=True))


ALIKE = table("абвгдежзкқлмнопрстфхһыэєґ", "a b v g d e j z k q l m n o p r s t f h h y e e g") | dict.fromkeys(
    "ъь", ""
)
LATIN = {
    "2021": ALIKE | table("әғиіїйңөуұүўчцшщюяё", f"ä ğ i ı i i ñ ö u ū ü u {CH} {TS} ş şş iu ia io"),
    "2018": ALIKE | table("әғиіїйңөуұүўчцшщюяё", "á ǵ ı i i ı ń ó ý u ú ý ch ts sh shsh ıý ıa ıo"),
}
CAPITALS = {"2021": {"i": "İ", "ı": "I"}, "2018": {"i": "I", "ı": "I"}}
"""Where Kazakh has other capitals than English."""

ARABIC = (
    table("аәбвгғдеэєжзийкқлмнңоө", "ا ا ب ۆ گ ع د ە ە ە ج ز ي ي ك ق ل م ن ڭ و و")
    | table("прстуұүўфхһчшщцыіїюяёґ", "پ ر س ت ۋ ۇ ۇ ۋ ف ح ھ چ ش شش تس ى ى ي يۋ يا يو گ")
    | dict.fromkeys("ъь", "")
)
HAMZA = "\N{ARABIC LETTER HIGH HAMZA}"
FRONT = re.compile("[әөүі]")
SHOWS_ITSELF = re.compile("[еэгкғқ]")
"""A word with one of these takes no hamza: е, э, г and к tell a front word themselves, ғ and қ a mixed one."""
PUNCTUATION = {",": "،", ";": "؛", "?": "؟"}

MIXED_IN = dict(zip("aceiopxyhəɵǝABCEHIKMOPTXYƏƟ", "асеіорхуһәөәАВСЕНІКМОРТХУӘӨ", strict=True))
"""Letters of other alphabets that are typed in Kazakh words by mistake and cannot be told by eye."""
ROMAN = re.compile("M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
TO_ROMAN = str.maketrans("ІХ", "IX")

ENDING = "(?:[дтн][еа]н?|[гк]е|[ғқ]а|[дтн][іы]ң?|[мбп]ен|[дт][еа]г[іы])"
ADDRESS = (
    rf"(?:https?://|www\.)[^\s<>]+?(?=-{ENDING}(?![\w/-])|[.,;:!?)»”\"]*(?:[\s<>]|$))"
    r"|[\w.+-]+@(?:[\w-]+\.)+(?:[A-Za-z]+|қаз|рф)(?![\w@])"
    r"|[\w-]+(?:\.[\w-]+)*\.(?:қаз|рф)(?!\w)"
)
WORD = "[^\\W\\d_]*[\u0400-\u052f](?:[^\\W\\d_]|[\u0300-\u036f\u00ad])*"
PIECES = re.compile(f"(?P<address>{ADDRESS})|(?P<word>{WORD})|(?P<mark>[,;?])")


def to_latin(text: str, table: str = "2021") -> str:
    """In the letters of the draft of 2021 or of the decree of 2018."""

    def converted(piece: re.Match[str]) -> str:
        return latin_word(word, table) if (word := meant(piece)) else piece[0]

    return PIECES.sub(lambda piece: roman(piece) or converted(piece), text)


def to_arabic(text: str) -> str:
    """In töte jazu, with its commas and question marks."""

    def converted(piece: re.Match[str]) -> str:
        if piece["mark"]:
            return PUNCTUATION[piece[0]] if is_between_words(piece) else piece[0]
        return arabic_word(word) if (word := meant(piece)) else piece[0]

    return PIECES.sub(lambda piece: roman(piece) or converted(piece), text)


@lru_cache(maxsize=50_000)
def latin_word(word: str, table: str) -> str:
    begun, rest = exception(word, f"latin_{table}")
    letters, capitals = LATIN[table], str.maketrans(CAPITALS[table])
    is_shouted = len(word) > 1 and word.isupper()
    done = [begun.upper() if is_shouted else begun]
    for letter in rest:
        latin = letters.get(letter.lower(), letter)
        if letter.isupper() and letter.lower() in letters:
            first = latin[:1].translate(capitals).upper()
            latin = latin.translate(capitals).upper() if is_shouted else first + latin[1:]
        done.append(latin)
    return "".join(done)


@lru_cache(maxsize=50_000)
def arabic_word(word: str) -> str:
    """A whole word, for its ending decides too whether it takes a hamza."""
    begun, rest = exception(word, "arabic")
    takes_hamza = not begun and FRONT.search(rest.lower()) and not SHOWS_ITSELF.search(rest.lower())
    # и is not doubled before я and ю, which begin with it.
    letters = [ARABIC.get(letter.lower(), letter) for letter in re.sub("[Ии](?=[ЯЮяю])", "", rest)]
    return (HAMZA if takes_hamza else "") + begun + "".join(letters)


def meant(piece: re.Match[str]) -> str:
    """The Kazakh word, in letters that are all Cyrillic; empty where there is none."""
    word = piece["word"]
    if not word:
        return ""
    word = unicodedata.normalize("NFC", word)
    strange = re.findall("[^\u0400-\u052f\u0300-\u036f\u00ad]+", word)
    if strange and all(each in MIXED_IN for each in strange):
        return "".join(MIXED_IN.get(letter, letter) for letter in word)
    return word


def roman(piece: re.Match[str]) -> str:
    """A Roman number, in Latin letters also where it was typed in others; empty if it is none."""
    number = piece[0].translate(TO_ROMAN)
    is_number = ROMAN.fullmatch(number) and (len(number) > 1 or number == "I")
    is_initial = len(number) == 1 and piece.string[piece.end() :].startswith(".")
    return number if is_number and not is_initial else ""


def is_between_words(mark: re.Match[str]) -> bool:
    """Not inside a number or a Latin name, nor between two of these."""
    before, after = mark.string[: mark.start()][-2:], mark.string[mark.end() :][:2]
    if after[:1].isalnum():
        return not after[0].isascii()
    return not (re.search(r"[A-Za-z]\s?$", before) and re.match(r"\s?[A-Za-z]", after))


def exception(word: str, column: str) -> tuple[str, str]:
    """How the word, or its beginning, is written against the rules, and the rest of it; mostly nothing and all."""
    lower = word.lower()
    for length in range(len(lower), 2, -1):
        row = exceptions().get(lower[:length])
        if row and row[column] and (length == len(lower) or row["endings"]):
            return row[column], word[length:]
    return "", word


@cache
def exceptions() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "scripts.tsv").open(encoding="utf-8") as file:
        return {row["cyrillic"]: row for row in csv.DictReader(file, delimiter="\t")}
