"""What left leaves no trace anywhere: everything of an article is a secret, read from warm caches after it has gone."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from news.api import dumps
from news.editorial import revisions, workflow
from news.import_export.articles import export_articles, import_articles
from news.models import Article, DailyHits, HitTotal, Letter, Subscription
from news.newsletter import messages
from news.preview import links
from news.search.indexing import index_articles
from news.share_cards import article as article_cards
from portal import editions
from tests.support.crawler import MACHINES, STARTS, body, crawl, kind_of
from tests.support.doors import Answered, make_door
from tests.support.factories import (
    make_article,
    make_attachment,
    make_image,
    make_pdf,
    make_person,
    make_source,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
LANGUAGES = ("kk", "ru", "en")
FIELDS = ("title", "lead", "dateline", "byline")
SEARCHES = [
    f"{start}search/{page}"
    for start in STARTS
    for page in ("?q=secretq", "?q=secretk", "feed.rss?q=secretq", "suggestions/?q=secr", "suggestions/?q=s")
]
SEEN_ON = {
    "front", "feed", "article", "source", "topic", "person", "archive_month", "search", "search_suggestions",
    "search_feed", "feed_file", "source_feed", "topic_feed", "person_feed", "sitemap_part", "sitemap_news",
    "embed_headlines", "api_articles", "api_article", "dump_file", "file",
}  # fmt: skip
"""Where something of the article stands while readers have it: a crawl that misses one of them proves little."""


class DoorAnswer:
    """What the door answered, in the form that the crawler knows from Django's client."""

    streaming = False

    def __init__(self, answered: Answered) -> None:
        self.status_code, self.headers = answered.status, answered.headers
        is_packed = "gzip" in answered.headers.get("Content-Encoding", "")
        self.content = answered.text.encode() if is_packed else answered.raw


class Reader:
    """Who asks the page cache in front of Django, which is warm from the second request on."""

    def __init__(self) -> None:
        self.door = make_door()

    def get(self, path: str) -> DoorAnswer:
        return DoorAnswer(Answered(self.door, path))


@dataclass
class World:
    """An article with a secret in all that belongs to it, and another beside it that stays."""

    article: Article
    other: Article
    chief: User
    reader: Reader
    token: str = ""

    def crawl(self, more: Any = ()) -> dict[str, Any]:
        starts = [*STARTS, *MACHINES, *SEARCHES, *more]
        starts += [f"{edition.prefix}/news/{self.article.pk}-x/" for edition in editions.EDITIONS]
        return crawl(self.reader, starts, of_each_kind=6, reads_data=True)  # type: ignore[arg-type]

    def own_addresses(self, answers: dict[str, Any], language: str = "") -> list[str]:
        """Those of the article's page and card, and, unless one language is chosen, of its pictures and documents."""
        prefixes = [each.prefix for each in editions.EDITIONS if language in ("", each.language)]
        starts = tuple(f"{prefix}/news/{self.article.pk}{end}" for prefix in prefixes for end in ("-", "/card"))
        if not language:
            image, document = self.article.cover, self.article.attachments.get()
            starts += (f"/media/{image.token}/", f"/files/{document.token}/", f"/api/v1/articles/{self.article.pk}/")
        return [path for path in answers if path.startswith(starts)]


def make_secret(**fields: Any) -> dict[str, str]:
    """The same secret in each language, told apart by the language, beginning with `SECRETQ`."""
    return {
        f"{name}_{code}": f"SECRETQ{code.upper()} {name}" for name in fields.pop("names") for code in LANGUAGES
    } | fields


def make_world(publish_at: datetime) -> World:
    source, topic, person = make_source(slug="senat"), make_topic(slug="only-there"), make_person(slug="asan")
    cover = make_image(**make_secret(names=("alt", "caption", "credit")))
    document = make_attachment(
        content=make_pdf(b"% SECRETQ bytes"), filename="SECRETQ.pdf", **make_secret(names=("title",))
    )
    bodies = {
        f"body_{code}": f'<p>SECRETQ{code.upper()} body</p><figure data-image="{cover.pk}"></figure>'
        for code in LANGUAGES
    }
    slugs = {f"slug_{code}": f"secretq{code}" for code in LANGUAGES}
    article = make_article(
        "kk ru en", source=source, topics=[topic], people=[person], cover=cover, attachments=[document],
        publish_at=publish_at, pinned=True, gallery=[cover.pk], **make_secret(names=FIELDS), **bodies, **slugs,
    )  # fmt: skip
    other = make_article("kk ru en", source=source, people=[person], publish_at=NOW - timedelta(days=1))
    for each in (article, other):
        DailyHits.objects.create(article=each, edition="kk", day=timezone.localdate(), count=7)
        HitTotal.objects.create(article=each, counted=7)
    index_articles([article.pk, other.pk])
    chief = make_user("news.change_article", "news.publish_article", "news.delete_article")
    return World(article, other, chief, Reader(), links.create_link(article, by=chief))


@pytest.fixture
def world(settings):
    settings.API_REQUESTS = 1_000_000
    messages.render_news.cache_clear()
    with time_machine.travel(NOW, tick=False):
        yield make_world(NOW - timedelta(hours=1))


def find_secrets(answers: dict[str, Any], needle: str) -> list[str]:
    """The addresses whose answers say it in any case, in text or headers.

    One that has it itself, such as a search for it, may repeat itself but not say it as it was written: in capitals.
    """
    found = []
    for path, answer in answers.items():
        if needle in path:
            found += [path] if needle.upper() in body(answer) else []
        elif needle in (body(answer) + str(dict(answer.headers))).lower():
            found.append(path)
    return found


def withdraw(world: World) -> None:
    workflow.withdraw(world.article, by=world.chief, reasons=dict.fromkeys(LANGUAGES, "Себебі"))


def withdraw_and_delete(world: World) -> None:
    withdraw(world)
    workflow.delete(world.article, by=world.chief)


def import_line(world: World, change: Callable[[dict[str, Any]], Any]) -> None:
    (line,) = export_articles(Article.objects.filter(pk=world.article.pk))
    data = json.loads(line)
    # Without its files an archive has no pictures: the line leaves the cover as it is, and the texts lose theirs.
    change(data)
    outcome = import_articles([json.dumps(data)])
    assert outcome.changed == 1


LEAVINGS: dict[str, Callable[[World], None]] = {
    "withdrawn": withdraw,
    "withdrawn and put into the bin": withdraw_and_delete,
    "withdrawn by an import": lambda world: import_line(world, lambda line: line.update(status="withdrawn")),
    "made a draft by an import": lambda world: import_line(world, lambda line: line.update(status="draft")),
    "put off by an import": lambda world: import_line(
        world, lambda line: line.update(publish_at="2099-01-01T00:00:00+05:00")
    ),
}


@pytest.mark.parametrize("leaving", LEAVINGS)
def test_article_that_left_leaves_no_trace(world, leaving):
    dumps.make_dump()
    article_cards.prepare_cards(world.article)
    subscription = Subscription.objects.create(email="reader@example.org", edition="kk", confirmed_at=NOW)
    letter = Letter.objects.create(subscription=subscription, articles=[world.article.pk, world.other.pk])
    assert "SECRETQ" in messages.build_message(letter).body
    before = world.crawl()
    assert {kind_of(path)[0] for path in find_secrets(before, "secretq")} >= SEEN_ON - {"article", "search"}
    assert {kind_of(path)[0] for path in world.own_addresses(before)} == {
        "article", "card", "image", "file", "api_article",
    }  # fmt: skip

    LEAVINGS[leaving](world)
    after = world.crawl(before)

    assert find_secrets(after, "secretq") == []
    own = {after[path].status_code for path in world.own_addresses(after)}
    assert own == ({404, 410} if leaving.startswith("withdrawn") and "bin" not in leaving else {404})
    assert after["/open-data/articles.jsonl.gz"].status_code == 503
    email = messages.build_message(letter)
    assert "SECRETQ" not in email.subject + email.body + email.alternatives[0].content
    dumps.make_dump()
    again = world.crawl(before)
    assert find_secrets(again, "secretq") == []
    assert again["/open-data/articles.jsonl.gz"].status_code == 200


@pytest.mark.parametrize("way", ["a verb", "an import"])
def test_language_that_was_taken_away_leaves_no_trace(world, way):
    dumps.make_dump()
    before = world.crawl()
    assert {kind_of(path)[0] for path in find_secrets(before, "secretqru")} >= {"front", "dump_file", "feed_file"}

    if way == "a verb":
        gone = {f"{name}_ru": "" for name in (*FIELDS, "slug", "body")}
        revisions.save(world.article, gone, by=world.chief)
        other_chief = make_user("news.publish_article")
        workflow.publish(world.article, by=other_chief)
    else:
        import_line(world, lambda line: [line[name].pop("ru", None) for name in (*FIELDS, "slug", "body")])
    after = world.crawl(before)

    assert find_secrets(after, "secretqru") == []
    assert {after[path].status_code for path in world.own_addresses(after, "ru")} == {404}
    assert "secretqkk" in body(after["/news/"]).lower()
    dumps.make_dump()
    assert find_secrets(world.crawl(before), "secretqru") == []


def test_article_whose_moment_has_not_come_leaves_no_trace_until_then(settings):
    settings.API_REQUESTS = 1_000_000
    moment = NOW + timedelta(hours=1)
    with time_machine.travel(NOW, tick=False):
        world = make_world(moment)
        dumps.make_dump()
        article_cards.prepare_cards(world.article)
        first = world.crawl()
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        last = world.crawl(first)
        addresses = [article_cards.card_address(world.article), world.article.cover.src]
        hidden = [world.reader.get(path).status_code for path in addresses]
    with time_machine.travel(moment, tick=False):
        after = world.crawl(first)

    assert find_secrets(first, "secretq") == []
    assert find_secrets(last, "secretq") == []
    assert {last[path].status_code for path in world.own_addresses(last)} == {404}
    assert hidden == [404, 404]
    assert {kind_of(path)[0] for path in find_secrets(after, "secretq")} >= SEEN_ON - {
        "article", "search", "dump_file",
    }  # fmt: skip
