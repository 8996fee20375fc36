"""What has to be sent once is begun once, and its result counts once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from news.models import Channel, ChannelPost
from news.models.delivery import BROKEN_OFF_AFTER
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db
State = ChannelPost.State


@pytest.fixture
def post() -> ChannelPost:
    channel = Channel.objects.create(name="a", chat_id="@a")
    return ChannelPost.objects.create(channel=channel, article=make_article())


def same(post: ChannelPost) -> ChannelPost:
    return ChannelPost.objects.get(pk=post.pk)


def test_only_one_of_two_processes_may_send(post):
    other = same(post)

    assert post.begin() is True
    assert other.begin() is False
    assert same(post).state == State.SENDING


def test_result_of_the_latest_attempt_alone_counts(post):
    post.begin()
    earlier = same(post)
    ChannelPost.objects.update(state=State.DUE)
    later = same(post)
    later.begin()

    assert earlier.end(State.REFUSED) is False
    assert later.end(State.SENT, message_id=5) is True
    assert same(post).state == State.SENT
    assert same(post).message_id == 5


def test_process_that_died_leaves_an_unknown_result_and_a_late_result_still_counts(post):
    post.begin()

    ChannelPost.mark_broken_off()
    meanwhile = same(post).state
    with time_machine.travel(timezone.now() + BROKEN_OFF_AFTER + timedelta(seconds=1)):
        ChannelPost.mark_broken_off()
    afterwards = same(post).state
    counts = post.end(State.SENT)

    assert meanwhile == State.SENDING
    assert afterwards == State.UNKNOWN
    assert counts is True
    assert same(post).state == State.SENT
