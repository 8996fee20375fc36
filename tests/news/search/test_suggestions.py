"""What is suggested while somebody types, and instead of a query that found nothing."""

from urllib.parse import urlencode

import pytest

from tests.support.factories import make_person
from tests.support.searching import make_found

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("v2ckb[fn", "мәслихат"),
        ("маслехат", "мәслихат"),
        ("мәслиқат сайлау", "мәслихат сайлау"),
        ("maslehat", "мәслихат"),
        ("ыутфеу", "senate"),
        ("sennate", "senate"),
    ],
)
def test_what_was_meant_is_offered(client, typed, meant):
    make_found(languages="kk en", title_kk="Мәслихат сайлауы", title_en="Senate sits")

    page = client.get(f"{'/en' if meant == 'senate' else ''}/search/?{urlencode({'q': typed, 'kind': 'news'})}")

    assert page.context["instead"] == meant
    assert f'href="?{urlencode({"q": meant, "kind": "news"}).replace("&", "&amp;")}"' in page.content.decode()


def test_suggestions_come_in_any_script_names_first(client):
    person = make_person(slug="asimov", name_kk="Мәсімов Кәрім")
    article = make_found(title_kk="Жаңа мәслихат", lead_kk="Мәселе")
    make_found(title_kk="Басқа")

    told = {
        q: client.get(f"/search/suggestions/?{urlencode({'q': q})}").json()["suggestions"]
        for q in ("мәс", "mäs", "жаңа мәсл")
    }

    names = {"text": "Мәсімов Кәрім", "address": person.get_absolute_url()}
    title = {"text": "Жаңа мәслихат", "address": article.get_absolute_url()}
    assert told == {"мәс": [names, title], "mäs": [names, title], "жаңа мәсл": [title]}
