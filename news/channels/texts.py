"""What an article says outside of the site: the text of a post in a channel, and drafts to copy elsewhere."""

from html import escape, unescape

from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from news.absolute_urls import whole
from news.models import Article
from portal import editions

CAPTION = 1024
"""Characters that Telegram allows under a picture, its tags not counted."""
LEAD = 400


def post(article: Article) -> str:
    """In the active edition, in Telegram's HTML: the title, the lead, what was corrected, the link.

    As short as a caption may be, with a picture or without, so that it stays right when there is another picture.
    """
    spelt = editions.current().transliterate
    title, more = spelt(article.title), spelt(_("Read the whole text"))
    correction = article.corrections.exclude(note="").exclude(note=None).first()
    corrected = spelt(f"{_('Corrected')}: {correction.note}") if correction else ""
    room = CAPTION - sum(length(part) + 2 for part in (title, corrected, more) if part)
    lead = shortened(spelt(said(article)), room)
    parts = [
        f"<b>{escape(title, quote=False)}</b>",
        escape(lead, quote=False),
        f"<i>{escape(corrected, quote=False)}</i>" if corrected else "",
        f'<a href="{escape(whole(article.get_absolute_url()))}">{escape(more, quote=False)}</a>',
    ]
    return "\n\n".join(filter(None, parts))


def withdrawn(article: Article) -> str:
    """In the place of a post that Telegram no longer deletes; nothing of the article's own text."""
    spelt = editions.current().transliterate
    sentences = (spelt(_("This article was withdrawn")), spelt(article.withdrawal_reason or ""))
    return "\n\n".join(escape(each, quote=False) for each in sentences if each)


def for_whatsapp(article: Article) -> str:
    """A draft in the active language; stars make WhatsApp's bold."""
    title = article.title.replace("*", "∗")
    return "\n\n".join(filter(None, (f"*{title}*", said(article), whole(article.get_absolute_url()))))


def for_facebook(article: Article) -> str:
    """A draft in the active language."""
    return "\n\n".join(filter(None, (article.title, said(article), whole(article.get_absolute_url()))))


def said(article: Article) -> str:
    """The lead, or the beginning of the text."""
    return article.lead or Truncator(" ".join(unescape(strip_tags(article.body or "")).split())).chars(LEAD)


def shortened(text: str, room: int) -> str:
    beyond = length(text) - len(text)
    return Truncator(text).chars(room - beyond) if room - beyond > 1 else ""


def length(text: str) -> int:
    """As Telegram counts: a letter beyond the first 65,536 is two."""
    return len(text.encode("utf-16-le")) // 2
