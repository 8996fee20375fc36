"""No page says anything in another language than its reader's: a catalogue that marks its words proves it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.translation import override

from news.editorial import revisions
from news.preview import links
from portal.models import Job, JobRun, SiteSettings
from rates.models import BankAnswer, Currency, Rate
from tests.support.factories import (
    make_article,
    make_attachment,
    make_image,
    make_person,
    make_rate,
    make_source,
    make_topic,
    make_user,
)
from tests.support.untranslated import BEGIN, END, WORD, Words, mark, mark_translations

pytestmark = [pytest.mark.once, pytest.mark.django_db]

CODES = ("kk", "ru", "en")
DATA = re.compile(
    r"[A-Z]{3}|kk|ru|en|px|МБ|КБ|RSS|Atom|JSON|CSV|URL|Telegram|Facebook|Instagram|WhatsApp|YouTube"
    r"|года"  # in a Russian date, by its format
    r"|Қазақша|Qazaqşa|قازاقشا|Русский|English"
    r"|API|Feed|OPML|openapi|json|Alt|Ctrl|Enter|Esc|F10|Shift|Tab"
    # Addresses of pages and files, what a browser said of itself.
    r"|https?|www|com|youtube-nocookie|testserver|example|org|news|media|pdf|PDF|title-\d+|Firefox|senat|SHA-256|[0-9a-f]{7,}|rates"
)
"""Names and codes that are the same in every language."""
COMMANDS = {word for _name, command, _times in settings.JOBS for word in WORD.findall(command)}


def texts(*fields: str) -> dict[str, str]:
    return {f"{field}_{code}": mark(field) for field in fields for code in CODES}


@pytest.fixture
def examples() -> dict[str, Any]:
    """One of everything, its own words marked; and the arguments that lead to it."""
    names = texts("name")
    user = make_user(is_superuser=True, username=mark("user"))
    emblem = make_image(**texts("alt", "caption", "credit"))
    source = make_source(slug="senat", site_url="https://example.org/", emblem=emblem, **texts("name", "short_name"))
    topic, person = make_topic(slug="senat", **names), make_person(slug="senat", photograph=emblem, **names)
    words = texts("title", "lead", "dateline", "byline", "body")
    about = {"source": source, "topics": [topic], "people": [person], **words}
    article = make_article("kk ru en", cover=emblem, **about)
    make_article("kk ru en", **about, publish_at=timezone.now() + timedelta(days=1))
    make_article("kk ru en", **about, status="draft", publish_at=None)
    article.attachments.add(make_attachment(filename="media.pdf", **texts("title")))
    revisions.begin(article, by=user)
    for days in (1, 0):
        make_rate("USD", timezone.localdate() - timedelta(days=days), "472.31", change="-1.90")
    make_rate("USD", timezone.localdate() + timedelta(days=1), "900", state=Rate.State.HELD_BACK)
    Currency.objects.update(in_widget=True, **names)
    BankAnswer.record(b"<rates/>", mark("file"), None)
    Group.objects.update(name=Concat(Value(BEGIN), "name", Value(END)))
    SiteSettings.objects.create(pk=1)
    job = Job.objects.create(name="rates")
    JobRun.objects.create(job=job, due_at=timezone.now(), started_at=timezone.now(), holder=mark("holder"))
    AccessFailureLog.objects.create(username=mark("user"), ip_address="192.0.2.1", user_agent="Firefox")
    kind = {"content_type_id": 1, "object_repr": mark("article")}
    LogEntry.objects.create(user=user, action_flag=CHANGE, object_id=str(article.pk), **kind)
    today = timezone.localdate()
    return {
        "pk": article.pk,
        "id": user.pk,
        "user": user,
        "slug": "senat",
        "number": 1,
        "name": "publish",
        "code": "usd",
        "form": "rss",
        "app_label": "news",
        "token": links.create_link(article, by=user, days=1, revision=None),
        "year": today.year,
        "month": today.month,
        "day": today.day,
    }


def patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, f"{space}{each.namespace}:" if each.namespace else space)
        elif each.name:
            yield space + each.name, each


def pages(language: str, examples: dict[str, Any]) -> dict[str, str]:
    """Each address of the portal that a browser may open, by its name."""
    things = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    found = {}
    for name, pattern in patterns(get_resolver()):
        wanted = {*pattern.pattern.converters, *pattern.pattern.regex.groupindex}
        given = {key: language if key == "code" and "preview" in name else examples.get(key) for key in wanted}
        if "object_id" in wanted and "content_type_id" not in wanted:
            last = things[name.removeprefix("admin:").rsplit("_", 1)[0]].objects.order_by("pk").last()
            given["object_id"] = last and last.pk
        if None not in given.values():
            found[name] = reverse(name, kwargs=given)
    return found


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_page_speaks_its_readers_language_alone(client, examples, language):
    client.force_login(examples["user"])
    stranger = Client()
    client.cookies["django_language"] = stranger.cookies["django_language"] = language
    with mark_translations(language), override(language):
        addresses = pages(language, examples)
        answers = {name: client.get(address, follow=True) for name, address in addresses.items()}
        for name in addresses if language == "kk" else ():  # the words of both languages are counted elsewhere
            if name.endswith(("_add", "_links", "_password_change")):
                answers[f"{name}, sent empty"] = client.post(addresses[name], {"_save": ""})
            if name.endswith("_changelist"):
                chosen = {"action": "delete_selected", "_selected_action": ["1"]}
                answers[f"{name}, to be deleted"] = client.post(addresses[name], chosen, follow=True)
        answers["front, of nobody"] = stranger.get(addresses["front"])
        answers["sign-in"] = stranger.get(addresses["admin:login"])
        answers["sign-in, refused"] = stranger.post(addresses["admin:login"], {"username": "x", "password": "y"})
    own = ("/admin/", "/preview/", "/" if language == "kk" else f"/{language}/")
    html = {
        name: answer.text
        for name, answer in answers.items()
        if answer.request["PATH_INFO"].startswith(own)
        and answer.headers.get("Content-Type", "").startswith("text/html")
        and not answer.streaming
    }
    strange = {
        name: {word for word in Words(page).found if not DATA.fullmatch(word)} - COMMANDS for name, page in html.items()
    }

    assert {name: words for name, words in strange.items() if words} == {}
    assert len([name for name in html if answers[name].status_code == 200]) > 90
    assert {name for name, answer in answers.items() if answer.status_code >= 500} == set()


def test_marking_lets_no_foreign_word_pass():
    page = f'<p title="Save">{mark(f"a {mark('b')} <b>c</b>")} left <img alt="{mark("d")}"></p><script>code</script>'

    assert Words(page).found == {"Save", "left"}
