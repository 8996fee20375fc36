"""Transliterates Kazakh from Cyrillic into Latin and Arabic letters. Pure functions on plain text.

Texts are stored in Cyrillic. The other scripts are only displayed, because they cannot be converted back. Words that
the tables get wrong are listed in `scripts.tsv`. Addresses, Latin words and Roman numbers stay as they are.
"""

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

TS = "s"
"""ц in the draft of 2021, which leaves it open but tends to s; by the decree of 2018 it is ts."""
CH = "ş"
"""ч in the draft of 2021, which leaves it open too."""


def pair_letters(cyrillic: str, others: str) -> dict[str, str]:
    """A dictionary from each Cyrillic letter to its counterpart; `others` are divided by spaces."""
    return dict(zip(cyrillic, others.split(), strict=True))


ALIKE = pair_letters("абвгдежзкқлмнопрстфхһыэєґ", "a b v g d e j z k q l m n o p r s t f h h y e e g") | dict.fromkeys(
    "ъь", ""
)
LATIN = {
    "2021": ALIKE | pair_letters("әғиіїйңөуұүўчцшщюяё", f"ä ğ i ı i i ñ ö u ū ü u {CH} {TS} ş şş iu ia io"),
    "2018": ALIKE | pair_letters("әғиіїйңөуұүўчцшщюяё", "á ǵ ı i i ı ń ó ý u ú ý ch ts sh shsh ıý ıa ıo"),
}
CAPITALS = {"2021": {"i": "İ", "ı": "I"}, "2018": {"i": "I", "ı": "I"}}
"""Letters whose capitals differ from those of English."""

ARABIC = (
    pair_letters("аәбвгғдеэєжзийкқлмнңоө", "ا ا ب ۆ گ ع د ە ە ە ج ز ي ي ك ق ل م ن ڭ و و")
    | pair_letters("прстуұүўфхһчшщцыіїюяёґ", "پ ر س ت ۋ ۇ ۇ ۋ ف ح ھ چ ش شش تس ى ى ي يۋ يا يو گ")
    | dict.fromkeys("ъь", "")
)
HAMZA = "\N{ARABIC LETTER HIGH HAMZA}"
FRONT = re.compile("[әөүі]")
SHOWS_ITSELF = re.compile("[еэгкғқ]")
"""A word with one of these takes no hamza: е, э, г and к show that it is a front word, ғ and қ that it is mixed."""
PUNCTUATION = {",": "،", ";": "؛", "?": "؟"}

LOOKALIKES = dict(zip("aceiopxyhəɵǝABCEHIKMOPTXYƏƟ", "асеіорхуһәөәАВСЕНІКМОРТХУӘӨ", strict=True))
"""Letters of other alphabets that are typed in Kazakh words by mistake and look the same."""
ROMAN = re.compile("M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
TO_ROMAN = str.maketrans("ІХ", "IX")

ENDING = "(?:[дтн][еа]н?|[гк]е|[ғқ]а|[дтн][іы]ң?|[мбп]ен|[дт][еа]г[іы])"
ADDRESS = (
    rf"(?:https?://|www\.)[^\s<>]+?(?=-{ENDING}(?![\w/-])|[.,;:!?)»”\"]{{0,9}}(?:[\s<>]|$))"
    r"|(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+(?:[A-Za-z]+|қаз|рф)(?![\w@])"
    r"|(?<![\w-])(?<![\w-]\.)[\w-]+(?:\.[\w-]+)*\.(?:қаз|рф)(?!\w)"
)
WORD = "(?<![^\\W\\d_])[^\\W\\d_]*[\u0400-\u052f](?:[^\\W\\d_]|[\u0300-\u036f\u00ad])*"
PIECES = re.compile(f"(?P<address>{ADDRESS})|(?P<word>{WORD})|(?P<mark>[,;?])")


def to_latin(text: str, table: str = "2021") -> str:
    """The text in Latin letters, by the draft of 2021 or by the decree of 2018."""

    def convert(piece: re.Match[str]) -> str:
        return latin_word(word, table) if (word := restore_cyrillic(piece)) else piece[0]

    return PIECES.sub(lambda piece: roman_number(piece) or convert(piece), text)


def to_arabic(text: str) -> str:
    """The text in töte jazu (Arabic letters), with its commas and question marks."""

    def convert(piece: re.Match[str]) -> str:
        if piece["mark"]:
            return PUNCTUATION[piece[0]] if is_between_words(piece) else piece[0]
        return arabic_word(word) if (word := restore_cyrillic(piece)) else piece[0]

    return PIECES.sub(lambda piece: roman_number(piece) or convert(piece), text)


@lru_cache(maxsize=50_000)
def latin_word(word: str, table: str) -> str:
    """One word in Latin letters; a word all in capitals stays so."""
    beginning, rest = find_exception(word, f"latin_{table}")
    letters, capitals = LATIN[table], str.maketrans(CAPITALS[table])
    is_shouted = len(word) > 1 and word.isupper()
    done = [beginning.upper() if is_shouted else beginning]
    for letter in rest:
        latin = letters.get(letter.lower(), letter)
        if letter.isupper() and letter.lower() in letters:
            first = latin[:1].translate(capitals).upper()
            latin = latin.translate(capitals).upper() if is_shouted else first + latin[1:]
        done.append(latin)
    return "".join(done)


@lru_cache(maxsize=50_000)
def arabic_word(word: str) -> str:
    """One whole word in Arabic letters; its ending decides too whether it takes a hamza."""
    beginning, rest = find_exception(word, "arabic")
    takes_hamza = not beginning and FRONT.search(rest.lower()) and not SHOWS_ITSELF.search(rest.lower())
    # и is not written before я and ю, whose Arabic letters begin with it.
    letters = [ARABIC.get(letter.lower(), letter) for letter in re.sub("[Ии](?=[ЯЮяю])", "", rest)]
    return (HAMZA if takes_hamza else "") + beginning + "".join(letters)


def restore_cyrillic(piece: re.Match[str]) -> str:
    """The Kazakh word with Latin lookalikes replaced by Cyrillic letters; empty if the piece is no word."""
    word = piece["word"]
    if not word:
        return ""
    word = unicodedata.normalize("NFC", word)
    strange = re.findall("[^\u0400-\u052f\u0300-\u036f\u00ad]+", word)
    if strange and all(each in LOOKALIKES for each in strange):
        return "".join(LOOKALIKES.get(letter, letter) for letter in word)
    return word


def roman_number(piece: re.Match[str]) -> str:
    """The Roman number in Latin letters, even if it was typed in Cyrillic ones; empty if the piece is none."""
    number = piece[0].translate(TO_ROMAN)
    is_number = ROMAN.fullmatch(number) and (len(number) > 1 or number == "I")
    is_initial = len(number) == 1 and piece.string[piece.end() :].startswith(".")
    return number if is_number and not is_initial else ""


def is_between_words(mark: re.Match[str]) -> bool:
    """Whether the mark stands between words, and not inside or between numbers and Latin names."""
    before, after = mark.string[: mark.start()][-2:], mark.string[mark.end() :][:2]
    if after[:1].isalnum():
        return not after[0].isascii()
    return not (re.search(r"[A-Za-z]\s?$", before) and re.match(r"\s?[A-Za-z]", after))


def find_exception(word: str, column: str) -> tuple[str, str]:
    """The exceptional spelling of the word or of its beginning, and the rest of the word; most words have none."""
    lower = word.lower()
    for length in range(len(lower), 2, -1):
        row = load_exceptions().get(lower[:length])
        if row and row[column] and (length == len(lower) or row["endings"]):
            return row[column], word[length:]
    return "", word


@cache
def load_exceptions() -> dict[str, dict[str, str]]:
    """The rows of scripts.tsv by their Cyrillic word."""
    with (Path(__file__).parent / "scripts.tsv").open(encoding="utf-8") as file:
        return {row["cyrillic"]: row for row in csv.DictReader(file, delimiter="\t")}
