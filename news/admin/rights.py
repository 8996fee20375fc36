"""Who changes what stands on readers' pages: only those who may publish. docs/rights.md has the table."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from news.models import TRANSLATIONS, Article, Image, Person, Source, Term, Topic

IN_THE_OPEN = (Article.Status.APPROVED, Article.Status.WITHDRAWN)
"""Somebody approved such an article as it is: readers have it, or get it without another look when its moment comes."""


class WaitingMixin(admin.ModelAdmin):
    """Something that waits when a person who may not publish adds it, and is closed to them once readers see it."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_fields(request, obj), *(["is_waiting"] if may_publish(request) else [])]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_display(request), "is_waiting"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), "is_waiting"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not may_publish(request):
            obj.is_waiting = True
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and is_open_to(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and is_open_to(request, obj)


class AlwaysPublishedMixin(admin.ModelAdmin):
    """Something that readers see from its first moment on."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and may_publish(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_publish(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and may_publish(request)


class PublishedFieldsMixin(admin.ModelAdmin):
    """Something of which readers see some fields; those are closed to people who may not publish.

    Its form is a `news.admin.forms.LockedFieldsForm`, which says so when somebody sends them all the same.
    """

    def published_fields(self, thing: Any) -> set[str]:
        """The fields whose values readers see, or will without another approval. `thing` is None for a new one."""
        raise NotImplementedError

    def locked_fields(self, request: HttpRequest, thing: Any) -> set[str]:
        """The fields that this person may not change."""
        return set() if may_publish(request) else self.published_fields(thing)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), *sorted(self.locked_fields(request, obj))]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A class made for this request, so that the form knows what is locked."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.locked = self.locked_fields(request, obj)
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_allowed = super().has_delete_permission(request, obj)
        return is_allowed and (obj is None or may_publish(request) or not self.published_fields(obj))


def may_publish(request: HttpRequest) -> bool:
    return request.user.has_perm("news.publish_article")


def is_open_to(request: HttpRequest, thing: Topic | Person | Term | None) -> bool:
    """Whether a person may change it: anything if they may publish, else what no reader sees or is about to see."""
    if thing is None or may_publish(request):
        return True
    return thing.is_waiting and not (
        hasattr(thing, "articles") and thing.articles.filter(status__in=IN_THE_OPEN).exists()
    )


def open_languages(articles: QuerySet[Article]) -> set[str]:
    """The languages of those articles that are in the open."""
    rows = articles.filter(status__in=IN_THE_OPEN).order_by().values_list(*(f"title_{code}" for code in TRANSLATIONS))
    return {code for titles in rows.distinct() for code, title in zip(TRANSLATIONS, titles, strict=True) if title}


def is_emblem_or_portrait(image: Image) -> bool:
    """Whether the picture stands for an institution, or for a person whom readers see."""
    portraits = Person.objects.filter(Q(is_waiting=False) | Q(articles__status__in=IN_THE_OPEN), photograph=image)
    return Source.objects.filter(emblem=image).exists() or portraits.exists()


def articles_with(image: Image) -> QuerySet[Article]:
    return Article.objects.filter(Q(cover=image) | Q(placements__image=image))


def localized(*names: str, languages: Any = TRANSLATIONS) -> set[str]:
    """The columns of these fields in the languages, such as title_kk."""
    return {f"{name}_{code}" for name in names for code in languages}
