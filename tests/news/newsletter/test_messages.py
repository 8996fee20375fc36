"""The text of a letter, and the name by which it is recognised when it comes back."""

import pytest
from django.utils import timezone

from news.models import Article, Letter, Subscription
from news.newsletter import messages, subscriptions
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_letters():
    messages.render_news.cache_clear()
    messages.render_link.cache_clear()


def make_letter(*articles, email="reader@example.org", **fields) -> Letter:
    row = Subscription.objects.create(email=email, **{"edition": "kk", "confirmed_at": timezone.now(), **fields})
    return Letter.objects.create(subscription=row, articles=[article.pk for article in articles])


def test_letter_with_one_article_has_its_title_as_subject():
    article = make_article(title_kk="Сенат отырысы")

    assert messages.build_message(make_letter(article)).subject == "Сенат отырысы"


def test_letter_holds_only_what_is_public():
    public, hidden = make_article(title_kk="Ашық"), make_article(title_kk="Жасырын", status="draft")

    email = messages.build_message(make_letter(public, hidden))

    assert "Ашық" in email.body
    assert "Жасырын" not in email.body
    assert "Жасырын" not in email.alternatives[0].content


def test_letter_of_which_nothing_is_public_is_none():
    article = make_article()
    letter = make_letter(article)
    Article.objects.filter(pk=article.pk).update(status="withdrawn")

    assert messages.build_message(letter) is None


def test_each_reader_gets_the_own_link_and_no_other():
    article = make_article()
    letters = [make_letter(article, email=email) for email in ("one@example.org", "two@example.org")]

    emails = [messages.build_message(letter) for letter in letters]

    tokens = [subscriptions.token_of(letter.subscription) for letter in letters]
    assert [tokens[0] in email.body for email in emails] == [True, False]
    assert [tokens[1] in email.body for email in emails] == [False, True]
    assert messages.PLACEHOLDER not in emails[0].body + emails[0].alternatives[0].content


def test_letter_with_a_link_is_no_mass_mail():
    email = messages.build_message(make_letter(confirmed_at=None))

    assert "List-Unsubscribe" not in email.extra_headers
    assert "Precedence" not in email.extra_headers


def test_name_of_a_letter_leads_back_to_its_subscription_and_cannot_be_guessed():
    letter, other = make_letter(), make_letter(email="other@example.org")
    name = messages.message_id_of(letter)

    assert messages.message_id_of(Letter.objects.get(pk=letter.pk)) == name
    assert messages.subscription_of(name) == letter.subscription
    assert messages.subscription_of(messages.message_id_of(other)) == other.subscription
    forged = name.replace(f"<{letter.pk}-{letter.subscription_id}", f"<{letter.pk}-{other.subscription_id}")
    assert forged != name
    assert messages.subscription_of(forged) is None
