"""What a page costs that nobody has kept: few questions to the database, as many for a large site as for a small."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils.translation import override

from news.content import images
from news.media import placements
from news.models import Article, Correction, DailyHits
from news.models.querysets import cursor_of
from tests.support.factories import make_article, make_image, make_person, make_rate, make_source, make_topic

pytestmark = pytest.mark.django_db

MOST_QUERIES, OF_FRONT = 6, 11
"""Of any page, and of the front page with its usual sections, of which each takes one."""
NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
PAGES = [
    "/", "/news/", "/news/?before={cursor}", "/sources/senat/", "/topics/zan/", "/people/deputat/", "/about/",
    "/archive/", "/archive/2026/", "/archive/2026/11/", "/archive/2026/11/25/", "{article}", "{withdrawn}", "{moved}",
    "/rates/", "/rates/?date=2026-11-20", "/rates/USD/",
]  # fmt: skip


@pytest.fixture
def site() -> dict[str, str]:
    """Each kind of thing that an article can have, and rates."""
    source, topic, person, image = make_source(slug="senat"), make_topic(slug="zan"), make_person(), make_image()
    person.slug, person.photograph = "deputat", image
    person.save()
    for code in ("RUB", "USD", "EUR"):
        for day in (date(2026, 11, 20), date(2026, 11, 25)):
            make_rate(code, day)
    article = make_article(
        source=source, cover=image, topics=[topic, make_topic()], people=[person], publish_at=NOW - timedelta(days=5),
        body_kk=f'<p>Оған 3 млн доллар бөлінді.</p><figure data-image="{make_image().pk}"></figure>',
        gallery=[make_image().pk],
    )  # fmt: skip
    placements.record_placements([article])
    Correction.objects.create(article=article, note_kk="Түзетілді")
    fill(1, source=source, topic=topic, person=person, cover=image)
    withdrawn = make_article(status="withdrawn", publish_at=NOW - timedelta(days=2), replacement=article)
    Article.objects.filter(pk=withdrawn.pk).update(withdrawn_at=NOW)
    return {
        "cursor": cursor_of(make_article(publish_at=NOW - timedelta(minutes=1))),
        "article": article.get_absolute_url(),
        "withdrawn": withdrawn.get_absolute_url(),
        "moved": f"/news/{article.pk}-another/",
    }


def fill(number: int, **fields) -> None:
    topic, person = fields.pop("topic"), fields.pop("person")
    articles = Article.objects.bulk_create(
        Article(
            status="approved", publish_at=NOW - timedelta(minutes=7 * index + 2), origin_id=f"{number}-{index}",
            title_kk=f"{index}", slug_kk=f"{index}", **fields,
        )
        for index in range(number)
    )  # fmt: skip
    Article.topics.through.objects.bulk_create(
        Article.topics.through(article=article, topic=topic) for article in articles
    )
    Article.people.through.objects.bulk_create(
        Article.people.through(article=article, person=person) for article in articles
    )
    DailyHits.objects.bulk_create(
        DailyHits(article=article, edition="kk", day=NOW.date(), count=index) for index, article in enumerate(articles)
    )


@time_machine.travel(NOW, tick=False)
def test_page_takes_as_many_queries_however_many_articles_there_are(client, site, django_assert_max_num_queries):
    taken: dict[int, dict[str, int]] = {}
    first = Article.objects.order_by("pk").first()
    for number in (1, 30, 100):
        if number > 1:
            fill(
                number,
                source=first.source, cover=first.cover, topic=first.topics.get(slug="zan"), person=first.people.get(),
            )  # fmt: skip
        taken[number] = {}
        for page in PAGES:
            most = OF_FRONT if page == "/" else MOST_QUERIES
            with django_assert_max_num_queries(most, info=page) as queries:
                client.get(page.format(**site))
            taken[number][page] = len(queries)

    # Related articles are not asked for when there is no topic; besides, nothing depends on what there is.
    assert taken[30] == taken[1]
    assert taken[100] == taken[1]
    assert taken[1]["{article}"] == MOST_QUERIES - 1
    assert taken[1]["/"] == OF_FRONT


def test_article_shows_what_stands_around_it_as_before(client, site):
    article = Article.objects.get(pk=int(site["article"].split("/")[2].split("-")[0]))
    earlier = Correction.objects.create(article=article, note_kk="Ертерек", corrected_at=NOW - timedelta(days=900))
    Correction.objects.create(article=make_article(topics=[make_topic(slug="basqa")]), note_kk="Басқаның түзетуі")

    context = client.get(site["article"]).context

    shown = context["article"]
    assert list(shown.topics.all()) == list(article.topics.all())
    assert list(shown.people.all()) == list(article.people.all())
    assert list(shown.corrections.all()) == [article.corrections.exclude(pk=earlier.pk).get(), earlier]
    assert [person.office for person in shown.people.all()] == [person.office for person in article.people.all()]
    assert images.load_placed_images(shown) == images.load_placed_images(article)
    assert [image.alt for image in images.gallery_images(shown)] == ["Сурет"]


def test_day_appears_in_the_calendar_on_the_second_of_its_article(client):
    moment = NOW.replace(hour=23, minute=59, second=59)
    make_article(publish_at=NOW - timedelta(days=40))
    make_article("ru", publish_at=NOW - timedelta(days=2))
    make_article(publish_at=moment)

    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        before = linked_days(client)
    with time_machine.travel(moment, tick=False):
        after = linked_days(client)

    assert before == []
    assert after == [25]


def linked_days(client) -> list[int]:
    weeks = client.get("/archive/2026/11/").context["calendar"]
    return [cell[0].day for week in weeks for cell in week if cell and cell[1]]


CURSOR = "1700000000000000-5"
WAYS = [
    ("feed_{}", lambda: Article.objects.readable().for_list()[:21]),
    ("feed_{}", lambda: Article.objects.readable().for_list().before(CURSOR)[:21]),
    ("feed_{}", lambda: Article.objects.readable().for_list().within(NOW - timedelta(days=30), NOW)[:21]),
    ("feed_{}", lambda: Article.objects.readable().order_by("publish_at", "id").values("publish_at")[:1]),
    ("source_feed_{}", lambda: Article.objects.readable().for_list().filter(source=1)[:21]),
    ("source_feed_{}", lambda: Article.objects.readable().for_list().filter(source=1).before(CURSOR)[:21]),
]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize(("index", "queryset"), WAYS)
def test_list_is_read_from_its_index_in_its_order(index, queryset, language):
    """Nothing is sorted, so what is further down or elsewhere costs nothing."""
    if index.startswith("source"):
        leave_out(f"feed_{language}")
    with override(language):
        plan = plan_of(queryset())

    assert index.format(language) in plan
    assert not any(word in plan for word in ("Sort", "TEMP B-TREE", "SCAN news_article"))


def leave_out(index: str) -> None:
    """With no article at all, one index is as good as another."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {index}")


def test_pinned_article_is_found_without_passing_all_that_are_not():
    leave_out("feed_kk")

    plan = plan_of(Article.objects.readable().for_list().filter(pinned=True)[:1])

    assert "pinned_article" in plan


def test_related_articles_are_found_from_what_their_topics_got_last():
    article = make_article(topics=[make_topic(), make_topic()])

    plan = plan_of(Article.objects.readable().for_list().related_to(article)[:4])

    # SQLite keeps the number of the row in any index, so the one that Django makes is as good there.
    found = re.findall(r"(?:Index Only Scan|Index Scan|INDEX) (?:using )?(news_\w+)", plan)
    assert len([name for name in found if re.match("news_last_of_a_topic|news_article_topics_topic_id", name)]) == 2
    assert "SCAN news_article_topics" not in plan


def plan_of(queryset) -> str:
    if connection.vendor == "sqlite":
        return queryset.explain()
    with connection.cursor() as cursor:  # so few rows are read fastest without any index
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    return queryset.explain()
