"""Which verbs an article's state and a person's permissions allow."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.admin.actions import VERBS, CorrectForm, WithdrawForm
from news.models import Article
from tests.support.factories import make_article, make_user

PAST, FUTURE = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
WHOLE = ["add_topic", "change_source"]  # of any article that is not in the bin


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"status": "draft"}, ["submit", "approve", "schedule", "publish", *WHOLE]),
        ({"status": "returned"}, ["submit", "approve", "schedule", "publish", *WHOLE]),
        ({"status": "review"}, ["return", "approve", "schedule", "publish", *WHOLE]),
        ({"status": "approved", "publish_at": None}, ["schedule", "publish", *WHOLE]),
        ({"status": "approved", "publish_at": FUTURE}, ["schedule", "publish", "withdraw", *WHOLE]),
        ({"status": "approved", "publish_at": PAST}, ["withdraw", *WHOLE]),
        (
            {"status": "approved", "publish_at": PAST, "pending": "draft"},
            ["submit", "approve", "publish", "correct", "withdraw", *WHOLE],
        ),
        ({"status": "withdrawn", "publish_at": PAST}, ["restore", *WHOLE]),
        ({"status": "draft", "deleted_at": PAST}, ["undelete"]),
    ],
)
def test_verbs_that_apply_follow_from_the_state(fields, names):
    article = Article(**fields)

    assert [name for name, verb in VERBS.items() if verb.applies_to(article)] == names


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("permission", "names"),
    [
        ("news.change_article", ["submit", *WHOLE]),
        ("news.translate_article", ["submit"]),
        (
            "news.publish_article",
            ["return", "approve", "schedule", "publish", "correct", "withdraw", "restore"],
        ),
        ("news.delete_article", ["undelete"]),
        ("news.view_article", []),
    ],
)
def test_verbs_that_are_allowed_follow_from_the_permissions(permission, names):
    user = make_user(permission)

    assert [name for name, verb in VERBS.items() if verb.is_allowed(user)] == names


@pytest.mark.django_db
def test_notes_for_readers_are_asked_in_the_languages_of_the_articles():
    form = CorrectForm(None, articles=[make_article("ru"), make_article("kk")])

    assert list(form.fields) == ["kk", "ru"]


@pytest.mark.django_db
def test_reasons_of_a_withdrawal_name_a_replacement_that_exists():
    article, better = make_article("kk"), make_article("kk")

    form = WithdrawForm({"kk": "Қате", "replacement": str(better.pk)}, articles=[article])
    unknown = WithdrawForm({"kk": "Қате", "replacement": str(better.pk + 100)}, articles=[article])

    assert form.is_valid()
    assert form.arguments() == {"reasons": {"kk": "Қате", "ru": "", "en": ""}, "replacement": better}
    assert list(unknown.errors) == ["replacement"]
