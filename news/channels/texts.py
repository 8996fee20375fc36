"""The text of an article's post in a channel, and drafts that editors copy into other messengers."""

from html import escape

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from news.absolute_urls import absolute_url
from news.markup.plain_text import beginning_of
from news.models import Article
from portal import editions

CAPTION = 1024
"""Characters that Telegram allows under a picture, its tags not counted."""
LEAD = 400


def post_text(article: Article) -> str:
    """In the active edition, in Telegram's HTML: the title, the lead, what was corrected, the link.

    Never longer than a caption may be, so that it still fits when the article gets a picture later.
    """
    spell = editions.current().transliterate
    title, more = spell(article.title), spell(_("Read the whole text"))
    correction = article.corrections.exclude(note="").exclude(note=None).first()
    correction_note = spell(f"{_('Corrected')}: {correction.note}") if correction else ""
    room = CAPTION - sum(telegram_length(part) + 2 for part in (title, correction_note, more) if part)
    lead = shorten(spell(summary_of(article)), room)
    parts = [
        f"<b>{escape(title, quote=False)}</b>",
        escape(lead, quote=False),
        f"<i>{escape(correction_note, quote=False)}</i>" if correction_note else "",
        f'<a href="{escape(absolute_url(article.get_absolute_url()))}">{escape(more, quote=False)}</a>',
    ]
    return "\n\n".join(filter(None, parts))


def withdrawal_text(article: Article) -> str:
    """The notice that replaces a post which Telegram no longer deletes; it holds nothing of the article's own text."""
    spell = editions.current().transliterate
    sentences = (spell(_("This article was withdrawn")), spell(article.withdrawal_reason or ""))
    return "\n\n".join(escape(each, quote=False) for each in sentences if each)


def whatsapp_draft(article: Article) -> str:
    """A draft in the active language; stars make WhatsApp's bold."""
    title = article.title.replace("*", "∗")
    return "\n\n".join(filter(None, (f"*{title}*", summary_of(article), absolute_url(article.get_absolute_url()))))


def facebook_draft(article: Article) -> str:
    """A draft in the active language."""
    return "\n\n".join(filter(None, (article.title, summary_of(article), absolute_url(article.get_absolute_url()))))


def summary_of(article: Article) -> str:
    """The lead, or the beginning of the text."""
    return article.lead or beginning_of(article.body, LEAD)


def shorten(text: str, room: int) -> str:
    """The beginning of the text that fits into `room`; empty if nothing does."""
    beyond = telegram_length(text) - len(text)
    return Truncator(text).chars(room - beyond) if room - beyond > 1 else ""


def telegram_length(text: str) -> int:
    """The length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
