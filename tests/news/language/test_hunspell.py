"""Hunspell's dictionaries: what they know, and where they are looked for."""

import pytest

from news.language.hunspell import Apart, Dictionary, NoAnswer, find_dictionary, package_of

RUSSIAN_AFFIXES = """
SFX A Y 3
SFX A 0 а .
SFX A а 0 а
SFX A 0 ом [^аеёиоуыэюя]
PFX N Y 1
PFX N 0 не .
"""


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, "ru_RU", RUSSIAN_AFFIXES, "закон/A\nпринят/AN\nшкола/A\nЁлка")
    return tmp_path


def write(folder, name, affixes, words):
    (folder / f"{name}.aff").write_text(f"SET UTF-8\n{affixes}", encoding="utf-8")
    (folder / f"{name}.dic").write_text(f"{len(words.split())}\n{words}\n", encoding="utf-8")


def test_a_dictionary_knows_words_with_their_prefixes_and_suffixes(folder):
    russian = Dictionary(folder / "ru_RU")

    known = {
        word: russian.knows(word) for word in ("закон", "законом", "незаконом", "непринята", "закономм", "школ", "елка")
    }

    assert known == {
        "закон": True, "законом": True, "незаконом": False, "непринята": True, "закономм": False,
        "школ": True, "елка": True,
    }  # fmt: skip


def test_a_dictionary_is_read_in_its_own_encoding(tmp_path):
    (tmp_path / "ru_RU.aff").write_bytes(b"SET KOI8-R\n")
    (tmp_path / "ru_RU.dic").write_bytes("1\nзакон\n".encode("koi8-r"))

    assert Dictionary(tmp_path / "ru_RU").knows("закон")


def test_a_dictionary_that_is_not_installed_is_none(folder):
    assert find_dictionary(str(folder), "en") is None


def test_a_dictionary_in_a_process_of_its_own_knows_the_same(folder):
    path = folder / "ru_RU"
    words = ["закон", "законом", "закономм", "непринята", "елка", "-"]

    assert (
        Apart(path).known_words(words)
        == Dictionary(path).known_words(words)
        == {"закон", "законом", "непринята", "елка"}
    )


def test_a_dictionary_that_cannot_be_read_gives_no_answer(folder):
    with pytest.raises(NoAnswer):
        Apart(folder / "en_GB").known_words(["law"])


def test_installed_takes_the_first_of_several_dictionaries_of_a_language(tmp_path):
    write(tmp_path, "en_US", "", "color")
    american = find_dictionary(str(tmp_path), "en")
    write(tmp_path, "en_GB", "", "colour")

    assert american == tmp_path / "en_US"
    assert find_dictionary(str(tmp_path), "en") == tmp_path / "en_GB"


def test_language_that_nobody_has_named_is_checked_by_any_dictionary_of_its_code(tmp_path):
    without = find_dictionary(str(tmp_path), "uz")
    write(tmp_path, "uz_UZ", "", "kitob")

    assert without is None
    assert find_dictionary(str(tmp_path), "uz") == tmp_path / "uz_UZ"
    assert Dictionary(tmp_path / "uz_UZ").known_words(["kitob", "kitop"]) == {"kitob"}


@pytest.mark.parametrize(
    ("language", "package"),
    [("kk", "hunspell-kk"), ("ru", "hunspell-ru"), ("en", "hunspell-en-gb"), ("uz", "hunspell-uz")],
)
def test_package_of_a_language(language, package):
    assert package_of(language) == package
