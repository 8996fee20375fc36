"""Pictures in an article's gallery and text: shown whole, by number in what is stored, public with their article."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import override

from news.editorial import revisions, workflow
from news.editorial.comparison import compare
from news.import_export import articles
from news.markup.sanitizer import find_forbidden, image_numbers, sanitise
from news.media import images
from news.models import Article, Image
from news.models.image import FORMATS, SHARE, WIDTHS
from news.preview import links as preview_links
from tests.support.crawler import crawl
from tests.support.factories import make_article, make_image, make_picture, make_source, make_user

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NAMES = [*(f"{width}.{format}" for width in WIDTHS for format in FORMATS), SHARE, "original.jpg", "original.png"]
CHIEF = ("news.change_article", "news.publish_article", "news.view_article")


def placed(image: Image) -> str:
    return f'<p>Мәтін</p><figure data-image="{image.pk}"></figure>'


def statuses(client, *pictures: Image) -> dict[int, set[int]]:
    return {each.pk: {client.get(each.folder + name).status_code for name in NAMES[:-2]} for each in pictures}


def originals(client, *pictures: Image) -> set[int]:
    return {client.get(each.folder + name).status_code for each in pictures for name in NAMES[-2:]}


def save(article: Article, **changes) -> None:
    revisions.save(article, revisions.latest(article).content | changes, by=None)


# Public with their article


def test_pictures_of_every_place_come_on_the_second_of_their_article_and_go_with_it(client):
    chief = make_user(*CHIEF)
    cover, shown, inside = make_image(), make_image(), make_image()
    article = make_article(cover=cover, gallery=[shown.pk], body_kk=placed(inside), status="draft", publish_at=None)
    pictures = (cover, shown, inside)
    moment = timezone.now().replace(microsecond=0) + timedelta(hours=1)

    seen = [statuses(client, *pictures)]
    workflow.approve(article, by=chief)
    workflow.schedule(article, by=chief, at=moment)
    for second in (-1, 0):
        with time_machine.travel(moment + timedelta(seconds=second), tick=False):
            seen.append(statuses(client, *pictures))
    with time_machine.travel(moment + timedelta(hours=1), tick=False):
        workflow.withdraw(article, by=chief, reasons={"kk": "Қате"})
        seen.append(statuses(client, *pictures))
        workflow.restore(article, by=chief)
        seen.append(statuses(client, *pictures))
        assert originals(client, *pictures) == {404}

    hidden, public = ({image.pk: {status} for image in pictures} for status in (404, 200))
    assert seen == [hidden, hidden, public, hidden, public]


def test_pictures_of_newer_text_come_when_it_is_published_and_those_it_left_out_go(client):
    chief = make_user(*CHIEF)
    old, new = make_image(), make_image()
    article = make_article(body_kk=placed(old), gallery=[old.pk])

    save(article, body_kk=placed(new), gallery=[new.pk])
    before = statuses(client, old, new)
    article.refresh_from_db()
    workflow.publish(article, by=chief)
    after = statuses(client, old, new)

    assert before == {old.pk: {200}, new.pk: {404}}
    assert after == {old.pk: {404}, new.pk: {200}}


def test_picture_shared_with_a_published_article_stays_public(client):
    image = make_image()
    hidden = make_article(body_kk=placed(image), status="draft")
    shown = make_article(gallery=[image.pk])

    seen = [statuses(client, image)]
    Article.objects.filter(pk=shown.pk).update(status="withdrawn")
    seen.append(statuses(client, image))
    Article.objects.filter(pk=hidden.pk).update(status="approved")
    seen.append(statuses(client, image))

    assert seen == [{image.pk: {200}}, {image.pk: {404}}, {image.pk: {200}}]


def test_hidden_pictures_stand_on_no_page(client):
    secret, public = make_image(alt_kk="SECRET"), make_image()
    make_article(body_kk=placed(secret), gallery=[secret.pk], status="draft")
    make_article(body_kk=placed(secret), gallery=[secret.pk], publish_at=timezone.now() + timedelta(hours=1))
    article = make_article(body_kk=placed(public), gallery=[public.pk])
    save(article, body_kk=placed(secret), gallery=[secret.pk])

    pages = {path: answer.content for path, answer in crawl(client).items() if not path.startswith("/media/")}

    words = (b"SECRET", secret.token.encode())
    assert [path for path, content in pages.items() if any(word in content for word in words)] == []
    assert public.token.encode() in pages[article.get_absolute_url()]


def test_link_shows_the_pictures_of_the_newest_text_and_no_others(client):
    old, new, foreign = make_image(), make_image(), make_image()
    article = make_article(body_kk=placed(old), status="draft")
    make_article(body_kk=placed(foreign), status="draft")
    save(article, body_kk=placed(new), gallery=[new.pk])
    token = preview_links.create_link(article, by=make_user("news.change_article"))

    page = client.get(f"/preview/{token}/kk/").content.decode()

    answers = {
        each.pk: client.get(f"/preview/{token}/media/{each.token}/320.webp").status_code for each in (old, new, foreign)
    }
    assert answers == {old.pk: 404, new.pk: 200, foreign.pk: 404}
    assert set(re.findall(f'"([^" ]*){new.token}', page)) == {f"/preview/{token}/media/"}
    assert old.token not in page


# Shown whole


def test_text_stores_the_number_and_the_page_shows_the_picture(client):
    image = make_image(alt_kk='Зал <"ашық">', caption_kk="Отырыс", credit_kk="Фото: Сенат", focus_x=0)
    article = make_article(body_kk=placed(image) + "<p>Соңы</p>")

    stored = Article.objects.get().body_kk
    page = client.get(article.get_absolute_url()).content.decode()

    assert stored == f'<p>Мәтін</p><figure data-image="{image.pk}"></figure><p>Соңы</p>'
    figure = page[page.index("<figure>") : page.index("</figure>")]
    assert image.srcset_avif in figure
    assert 'alt="Зал &lt;&quot;ашық&quot;&gt;"' in figure
    assert "<figcaption>Отырыс – Фото: Сенат</figcaption>" in figure
    assert "data-image" not in page


def test_picture_says_in_each_language_what_it_says_now(client):
    image = make_image(caption_kk="Отырыс", caption_ru="Заседание")
    article = make_article("kk ru", body_kk=placed(image), body_ru=placed(image), gallery=[image.pk])
    Image.objects.update(caption_ru="Совещание")

    with override("ru"):
        page = client.get(article.get_absolute_url()).content.decode()

    assert page.count("Совещание") == 2
    assert page.count("Отырыс") == 0
    assert page.count('alt="Снимок"') == 2


def test_replaced_picture_is_shown_where_it_stood(client):
    image = make_image()
    article = make_article(body_kk=placed(image), gallery=[image.pk])

    images.replace_image(image, ContentFile(make_picture(400, 300), "other.png"))
    page = client.get(article.get_absolute_url()).content.decode()

    again = Image.objects.get()
    assert page.count(f'src="{again.src}" width="400" height="300"') == 2
    assert client.get(again.src).status_code == 200


def test_gallery_is_in_its_order_and_each_picture_a_link_to_itself(client):
    first, second, third = make_image(), make_image(), make_image()
    article = make_article(gallery=[third.pk, first.pk, second.pk])

    page = client.get(article.get_absolute_url()).content.decode()

    links = re.findall('<a href="(/media/[^"]*)"><picture>', page.replace("\n", ""))
    assert links == [third.largest, first.largest, second.largest]


def test_what_has_left_the_library_is_left_out(client):
    article = make_article(body_kk='<p>Мәтін</p><figure data-image="987654321"></figure>', gallery=[987654321])

    page = client.get(article.get_absolute_url()).content.decode()

    assert page.count("<figure") == 0
    assert page.count("987654321") == 0
    assert page.count("data-gallery") == 0


def test_page_asks_nothing_more_however_many_pictures_there_are(client, django_assert_num_queries):
    plain = make_article()
    pictures = [make_image() for _ in range(5)]
    one = make_article(body_kk=placed(pictures[0]))
    many = make_article(body_kk="".join(map(placed, pictures)), gallery=[each.pk for each in pictures])
    client.get(plain.get_absolute_url())

    for article in (plain, one, many):
        with django_assert_num_queries(4):
            client.get(article.get_absolute_url())


@pytest.mark.parametrize(
    "html",
    [
        '<figure data-image="0"></figure>',
        '<figure data-image="-1"></figure>',
        '<figure data-image="1 onload=alert(1)"></figure>',
        '<figure data-image="٣"></figure>',
        '<figure data-image="1234567890123456789"></figure>',
        '<img data-image="3">',
        '<div data-image="3"></div>',
        "<figure></figure>",
    ],
)
def test_nothing_else_is_a_picture(html):
    assert sanitise(html) == ""


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        (
            '<figure data-image="7" onclick="x" class="y"><img src="https://other.example/x.png">'
            "<figcaption>Сөз</figcaption></figure>",
            '<figure data-image="7"></figure><p>Сөз</p>',
        ),
        (
            '<ul><li>a<figure data-image="7"></figure>b</li><li>c</li></ul>',
            '<ul><li>a</li></ul><figure data-image="7"></figure><p>b</p><ul><li>c</li></ul>',
        ),
        (
            '<p><strong>a<figure data-image="7"></figure>b</strong></p>',
            '<p><strong>a</strong></p><figure data-image="7"></figure><p><strong>b</strong></p>',
        ),
    ],
)
def test_picture_stands_alone_between_the_parts_of_a_text(html, clean):
    assert sanitise(html) == clean
    assert sanitise(str(sanitise(html))) == clean
    assert image_numbers(clean) == [7]


def test_archive_may_bring_pictures_by_number_only():
    assert find_forbidden('<figure data-image="7"></figure><img src="/x.png">') == ["<img>"]


# Kept with revisions


def test_difference_names_the_pictures():
    one, other = make_image(), make_image()
    article = make_article(body_kk=placed(one), status="draft")
    before = revisions.latest(article).content
    save(article, body_kk=placed(other), gallery=[other.pk, one.pk])

    found = {each.field: each.runs for each in compare(before, revisions.latest(article).content)}

    assert found["gallery"] == [("new", f"№ {other.pk} Сурет, № {one.pk} Сурет")]
    changed = [(kind, text) for kind, text in found["body_kk"] if kind != "same"]
    assert changed == [("gone", f"{one.pk}]"), ("new", f"{other.pk}]")]


def test_restored_revision_does_without_pictures_that_are_gone():
    gone, kept = make_image(), make_image()
    article = make_article(cover=gone, gallery=[gone.pk, kept.pk], status="draft")
    revisions.latest(article)
    save(article, cover_id=None, gallery=[])
    images.delete_image(gone)

    revisions.restore(article, 1, by=make_user("news.change_article"))

    article.refresh_from_db()
    assert article.cover_id is None
    assert article.gallery == [kept.pk]


def test_two_people_who_changed_the_gallery_are_asked():
    one, other = make_image(), make_image()
    article = make_article(status="draft")
    base = revisions.latest(article)
    save(article, gallery=[one.pk])

    with pytest.raises(revisions.Outdated) as caught:
        revisions.save(article, base.content | {"gallery": [other.pk]}, by=None, base=base.number)

    assert caught.value.attempt.merged.fields == ["gallery"]


# What stops publication


def sentences(article: Article) -> list[str]:
    with override("en"):
        return workflow.list_blockers(article)


def test_missing_alternative_text_stops_publication_and_says_which():
    silent = make_image(alt_ru="", alt_en="")
    said = make_image()
    article = make_article(
        "kk ru",
        cover=silent,
        gallery=[said.pk, silent.pk],
        body_kk=placed(silent),
        body_ru=placed(said) + placed(silent),
        status="draft",
    )

    assert sentences(article) == [
        "Russian: the cover picture has no alternative text.",
        f"Russian: picture 2 of the text has no alternative text (№ {silent.pk}).",
        f"Russian: picture 2 of the gallery has no alternative text (№ {silent.pk}).",
    ]
    with pytest.raises(workflow.Refused):
        workflow.publish(article, by=make_user(*CHIEF))
    Image.objects.filter(pk=silent.pk).update(alt_ru="Зал")
    assert sentences(article) == []


def test_picture_that_is_gone_stops_publication():
    article = make_article(gallery=[41], body_kk='<p>Мәтін</p><figure data-image="42"></figure>', status="draft")

    assert sentences(article) == [
        "Kazakh: picture 1 of the text is no longer in the library (№ 42).",
        "Kazakh: picture 1 of the gallery is no longer in the library (№ 41).",
    ]


# Out and in again


def archived(folder) -> list[str]:
    return list(articles.export_articles(Article.objects.all(), folder=folder))


def test_pictures_go_with_the_archive_and_get_the_numbers_of_the_library_they_come_to(tmp_path):
    first, second, third = (make_image(alt_kk=name) for name in ("Зал", "Дала", "Қала"))
    make_article(body_kk=placed(first) + placed(second), gallery=[third.pk, first.pk], origin_id="one")
    lines = archived(tmp_path)
    Article.objects.all().delete()
    Image.objects.all().delete()
    other = make_image(alt_kk="Басқа")

    outcomes = [articles.import_articles(lines, folder=tmp_path) for _ in range(2)]

    article = Article.objects.get()
    said = {image.pk: image.alt_kk for image in Image.objects.exclude(pk=other.pk)}
    assert [(each.created, each.same, each.refused) for each in outcomes] == [(1, 0, 0), (0, 1, 0)]
    assert [said[pk] for pk in image_numbers(article.body_kk)] == ["Зал", "Дала"]
    assert [said[pk] for pk in article.gallery] == ["Қала", "Зал"]
    assert {each.image_id for each in article.placements.all()} == set(said)


def test_archive_brought_back_where_it_came_from_changes_nothing(tmp_path):
    image = make_image()
    make_article(body_kk=placed(image), gallery=[image.pk])

    outcome = articles.import_articles(archived(tmp_path), folder=tmp_path)

    assert outcome.same == 1
    assert Image.objects.count() == 1


@pytest.mark.parametrize("place", ["body", "gallery"])
def test_archive_names_no_picture_that_it_does_not_bring(place):
    secret = make_image()
    make_source(slug="senat")
    line = {"id": "x", "source": "senat", "title": {"kk": "Т"}, "publish_at": "2024-03-07T10:00:00+05:00"}
    line |= {"body": {"kk": placed(secret) if place == "body" else "<p>x</p>"}}
    line |= {"gallery": [str(secret.pk)]} if place == "gallery" else {}

    outcome = articles.import_articles([json.dumps(line)], report=lambda _sentence: None)

    assert outcome.refused == 1
    assert Article.objects.count() == 0
