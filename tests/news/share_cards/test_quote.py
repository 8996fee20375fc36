"""What somebody said, as a picture: whole, by name, in three formats, for editors."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils.translation import override
from PIL import Image as Picture

from news.editorial import revisions
from news.editorial.content import read_content
from news.share_cards import quote, typesetting
from news.share_cards.quote import Quotation
from tests.support.factories import make_article, make_source, make_user

pytestmark = pytest.mark.django_db

BODY = (
    "<p>Кіріспе</p><blockquote><p>Су\xa0– өмір.</p><p><cite>Асан Үсенов, депутат, комитет мүшесі</cite></p>"
    "</blockquote><blockquote><p>«Айтылды»,</p></blockquote><blockquote><p></p></blockquote>"
)


def test_quotations_are_found_with_who_said_them():
    article = make_article("kk en", body_kk=BODY, body_en="<blockquote><p>Water &amp; life.</p></blockquote>")

    assert quote.quotations(article) == [
        Quotation("«Су\xa0– өмір»", "Асан Үсенов", "депутат, комитет мүшесі"),
        Quotation("«Айтылды»", "", ""),
    ]
    with override("en"):
        assert quote.quotations(article) == [Quotation("“Water & life.”", "", "")]
    with override("kk-latn"):
        assert quote.quotations(article)[0].speaker == "Asan Üsenov"


def test_editor_takes_a_quotation_of_the_newest_text_in_three_formats(client):
    editor = make_user("news.view_article", "news.change_article")
    article = make_article("kk", body_kk=BODY)
    revisions.save(article, read_content(article) | {"body_kk": BODY.replace("өмір", "бәрі")}, by=editor)
    client.force_login(editor)
    address = reverse("admin:news_article_quotations", args=[article.pk])

    page = client.get(address).text
    sizes = {
        size: Picture.open(BytesIO(client.get(f"{address}?edition=kk-arab&quotation=1&size={size}").content)).size
        for size in quote.SIZES
    }

    assert "«Су\xa0– бәрі»" in page
    assert page.count(' download="quotation-') == 18  # two quotations in three scripts and three formats
    assert sizes == {"square": (1080, 1080), "story": (1080, 1920), "wide": (1200, 675)}
    for wrong in ("edition=ru&quotation=1&size=wide", "edition=kk&quotation=3&size=wide", "edition=kk&size=huge"):
        assert client.get(f"{address}?{wrong}").status_code == 404


def test_nobody_else_gets_one(client):
    address = reverse("admin:news_article_quotations", args=[make_article("kk", body_kk=BODY).pk])
    picture = f"{address}?edition=kk&quotation=1&size=wide"

    assert client.get(picture).headers["Location"].startswith("/admin/login/")
    client.force_login(make_user("rates.view_rate"))
    assert client.get(picture).status_code == 403


@pytest.mark.parametrize("size", quote.SIZES)
@pytest.mark.parametrize("code", ["kk", "kk-arab"])
@pytest.mark.parametrize("length", [1, 120])
def test_no_word_stands_in_the_margin_or_on_another(size, code, length):
    article = make_article("kk", source=make_source(short_name_kk="Парламент Мәжілісі"))
    said = "Халықаралық ынтымақтастық "
    article.body_kk = f"<blockquote><p>{said * length}</p><cite>Асан Үсенов, {said * 9}</cite></blockquote>"
    with override(code):
        quotation = quote.quotations(article)[0]
        width, height, _label = quote.SIZES[size]
        picture = Picture.new("RGB", (width, height))
        quote.write_texts(picture, article, quotation)

    left, top, right, bottom = picture.getbbox()
    assert left >= quote.MARGIN - 3
    assert right <= width - quote.MARGIN + 3
    assert top >= quote.MARGIN - 20
    assert bottom <= height - quote.BAND - 12
    below = height - quote.BAND - 36 - quote.BELOW
    assert picture.crop((0, below + 10, width, below + 15)).getbbox() is None
    assert quotation.text.endswith("»")
    assert typesetting.ELLIPSIS not in quotation.text


def test_quotation_in_a_language_without_marks_of_its_own_gets_those_of_most(monkeypatch):
    monkeypatch.delitem(quote.QUOTES, "en")
    article = make_article("en", body_en="<blockquote><p>Water is life.</p></blockquote>")

    with override("en"):
        assert quote.quotations(article) == [Quotation("«Water is life»", "", "")]
