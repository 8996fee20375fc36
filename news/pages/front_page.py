"""The front page: what leads, and below it the sections in the order of the editors, each with a template of its kind.

A section that has nothing to show is left out. One article stands in one place only: what a section shows, the later
ones leave out, but for the most read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import override

from news.models import TRANSLATIONS, Article, Attachment, FrontSection
from news.models.querysets import ArticleQuerySet
from news.periods import midnight
from portal import editions

Kind = FrontSection.Kind
SECONDS = 4
"""Articles beside the leading one."""
LATEST, ON_TOPIC, SPEECHES, DOCUMENTS, PHOTOS, ELSEWHERE, ANNOUNCEMENTS, MOST_READ = 6, 4, 3, 4, 4, 5, 4, 5
NEWEST = 40
"""Articles read at once for what leads and for the latest news, of which some stand in other sections."""
SIDE = {Kind.ANNOUNCEMENTS, Kind.MOST_READ, Kind.NEWSLETTER, Kind.CONTACTS, Kind.RATES}
"""The kinds of the column beside the others on a wide screen, and below them on a narrow one."""
USUAL = (
    Kind.LATEST, Kind.SPEECHES, Kind.DOCUMENTS, Kind.PHOTOS,
    Kind.ANNOUNCEMENTS, Kind.MOST_READ, Kind.RATES, Kind.NEWSLETTER, Kind.CONTACTS,
)  # fmt: skip
"""The front page of a site whose editors have arranged none."""


@dataclass(frozen=True)
class Block:
    """A section with what it shows."""

    section: FrontSection
    entries: Sequence[Any]

    @property
    def template(self) -> str:
        return f"news/front/{self.section.kind}.html"

    @property
    def name(self) -> str:
        """Of its element, unique on the page."""
        return f"{self.section.kind}-{self.section.topic_id}" if self.section.topic_id else self.section.kind

    @property
    def heading(self) -> str:
        if not self.section.title and self.section.topic:
            return self.section.topic.name
        return str(self.section)


@dataclass
class FrontPage:
    """What is on it so far."""

    leading: Article | None = None
    seconds: list[Article] = field(default_factory=list)
    newest: list[Article] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)

    def take(self, articles: ArticleQuerySet, number: int) -> list[Article]:
        """The newest of these that stand nowhere yet, which from now on they do."""
        return self.mark(list(articles.for_list().exclude(pk__in=self.shown)[:number]))

    def mark(self, articles: list[Article]) -> list[Article]:
        self.shown.update(article.pk for article in articles)
        return articles


def load_front_page(sections: Sequence[FrontSection]) -> dict[str, Any]:
    """The context of the template: what leads, and the sections on each side. Costs a query for each section."""
    sections = list(sections) or [FrontSection(kind=kind) for kind in USUAL]
    page = open_page(next((each for each in sections if each.kind == Kind.LEAD), None))
    # What has a place of its own stands there; the latest news has the rest.
    entries: dict[int, Sequence[Any]] = {}
    for number, section in sorted(enumerate(sections), key=lambda each: each[1].kind == Kind.LATEST):
        if section.kind in LOADERS:
            entries[number] = LOADERS[section.kind](page, section)
    blocks = [Block(sections[number], entries[number]) for number in sorted(entries) if entries[number]]
    return {
        "leading": page.leading,
        "seconds": page.seconds,
        "blocks": [block for block in blocks if block.section.kind not in SIDE],
        "side": [block for block in blocks if block.section.kind in SIDE],
    }


def open_page(lead: FrontSection | None) -> FrontPage:
    """The leading story is the one that was chosen, as long as it leads; or the newest pinned one, or the newest."""
    pinned = Article.objects.readable().for_list()
    if lead and lead.article_id and lead.until and lead.until > timezone.now():
        pinned = pinned.filter(pk=lead.article_id)
    else:
        pinned = pinned.filter(pinned=True)
    newest = list(Article.objects.readable().for_list()[:NEWEST])
    leading = pinned.first() or next(iter(newest), None)
    rest = [article for article in newest if article != leading]
    page = FrontPage(leading, rest[:SECONDS], rest[SECONDS:])
    page.mark([*([leading] if leading else []), *page.seconds])
    return page


def load_latest(page: FrontPage, section: FrontSection) -> list[Article]:
    return page.mark([article for article in page.newest if article.pk not in page.shown][:LATEST])


def load_topic(page: FrontPage, section: FrontSection) -> list[Article]:
    return page.take(Article.objects.readable().filter(topics=section.topic_id), ON_TOPIC)


def load_speeches(page: FrontPage, section: FrontSection) -> list[Article]:
    kinds = (Article.Kind.SPEECH, Article.Kind.INTERVIEW)
    return page.take(Article.objects.readable().filter(kind__in=kinds), SPEECHES)


def load_photos(page: FrontPage, section: FrontSection) -> list[Article]:
    reports = Article.objects.readable().filter(kind=Article.Kind.PHOTO_REPORT, cover__isnull=False)
    return page.take(reports, PHOTOS)


def load_announcements(page: FrontPage, section: FrontSection) -> list[Article]:
    return page.take(Article.objects.readable().filter(kind=Article.Kind.ANNOUNCEMENT), ANNOUNCEMENTS)


def load_most_read(page: FrontPage, section: FrontSection) -> list[Article]:
    return list(Article.objects.readable().for_list().most_read()[:MOST_READ])


def load_documents(page: FrontPage, section: FrontSection) -> list[Attachment]:
    """The newest that a published article shows in this language."""
    shows = Article.objects.readable().filter(attachments=OuterRef("pk"))
    return list(Attachment.objects.filter(Exists(shows), title__gt="").order_by("-uploaded_at", "-id")[:DOCUMENTS])


def load_elsewhere(page: FrontPage, section: FrontSection) -> list[tuple[editions.Edition, str, str]]:
    """Today's articles that do not exist in this language: the edition that has each, its title and its address."""
    here = editions.current().language
    today = Article.objects.published().within(midnight(timezone.localdate()), timezone.now())
    columns = [f"{name}_{code}" for name in ("title", "slug") for code in TRANSLATIONS]
    missing = today.exclude(**{f"title_{here}__gt": ""}).order_by("-publish_at", "-id").only("kind", *columns)
    found = []
    for article in missing[:ELSEWHERE]:
        edition = editions.get_edition(article.languages[0])
        with override(edition.code):
            found.append((edition, article.title, article.get_absolute_url()))
    return found


def stand_always(page: FrontPage, section: FrontSection) -> list[bool]:
    """The template itself knows what to show."""
    return [True]


LOADERS: dict[str, Callable[[FrontPage, FrontSection], Sequence[Any]]] = {
    Kind.LATEST: load_latest,
    Kind.TOPIC: load_topic,
    Kind.SPEECHES: load_speeches,
    Kind.DOCUMENTS: load_documents,
    Kind.PHOTOS: load_photos,
    Kind.LANGUAGES: load_elsewhere,
    Kind.ANNOUNCEMENTS: load_announcements,
    Kind.MOST_READ: load_most_read,
    Kind.NEWSLETTER: stand_always,
    Kind.CONTACTS: stand_always,
    Kind.RATES: stand_always,
}
"""What each kind of section shows; the leading story stands above all of them."""
