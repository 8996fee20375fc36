"""Posts and letters whose process is killed, and letters by the thousand. `bench/messages.py` does it at length."""

import tracemalloc
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from bench import messages as bench
from news.models import Channel, ChannelPost, Letter, Subscription, delivery
from news.newsletter import digests
from tests.support.bot_api import TOKEN, bot_api
from tests.support.factories import make_article
from tests.support.mail_server import mail_server, mailers_of


def make_subscriptions(count: int, **fields) -> None:
    now = timezone.now() - timedelta(days=9)
    known = {"edition": "kk", "frequency": "weekly", "confirmed_at": now, "told_at": now}
    Subscription.objects.bulk_create(
        Subscription(email=f"reader-{number}-{count}@example.org", **{**known, **fields}) for number in range(count)
    )


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_each_message_goes_once_or_is_shown_as_unknown(settings, monkeypatch):
    monkeypatch.setattr(delivery, "BROKEN_OFF_AFTER", timedelta(0))
    digests.record_arrivals()
    Channel.objects.create(name="x", chat_id="@x", edition="kk", since=timezone.now() - timedelta(hours=1))
    make_subscriptions(2, frequency="at_once")
    articles = []
    with bot_api() as telegram, mail_server() as mail:
        settings.TELEGRAM_URL, settings.TELEGRAM_TOKEN = telegram.address, TOKEN
        settings.MAILERS = mailers_of(mail.port)
        for number in range(8):
            articles.append(make_article("kk", publish_at=timezone.now()).pk)
            bench.run_in_process(bench.do_jobs, killed_after=number * 0.02)
        assert bench.run_in_process(bench.do_jobs)

    def articles_in(text: str) -> list[int]:
        return [int(found) for found in set(bench.ARTICLE.findall(text))]

    posts = Counter(pk for message in telegram.messages.values() for pk in articles_in(message["text"]))
    mails = Counter(
        (recipient, pk)
        for _sender, recipient, letter in mail.got
        for pk in articles_in(letter.get_body(["plain"]).get_content())
    )
    unknown_posts = set(ChannelPost.objects.filter(state="unknown").values_list("article", flat=True))
    unclear = Letter.objects.filter(state="unknown").values_list("subscription__email", "articles")
    unknown_mails = {(email, pk) for email, chosen in unclear for pk in chosen}
    expected = {(email, pk) for email in Subscription.objects.values_list("email", flat=True) for pk in articles}
    assert {pk: posts[pk] for pk in articles if pk not in unknown_posts} == dict.fromkeys(
        set(articles) - unknown_posts, 1
    )
    assert {each: mails[each] for each in expected - unknown_mails} == dict.fromkeys(expected - unknown_mails, 1)
    assert max([*posts.values(), *mails.values()]) == 1


@pytest.mark.django_db
def test_ten_times_the_subscribers_need_about_the_same_memory(monkeypatch):
    monkeypatch.setattr(digests, "BATCH", 50)
    digests.record_arrivals()
    for _each in range(5):
        make_article("kk", publish_at=timezone.now())
    peaks = []
    for count in (100, 1000):
        make_subscriptions(count)
        tracemalloc.start()
        made = digests.create_due_letters()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert made == count

    assert peaks[1] < 2 * peaks[0]
