"""Which pictures of the library the articles have: found from the texts, and kept while anything has them."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import override

from news.editorial import revisions
from news.media import images, placements
from news.models import Article, Image
from tests.support.factories import make_article, make_image, make_person, make_source, make_user

pytestmark = pytest.mark.django_db

CHIEF = ("news.change_article", "news.publish_article", "news.view_article")


def figure(image: Image) -> str:
    return f'<p>Мәтін</p><figure data-image="{image.pk}"></figure>'


def save(article: Article, **changes) -> None:
    revisions.save(article, revisions.latest(article).content | changes, by=None)


def test_numbers_are_those_of_the_gallery_and_of_every_text():
    content = {
        "gallery": [3, 1],
        "body_kk": '<figure data-image="1"></figure><figure data-image="4"></figure>',
        "body_ru": '<figure data-image="5"></figure>',
        "body_en": None,
    }

    assert placements.picture_numbers(content) == {1, 3, 4, 5}
    assert placements.picture_numbers({"gallery": None}) == set()


def test_placements_follow_the_text_and_leave_out_what_the_library_does_not_have():
    first, second = make_image(), make_image()
    article = make_article(body_kk=figure(first))
    other = make_article(gallery=[first.pk])
    article.body_kk, article.gallery = figure(second), [second.pk, 987654321]

    placements.record_placements([article])

    assert [each.image for each in article.placements.all()] == [second]
    assert [each.image for each in other.placements.all()] == [first]


def test_pictures_get_other_numbers_and_the_words_stay():
    html = '<p>1</p><figure data-image="1"></figure><figure data-image="2"></figure>'

    assert placements.renumber_pictures(html, {1: 2, 2: 7}) == (
        '<p>1</p><figure data-image="2"></figure><figure data-image="7"></figure>'
    )


def test_content_loses_a_cover_and_gallery_pictures_that_are_gone():
    image = make_image()
    content = {"cover_id": 987654321, "gallery": [987654321, image.pk], "title_kk": "Т"}

    kept = placements.drop_lost_pictures(content)

    assert kept == {"cover_id": None, "gallery": [image.pk], "title_kk": "Т"}


def test_picture_that_stands_somewhere_is_not_deleted():
    shown, inside, waiting, free = (make_image() for _ in range(4))
    article = make_article(gallery=[shown.pk], body_kk=figure(inside))
    save(article, body_kk=figure(waiting))

    for image in (shown, inside, waiting):
        with pytest.raises(ProtectedError):
            images.delete_image(image)
    images.delete_image(free)

    assert {each.pk for each in Image.objects.all()} == {shown.pk, inside.pk, waiting.pk}
    assert {each.pk: [use.place for use in placements.uses(each)] for each in Image.objects.all()} == {
        shown.pk: ["фотогалерея", "жаңа мәтіні"], inside.pk: ["мәтін"], waiting.pk: ["жаңа мәтіні"],
    }  # fmt: skip


def test_picture_of_an_article_just_written_is_not_deleted(client):
    shown, inside = make_image(), make_image()
    client.force_login(make_user("news.add_article", *CHIEF))
    typed = {"kind": "news", "source": make_source().pk, "title_kk": "Т", "body_kk": figure(inside)}

    client.post("/admin/news/article/add/", {**typed, "gallery": shown.pk})

    for image in (shown, inside):
        with pytest.raises(ProtectedError):
            images.delete_image(image)


def test_uses_name_everything_that_has_the_picture():
    image, unused = make_image(), make_image()
    cover = make_article(cover=image)
    person = make_person(photograph=image)
    source = make_source(emblem=image)

    with override("en"):
        found = [(use.thing, use.place) for use in placements.uses(image)]

    assert found == [(cover, "cover"), (person, "photograph"), (source, "emblem")]
    assert placements.uses(unused) == []


def test_languages_are_promised_by_articles_that_are_public_or_will_be():
    image = make_image()
    make_article("kk", cover=image)
    make_article("ru", gallery=[image.pk], publish_at=timezone.now() + timedelta(days=1))
    make_article("en", cover=image, status="draft", publish_at=None)

    assert placements.promised_languages(image) == {"kk", "ru"}
