"""The lists that grow: what they count, how they are sorted and filtered, and which dates they offer."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.models import Article, Attachment, Channel, ChannelPost, Image, KnownWord, Letter, Subscription
from portal.models import Job, JobRun, RefusedSignIn
from tests.support.article_admin import LIST
from tests.support.everything import make_one_of_each
from tests.support.factories import make_article, make_articles, make_source, make_topic, make_user

pytestmark = pytest.mark.django_db

WORDS = "/admin/news/knownword/"
LOG = "/admin/admin/logentry/"


def sign_in_boss(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def make_words(number: int) -> None:
    KnownWord.objects.bulk_create(KnownWord(language="kk", word=f"сөз{each:04}") for each in range(number))


def words_of(response) -> list[str]:
    return [word.word for word in response.context["cl"].result_list]


def log(user, days: int = 0, **fields) -> LogEntry:
    moment = timezone.now() - timedelta(days=days)
    return LogEntry.objects.create(
        **{"user": user, "action_flag": 2, "action_time": moment, "object_repr": "x", **fields}
    )


# What they count


@pytest.mark.parametrize(("number", "said"), [(0, "In all: 0"), (200, "In all: 200"), (201, "In all: more than 200")])
def test_list_counts_two_hundred_entries(client, number, said):
    make_words(number)
    sign_in_boss(client)

    assert said in client.get(WORDS).text


def test_list_never_counts_more(client):
    make_words(300)
    sign_in_boss(client)

    with CaptureQueriesContext(connection) as queries:
        client.get(WORDS)

    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert [sql.endswith("LIMIT 201) subquery") for sql in counts] == [True]


def test_every_page_can_be_reached_from_the_one_before(client):
    make_words(450)
    sign_in_boss(client)

    pages = {}
    for page in (1, 3, 4, 5):
        response = client.get(f"{WORDS}?p={page}")
        pages[page] = (response.context["cl"].paginator.num_pages, len(words_of(response)))

    assert pages == {1: (3, 100), 3: (4, 100), 4: (5, 100), 5: (5, 50)}


@pytest.mark.parametrize("page", ["0", "-1", "6", "a", "9" * 30])
def test_page_that_cannot_be_leads_to_the_list(client, page):
    make_words(450)
    sign_in_boss(client)

    response = client.get(f"{WORDS}?p={page}")

    assert (response.status_code, response.headers.get("Location")) in [(302, f"{WORDS}?e=1"), (200, None)]


def test_everything_in_an_uncounted_list_can_be_selected(client):
    make_words(201)
    sign_in_boss(client)

    before = client.get(WORDS).text
    data = {
        "action": "delete_selected",
        "index": "0",
        "select_across": "1",
        "_selected_action": KnownWord.objects.first().pk,
    }
    client.post(WORDS, {**data, "post": "yes"})

    assert "Select everything in the list" in before
    assert "201" not in before
    assert KnownWord.objects.count() == 0


def test_field_that_completes_words_goes_on_beyond_what_is_counted(client):
    Image.objects.bulk_create(Image(token=f"t{each}", file=f"{each}.png", width=9, height=9) for each in range(250))
    sign_in_boss(client)
    field = {"app_label": "news", "model_name": "person", "field_name": "photograph"}

    answer = client.get("/admin/autocomplete/", {**field, "term": "", "page": "13"}).json()

    assert (len(answer["results"]), answer["pagination"]) == (10, {"more": False})


# How they are sorted


def test_list_is_sorted_by_the_first_column_that_is_chosen(client):
    sign_in_boss(client)

    changes = client.get(f"{LIST}?o=-2.1").context["cl"]

    assert changes.queryset.query.order_by == ("-status", "-publish_at", "-id")


def test_what_is_equal_follows_in_the_same_direction(client):
    sign_in_boss(client)

    changes = client.get(f"{LIST}?o=2").context["cl"]

    assert changes.queryset.query.order_by == ("status", "publish_at", "id")


@pytest.mark.parametrize("column", ["4", "99", "a", "-", "9" * 30, "-0"])
def test_column_that_is_not_offered_changes_nothing(client, column):
    user = sign_in_boss(client)
    log(user, days=1), log(user)

    entries = client.get(LOG).context["cl"].result_list
    again = client.get(f"{LOG}?o={column}").context["cl"].result_list

    assert list(again) == list(entries)


def test_articles_are_sorted_by_source_in_groups(client):
    first, second = make_source(position=2), make_source(position=1)
    articles = [make_article(source=source) for source in (second, first, second)]
    sign_in_boss(client)

    found = list(client.get(f"{LIST}?o=4").context["cl"].result_list)

    assert found == [articles[1], articles[0], articles[2]]


# How they are filtered


def test_filter_by_topics_finds_each_article_once(client):
    topics = [make_topic(), make_topic()]
    both = make_article(topics=topics)
    make_article()
    sign_in_boss(client)

    found = client.get(f"{LIST}?topics__id__exact={topics[0].pk}&topics__id__exact={topics[1].pk}").context["cl"]
    by_hand = client.get(f"{LIST}?topics__in={topics[0].pk},{topics[1].pk}").context["cl"]

    assert (found.result_count, list(found.result_list)) == (1, [both])
    assert (by_hand.result_count, list(by_hand.result_list)) == (1, [both])


def test_filter_finds_articles_without_topics(client):
    make_article(topics=[make_topic(), make_topic()])
    without = make_article()
    sign_in_boss(client)

    assert list(client.get(f"{LIST}?topics__isnull=True").context["cl"].result_list) == [without]


@pytest.mark.parametrize("value", ["a", "9" * 30, ""])
def test_filter_by_a_topic_that_cannot_be_finds_nothing(client, value):
    make_article(topics=[make_topic()])
    sign_in_boss(client)

    assert client.get(f"{LIST}?topics__id__exact={value}").status_code in (200, 302, 404)


def test_filter_offers_only_people_who_are_in_the_log(client):
    boss, user, _other = sign_in_boss(client), make_user(), make_user()
    log(boss), log(user), log(user)

    (spec,) = [each for each in client.get(LOG).context["cl"].filter_specs if getattr(each, "field_path", "") == "user"]

    assert sorted(spec.lookup_choices) == [(boss.pk, str(boss)), (user.pk, str(user))]


@pytest.mark.parametrize(("kind", "number"), [("signed-in", 1), ("signed-out", 1), ("changed", 1), ("deleted", 1)])
def test_log_is_filtered_by_what_was_done(client, kind, number):
    user = sign_in_boss(client)
    of_users = ContentType.objects.get_for_model(type(user))
    log(user, change_message="Signed in. 127.0.0.1", content_type=of_users)
    log(user, change_message="Signed out.", content_type=of_users)
    log(user, change_message="Approved.")
    log(user, action_flag=3)

    assert client.get(f"{LOG}?kind={kind}").context["cl"].result_count == number


# Which dates they offer


def test_log_offers_years_then_months_then_days(client):
    user = sign_in_boss(client)
    for moment in ("2023-12-31T20:00", "2024-03-07T10:00", "2024-05-11T10:00", "2024-05-11T12:00", "2024-05-30T10:00"):
        log(user, action_time=datetime.fromisoformat(moment).replace(tzinfo=UTC))
    log(user, action_time=datetime(2022, 6, 1, tzinfo=UTC))

    found = []
    for query in ("", "?action_time__year=2024", "?action_time__year=2024&action_time__month=5"):
        found.append([choice["link"] for choice in client.get(LOG + query).context["cl"].dates()["choices"]])

    assert found == [
        [f"?action_time__year={year}" for year in (2022, 2023, 2024)],
        [f"?action_time__month={month}&action_time__year=2024" for month in (1, 2, 3, 4, 5)],
        [f"?action_time__day={day}&action_time__month=5&action_time__year=2024" for day in (11, 30)],
    ]


def test_day_leads_back_to_its_month_even_if_it_has_nothing(client):
    sign_in_boss(client)

    dates = client.get(f"{LOG}?action_time__year=2024&action_time__month=5&action_time__day=2").context["cl"].dates()

    assert dates["back"]["link"] == "?action_time__month=5&action_time__year=2024"
    assert [list(choice) for choice in dates["choices"]] == [["title"]]


def test_list_without_dates_offers_none(client):
    sign_in_boss(client)

    assert client.get(LOG).context["cl"].dates()["show"] is False


@pytest.mark.parametrize("query", ["year=a", "year=2024&action_time__month=13", "year=0", "year=99999", "month=a"])
def test_date_that_cannot_be_is_refused(client, query):
    sign_in_boss(client)

    assert client.get(f"{LOG}?action_time__{query}").status_code in (302, 400)


# What they cost


def make_many(number: int) -> None:
    """So many more of what the lists have."""
    user, source = make_user(), make_source()
    articles = make_articles([timezone.now()] * number, "kk ru en", source=source, topics=[make_topic()])
    now = timezone.now()
    Image.objects.bulk_create(
        Image(token=f"t{each}", file=f"originals/{each}.png", width=9, height=9, uploaded_by=user)
        for each in range(number)
    )
    documents = Attachment.objects.bulk_create(
        Attachment(token=f"t{each}", file=f"{each}.pdf", filename="a.pdf", kind="pdf", size=9) for each in range(number)
    )
    for article, document in zip(articles, documents, strict=True):
        article.attachments.add(document)
    job, channel = Job.objects.get(), Channel.objects.create(name="a", chat_id="@a")
    JobRun.objects.bulk_create(
        JobRun(job=job, due_at=now - timedelta(hours=each), started_at=now) for each in range(number)
    )
    ChannelPost.objects.bulk_create(ChannelPost(channel=channel, article=article) for article in articles)
    people = Subscription.objects.bulk_create(
        Subscription(email=f"reader-{each}@example.org", edition="kk") for each in range(number)
    )
    Letter.objects.bulk_create(Letter(subscription=person) for person in people)
    RefusedSignIn.objects.bulk_create(
        RefusedSignIn(username=f"n{each}", ip_address="127.0.0.1") for each in range(number)
    )
    kind = ContentType.objects.get_for_model(Article)
    LogEntry.objects.bulk_create(
        LogEntry(user=user, action_flag=2, object_id=article.pk, object_repr="x", content_type=kind)
        for article in articles
    )
    make_words(number)


GROWING = [
    "news/article", "news/image", "news/attachment", "news/knownword", "news/channelpost", "news/letter",
    "news/subscription", "admin/logentry", "portal/jobrun", "portal/refusedsignin",
]  # fmt: skip


@time_machine.travel(datetime(2026, 11, 15, 12, tzinfo=UTC))  # no month begins meanwhile
def test_lists_ask_the_same_number_of_queries_for_one_entry_and_for_a_hundred(client):
    make_one_of_each()
    sign_in_boss(client)

    def count_queries() -> dict[str, int]:
        counts = {}
        for name in GROWING:
            client.get(f"/admin/{name}/")
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/admin/{name}/")
            counts[name] = len(queries)
        return counts

    one = count_queries()
    make_many(99)

    assert count_queries() == one


SCAN = re.compile(r"(?:Seq Scan on|SCAN) (?:news_article|django_admin_log)\b(?!.* USING)")
SORT = re.compile(r"Sort Key|USE TEMP B-TREE")
"""What is in a plan of PostgreSQL or SQLite that reads a whole table, and that sorts."""


@contextmanager
def recording_plans() -> Iterator[dict[str, str]]:
    """The plan of each query by its SQL, made with the parameters that it really has.

    Of small tables PostgreSQL would read everything, so it is told to do that only where it must.
    """
    plans: dict[str, str] = {}
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"

    def explain_first(execute, sql, params, many, context):
        if sql.startswith("SELECT"):
            with closing(connection.create_cursor()) as cursor:
                cursor.execute(f"{explain} {sql}", params)
                plans[sql] = "\n".join(str(row[-1]) for row in cursor.fetchall())
        return execute(sql, params, many, context)

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in ("seqscan", "sort", "incremental_sort", "bitmapscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{name} = off")
    with connection.execute_wrapper(explain_first):
        yield plans


def list_addresses(client, address: str) -> Iterator[str]:
    """A list of the admin with each choice of its filters, each column, both ways, and each of its dates."""
    changes = client.get(address).context["cl"]
    yield from (address, f"{address}?p=1")
    for spec in changes.filter_specs:
        yield from (address + choice["query_string"] for choice in spec.choices(changes))
    for number, column in enumerate(changes.list_display):
        if changes.get_ordering_field(column) and changes.may_sort_by(str(number)):
            yield from (f"{address}?o={number}", f"{address}?o=-{number}")
    name = changes.date_hierarchy
    yield from (f"{address}?{name}__year=2024", f"{address}?{name}__year=2024&{name}__month=5")


@pytest.mark.parametrize(("address", "table"), [(LIST, "news_article"), (LOG, "django_admin_log")])
def test_no_page_of_a_list_reads_or_sorts_the_whole_table(client, address, table):
    user = sign_in_boss(client)
    for article in make_articles([timezone.now()] * 3, "kk", source=make_source(), topics=[make_topic()]):
        log(user, object_id=article.pk, content_type=ContentType.objects.get_for_model(Article))
    log(make_user(), content_type=ContentType.objects.get_for_model(Image))
    addresses = list(list_addresses(client, address))

    wrong = {}
    for each in addresses:
        with recording_plans() as plans:
            client.get(each)
        own = {sql: plan for sql, plan in plans.items() if f'FROM "{table}"' in sql}
        assert own
        wrong |= {(each, plan): sql for sql, plan in own.items() if SCAN.search(plan) or SORT.search(plan)}

    assert wrong == {}


@pytest.mark.parametrize("address", ["/admin/", "/admin/news/article/{pk}/history/", "/sitemap.xml"])
def test_what_editors_open_most_reads_no_whole_table(client, address):
    user = sign_in_boss(client)
    article = make_article()
    log(user, object_id=article.pk, content_type=ContentType.objects.get_for_model(Article))

    with recording_plans() as plans:
        client.get(address.format(pk=article.pk))

    assert plans
    # SQLite reads the last rows of a table as the first ones of a scan from the end.
    from_the_end = re.compile(r"ORDER BY (?:1|\S+\.\"id\") DESC LIMIT \d+$")
    assert {sql: plan for sql, plan in plans.items() if SCAN.search(plan) and not from_the_end.search(sql)} == {}
