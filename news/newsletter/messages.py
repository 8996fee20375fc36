"""The text and the HTML of a letter to a subscriber. It loads nothing from a server, so nobody learns who opened it."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from news.absolute_urls import whole
from news.models import Article, Letter, Subscription
from news.newsletter.subscriptions import token_of
from portal.editions import of_code
from portal.kazakh_scripts.pages import respell

NEWS = ("news/letter.txt", "news/letter.html")
LINK = ("news/letter_link.txt", "news/letter_link.html")
OWN = "own-link-of-the-reader"
"""Replaced by each subscriber's token; so one rendered text serves all who get the same articles."""

names = Signer(salt="news.letter", sep=".")
"""Signs the Message-ID, by which a letter that comes back is recognised and which nobody else can forge."""


class Written(NamedTuple):
    subject: str
    text: str
    html: str


def message(letter: Letter) -> EmailMultiAlternatives | None:
    """The letter as an e-mail; None if none of its articles is public any more."""
    row = letter.subscription
    with override(row.edition):
        readable = Article.objects.readable().filter(pk__in=letter.articles)
        articles = tuple(readable.order_by("-publish_at", "-pk").values_list("pk", "released_at"))
        if letter.articles and not articles:
            return None
        letter_text = news(row.edition, articles) if articles else link(row.edition, row.confirmed_at is not None)
        leave = whole(reverse("unsubscribe", args=[token_of(row)]))
    headers = {"Message-ID": name_of(letter), "Auto-Submitted": "auto-generated"}
    if letter.articles:
        headers |= {
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<news-{row.edition}.{host()}>",
            "Precedence": "bulk",
        }
    sender = settings.DEFAULT_FROM_EMAIL
    if settings.MAIL_BOUNCES:
        headers["From"], sender = sender, settings.MAIL_BOUNCES
    subject, text, html = (part.replace(OWN, token_of(row)) for part in letter_text)
    email = EmailMultiAlternatives(subject, text, sender, [row.email], headers=headers)
    email.attach_alternative(html, "text/html")
    return email


@lru_cache(maxsize=64)
def news(edition: str, releases: tuple[tuple[int, object], ...]) -> Written:
    """The letter with these articles, cached for all who get the same.

    `releases` holds the number of each article and when its text was released, so a corrected text is rendered anew.
    """
    articles = list(Article.objects.filter(pk__in=[pk for pk, _moment in releases]).select_related("source"))
    articles.sort(key=lambda article: (article.publish_at, article.pk), reverse=True)
    if len(articles) == 1:
        subject = articles[0].title
    else:
        count = len(articles)
        subject = ngettext("%(count)d new article: %(title)s", "%(count)d new articles: %(title)s", count)
        subject %= {"count": count, "title": articles[0].title}
    return spelt(edition, subject, NEWS, {"articles": articles, "heading": _("Parliament News")})


@lru_cache(maxsize=16)
def link(edition: str, is_confirmed: bool) -> Written:
    """The letter with the link that confirms a subscription, or changes it."""
    subject = _("Your subscription to the news") if is_confirmed else _("Confirm your subscription to the news")
    return spelt(edition, subject, LINK, {"heading": subject, "is_confirmed": is_confirmed})


def spelt(code: str, subject: str, templates: tuple[str, str], context: dict[str, object]) -> Written:
    """Renders the text and the HTML template in the script of an edition."""
    edition = of_code(code)
    own, leave = (whole(reverse(name, args=[OWN])) for name in ("subscription", "unsubscribe"))
    context |= {"edition": edition, "site_url": settings.SITE_URL, "own": own, "leave": leave}
    text, html = (str(render_to_string(template, context)) for template in templates)
    if edition.is_derived:
        html = respell(html, edition.lang, edition.transliterate, isolates=edition.dir == "rtl")
    return Written(edition.transliterate(" ".join(subject.split())), edition.transliterate(text), html)


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def name_of(letter: Letter) -> str:
    """The Message-ID; the same at each attempt, so that a mailbox can recognise a letter that it already has."""
    return f"<{names.sign(f'{letter.pk}-{letter.subscription_id}')}@{host()}>"


def subscription_of(name: str) -> Subscription | None:
    """The subscription whose letter has this Message-ID; None unless it is one of ours."""
    try:
        numbers = names.unsign(name.strip().strip("<>").rpartition("@")[0])
    except BadSignature:
        return None
    return Subscription.objects.filter(pk=int(numbers.partition("-")[2])).first()
