import pytest

from news.admin.saved_filters import MAX_FILTERS, strip_visit_parameters
from news.models import SavedFilter
from tests.support.factories import make_article, make_source, make_user

pytestmark = pytest.mark.django_db

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
LIST = "/admin/news/article/"
FILTERS = f"{LIST}filters/"


def sign_in(client, *permissions):
    user = make_user(*permissions)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def own(user):
    return list(user.saved_filters.values_list("name", "query"))


def test_filter_is_kept_shown_and_forgotten(client):
    user = sign_in(client, *WRITER)
    other = make_user(*WRITER)
    theirs = SavedFilter.objects.create(user=other, name="Theirs", query="kind__exact=news")
    source = make_source(slug="senat")
    make_article(source=source)

    answer = client.post(FILTERS, {"name": "Сенат", "query": f"source__id__exact={source.pk}&p=3&e=1"})
    shown = client.get(answer["Location"]).content.decode()
    kept = own(user)
    client.post(FILTERS, {"forget": str(user.saved_filters.get().pk)})
    foreign = client.post(FILTERS, {"forget": str(theirs.pk)})

    assert answer["Location"] == f"{LIST}?source__id__exact={source.pk}"
    assert kept == [("Сенат", f"source__id__exact={source.pk}")]
    assert f'<a href="?source__id__exact={source.pk}" aria-current="page">Сенат</a>' in shown
    assert "Theirs" not in shown
    assert own(user) == []
    assert foreign.status_code == 404
    assert own(other) == [("Theirs", "kind__exact=news")]


def test_filter_of_the_same_name_takes_the_place_of_the_old_one(client):
    user = sign_in(client, *WRITER)

    for query in ("q=a", "q=b"):
        client.post(FILTERS, {"name": "Менікі", "query": query})

    assert own(user) == [("Менікі", "q=b")]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "query": "q=a"},
        {"name": "a", "query": ""},
        {"name": "a", "query": "p=2"},
        {"name": "a" * 61, "query": "q=a"},
        {"name": "a", "query": "q=" + "a" * 500},
    ],
)
def test_filter_without_a_name_or_a_choice_is_refused_in_a_sentence(client, fields):
    user = sign_in(client, *WRITER)

    answer = client.post(FILTERS, fields, follow=True)

    assert [str(each) for each in answer.context["messages"]] == ["A filter needs a name and at least one condition."]
    assert own(user) == []


def test_nobody_keeps_more_than_a_list_has_room_for(client):
    user = sign_in(client, *WRITER)
    SavedFilter.objects.bulk_create(SavedFilter(user=user, name=str(n), query="q=a") for n in range(MAX_FILTERS))

    client.post(FILTERS, {"name": "one more", "query": "q=b"})
    client.post(FILTERS, {"name": "7", "query": "q=b"})

    assert len(own(user)) == MAX_FILTERS
    assert dict(own(user))["7"] == "q=b"


def test_only_who_sees_the_list_keeps_filters(client):
    assert client.post(FILTERS, {"name": "a", "query": "q=a"}).status_code == 302
    sign_in(client, "rates.view_rate")

    assert client.post(FILTERS, {"name": "a", "query": "q=a"}).status_code == 403
    assert SavedFilter.objects.count() == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [("status=review&p=2&_popup=1", "status=review"), ('q="><script>', "q=%22%3E%3Cscript%3E"), ("", "")],
)
def test_address_is_written_anew(query, expected):
    assert strip_visit_parameters(query) == expected
