"""The news on an editor's first page: what waits for whom, and what is read. Each piece makes few queries."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import CharField, Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from news.editorial import autosave
from news.hits import bar_chart, statistics
from news.models import TRANSLATIONS, Article, Autosave, ChannelPost, Letter, Person, Revision, Term, Topic
from news.models.querysets import ArticleQuerySet

register = template.Library()

Status = Article.Status

LINES = 8
"""The most lines of a piece; it links to the whole list."""
TRANSLATED_WITHIN = timedelta(days=30)
CHART_DAYS = 14
TOLD_WITHIN = timedelta(days=7)
"""For how long the desk tells people that their words were replaced in a conflict."""
WAITING = (ChannelPost.State.HELD, ChannelPost.State.UNKNOWN, ChannelPost.State.REFUSED)


@register.inclusion_tag("admin/news/desk/mine.html", takes_context=True)
def desk_mine(context: Context) -> dict[str, Any]:
    """Drafts and returned articles that this person has worked on; a returned one with the reviewer's reason."""
    user = context["user"]
    if not (user.has_perm("news.change_article") or user.has_perm("news.translate_article")):
        return {}
    returned = LogEntry.objects.filter(
        content_type__app_label="news",
        content_type__model="article",
        object_id=Cast(OuterRef("pk"), CharField()),
        change_message__startswith="Returned.",
    ).order_by("-action_time")
    own_revisions = Revision.objects.filter(created_by=user, article=OuterRef("pk"))
    mine = (
        on_desk()
        .unfinished()
        .filter(at_stage(Status.DRAFT, Status.RETURNED), Exists(own_revisions))
        .annotate(why=Subquery(returned.values("change_message")[:1]))
        .order_by("-changed_at")
    )
    found = list_lines(mine)
    for article in found["articles"]:
        is_returned = article.stage == Status.RETURNED
        article.note = (article.why or "").partition(".")[2].strip() if is_returned else ""
    return {
        **found,
        "may_add": user.has_perm("news.add_article"),
        "is_allowed": True,
        "overridden": list_overridden(user),
    }


@register.inclusion_tag("admin/news/desk/unsaved.html", takes_context=True)
def desk_unsaved(context: Context) -> dict[str, Any]:
    """What the person typed into any form and did not save, the newest first; a link brings it back into the form."""
    return {"texts": [describe_unsaved_text(text) for text in autosave.unsaved_texts(context["user"])]}


def describe_unsaved_text(text: Autosave) -> dict[str, Any]:
    """A line of the piece: named by the title or name that was typed, else what it edits, else its first words."""
    form = f"admin:{text.model.replace('.', '_')}"
    page = reverse(f"{form}_change", args=[text.number]) if text.number else reverse(f"{form}_add")
    typed = {name: value for name, value in (text.content or {}).items() if isinstance(value, str) and value.strip()}
    titles = [typed.get(f"{name}_{code}") for name in ("title", "name", "alt") for code in TRANSLATIONS]
    beginnings = [strip_tags(value) for value in typed.values()]
    heading = next(filter(None, [*titles, text.label, *beginnings]), _("Without a title"))
    return {
        "pk": text.pk,
        "address": f"{page}?continue={text.key}",
        "heading": Truncator(heading).chars(100),
        "kind": capfirst(apps.get_model(text.model)._meta.verbose_name),
        "saved_at": text.saved_at,
    }


@register.inclusion_tag("admin/news/desk/review.html", takes_context=True)
def desk_review(context: Context) -> dict[str, Any]:
    if not context["user"].has_perm("news.view_article"):
        return {}
    waiting = on_desk().unfinished().filter(at_stage(Status.REVIEW)).order_by("changed_at")
    return {**list_lines(waiting), "is_allowed": True}


@register.inclusion_tag("admin/news/desk/scheduled.html", takes_context=True)
def desk_scheduled(context: Context) -> dict[str, Any]:
    if not context["user"].has_perm("news.view_article"):
        return {}
    return {**list_lines(on_desk().scheduled().order_by("publish_at", "pk")), "is_allowed": True}


@register.inclusion_tag("admin/news/desk/missing.html", takes_context=True)
def desk_missing(context: Context) -> dict[str, Any]:
    """Articles that were published lately and lack a language."""
    if not context["user"].has_perm("news.view_article"):
        return {}
    complete = Q(**{f"title_{code}__gt": "" for code in TRANSLATIONS})
    since = timezone.now() - TRANSLATED_WITHIN
    found = list_lines(
        on_desk().published().filter(publish_at__gte=since).exclude(complete).order_by("-publish_at", "-pk")
    )
    for article in found["articles"]:
        article.lacks = [code for code in TRANSLATIONS if code not in article.languages]
    return {**found, "is_allowed": True}


@register.inclusion_tag("admin/news/desk/readings.html", takes_context=True)
def desk_readings(context: Context) -> dict[str, Any]:
    if not context["user"].has_perm("news.view_article"):
        return {}
    today = timezone.localdate()
    counts = statistics.readings_by_day(CHART_DAYS)
    chart = bar_chart.draw_bars(counts, today, CHART_DAYS, width=420, height=140)
    return {"today": counts.get(today, 0), "chart": chart, "is_allowed": True}


@register.inclusion_tag("admin/news/desk/decisions.html", takes_context=True)
def desk_decisions(context: Context) -> dict[str, Any]:
    """The numbers of posts, letters and new topics, people and terms that wait for a decision, if there are any."""
    user = context["user"]
    counts: list[tuple[str, str, str, int]] = []
    for model in (ChannelPost, Letter):
        name = model._meta.model_name
        if user.has_perm(f"news.change_{name}"):
            waiting = model._base_manager.filter(state__in=WAITING).order_by("state").values("state")
            found = waiting.annotate(count=Count("pk")).values_list("state", "count")
            address = reverse(f"admin:news_{name}_changelist")
            things = capfirst(str(model._meta.verbose_name_plural))
            counts += [
                (f"{address}?state__exact={state}", things, str(model.State(state).label), n) for state, n in found
            ]
    if user.has_perm("news.publish_article"):
        counts += count_unseen()
    return {"counts": counts}


def count_unseen() -> list[tuple[str, str, str, int]]:
    """A line for each kind of entries that readers do not see until somebody who may publish has looked at them."""
    waits = str(Topic._meta.get_field("is_waiting").verbose_name)
    lines = []
    for model in (Topic, Person, Term):
        if number := model._base_manager.filter(is_waiting=True).count():
            address = reverse(f"admin:news_{model._meta.model_name}_changelist")
            things = capfirst(str(model._meta.verbose_name_plural))
            lines.append((f"{address}?is_waiting__exact=1", things, waits, number))
    return lines


@register.filter
def until(moment: datetime) -> str:
    """The time until then, such as "in 2 h 5 min"."""
    minutes = max(0, -((timezone.now() - moment) // timedelta(minutes=1)))  # rounded up
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("in %(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return _("in %(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return _("in %(minutes)s min") % {"minutes": minutes}


def list_overridden(user: User) -> list[Revision]:
    """The revisions of the last days with which somebody else, in a conflict, replaced words of this person."""
    since = timezone.now() - TOLD_WITHIN
    # That few revisions replace another is worth telling the database, which has an index of them.
    replacing = Revision.objects.filter(overrides__isnull=False, created_at__gte=since)
    overriding = replacing.filter(overrides__created_by=user).exclude(created_by=user)
    return list(overriding.select_related("article", "overrides", "created_by").order_by("-created_at")[:LINES])


# What the pieces share


def on_desk() -> ArticleQuerySet:
    """Articles outside the bin, without their texts, which a line does not show."""
    lines = Article.objects.filter(deleted_at__isnull=True)
    return lines.only("status", "pending", "publish_at", "changed_at", *(f"title_{code}" for code in TRANSLATIONS))


def at_stage(*stages: str) -> Q:
    """Matches the stage of an article or of the newer text beside a public one."""
    return Q(status__in=stages) | Q(pending__in=stages)


def list_lines(articles: ArticleQuerySet) -> dict[str, Any]:
    """The first lines of a piece, and whether there are more."""
    found = list(articles[: LINES + 1])
    return {"articles": found[:LINES], "has_more": len(found) > LINES}
