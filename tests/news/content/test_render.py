"""One text for everybody who gets it: the page with all that it can do, the others with what is read anywhere."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from news.content import internal_links
from news.content.render import render
from news.models import Article, Term
from tests.support.factories import make_article, make_image

pytestmark = pytest.mark.django_db

VIDEO = '<figure data-video="youtube:abcdefghijk">Отырыс</figure>'
ELSEWHERE = ("feed", "api", "letter")


def make_full_article(**fields) -> Article:
    """With everything that a text can have."""
    target = make_article(origin_id="target", title_kk="Заң", slug_kk="zan")
    Term.objects.create(name_kk="мәслихат", name_ru="маслихат", name_en="maslikhat", explanation_kk="Орган.")
    image = make_image(alt_kk="Зал")
    link = f'<a href="{internal_links.address_of(target)}">сілтеме</a>'
    body = f'<p>Мәслихат {link}</p><figure data-image="{image.pk}"></figure>{VIDEO}'
    return make_article(body_kk=body, **fields)


def test_page_has_pictures_links_players_and_explanations():
    article = make_full_article()
    target = Article.objects.get(origin_id="target")

    html = render(article, "page", player_hosts=["www.youtube-nocookie.com"])

    assert f'<a href="{target.get_absolute_url()}">сілтеме</a>' in html
    assert re.findall(r'alt="([^"]*)"', html) == ["Зал"]
    assert html.count("<source ") > 0
    assert html.count("data-player=") == 1
    assert html.count('popovertarget="term-1"') == 1
    assert html.count('<aside popover id="term-1"') == 1


def test_page_plays_no_video_of_a_host_that_is_not_allowed():
    html = render(make_full_article(), "page")

    assert html.count('class="video"') == 1
    assert html.count("data-player=") == 0


@pytest.mark.parametrize("destination", ELSEWHERE)
def test_others_get_whole_addresses_and_nothing_that_needs_our_scripts(destination):
    article = make_full_article()
    target = Article.objects.get(origin_id="target")

    html = render(article, destination)

    assert f'<a href="http://testserver{target.get_absolute_url()}">сілтеме</a>' in html
    assert '<p>▶ <a href="https://www.youtube.com/watch?v=abcdefghijk">Отырыс</a></p>' in html
    assert [address for address in re.findall(r'(?:src|href)="([^"]*)"', html) if not address.startswith("http")] == []
    assert [word for word in ("<source", "popover", "data-player", "data-video", "data-image") if word in html] == []
    assert html.count("<img ") == 1


def test_text_is_that_of_the_active_language():
    article = make_article("kk ru", body_kk="<p>Қазақша</p>", body_ru="<p>По-русски</p>")

    with override("ru"):
        html = render(article, "api")

    assert html == "<p>По-русски</p>"


def test_nothing_of_an_article_that_is_not_public_is_linked():
    article = make_full_article()
    Article.objects.filter(origin_id="target").update(publish_at=timezone.now() + timedelta(hours=1))

    assert [render(article, each).count("zan") for each in ("page", *ELSEWHERE)] == [0, 0, 0, 0]


def test_given_addresses_spare_a_query(django_assert_num_queries):
    target = make_article()
    article = make_article(body_kk=f'<p><a href="{internal_links.address_of(target)}">a</a></p>')

    with django_assert_num_queries(0):
        html = render(article, "feed", addresses={target.origin_id: "/news/1-x/"})

    assert html == '<p><a href="http://testserver/news/1-x/">a</a></p>'


def test_page_without_explanations_at_hand_asks_for_those_of_its_language():
    Term.objects.create(name_kk="сот", name_ru="суд", name_en="court", explanation_ru="Орган.")
    article = make_article("kk ru", body_kk="<p>сот</p>", body_ru="<p>суд</p>")

    html = {}
    for code in ("kk", "ru"):
        with override(code):
            html[code] = render(article)

    assert {code: each.count("popovertarget=") for code, each in html.items()} == {"kk": 0, "ru": 1}
