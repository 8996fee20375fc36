"""Who did what when: in the admin and at its door."""

import csv
from io import StringIO

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from news.editorial import workflow
from portal.admin import audit
from portal.models import RefusedSignIn
from tests.support.factories import make_article, make_topic, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/admin/logentry/"


@pytest.fixture
def reader(client):
    """Signed in, in English, to look at what was done."""
    user = make_user("admin.view_logentry", "portal.view_refusedsignin", username="reader")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def write(user, message, flag=CHANGE, thing=None):
    return LogEntry.objects.log_actions(user.pk, [thing or user], flag, change_message=message, single_object=True)


def list_entries(response):
    return [(entry.user.username, entry.change_message) for entry in response.context["cl"].result_list]


def downloaded(client, address):
    text = b"".join(client.get(address).streaming_content).decode()
    assert text[0] == "\ufeff"
    return list(csv.reader(StringIO(text[1:])))


# At the door


def test_sign_in_and_sign_out_are_written_down_on_the_person(client):
    user = User.objects.create_user("aigul", password="right", is_staff=True)

    client.post("/admin/login/", {"username": "aigul", "password": "right"})
    client.post("/admin/logout/")

    entries = LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")
    assert list(entries) == [(user.pk, str(user.pk), "Signed in. 127.0.0.1"), (user.pk, str(user.pk), "Signed out.")]


def test_sign_out_of_a_stranger_is_not_written_down(client):
    client.post("/admin/logout/")

    assert LogEntry.objects.count() == 0


def test_each_refused_sign_in_is_kept_even_after_one_that_succeeded(client):
    User.objects.create_user("aigul", password="right", is_staff=True)

    for password in ("wrong", "false", "right"):
        client.post("/admin/login/", {"username": "aigul", "password": password}, HTTP_USER_AGENT="Lynx")

    refused = RefusedSignIn.objects.values_list("username", "ip_address", "user_agent")
    assert list(refused) == [("aigul", "127.0.0.1", "Lynx")] * 2
    assert LogEntry.objects.get().change_message == "Signed in. 127.0.0.1"


def test_refused_sign_ins_are_listed_for_those_who_may_see_them(client, reader):
    client.logout()
    client.post("/admin/login/", {"username": "nobody", "password": "wrong"})
    client.force_login(reader)

    response = client.get("/admin/portal/refusedsignin/")

    assert [each.username for each in response.context["cl"].result_list] == ["nobody"]


# In the admin


def test_what_an_administrator_does_with_a_person_is_written_down(client):
    administrator, writer = make_user(), make_user(username="writer")
    administrator.groups.set(Group.objects.filter(name="Әкімші"))
    client.force_login(administrator)

    client.post(
        f"/admin/auth/user/{writer.pk}/password/", {"password1": "x9-long-enough", "password2": "x9-long-enough"}
    )

    assert LogEntry.objects.values_list("user", "object_repr").get() == (administrator.pk, "writer")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "No difference. As typed. Ok"),
        ("kk", "Айырмашылық жоқ. As typed. Ok"),
        ("ru", "Различий нет. As typed. Ok"),
    ],
)
def test_fixed_sentence_is_told_in_the_readers_language_and_the_note_as_typed(language, told, reader):
    write(reader, "No difference. As typed. Ok")

    with translation.override(language):
        assert audit.describe_entry(LogEntry.objects.get()) == told


def test_verbs_are_told_with_their_notes():
    article = make_article(status="draft", publish_at=None)
    workflow.publish(article, by=make_user("news.publish_article"), note="For the session")

    with translation.override("en"):
        assert audit.describe_entry(LogEntry.objects.get()) == "Published. For the session"


def test_history_of_a_thing_is_told_in_the_readers_language(client):
    article = make_article(status="draft", publish_at=None)
    write(make_user(), "No difference.", thing=article)
    client.force_login(make_user("news.view_article"))
    client.cookies["django_language"] = "ru"

    page = client.get(f"/admin/news/article/{article.pk}/history/").content.decode()

    assert "<td>Различий нет.</td>" in page


def test_note_without_a_sentence_of_ours_is_told_as_it_is(reader):
    write(reader, "")
    write(reader, "imported from 2019. Twice. ")

    assert [audit.describe_entry(entry) for entry in LogEntry.objects.order_by("pk")] == [
        "",
        "imported from 2019. Twice. ",
    ]


def test_list_is_filtered_by_person_kind_and_day(client, reader):
    other = make_user(username="other")
    write(reader, "Published.")
    write(other, "Published.")
    write(other, "Signed in. 192.0.2.7")
    write(other, "Signed out.")
    write(other, "[]", ADDITION)

    found = {
        query: list_entries(client.get(LIST + query))
        for query in (
            f"?user__id__exact={reader.pk}",
            "?kind=changed",
            "?kind=added",
            "?kind=signed-in",
            "?kind=signed-out",
            "?kind=deleted",
            "?kind=unknown",
            "?action_time__year=2001",
        )
    }

    assert found == {
        f"?user__id__exact={reader.pk}": [("reader", "Published.")],
        "?kind=changed": [("other", "Published."), ("reader", "Published.")],
        "?kind=added": [("other", "[]")],
        "?kind=signed-in": [("other", "Signed in. 192.0.2.7")],
        "?kind=signed-out": [("other", "Signed out.")],
        "?kind=deleted": [],
        "?kind=unknown": [
            ("other", "[]"),
            ("other", "Signed out."),
            ("other", "Signed in. 192.0.2.7"),
            ("other", "Published."),
            ("reader", "Published."),
        ],
        "?action_time__year=2001": [],
    }


def test_list_is_searched_by_note_name_and_person(client, reader):
    topic = make_topic(slug="budget")
    write(reader, "Returned. Shorter, please")
    write(make_user(username="other"), "Published.", thing=topic)

    found = {word: list_entries(client.get(LIST, {"q": word})) for word in ("shorter", "budget", "reader", "nothing")}

    assert found == {
        "shorter": [("reader", "Returned. Shorter, please")],
        "budget": [("other", "Published.")],
        "reader": [("reader", "Returned. Shorter, please")],
        "nothing": [],
    }


def test_list_takes_the_same_number_of_queries_for_one_and_for_many(client, reader):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    write(reader, "Published.")
    client.get(LIST)  # content types are remembered from here on
    one = count()
    for number in range(10):
        write(make_user(), f"Published. {number}")

    assert count() == one


# Nobody changes it


def test_even_a_superuser_cannot_change_or_delete_what_was_done(client):
    superuser = make_user(is_superuser=True)
    write(superuser, "Published.")
    entry = LogEntry.objects.get()
    client.force_login(superuser)

    answers = [
        client.post(f"{LIST}{entry.pk}/change/", {"change_message": "Nothing."}).status_code,
        client.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code,
        client.post(f"{LIST}add/", {"change_message": "Nothing."}).status_code,
        client.post(LIST, {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"}).status_code,
    ]

    assert answers == [403, 403, 403, 200]
    assert LogEntry.objects.get().change_message == "Published."


def test_person_with_a_history_is_not_deleted_with_it(client):
    superuser, other = make_user(is_superuser=True), make_user()
    write(other, "Published.")
    client.force_login(superuser)

    response = client.post(f"/admin/auth/user/{other.pk}/delete/", {"post": "yes"})

    assert response.status_code == 403
    assert User.objects.filter(pk=other.pk).exists()


# As a file


def test_download_holds_what_the_list_is_filtered_to_in_the_readers_language(client, reader):
    topic = make_topic(slug="budget")
    write(reader, "Published. Қазақша", thing=topic)
    write(reader, "Signed in. 192.0.2.7")
    entry = LogEntry.objects.get(object_id=topic.pk, change_message__startswith="Published")
    moment = entry.action_time.astimezone(tz=None)

    rows = downloaded(client, f"{LIST}csv/?kind=changed")

    assert rows[0] == ["Action time", "User", "Kind", "Content type", "Object id", "Object repr", "What was done"]
    assert rows[1][1:] == ["reader", "changed", "News | topic", str(topic.pk), "budget", "Published. Қазақша"]
    assert len(rows) == 2
    assert rows[1][0][:4] == str(moment.year)


@pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_cell_that_a_spreadsheet_would_run_is_made_text(note):
    lines = list(audit.csv_lines([[note, "a=1"]]))

    assert list(csv.reader(StringIO("".join(lines[1:]), newline=""))) == [[f"'{note}", "a=1"]]


def test_download_of_a_person_that_cannot_be_is_refused(client, reader):
    for user in (reader, make_user()):
        write(user, "Published.")

    assert client.get(f"{LIST}csv/?user__id__exact=somebody").status_code == 400


def test_download_of_refused_sign_ins_guards_against_names_that_are_formulas(client, reader):
    RefusedSignIn.objects.create(username="=cmd|x", ip_address="192.0.2.7", user_agent="Lynx")

    rows = downloaded(client, "/admin/portal/refusedsignin/csv/")

    assert [row[1:] for row in rows[1:]] == [["'=cmd|x", "192.0.2.7", "Lynx", "False"]]
