"""What people choose from stands in the order of the alphabet, on both databases."""

import pytest
from lxml import html

from tests.support.cases import cases_of
from tests.support.factories import make_article, make_person, make_topic

pytestmark = pytest.mark.django_db


def options(client, path: str, name: str) -> list[str]:
    """The choices of a field, but for the one of all."""
    page = html.fromstring(client.get(path).content.decode())
    return [each.text.strip() for each in page.xpath(f"//select[@name='{name}']/option[@value!='']")]


@pytest.mark.parametrize("case", cases_of("list"))
def test_case_has_its_order(client, case):
    people = [make_person(name_kk=name) for name in case["input"]]
    make_article("kk", people=people)

    assert options(client, "/search/", "person") == case["expect"]


@pytest.mark.parametrize(
    ("path", "language", "names"),
    [
        ("/ru/search/", "ru", ["Арман", "Ева", "Ёлкин", "Жанна", "Яна"]),
        ("/en/search/", "en", ["Adam", "bella", "Émile", "Zoe"]),
        ("/search/", "kk", ["Аян", "Әли", "Гүл", "Ғани", "Һаким", "Ілияс"]),
    ],
)
def test_each_language_has_its_alphabet(client, path, language, names):
    topics = [make_topic(**{f"name_{language}": name}) for name in reversed(names)]
    make_article("kk ru en", topics=topics)

    assert options(client, path, "topic") == names
