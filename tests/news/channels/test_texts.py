"""How long a text is for Telegram, and what drafts for other messengers hold."""

import pytest

from news.channels import texts
from news.models import Correction
from tests.support.factories import make_article


@pytest.mark.parametrize(("text", "length"), [("", 0), ("Сенат", 5), ("Заң 🏛", 6)])
def test_length_is_that_of_utf_16(text, length):
    assert texts.telegram_length(text) == length


@pytest.mark.parametrize("room", [2, 5, 10])
def test_shortened_text_fits_also_with_letters_that_count_twice(room):
    assert texts.telegram_length(texts.shorten("🏛 Сенат отырысы", room)) <= room


@pytest.mark.parametrize("room", [1, 0, -5])
def test_nothing_is_left_of_a_text_without_room(room):
    assert texts.shorten("Сенат отырысы", room) == ""


@pytest.mark.django_db
def test_post_says_what_was_corrected_last():
    article = make_article(title_kk="Сенат")
    for note in ("Алғашқы түзету", "Соңғы түзету"):
        Correction.objects.create(article=article, note_kk=note)

    text = texts.post_text(article)

    assert "Соңғы түзету" in text
    assert "Алғашқы түзету" not in text


@pytest.mark.django_db
def test_notice_of_a_withdrawal_holds_the_reason_and_nothing_of_the_article():
    article = make_article(title_kk="Құпия тақырып", status="withdrawn", withdrawal_reason_kk="Қате <дерек>")

    text = texts.withdrawal_text(article)

    assert "Қате &lt;дерек&gt;" in text
    assert "Құпия" not in text


@pytest.mark.django_db
def test_drafts_begin_with_the_title_and_end_with_the_address():
    article = make_article(title_kk="Сенат * отырысы", lead_kk="", body_kk="<p>Заң &amp; бюджет</p>")
    address = f"http://testserver{article.get_absolute_url()}"

    assert texts.whatsapp_draft(article) == f"*Сенат ∗ отырысы*\n\nЗаң & бюджет\n\n{address}"
    assert texts.facebook_draft(article) == f"Сенат * отырысы\n\nЗаң & бюджет\n\n{address}"
