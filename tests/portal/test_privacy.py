"""What the page about privacy says is so."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import override

from news.models import Letter, Subscription
from news.newsletter import subscriptions
from portal import editions
from portal.admin import audit
from tests.support.crawler import MACHINES, STARTS, crawl
from tests.support.factories import make_article, make_image, make_person, make_source, make_topic, make_user

pytestmark = pytest.mark.django_db

OURS = urlsplit(settings.SITE_URL).netloc
STYLE_SHEETS = sorted(Path(settings.BASE_DIR, "static/css").rglob("*.css"))


NOT_FETCHED = {"alternate", "canonical", "me", "hub", "license"}


class Loaded(HTMLParser):
    """What a browser fetches by itself when it opens a page, and where a form is sent."""

    SOURCES = {"src", "srcset", "poster", "data", "action", "background"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "link" and set((values.get("rel") or "").split()) & {
            "alternate",
            "canonical",
            "me",
            "hub",
            "license",
        }:
            return
        names = self.SOURCES | ({"href"} if tag == "link" else set())
        for name in names & values.keys():
            for candidate in (values[name] or "").split(","):
                self.found += candidate.split()[:1]


def test_public_pages_set_no_cookie_and_load_nothing_from_other_hosts(client):
    shared = {"source": make_source(), "topics": [make_topic()], "people": [make_person()]}
    make_article("kk ru en", cover=make_image(), **shared)

    answers = crawl(client, [*STARTS, *MACHINES, "/subscribe/", "/search/?q=x"], of_each_kind=3)

    pages = {
        path: each for path, each in answers.items() if each.headers.get("Content-Type", "").startswith("text/html")
    }
    loaded = {(path, url) for path, each in pages.items() for url in Loaded(each.text).found}
    others = {(path, url) for path, url in loaded if urlsplit(urljoin(settings.SITE_URL + path, url)).netloc != OURS}
    assert len(pages) > 60
    assert len(loaded) > 500
    assert others == set()
    assert {path for path, each in answers.items() if each.cookies or "Set-Cookie" in each.headers} == set()
    assert dict(client.cookies) == {}


@pytest.mark.parametrize("sheet", STYLE_SHEETS, ids=lambda path: path.name)
def test_style_sheet_loads_nothing_from_other_hosts(sheet):
    addresses = re.findall(r"url\(([^)]*)\)|@import ([^;]+)", sheet.read_text())

    assert [each for pair in addresses for each in pair if "//" in each] == []


@pytest.mark.parametrize("edition", editions.EDITIONS, ids=lambda each: each.code)
def test_page_stands_in_each_edition_and_in_the_foot_of_each_page(client, edition):
    page, front = client.get(f"{edition.prefix}/privacy/"), client.get(f"{edition.prefix}/")
    with override(edition.code):
        days = re.findall(
            r"\b\d+\b", re.sub(r"<[^>]+>", " ", page.text.split('<div class="prose">')[1].split("</div>")[0])
        )

    assert page.status_code == 200
    assert f'href="{edition.prefix}/privacy/"' in front.text
    assert page.cookies == {}
    assert days[:4] == [
        str(length.days)
        for length in (
            subscriptions.UNCONFIRMED_FOR,
            subscriptions.UNREACHED_FOR,
            audit.SIGN_INS_FOR,
            audit.REFUSED_FOR,
        )
    ]


def test_job_deletes_what_is_kept_for_a_time_only_and_nothing_else():
    now, day, hour = timezone.now(), timedelta(days=1), timedelta(hours=1)
    addresses = {
        "unconfirmed, old": {"made_at": now - 7 * day - hour},
        "unconfirmed": {"made_at": now - 7 * day + hour},
        "unreached, old": {"confirmed_at": now, "dead_at": now - 30 * day - hour},
        "unreached": {"confirmed_at": now, "dead_at": now - 30 * day + hour},
        "a reader": {"confirmed_at": now - 900 * day, "made_at": now - 900 * day},
    }
    for name, fields in addresses.items():
        row = Subscription.objects.create(email=f"{name.replace(' ', '').replace(',', '-')}@example.org", edition="kk")
        Subscription.objects.filter(pk=row.pk).update(**fields)
        Letter.objects.create(subscription=row)
    user = make_user()
    signed_in = f"{audit.SIGNED_IN} 203.0.113.7"
    for message, age in ((signed_in, 366), (audit.SIGNED_OUT, 366), (signed_in, 364), ("Published.", 4000)):
        LogEntry.objects.create(
            user=user, action_flag=CHANGE, object_repr="x", change_message=message, action_time=now - age * day
        )
    for model in (AccessLog, AccessFailureLog, AccessAttempt):
        for age in (91, 89):
            extra = {"failures_since_start": 1} if model is AccessAttempt else {}
            row = model.objects.create(username=f"name {age}", ip_address="203.0.113.7", user_agent="x", **extra)
            model.objects.filter(pk=row.pk).update(attempt_time=now - age * day)
    output = StringIO()

    with override("en"):
        call_command("delete_expired", stdout=output)
        call_command("delete_expired", stdout=output)

    assert output.getvalue().splitlines() == [
        "Deleted: addresses of subscribers: 2, records of sign-ins: 5.",
        "Deleted: addresses of subscribers: 0, records of sign-ins: 0.",
    ]
    assert set(Subscription.objects.values_list("email", flat=True)) == {
        "unconfirmed@example.org", "unreached@example.org", "areader@example.org"
    }  # fmt: skip
    messages = LogEntry.objects.filter(user=user).values_list("change_message", flat=True)
    assert sorted(messages) == ["Published.", f"{audit.SIGNED_IN} 203.0.113.7"]
    assert [model.objects.get().username for model in (AccessLog, AccessFailureLog, AccessAttempt)] == ["name 89"] * 3


def test_job_of_expired_data_is_among_the_jobs():
    assert [command for _name, command, _times in settings.JOBS if command == "delete_expired"] == ["delete_expired"]
