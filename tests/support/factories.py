"""Plain functions that make what a test needs; every argument may be given, none has to be."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any
from zipfile import ZipFile, ZipInfo

from django.contrib.auth.models import Permission, User
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Picture

from news.editorial import revisions
from news.media import attachments, images, placements
from news.models import Article, Attachment, Image, Person, Source, Topic
from rates.models import Currency, Rate

numbers = count(1)


def make_source(**fields: Any) -> Source:
    slug = fields.pop("slug", f"source-{next(numbers)}")
    names = {f"{field}_{code}": slug for field in ("name", "short_name") for code in ("kk", "ru", "en")}
    return Source.objects.create(**{"slug": slug, **names, **fields})


def make_topic(**fields: Any) -> Topic:
    slug = fields.pop("slug", f"topic-{next(numbers)}")
    return Topic.objects.create(**{"slug": slug, "name_kk": slug, "name_ru": slug, "name_en": slug, **fields})


def make_person(**fields: Any) -> Person:
    slug = fields.pop("slug", f"person-{next(numbers)}")
    return Person.objects.create(**{"slug": slug, "name_kk": slug, "name_ru": slug, "name_en": slug, **fields})


def make_picture(width: int = 64, height: int = 40, format: str = "PNG", **options: Any) -> bytes:
    """The bytes of a plain picture file."""
    file = BytesIO()
    Picture.new("RGB", (width, height), "teal").save(file, format, **options)
    return file.getvalue()


def make_image(**fields: Any) -> Image:
    return images.add_image(
        ContentFile(make_picture(), "picture.png"),
        **{"alt_kk": "Сурет", "alt_ru": "Снимок", "alt_en": "Picture", **fields},
    )


def make_pdf(*more: bytes, catalog: bytes = b"", end: bytes = b"") -> bytes:
    """A page of nothing; `more` are further objects from number 4 on, the others stand in catalogue and trailer."""
    objects = [
        b"<</Type /Catalog /Pages 2 0 R%s>>" % catalog,
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>>",
        *more,
    ]
    content, places = b"%PDF-1.7\n", b"0000000000 65535 f \n"
    for number, each in enumerate(objects, 1):
        places += b"%010d 00000 n \n" % len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    size = len(objects) + 1
    table = b"xref\n0 %d\n%strailer <</Size %d /Root 1 0 R%s>>\n" % (size, places, size, end)
    return content + table + b"startxref\n%d\n%%%%EOF\n" % len(content)


def make_package(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP file, which office documents are inside."""
    content = BytesIO()
    with ZipFile(content, "w") as package:
        for name, part in parts.items():
            package.writestr(ZipInfo(name), part)
    return content.getvalue()


def make_attachment(**fields: Any) -> Attachment:
    content = fields.pop("content", None) or make_pdf()
    return attachments.add_attachment(
        ContentFile(content, fields.pop("filename", "Жоба.pdf")),
        **{"title_kk": "Заң жобасы", "title_ru": "Законопроект", "title_en": "The bill", **fields},
    )


def make_texts(languages: str) -> dict[str, str]:
    """Title, slug and body of one more article in each of the languages."""
    number = next(numbers)
    return {
        f"{field}_{code}": value
        for code in languages.split()
        for field, value in (
            ("title", f"Title {number} {code}"),
            ("slug", f"title-{number}"),
            ("body", f"<p>Text {number} {code}</p>"),
        )
    }


def make_article(languages: str = "kk", **fields: Any) -> Article:
    """A published article in each of `languages`; give status or publish_at for another state."""
    texts = make_texts(languages)
    related = {name: fields.pop(name, []) for name in ("topics", "people", "attachments")}
    defaults = {"status": Article.Status.APPROVED, "publish_at": timezone.now() - timedelta(minutes=1)}
    if "source" not in fields and "source_id" not in fields:
        defaults["source"] = Source.objects.first() or make_source()
    article = Article.objects.create(**{**defaults, **texts, **fields})
    for name, chosen in related.items():
        if chosen:
            getattr(article, name).set(chosen)
    placements.record_placements([article])
    return article


def make_articles(moments: Iterable[datetime], languages: str = "kk", **fields: Any) -> list[Article]:
    """A published article of each moment, as `make_article` makes them, but all at once; `source` has to be given."""
    related = {name: fields.pop(name, []) for name in ("topics", "people")}
    articles = []
    for moment in moments:
        state = {"status": Article.Status.APPROVED, "publish_at": moment}
        articles.append(Article(**{**state, **make_texts(languages), **fields}))
    Article.objects.bulk_create(articles)
    for name, chosen in related.items():
        through = getattr(Article, name).through
        column = getattr(Article, name).field.m2m_reverse_field_name()
        through.objects.bulk_create(
            through(**{"article": article, column: each}) for article in articles for each in chosen
        )
    placements.record_placements(articles)
    return articles


def make_rate(code: str, day: date, value: str = "1.00", **fields: Any) -> Rate:
    """The bank's rate of a currency; origin="hand" makes it one by hand."""
    names = {f"name_{language}": code for language in ("kk", "ru", "en")}
    currency, _ = Currency.objects.get_or_create(code=code, defaults=names)
    reason = "Typed from the bank's page" if fields.get("origin") == Rate.Origin.HAND else ""
    return Rate.objects.create(
        **{"currency": currency, "day": day, "value": Decimal(value), "reason": reason, **fields}
    )


def make_user(*permissions: str, **fields: Any) -> User:
    """Staff with these permissions, such as "news.publish_article"; no password unless given."""
    user = User.objects.create_user(**{"username": f"user-{next(numbers)}", "is_staff": True, **fields})
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def write_newer(article: Article, **fields: Any) -> Article:
    """The same article, with a newer text waiting beside the one that readers have."""
    revisions.save(article, fields or {"pinned": not article.pinned}, by=None)
    return article
