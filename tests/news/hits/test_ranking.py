"""Editors sort their list by readings, in an order that a job renews."""

import pytest
from django.core.management import call_command

from news.hits import counting
from news.models import HitTotal
from tests.support.article_admin import CHIEF, LIST, sign_in
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


def test_the_most_read_comes_first_once_the_job_has_run(client, capsys):
    little, much, unread = make_article(), make_article(), make_article()
    HitTotal.objects.create(article=little, counted=3)
    HitTotal.objects.create(article=much, counted=2, brought=2)
    HitTotal.objects.create(article=unread)
    sign_in(client, *CHIEF)

    call_command("rank_articles")
    shown = [article.pk for article in client.get(f"{LIST}?o=-6").context["cl"].result_list]

    assert shown == [much.pk, little.pk, unread.pk]
    assert capsys.readouterr().out.startswith("Жаңа оқылымы бар мақала: 2.")


def test_what_is_brought_along_has_its_place_at_once(client):
    """Without a job: the demo and a new archive are sorted as soon as they are there."""
    little, much = make_article(), make_article()
    counting.import_totals({little.pk: 3, much.pk: 4})
    sign_in(client, *CHIEF)

    shown = [article.pk for article in client.get(f"{LIST}?o=-6").context["cl"].result_list]

    assert shown == [much.pk, little.pk]


def test_what_has_not_moved_is_not_written_again(capsys):
    HitTotal.objects.create(article=make_article(), counted=3)

    call_command("rank_articles")
    call_command("rank_articles")

    assert capsys.readouterr().out.splitlines()[1].endswith(": 0.")
