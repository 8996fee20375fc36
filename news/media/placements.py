"""Which pictures of the library an article's gallery and texts have: by number in what is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from news.markup.sanitizer import PICTURE, image_numbers
from news.models import TRANSLATIONS, Article, Image, Person, Placement, Revision, Source

BODIES = [f"body_{code}" for code in TRANSLATIONS]


def picture_numbers(content: Mapping[str, Any]) -> set[int]:
    """Of all pictures that a text, with its gallery, says it has; some may have left the library."""
    return {*(content.get("gallery") or []), *(pk for body in BODIES for pk in image_numbers(content.get(body) or ""))}


def shown_pictures(cover: int | None, gallery: Iterable[int], body: str | None) -> list[int]:
    """The numbers of the pictures with an article in one language, in the order in which readers see them."""
    return list(dict.fromkeys([*([cover] if cover else []), *image_numbers(body or ""), *(gallery or [])]))


def record_placements(articles: Iterable[Article]) -> None:
    """Writes down which pictures stand in the articles. Whoever stores a text or a gallery calls it."""
    wanted = {article.pk: picture_numbers(content_of(article)) for article in articles}
    known = set(Image.objects.filter(pk__in=set().union(*wanted.values())).values_list("pk", flat=True))
    should = {(article, pk) for article, pks in wanted.items() for pk in pks & known}
    there = {(each.article_id, each.image_id): each.pk for each in Placement.objects.filter(article__in=wanted)}
    Placement.objects.filter(pk__in=[pk for pair, pk in there.items() if pair not in should]).delete()
    Placement.objects.bulk_create(
        [Placement(article_id=article, image_id=pk) for article, pk in sorted(should - set(there))],
        ignore_conflicts=True,
    )


def renumber_pictures(html: str, others: Mapping[int, int]) -> str:
    """A sanitised text with other numbers in place of its pictures' own."""
    return PICTURE.sub(lambda match: f'<figure data-image="{others[int(match[1])]}"></figure>', html)


def content_of(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in ("gallery", *BODIES)}


def drop_lost_pictures(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same without a cover and pictures of the gallery that the library no longer has; a text names its own."""
    cover, shown = content.get("cover_id"), content.get("gallery") or []
    known = set(Image.objects.filter(pk__in=[*shown, cover]).values_list("pk", flat=True))
    lost = {"cover_id": cover if cover in known else None, "gallery": [pk for pk in shown if pk in known]}
    return {**content, **lost}


def articles_waiting_with(image: Image) -> list[Article]:
    """Articles whose newest text, still waiting beside the one readers get, has the picture."""
    newest = Revision.objects.filter(article=OuterRef("pk")).order_by("-number").values("pk")[:1]
    waiting = Article.objects.exclude(pending="").annotate(newest=Subquery(newest))
    revisions = Revision.objects.filter(pk__in=waiting.values("newest")).select_related("article")
    return [
        revision.article
        for revision in revisions
        if image.pk == revision.content.get("cover_id") or image.pk in picture_numbers(revision.content)
    ]


@dataclass(frozen=True)
class Use:
    """That something has a picture, and in which place."""

    thing: Article | Person | Source
    place: str


def uses(image: Image) -> list[Use]:
    """Where a picture is used, also in texts that wait beside those readers get."""
    found = [Use(each, _("cover")) for each in image.cover_of.defer(*BODIES)]
    for each in Article.objects.filter(placements__image=image):
        if image.pk in each.gallery:
            found.append(Use(each, _("gallery")))
        if any(image.pk in image_numbers(getattr(each, body) or "") for body in BODIES):
            found.append(Use(each, _("text")))
    found += [Use(each, _("newer text")) for each in articles_waiting_with(image)]
    found += [Use(each, _("photograph")) for each in image.photograph_of.all()]
    found += [Use(each, _("emblem")) for each in image.emblem_of.all()]
    return found


def promised_languages(image: Image) -> set[str]:
    """The languages in which readers have an article with the picture, or will on a moment that is set."""
    articles = Article.objects.filter(Q(cover=image) | Q(placements__image=image))
    promised = articles.filter(status=Article.Status.APPROVED, publish_at__isnull=False)
    rows = promised.order_by().values_list(*(f"title_{code}" for code in TRANSLATIONS)).distinct()
    return {code for titles in rows for code, title in zip(TRANSLATIONS, titles, strict=True) if title}
