"""Makes the last part of an article's address, in letters that every keyboard and messenger has."""

import re
import unicodedata

MAX_LENGTH = 80

KAZAKH = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "i", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f", "х": "h", "һ": "h", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "і": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
"""As in addresses of Kazakh sites: «Мәслихаттың елдік жүгі» is maslihattyn-eldik-zhugi."""

RUSSIAN = KAZAKH | {"ё": "e", "й": "y", "х": "kh"}
"""As Russian names are spelt in English texts: «Новый закон о хлебе» is novyy-zakon-o-khlebe."""

# Latin letters that are not a plain letter with a mark above or below, and the signs inside a word.
OTHERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ə": "a"}
OTHERS |= dict.fromkeys("'’ʼʻ`\u00ad\u200b\u200c\u200d", "")

TABLES = {code: str.maketrans(table | OTHERS) for code, table in (("kk", KAZAKH), ("ru", RUSSIAN))}


def make_slug(title: str, language: str) -> str:
    """The slug of a title: «Сенат отырысы» is senat-otyrysy. Empty when the title has no letter.

    The Cyrillic letters of a language without a table of its own are written as the Kazakh ones.
    """
    text = unicodedata.normalize("NFKC", title).lower().translate(TABLES.get(language, TABLES["kk"]))
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    slug = "-".join(re.findall("[a-z0-9]+", plain))
    return shorten_slug(slug) if re.search("[a-z]", slug) else ""


def shorten_slug(slug: str) -> str:
    """Cuts a slug at the end of a word, unless its first word alone is too long."""
    if len(slug) <= MAX_LENGTH:
        return slug
    return slug[: MAX_LENGTH + 1].rpartition("-")[0] or slug[:MAX_LENGTH]
