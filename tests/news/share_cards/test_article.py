"""The picture that an article is shared by: right, there in time, and nobody's before the article is."""

import re
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override
from PIL import Image as Picture
from PIL import ImageChops

from news.editorial import revisions, workflow
from news.editorial.content import read_content
from news.models import Article
from news.share_cards import article as article_cards
from portal import editions
from tests.support.factories import make_article, make_image, make_source, make_user

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
SECOND = timedelta(seconds=1)
LONG = "Қазақстан Республикасының кейбір заңнамалық актілеріне өзгерістер мен толықтырулар енгізу туралы заң " * 2


def addresses(article: Article) -> dict[str, str]:
    """Of the card in each edition that the article is in."""
    found = {}
    for edition in editions.EDITIONS:
        if edition.language in article.languages:
            with override(edition.code):
                found[edition.code] = article_cards.card_address(article)
    return found


def fresh(article: Article) -> Article:
    return Article.objects.select_related("source", "cover").get(pk=article.pk)


def test_page_names_its_card_and_the_card_is_as_it_says(client):
    article = make_article("kk ru", title_kk="Тақырып", cover=make_image(), source=make_source(short_name_kk="Сенат"))
    wanted = addresses(article)
    assert list(wanted) == ["kk", "kk-latn", "kk-arab", "ru"]
    assert len(set(wanted.values())) == 4

    for code, address in wanted.items():
        with override(code):
            page = client.get(article.get_absolute_url()).text
        tags = dict(re.findall(r'<meta (?:property|name)="((?:og:image|twitter)[^"]*)" content="([^"]*)"', page))
        answer = client.get(address)
        picture = Picture.open(BytesIO(answer.content))
        assert picture.format == "JPEG"
        assert picture.size == (1200, 630)
        assert answer["Content-Type"] == tags["og:image:type"] == "image/jpeg"
        assert tags["og:image"] == f"http://testserver{address}"
        assert tags["twitter:card"] == "summary_large_image"
        assert tags["og:image:width"] == "1200"
        assert tags["og:image:height"] == "630"
        if code == "kk":
            assert tags["og:image:alt"] == "Тақырып – Сенат"


def test_strangers_see_it_from_the_second_of_publication_to_that_of_withdrawal(client):
    chief = make_user("news.publish_article")
    with time_machine.travel(NOW, tick=False):
        article = make_article("kk", publish_at=NOW + SECOND)
        address = article_cards.card_address(article)
        article_cards.prepare_cards(article)
        assert client.get(address).status_code == 404
    with time_machine.travel(NOW + SECOND, tick=False):
        shown = client.get(address)
        assert shown.status_code == 200
        assert shown["Cache-Control"] == "public, no-cache"
        assert client.get(address, headers={"If-None-Match": shown["ETag"]}).status_code == 304
        workflow.withdraw(article, by=chief, reasons={"kk": "Қате"})
        assert client.get(address, headers={"If-None-Match": shown["ETag"]}).status_code == 404


def test_no_other_language_and_no_draft_has_one(client):
    article, draft = make_article("kk"), make_article("kk", status="draft")

    with override("en"):
        assert client.get(f"/en/news/{article.pk}/card-{article_cards.Card.of(article).version}.jpg").status_code == 404
    assert client.get(article_cards.card_address(draft)).status_code == 404
    assert client.get(f"/news/{draft.pk}/card-x.jpg").status_code == 404


@pytest.mark.parametrize("verb", ["publish", "schedule"])
def test_it_is_drawn_when_an_editor_publishes_or_sets_a_moment(verb, django_capture_on_commit_callbacks):
    writer, chief = make_user("news.change_article"), make_user("news.publish_article")
    article = make_article("kk en", status="draft", publish_at=None)
    revisions.save(article, read_content(article), by=writer)
    with django_capture_on_commit_callbacks(execute=True):
        workflow.submit(article, by=writer)
    assert article_cards.card_files(article) == set()

    with django_capture_on_commit_callbacks(execute=True):
        if verb == "publish":
            workflow.publish(article, by=chief)
        else:
            workflow.schedule(article, by=chief, at=datetime.now(NOW.tzinfo) + timedelta(days=1))

    names = {address.rpartition("card-")[2] for address in addresses(fresh(article)).values()}
    assert len(names) == 4
    assert article_cards.card_files(article) == names


def test_another_title_is_another_card_and_the_old_address_leads_to_it(client):
    article = make_article("kk", title_kk="Бұрынғы")
    old = article_cards.card_address(article)
    assert article_cards.prepare_cards(article) == 3
    assert article_cards.prepare_cards(article) == 0

    Article.objects.filter(pk=article.pk).update(title_kk="Жаңа")
    article = fresh(article)
    answer = client.get(old)

    assert answer.status_code == 302
    assert answer["Location"] == article_cards.card_address(article)
    assert article_cards.prepare_cards(article) == 3
    assert len(article_cards.card_files(article)) == 3
    assert old.rpartition("card-")[2] not in article_cards.card_files(article)


def test_whatever_stands_on_it_gives_it_another_address():
    image = make_image()
    article = make_article("kk", cover=image, publish_at=NOW)
    seen = {article_cards.card_address(article)}
    for change in (
        lambda: setattr(image, "focus_x", 10),
        lambda: setattr(article.source, "short_name_kk", "Құрылтай"),
        lambda: setattr(article, "publish_at", NOW + timedelta(days=1)),
        lambda: setattr(article, "cover", None),
    ):
        change()
        seen.add(article_cards.card_address(article))

    assert len(seen) == 5


def test_job_draws_what_is_missing_of_late_and_of_all():
    def draw(*options: str) -> str:
        said = StringIO()
        with override("en"):
            call_command("draw_cards", *options, stdout=said)
        return said.getvalue().strip()

    make_article("ru", publish_at=datetime.now(NOW.tzinfo) - timedelta(days=3))
    make_article("ru", publish_at=datetime.now(NOW.tzinfo) + timedelta(days=9))
    make_article("ru", status="draft")

    assert [draw(), draw(), draw("--all"), draw("--all")] == [
        f"Pictures for sharing drawn: {count}." for count in (1, 0, 1, 0)
    ]


def test_cover_whose_file_is_lost_is_left_out(client):
    image = make_image()
    article = make_article("kk", cover=image)
    for name in default_storage.listdir(article_cards.images.folder_of(image))[1]:
        default_storage.delete(f"{article_cards.images.folder_of(image)}/{name}")

    assert client.get(article_cards.card_address(article)).status_code == 200


def test_card_asks_the_database_once(client: Client, django_assert_num_queries):
    address = article_cards.card_address(make_article("kk", cover=make_image()))
    for _time in ("drawn", "kept"):
        with django_assert_num_queries(1):
            client.get(address)


@pytest.mark.parametrize("code", ["kk", "kk-latn", "kk-arab"])
@pytest.mark.parametrize("title", ["Заң", LONG[:200], LONG + " AMANAT 2026", "Ұ" * 60])
def test_no_word_stands_in_the_margin_or_on_another(code, title):
    """Words are written on black, so that all that is not black is ink."""
    spelling, source = editions.get_edition(code).transliterate, "Парламент Мәжілісі" * 3
    words = map(spelling, (title, source, "07 Наурыз, 2024", "Парламент жаңалықтары"))
    card = article_cards.Card(*words, is_from_right=code == "kk-arab", cover="")
    picture = Picture.new("RGB", (article_cards.WIDTH, article_cards.HEIGHT))
    width = article_cards.WIDTH - 2 * article_cards.MARGIN - article_cards.COVER_WIDTH + article_cards.MARGIN // 4
    article_cards.write_texts(picture, card, width)

    left, top, right, bottom = picture.getbbox()
    begins, ends = (article_cards.WIDTH - right, article_cards.WIDTH - left) if card.is_from_right else (left, right)
    assert begins >= article_cards.MARGIN - 3  # a letter may lean a little out of its place
    assert ends <= article_cards.MARGIN + width + 3
    assert top >= article_cards.MARGIN - 8
    assert bottom <= article_cards.HEIGHT - 40
    for gap in (article_cards.TITLE_TOP - 8, article_cards.TITLE_BOTTOM + 10):
        assert picture.crop((0, gap, article_cards.WIDTH, gap + 4)).getbbox() is None


@pytest.mark.parametrize("cover", [None, Picture.new("RGB", (article_cards.COVER_WIDTH, article_cards.HEIGHT), "red")])
def test_ornament_and_cover_stand_where_the_lines_of_the_edition_end(cover):
    """In the crossing that lines never reach: at the right edge, and at the left one in Arabic letters."""
    sides = {}
    for is_from_right in (False, True):
        card = article_cards.Card("", "", "", "", is_from_right=is_from_right, cover="")
        picture = article_cards.draw_card(card, cover).crop((0, 0, article_cards.WIDTH, 30))  # above all words
        paper = Picture.new("RGB", picture.size, article_cards.PAPER)
        left, _top, right, _bottom = ImageChops.difference(picture, paper).getbbox()
        sides[is_from_right] = (
            "right" if left > article_cards.WIDTH / 2 else "left" if right < article_cards.WIDTH / 2 else "both"
        )

    assert sides == {False: "right", True: "left"}
