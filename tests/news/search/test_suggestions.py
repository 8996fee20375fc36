"""What is suggested while somebody types."""

from urllib.parse import urlencode

import pytest

from tests.support.factories import make_person
from tests.support.searching import make_found

pytestmark = pytest.mark.django_db


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
