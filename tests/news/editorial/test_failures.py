"""A verb whose last step fails has changed nothing."""

import inspect
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import DatabaseError
from django.utils import timezone

from news.editorial import bulk_edits, revisions, workflow
from news.models import Article, Source, Topic
from tests.support.database import read_all_rows, refuse_new_rows
from tests.support.factories import make_article, make_source, make_topic, make_user

pytestmark = pytest.mark.django_db

TOMORROW = timedelta(days=1)
NOTES = {"kk": "Қате дерек"}


def make_draft(status: str = "draft") -> Article:
    article = make_article(status=status, publish_at=None)
    revisions.begin(article, by=make_user())
    return article


def make_changed(by: User) -> Article:
    """A published article with a newer text beside it."""
    article = make_article()
    revisions.begin(article, by=by)
    revisions.save(article, revisions.latest(article).content | {"title_kk": "Жаңа тақырып"}, by=by)
    return article


VERBS: dict[str, tuple[Callable[[User], Article], Callable[..., object]]] = {
    "submit": (lambda by: make_draft(), lambda article, by: workflow.submit(article, by=by)),
    "return_to_writer": (
        lambda by: make_draft("review"),
        lambda article, by: workflow.return_to_writer(article, by=by, note="Қысқарту керек"),
    ),
    "approve": (lambda by: make_draft("review"), lambda article, by: workflow.approve(article, by=by)),
    "schedule": (
        lambda by: make_draft("review"),
        lambda article, by: workflow.schedule(article, by=by, at=timezone.now() + TOMORROW),
    ),
    "publish": (lambda by: make_draft("review"), lambda article, by: workflow.publish(article, by=by)),
    "correct": (make_changed, lambda article, by: workflow.correct(article, by=by, notes=NOTES)),
    "withdraw": (lambda by: make_article(), lambda article, by: workflow.withdraw(article, by=by, reasons=NOTES)),
    "restore": (
        lambda by: make_article(status="withdrawn", withdrawn_at=timezone.now(), withdrawal_reason_kk="Қате"),
        lambda article, by: workflow.restore(article, by=by),
    ),
    "delete": (lambda by: make_draft(), lambda article, by: workflow.delete(article, by=by)),
    "undelete": (
        lambda by: make_article(status="draft", deleted_at=timezone.now()),
        lambda article, by: workflow.undelete(article, by=by),
    ),
    "add_topic": (
        lambda by: make_draft(),
        lambda article, by: bulk_edits.add_topic(article, by=by, topic=Topic.objects.get()),
    ),
    "change_source": (
        lambda by: make_draft(),
        lambda article, by: bulk_edits.change_source(
            article, by=by, source=Source.objects.exclude(pk=article.source_id).get()
        ),
    ),
    "duplicate": (lambda by: make_draft(), lambda article, by: bulk_edits.duplicate(article, by=by)),
}
"""For each verb an article that it can be done to, made for a person, and how that person does it."""


@pytest.fixture(autouse=True)
def choices() -> None:
    """What articles can be given: it is there before, so that all that is written later is the verb's."""
    make_topic()
    make_source()
    make_source()


@pytest.mark.parametrize("name", VERBS)
def test_verb_that_cannot_be_logged_changes_nothing(name):
    make, do = VERBS[name]
    chief = make_user(is_superuser=True)
    article = make(chief)
    refuse_new_rows(LogEntry)
    before = read_all_rows()

    with pytest.raises(DatabaseError, match="disk full"):
        do(article, chief)

    assert read_all_rows() == before


@pytest.mark.parametrize("name", VERBS)
def test_verb_that_can_be_logged_changes_something(name):
    """So that the test above makes the verbs fail at their end, and not by what they are given."""
    make, do = VERBS[name]
    chief = make_user(is_superuser=True)
    article = make(chief)
    before = read_all_rows()

    do(article, chief)

    after = read_all_rows()
    assert after["admin.LogEntry"] != before["admin.LogEntry"]
    assert after["news.Article"] != before["news.Article"]


def test_no_verb_is_forgotten():
    verbs = {
        name
        for module in (workflow, bulk_edits)
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and inspect.unwrap(function).__module__ == module.__name__
        and "by" in inspect.signature(function).parameters
        and inspect.signature(function).parameters["by"].kind is inspect.Parameter.KEYWORD_ONLY
    }

    assert set(VERBS) == verbs
