from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from news.editorial.spellcheck import Proofreader, proofreaders
from news.models import KnownWord, Term
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db

KAZAKH = "сенат\nқабылдау\nзаң\nжоба"
RUSSIAN_AFFIXES = """
SFX A Y 3
SFX A 0 а .
SFX A а 0 а
SFX A 0 ом [^аеёиоуыэюя]
PFX N Y 1
PFX N 0 не .
"""


@pytest.fixture
def folder(tmp_path, settings):
    settings.HUNSPELL_FOLDER = str(tmp_path)
    write(tmp_path, "kk_KZ", "", KAZAKH)
    write(tmp_path, "ru_RU", RUSSIAN_AFFIXES, "закон/A\nпринят/AN\nшкола/A\nЁлка")
    return tmp_path


def write(folder, name, affixes, words):
    (folder / f"{name}.aff").write_text(f"SET UTF-8\n{affixes}", encoding="utf-8")
    (folder / f"{name}.dic").write_text(f"{len(words.split())}\n{words}\n", encoding="utf-8")


def test_language_without_a_dictionary_has_no_proofreader(folder):
    assert [reader.language for reader in proofreaders()] == ["kk", "ru"]


def test_right_forms_of_kazakh_words_are_known_and_misspelt_ones_are_not(folder):
    reader = Proofreader.of("kk")

    assert reader.unknown("Сенат заңның жобасын қабылдады, заңнның 5-бабы қабылданбаған жоба-заң") == ["заңнның"]


def test_names_and_abbreviations_are_not_looked_up_but_a_word_also_written_small_is(folder):
    reader = Proofreader.of("ru")

    assert reader.unknown("Закон принят: Тимур, ООН. Зокон и зокон") == ["зокон", "и"]


def test_a_word_of_our_own_lists_is_right_in_all_its_forms(folder):
    KnownWord.objects.create(language="kk", word="мәслихат")
    Term.objects.create(name_kk="бірінші оқылым", name_ru="первое чтение", name_en="first reading")

    assert Proofreader.of("kk").unknown("заң мәслихаттардан, маслихаттан бірінші оқылымға") == ["маслихаттан"]


def test_the_command_lists_unknown_words_and_counts(folder):
    article = make_article(title_kk="Сенат заң қабылдады", lead_kk="", body_kk="<p>жоба бойнша заң</p>", title_ru="")
    make_article(title_kk="Сенат", lead_kk="", body_kk="<p>заң</p>", title_ru="")
    out, err = StringIO(), StringIO()

    with translation.override("en"):
        call_command("check_spelling", stdout=out, stderr=err)

    assert out.getvalue() == f"{article.pk} kk: бойнша\nArticles checked: 2; with unknown words: 1.\n"
    assert err.getvalue() == "No dictionary is installed for this language, so it is not checked: en\n"


def test_the_command_says_what_to_install(tmp_path, settings):
    settings.HUNSPELL_FOLDER = str(tmp_path)

    with pytest.raises(CommandError, match="hunspell-kk"):
        call_command("check_spelling")


@pytest.mark.parametrize("word", ["екі сөз", "сөз!", "", "-"])
def test_an_own_word_is_one_word(word):
    with pytest.raises(ValidationError):
        KnownWord(language="kk", word=word).full_clean()


def test_writers_add_words_and_only_editors_remove_them():
    may = {
        name: {
            permission.codename
            for permission in Group.objects.get(name=name).permissions.filter(codename__endswith="_knownword")
        }
        for name in ("Тілші", "Бас редактор")
    }

    assert may["Тілші"] == {"add_knownword", "view_knownword"}
    assert may["Бас редактор"] == {"add_knownword", "change_knownword", "delete_knownword", "view_knownword"}


TYPED = {
    "title_kk": "Сенат заңы",
    "lead_kk": "жоба бойнша",
    "body_kk": "<p>заң<strong>ның</strong> <a>қабылданды</a> сот</p>",
}


def check(client, code="kk", **typed):
    return client.post(f"/admin/news/article/spelling/{code}/", TYPED | typed)


def test_what_is_typed_is_checked_without_being_saved(client, folder):
    client.force_login(make_user("news.add_article", "news.add_knownword"))

    answer = check(client)

    assert answer.context["unknown"] == ["бойнша", "сот"]
    assert 'href="/admin/news/knownword/add/?language=kk&amp;word=%D0%B1%D0%BE%D0%B9%D0%BD%D1%88%D0%B0"' in answer.text


def test_who_may_not_add_words_is_offered_none(client, folder):
    client.force_login(make_user("news.change_article"))

    answer = check(client)

    assert answer.context["unknown"] == ["бойнша", "сот"]
    assert "knownword/add" not in answer.text


def test_who_writes_no_articles_checks_none(client, folder):
    client.force_login(make_user("news.view_article"))

    assert check(client).status_code == 403


def test_the_check_says_calmly_what_it_cannot_do(client, folder):
    client.force_login(make_user("news.change_article"))

    said = {
        "no dictionary": check(client, "en").text,
        "too long": check(client, body_kk="а" * 2_000_000).text,
        "nothing typed": client.post("/admin/news/article/spelling/kk/").text,
    }
    (folder / "kk_KZ.aff").write_bytes(b"SET no-such-encoding")
    said["broken"] = check(client).text

    sentences = {
        "no dictionary": "Серверде бұл тілдің сөздігі орнатылмаған: hunspell-en-gb керек.",
        "too long": "бірнеше мақалаға бөліңіз",
        "nothing typed": "Танылмаған сөз жоқ.",
        "broken": "Сөздік жауап бермейді.",
    }
    assert [name for name, sentence in sentences.items() if sentence not in said[name]] == []
