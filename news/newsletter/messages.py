"""The text and the HTML of a letter to a subscriber. It loads nothing from a server, so nobody learns who opened it."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import parseaddr
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

from news.absolute_urls import absolute_url
from news.models import Article, Letter, Subscription
from news.newsletter.subscriptions import describe_interests, token_of
from portal.editions import get_edition
from portal.kazakh_scripts.pages import transliterate_page

NEWS = ("news/letter.txt", "news/letter.html")
LINK = ("news/letter_link.txt", "news/letter_link.html")
PLACEHOLDER = "own-link-of-the-reader"
"""Replaced by each subscriber's token; so one rendered text serves all who get the same articles."""

message_ids = Signer(salt="news.letter", sep=".")
"""Signs the Message-ID, by which a letter that comes back is recognised and which nobody else can forge."""


UNFOLDED = frozenset(
    {"to", "message-id", "list-id", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "precedence"}
)
"""Headers that programs read, all in ASCII. A line may have 998 bytes, and they have fewer."""


class LetterPolicy(EmailPolicy):
    """Writes the headers that programs read as they are: Python breaks a long word into `=?utf-8?q?…?=`."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if is_unfolded(name, value) else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii") if is_unfolded(name, value) else super().fold_binary(name, value)


def is_unfolded(name: str, value: str) -> bool:
    return name.lower() in UNFOLDED and value.isascii() and value.isprintable()


class LetterMessage(EmailMultiAlternatives):
    def message(self, *, policy: Policy | None = None) -> EmailMessage:
        return super().message(policy=LetterPolicy(linesep=policy.linesep if policy else "\n"))


class RenderedLetter(NamedTuple):
    subject: str
    text: str
    html: str


def build_message(letter: Letter) -> EmailMultiAlternatives | None:
    """The letter as an e-mail; None if none of its articles is public any more."""
    row = letter.subscription
    with override(row.edition):
        readable = Article.objects.readable().filter(pk__in=letter.articles)
        articles = tuple(readable.order_by("-publish_at", "-pk").values_list("pk", "released_at"))
        if letter.articles and not articles:
            return None
        wish = (row.edition, row.frequency, tuple(row.about))
        letter_text = render_news(*wish, articles) if articles else render_link(*wish, row.confirmed_at is not None)
        sender = named_sender(row.edition)
        leave = absolute_url(reverse("unsubscribe", args=[token_of(row)]))
    headers = {"From": str(sender), "Message-ID": message_id_of(letter), "Auto-Submitted": "auto-generated"}
    if letter.articles:
        headers |= {
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<news-{row.edition}.{site_host()}>",
            "Precedence": "bulk",
        }
    subject, text, html = (part.replace(PLACEHOLDER, token_of(row)) for part in letter_text)
    returns_to = settings.MAIL_BOUNCES or sender.addr_spec
    email = LetterMessage(subject, text, returns_to, [row.email], headers=headers)
    email.attach_alternative(html, "text/html")
    return email


@lru_cache(maxsize=64)
def render_news(
    edition: str, frequency: str, about: tuple[str, ...], releases: tuple[tuple[int, object], ...]
) -> RenderedLetter:
    """The letter with these articles, cached for all who get the same for the same reason.

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
    what = describe_wish(frequency, about)
    return render_parts(edition, subject, NEWS, {"articles": articles, "heading": _("Parliament News"), "what": what})


@lru_cache(maxsize=16)
def render_link(edition: str, frequency: str, about: tuple[str, ...], is_confirmed: bool) -> RenderedLetter:
    """The letter with the link that confirms a subscription, or changes it."""
    subject = _("Your subscription to the news") if is_confirmed else _("Confirm your subscription to the news")
    context = {"heading": subject, "is_confirmed": is_confirmed, "what": describe_wish(frequency, about)}
    return render_parts(edition, subject, LINK, context)


def describe_wish(frequency: str, about: tuple[str, ...]) -> str:
    """What somebody subscribed to, and how often they get it."""
    return f"{describe_interests(about) or _('all news')}, {Subscription.Frequency(frequency).label}"


def render_parts(code: str, subject: str, templates: tuple[str, str], context: dict[str, object]) -> RenderedLetter:
    """Renders the text and the HTML template in the script of an edition."""
    edition = get_edition(code)
    own, leave = (absolute_url(reverse(name, args=[PLACEHOLDER])) for name in ("subscription", "unsubscribe"))
    context |= {"edition": edition, "site_url": settings.SITE_URL, "own": own, "leave": leave}
    context |= {"site": site_host().encode().decode("idna")}
    text, html = (str(render_to_string(template, context)) for template in templates)
    if edition.is_derived:
        html = transliterate_page(html, edition.lang, edition.transliterate, isolates=edition.dir == "rtl")
    return RenderedLetter(edition.transliterate(" ".join(subject.split())), edition.transliterate(text), html)


def site_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def named_sender(code: str) -> Address:
    """Who writes: the name that MAIL_FROM gives, or the portal's in the letters of an edition."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    user, _at, domain = address.rpartition("@")
    return Address(name or get_edition(code).transliterate(_("Parliament News")), user or domain, user and domain)


def message_id_of(letter: Letter) -> str:
    """The Message-ID; the same at each attempt, so that a mailbox can recognise a letter that it already has."""
    return f"<{message_ids.sign(f'{letter.pk}-{letter.subscription_id}')}@{site_host()}>"


def subscription_of(name: str) -> Subscription | None:
    """The subscription whose letter has this Message-ID; None unless it is one of ours."""
    try:
        numbers = message_ids.unsign(name.strip().strip("<>").rpartition("@")[0])
    except BadSignature:
        return None
    return Subscription.objects.filter(pk=int(numbers.partition("-")[2])).first()
