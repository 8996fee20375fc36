"""JSON-LD in the vocabulary of schema.org: describes pages to search engines, as dictionaries.

`news.templatetags.news.json_ld` prints them into a page. They are data and no script, so that the content policy allows
them.
"""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from news.absolute_urls import absolute_url
from news.models import Article, Image, Person, Source, Topic
from news.models.image import SHARE_SIZE
from news.share_cards import article as article_cards
from portal import editions

type Thing = dict[str, Any]


def of_front() -> list[Thing]:
    return with_context(
        {
            "@type": "WebSite",
            "@id": absolute_url("/#site"),
            "name": _("Parliament News"),
            "url": absolute_url(reverse("front")),
            "inLanguage": editions.current().lang,
            "publisher": publisher(),
            "potentialAction": {
                "@type": "SearchAction",
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": f"{absolute_url(reverse('search'))}?q={{search_term_string}}",
                },
                "query-input": "required name=search_term_string",
            },
        }
    )


def of_article(article: Article) -> list[Thing]:
    """Makes no query if topics, people and corrections are prefetched."""
    address = absolute_url(article.get_absolute_url())
    topics = [topic.name for topic in article.topics.all()]
    found: Thing = {
        "@type": "NewsArticle",
        "@id": f"{address}#article",
        "mainEntityOfPage": address,
        "headline": article.title,
        "inLanguage": editions.current().lang,
        "datePublished": iso_datetime(article.publish_at),
        "dateModified": iso_datetime(article.updated_at),
        "author": organization(article.source),
        "publisher": publisher(),
        "isAccessibleForFree": True,
    }
    if article.lead:
        found["description"] = article.lead
    if article.byline:  # it may name a person or an office
        found["creditText"] = article.byline
    if article.dateline:
        found["locationCreated"] = {"@type": "Place", "name": article.dateline}
    found["image"] = image(article.cover) if article.cover else card(article)
    if topics:
        found |= {"articleSection": topics[0], "keywords": topics}
    if people := article.people.all():
        found["about"] = [{"@type": "Person", "name": each.name, "url": address_of(each)} for each in people]
    if corrections := [
        {"@type": "CorrectionComment", "text": each.note, "datePublished": iso_datetime(each.corrected_at)}
        for each in article.corrections.all()
        if each.note
    ]:
        found["correction"] = corrections
    return with_context(
        found, breadcrumbs((article.source.short_name, address_of(article.source)), (article.title, address))
    )


def of_source(source: Source) -> list[Thing]:
    found = organization(source) | {"@id": f"{address_of(source)}#source", "alternateName": source.short_name}
    if source.site_url:
        found["sameAs"] = source.site_url
    if source.emblem:
        found["logo"] = image(source.emblem)
    if source.active_from:
        found["foundingDate"] = source.active_from.isoformat()
    if source.active_until:
        found["dissolutionDate"] = source.active_until.isoformat()
    return with_context(found, breadcrumbs((source.short_name, address_of(source))))


def of_person(person: Person) -> list[Thing]:
    found: Thing = {"@type": "Person", "name": person.name, "url": address_of(person)}
    if person.office:
        found["jobTitle"] = person.office
    if person.photograph:
        found["image"] = image(person.photograph)
    return with_context(found, breadcrumbs((person.name, address_of(person))))


def of_topic(topic: Topic) -> list[Thing]:
    return with_context(breadcrumbs((topic.name, address_of(topic))))


def of_feed() -> list[Thing]:
    return with_context(breadcrumbs((_("All news"), absolute_url(reverse("feed")))))


def with_context(*things: Thing) -> list[Thing]:
    """Each thing by itself with the context, since many consumers do not read a graph."""
    return [{"@context": "https://schema.org", **thing} for thing in things]


def breadcrumbs(*steps: tuple[str, str]) -> Thing:
    """The way from the front page to the names and addresses in `steps`."""
    path = [(_("Parliament News"), absolute_url(reverse("front"))), *steps]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(path, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def publisher() -> Thing:
    logo = {
        "@type": "ImageObject",
        "url": absolute_url(static("img/apple-touch-icon.png")),
        "width": 180,
        "height": 180,
    }
    return {
        "@type": "NewsMediaOrganization",
        "@id": absolute_url("/#publisher"),
        "name": _("Parliament News"),
        "url": absolute_url(reverse("front")),
        "logo": logo,
    }


def organization(source: Source) -> Thing:
    return {"@type": "GovernmentOrganization", "name": source.name, "url": address_of(source)}


def image(picture: Image) -> Thing:
    width, height = picture.share_size
    found: Thing = {"@type": "ImageObject", "url": absolute_url(picture.share_src), "width": width, "height": height}
    if picture.caption or picture.alt:
        found["caption"] = picture.caption or picture.alt
    if picture.credit:
        found["creditText"] = picture.credit
    return found


def card(article: Article) -> Thing:
    width, height = SHARE_SIZE
    return {
        "@type": "ImageObject",
        "url": absolute_url(article_cards.card_address(article)),
        "width": width,
        "height": height,
    }


def address_of(thing: Source | Topic | Person) -> str:
    return absolute_url(thing.get_absolute_url())


def iso_datetime(value: Any) -> str:
    return timezone.localtime(value).isoformat(timespec="seconds")
