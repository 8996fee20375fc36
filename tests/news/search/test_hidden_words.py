"""What is hidden is in no answer, and the database is asked the same whether a hidden text has the word or not."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.models import SearchGram, SearchWord
from news.search.indexing import index_articles
from tests.support.factories import make_article, make_attachment
from tests.support.searching import make_found

pytestmark = pytest.mark.django_db

TYPED = (
    "құпияжоба",
    "құпияжобаларға",
    "купияжоба",
    "купияжобаларды",
    "qupiajoba",
    "құпияжобб",
    "regbz;j,f",
    "заң құпияжоба",
)
HIDDEN: dict[str, dict[str, Any]] = {
    "draft": {"status": "draft"},
    "withdrawn": {"status": "withdrawn", "withdrawn_at": timezone.now()},
    "later": {"publish_at": timezone.now() + timedelta(hours=1)},
}


def ask(client, address: str) -> tuple[str, list[list[str]]]:
    """The answer, and of each statement it took the tables that were read."""
    cache.clear()
    with CaptureQueriesContext(connection) as taken:
        text = client.get(address).content.decode()
    return text, [re.findall(r'(?:FROM|JOIN) "?(\w+)', each["sql"]) for each in taken]


def ask_all(client) -> dict[str, tuple[str, list[list[str]]]]:
    addresses = [f"/search/?{urlencode({'q': q})}" for q in TYPED]
    addresses += [f"{page}?{urlencode({'q': 'құпия'})}" for page in ("/search/suggestions/", "/api/v1/articles")]
    return {address: ask(client, address) for address in addresses}


@pytest.mark.parametrize("where", ["title_kk", "document"])
def test_hidden_word_is_in_no_answer_and_changes_no_statement(client, where):
    make_found(title_kk="Заң жобасы қабылданды")
    without = ask_all(client)
    for state in HIDDEN.values():
        said = "Құпияжобаларды құпияжоба"
        titles = {"title_kk": "Есеп", "title_ru": "", "title_en": ""}
        documents = [make_attachment(content=said.encode(), filename="e.txt", **titles)] if where == "document" else []
        fields = {} if documents else {where: said}
        index_articles([make_article(attachments=documents, **fields, **state).pk])
    assert SearchWord.objects.filter(word="құпияжобаларды").exists()
    assert SearchGram.objects.filter(word="құпияжобаларды").exists() == (where == "title_kk")

    within = ask_all(client)

    assert {address: text for address, (text, _) in within.items() if "құпияжобаларды" in text.lower()} == {}
    assert {a: text for a, (text, _) in within.items() if without_names(text) != without_names(without[a][0])} == {}
    assert {address: taken for address, (_, taken) in within.items()} == {
        address: taken for address, (_, taken) in without.items()
    }


def without_names(text: str) -> str:
    """The names of the form's choices are public whatever refers to them."""
    return re.sub(r"<(option|meta|input)[^>]*>[^<]*", "", text)
