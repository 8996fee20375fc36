"""What ends the finished pages: each change that readers see, once its transaction is over, and nothing else."""

import json
import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import OperationalError, transaction
from django.utils import timezone

from news.editorial import bulk_edits, revisions, workflow
from news.import_export import articles
from news.media import images
from news.models import Article
from portal.admin.site import InvalidatesPagesMixin
from portal.models import SiteSettings
from portal.page_cache import generation
from portal.page_cache.generation import INTERVAL, Fresh, Watch, invalidate_pages, load_fresh
from rates import clerk
from rates.models import Rate
from rates.nationalbank import Answer, Quote
from rates.update import store_answer
from tests.support.doors import wait_for
from tests.support.factories import make_article, make_image, make_rate, make_topic, make_user

NOT_ON_PAGES = {
    "Article",  # by the verbs of news.editorial.workflow
    "Rate", "HeldRate",  # by rates.clerk
    "FrontSection",  # of the plan, which is published by a page of its own
    "Abbreviation",  # search pages are not cached
    "KnownWord",  # of the spelling in the admin
    "Channel", "ChannelPost", "Subscription", "Letter",  # what goes to messengers and by mail
    "BankAnswer", "Job", "JobRun", "LogEntry", "RefusedSignIn", "Group", "User", "LostSecondFactor",
}  # fmt: skip


@pytest.fixture
def chief(db) -> User:
    return make_user(is_superuser=True)


def has_ended(change, *arguments, **options) -> bool:
    before = load_fresh().generation
    change(*arguments, **options)
    return load_fresh().generation != before


def make_draft(chief: User, **fields) -> Article:
    article = make_article(status="draft", **{"publish_at": None, **fields})
    revisions.begin(article, by=chief)
    return article


def test_pages_end_with_each_verb_that_changes_what_readers_get(chief):
    article, planned = make_draft(chief), make_draft(chief)
    ahead = make_draft(chief, publish_at=timezone.now() + timedelta(days=1))
    notes = {"kk": "Түзетілді."}

    assert not has_ended(workflow.submit, article, by=chief)
    assert not has_ended(workflow.approve, article, by=chief)
    assert has_ended(workflow.approve, ahead, by=chief)
    assert has_ended(workflow.schedule, planned, by=chief, at=timezone.now() + timedelta(days=1))
    assert has_ended(workflow.publish, article, by=chief)
    assert not has_ended(bulk_edits.add_topic, article, by=chief, topic=make_topic())
    assert has_ended(workflow.correct, article, by=chief, notes=notes)
    assert has_ended(workflow.withdraw, article, by=chief, reasons=notes)
    assert has_ended(workflow.restore, article, by=chief)
    assert not has_ended(bulk_edits.duplicate, article, by=chief)
    assert not has_ended(workflow.delete, make_draft(chief), by=chief)


def test_pages_end_with_new_rates_an_import_and_a_deleted_picture(chief):
    day = timezone.localdate()
    answer = Answer(day, (Quote(day, "USD", 1, Decimal("470.00"), None, "доллар"),))
    by_hand = Rate(currency=make_rate("EUR", day).currency, day=day, value=Decimal("1.01"), reason="x")
    held = make_rate("EUR", day - timedelta(days=1), state="held_back")
    line = json.dumps(
        {"id": "a", "source": make_article().source.slug, "publish_at": "2026-01-01T10:00:00+05:00"}
        | {"title": {"kk": "А"}, "body": {"kk": "<p>Б</p>"}}
    )

    assert has_ended(store_answer, answer)
    assert not has_ended(store_answer, answer)
    assert has_ended(clerk.enter, by_hand, by=chief)
    assert has_ended(clerk.refuse, by_hand, by=chief)
    assert has_ended(clerk.accept, held, by=chief)
    assert has_ended(articles.import_articles, [line])
    assert not has_ended(articles.import_articles, [line])
    assert has_ended(images.delete_image, make_image())


def test_pages_end_when_an_editor_saves_or_deletes_what_stands_on_them(client, chief):
    client.force_login(chief)
    topic = make_topic()
    names = {"name_kk": "a", "name_ru": "b", "name_en": "c", "slug": topic.slug}
    address = f"/admin/news/topic/{topic.pk}/"

    assert has_ended(client.post, "/admin/portal/sitesettings/add/", {"phone": "1"})
    assert SiteSettings.load().phone == "1"
    assert has_ended(client.post, f"{address}change/", names)
    assert not has_ended(client.get, f"{address}change/")
    assert has_ended(client.post, f"{address}delete/", {"post": "yes"})


def test_admin_of_whatever_stands_on_pages_ends_them():
    registered = {
        model.__name__ for model, its in admin.site._registry.items() if not isinstance(its, InvalidatesPagesMixin)
    }

    assert registered == NOT_ON_PAGES


@pytest.mark.django_db
def test_pages_do_not_end_with_a_change_that_is_taken_back():
    invalidate_pages()
    before = load_fresh()

    with transaction.atomic():
        invalidate_pages()
        transaction.set_rollback(True)

    assert load_fresh() == before


class Waits(threading.Event):
    """It keeps the seconds of each wait."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.seconds.append(timeout)
        return super().wait(timeout)


@pytest.mark.django_db(transaction=True)
def test_watch_sees_a_change_within_two_looks_which_take_less_than_a_second():
    seen_before_each_look: list[str] = []
    watch = Watch(lambda: seen_before_each_look.append(watch.seen.generation))
    watch.wake_up = waits = Waits()
    first = watch.fresh()
    old = load_fresh().generation
    seen_before_each_look.clear()

    invalidate_pages()
    new = load_fresh().generation
    is_seen = wait_for(lambda: watch.fresh().generation == new)
    wait_for(lambda: watch.rests)
    time.sleep(0.1)  # it lets go of its connection

    assert first.generation == old
    assert is_seen
    assert seen_before_each_look.count(old) <= 2  # one that had begun before the change, and the one that sees it
    assert set(waits.seconds) == {INTERVAL, None}
    assert 2 * INTERVAL < 1


@pytest.mark.django_db(transaction=True)
def test_watch_outlives_a_database_that_is_away_and_nobody_waits_for_it(monkeypatch):
    is_away = False

    def look_too() -> None:
        if is_away:
            raise OperationalError("away")

    watch = Watch(look_too)
    name = watch.fresh().generation
    is_away = True
    invalidate_pages()
    watch.look_now()
    monkeypatch.setattr(generation, "PATIENCE", 3600)
    watch.seen_at = float("-inf")  # a reader who relies on nothing old
    answers: list[Fresh] = []
    reader = threading.Thread(target=lambda: answers.append(watch.fresh()), daemon=True)
    reader.start()
    reader.join(20)
    was_well = watch.is_well
    is_away = False
    new = load_fresh().generation
    comes_back = wait_for(lambda: watch.fresh().generation == new)
    is_well = watch.is_well
    wait_for(lambda: watch.rests)
    time.sleep(0.1)  # it lets go of its connection

    assert [answer.generation for answer in answers] == [name]
    assert not was_well
    assert comes_back
    assert is_well


@pytest.mark.django_db(transaction=True)
def test_watch_that_rests_looks_again_for_the_first_who_comes():
    watch = Watch()
    watch.fresh()
    wait_for(lambda: watch.rests)
    seen_at = watch.seen_at

    watch.fresh()

    assert wait_for(lambda: watch.seen_at > seen_at)
    wait_for(lambda: watch.rests)
    time.sleep(0.1)  # it lets go of its connection
