"""The text of attached documents is found with their article, and never without it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.models import Article
from news.search.indexing import index_articles
from tests.support.factories import make_article, make_attachment, make_image
from tests.support.searching import ids

pytestmark = pytest.mark.django_db


def make_attached(text: str, **fields) -> Article:
    titles = {"title_kk": "Есеп", "title_ru": "", "title_en": ""}
    document = make_attachment(content=text.encode(), filename="esep.txt", **titles)
    article = make_article(attachments=[document], **fields)
    index_articles([article.pk])
    return article


def test_document_is_found_with_its_article_and_the_passage_says_where(client):
    article = make_attached("Бюджет туралы <b>мұздықтарды</b> сақтау", languages="kk ru")

    page = client.get("/search/?q=мұздық")

    assert [each.article.pk for each in page.context["found"]] == [article.pk]
    assert page.context["found"][0].document == "Есеп"
    assert "«Есеп» құжатында:" in page.content.decode()
    assert "&lt;b&gt;<mark>мұздықтарды</mark>" in page.content.decode()
    assert ids(client, "есептер") == [article.pk]
    assert ids(client, "мұздықтарды", "/ru") == []


def test_caption_of_a_picture_is_found_and_the_passage_says_where(client, admin_client):
    picture = make_image(caption_kk="Кәмшат мұражайды аралады")
    shown = make_article(gallery=[picture.pk], languages="kk ru")
    covered = make_article(cover=picture, languages="kk ru")
    index_articles([shown.pk, covered.pk])

    page = client.get("/search/?q=мұражай")

    assert {each.article.pk for each in page.context["found"]} == {shown.pk, covered.pk}
    assert "Сурет астында:" in page.content.decode()
    assert "Кәмшат <mark>мұражайды</mark> аралады" in page.content.decode()
    assert ids(client, "мұражай", "/ru") == []
    address = f"/admin/news/image/{picture.pk}/change/"
    form = admin_client.get(address).context["adminform"].form
    values = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    assert admin_client.post(address, values | {"caption_kk": "Көрмені аралады"}).status_code == 302
    assert ids(client, "мұражай") == []
    assert set(ids(client, "көрме")) == {shown.pk, covered.pk}
    with CaptureQueriesContext(connection) as captured:
        admin_client.post(address, values | {"caption_kk": "Көрмені аралады", "credit_kk": "Кәмшат"})
    assert [each["sql"] for each in captured if "searchentry" in each["sql"]] == []


def test_phrase_does_not_reach_from_the_text_into_a_document(client):
    article = make_attached("сақтау керек", body_kk="<p>Табиғатты қорғау</p>")

    assert ids(client, "қорғау керек") == [article.pk]
    assert ids(client, "«қорғау есеп»") == []


@pytest.mark.parametrize(
    "state",
    [
        {"status": "draft"},
        {"status": "withdrawn", "withdrawn_at": timezone.now()},
        {"publish_at": timezone.now() + timedelta(hours=1)},
    ],
    ids=["draft", "withdrawn", "later"],
)
def test_document_of_what_is_not_public_is_in_no_answer(client, state):
    make_article(title_kk="Жария")
    hidden = make_attached("құпияжобаларды", title_kk="Жасырын", **state)

    answers = [
        client.get(address).content.decode()
        for q in ("құпияжоба", "купияжоба", "qupiajoba", "құпияжобб", "regbz;j,f")
        for address in (
            f"/search/?q={q}&as=typed",
            f"/search/?q={q}",
            f"/search/suggestions/?q={q[:5]}",
            f"/api/v1/articles?q={q}",
        )
    ]

    assert [
        part for answer in answers for part in ("құпияжобаларды", "Жасырын", "Есеп", "<mark>") if part in answer
    ] == []
    Article.objects.filter(pk=hidden.pk).update(status="approved", publish_at=timezone.now() - timedelta(hours=1))
    assert ids(client, "купияжоба") == [hidden.pk]
