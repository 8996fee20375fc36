"""Kazakh in Latin and Arabic letters, against pairs as they are printed (tests/samples/script_pairs.tsv)."""

import csv

import pytest

from portal.kazakh_scripts.transliterate import to_arabic, to_latin


def test_printed_words_are_written_as_they_are_printed(settings):
    with (settings.BASE_DIR / "tests" / "samples" / "script_pairs.tsv").open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file, delimiter="\t"))

    wrong = {
        (row["cyrillic"], name): (found, row[name])
        for row in pairs
        for name, found in (
            ("latin_2021", to_latin(row["cyrillic"])),
            ("latin_2018", to_latin(row["cyrillic"], "2018")),
            ("arabic", to_arabic(row["cyrillic"])),
        )
        if found != row[name]
    }

    assert wrong == {}
    assert len(pairs) >= 118


@pytest.mark.parametrize(
    ("cyrillic", "latin", "arabic"),
    [
        ("Шығыс ШЫҒЫС Щербаков", "Şyğys ŞYĞYS Şşerbakov", "شىعىس شىعىس ششەرباكوۆ"),
        ("Юсупов Ян ҰЯЛЫ И", "İusupov İan ŪİALY İ", "يۋسۋپوۆ يان ۇيالى ي"),
        # Numbers: Roman ones also in Cyrillic letters, abbreviations and initials are none.
        ("ХХІ ғасыр, ІІ том, СІМ, ІІМ, І. Есенов", "XXI ğasyr, II tom, SIM, IIM, I. Esenov",
         "XXI عاسىر، II توم، ٴسىم، ٴىىم، ٴى. ەسەنوۆ"),
        # Latin letters and the schwa typed by mistake; a Latin word with a Kazakh ending.
        ("бiрiншi мəжіліс Aқорда", "bırınşı mäjılıs Aqorda", "ٴبىرىنشى ٴماجىلىس اقوردا"),
        ("IMAXте, iPhone-ды", "IMAXte, iPhone-dy", "IMAXتە، iPhone-دى"),
        ("и\u0306од йод", "iod iod", "يود يود"),
        # Addresses.
        ("www.gov.kz/қаз?а,б-дан: a@b.kz-ге, egemen.қаз.", "www.gov.kz/қаз?а,б-dan: a@b.kz-ge, egemen.қаз.",
         "www.gov.kz/қаз?а,б-دان: a@b.kz-گە، egemen.қаз."),
        # Punctuation, but not in numbers nor between Latin names.
        ("«Бір, 1,5; қалай?» X, Y", "«Bır, 1,5; qalai?» X, Y", "«ٴبىر، 1,5؛ قالاي؟» X, Y"),
        ("Фейсбукте Казинформның ФЕЙСБУК", "Facebookte Kazinformnyñ FACEBOOK", "فەيسبۋكتە كازينفورمنىڭ فەيسبۋك"),
    ],
)  # fmt: skip
def test_text_keeps_what_is_not_kazakh(cyrillic, latin, arabic):
    assert to_latin(cyrillic) == latin
    assert to_arabic(cyrillic) == arabic
