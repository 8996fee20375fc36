from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.translation import override

from news.syndication import share_links
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db

TITLE = "Заң & тәртіп? #1"


def test_each_network_gets_title_and_address_of_the_language():
    article = make_article("kk ru", title_kk="Басқа", title_ru=TITLE)

    with override("ru"):
        address = f"http://testserver{article.get_absolute_url()}"
        found = {name: parse_qs(urlsplit(url).query) for name, url in share_links.links(article)}

    assert address.startswith("http://testserver/ru/")
    assert found == {
        "Telegram": {"url": [address], "text": [TITLE]},
        "WhatsApp": {"text": [f"{TITLE} {address}"]},
        "Facebook": {"u": [address]},
        "X": {"url": [address], "text": [TITLE]},
    }
