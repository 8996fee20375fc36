"""Saved states: nothing anybody accepted is lost, and readers' text changes only by publishing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.editorial import revisions
from news.editorial.comparison import compare, compare_words, describe_value
from news.editorial.content import read_content
from news.editorial.merging import merge
from news.editorial.revisions import Outdated, latest, save
from news.models import Article, Revision
from tests.support.factories import make_article, make_source, make_topic, make_user

pytestmark = pytest.mark.django_db


def make_draft(**fields) -> Article:
    return make_article(status=Article.Status.DRAFT, publish_at=None, **fields)


def changed(article: Article, **fields) -> dict:
    return latest(article).content | fields


def test_save_of_a_draft_changes_the_article():
    article, writer, topic = make_draft(), make_user("news.change_article"), make_topic()

    revision = save(article, changed(article, title_kk="Жаңа тақырып", topics=[topic.pk]), by=writer)

    article.refresh_from_db()
    assert revision.number == 2
    assert revision.created_by == writer
    assert article.title_kk == "Жаңа тақырып"
    assert list(article.topics.all()) == [topic]


def test_save_beside_a_published_article_keeps_what_readers_have():
    article = make_article(title_kk="Жарияланған")

    save(article, changed(article, title_kk="Әлі жазылып жатыр"), by=make_user("news.change_article"))

    article.refresh_from_db()
    assert article.title_kk == "Жарияланған"
    assert article.status == "approved"
    assert article.pending == "draft"
    assert latest(article).content["title_kk"] == "Әлі жазылып жатыр"


def test_save_of_the_same_is_no_revision():
    article = make_draft()

    save(article, read_content(article), by=make_user("news.change_article"))

    assert article.revisions.count() == 1


def test_save_merges_what_different_people_changed():
    article, first, second = make_draft(), make_user("news.change_article"), make_user("news.change_article")
    base = latest(article)
    save(article, base.content | {"title_kk": "Бірінші"}, by=first, base=base.number)

    save(article, base.content | {"lead_kk": "Екінші"}, by=second, base=base.number)

    assert article.title_kk == "Бірінші"
    assert article.lead_kk == "Екінші"


def test_save_refuses_to_overwrite_what_another_changed():
    article, first, second = make_draft(), make_user("news.change_article"), make_user("news.change_article")
    base = latest(article)
    save(article, base.content | {"title_kk": "Бірінші"}, by=first, base=base.number)

    with pytest.raises(Outdated) as refusal:
        save(article, base.content | {"title_kk": "Екінші", "lead_kk": "Лид"}, by=second, base=base.number)

    article.refresh_from_db()
    assert article.title_kk == "Бірінші"
    assert article.revisions.count() == 2
    assert [each.field for each in refusal.value.attempt.undecided] == ["title_kk"]
    assert refusal.value.attempt.typed["title_kk"] == "Екінші"
    assert refusal.value.attempt.typed["lead_kk"] == "Лид"


def test_restore_brings_an_old_state_as_a_new_revision():
    article, writer = make_draft(title_kk="Бірінші"), make_user("news.change_article")
    save(article, changed(article, title_kk="Екінші"), by=writer)

    revision = revisions.restore(article, 1, by=writer)

    assert revision.number == 3
    assert article.title_kk == "Бірінші"
    assert [each.content["title_kk"] for each in Revision.objects.order_by("number")] == [
        "Бірінші",
        "Екінші",
        "Бірінші",
    ]


def test_compare_shows_words_not_source():
    old = {"body_kk": "<p>Бүгін отырыс өтті.</p><p>Соңы.</p>", "topics": [1]}
    new = {"body_kk": "<p>Кеше <strong>отырыс</strong> өтті.</p><p>Соңы.</p>", "topics": [1]}

    differences = [(each.field, each.runs) for each in compare(old, new)]

    assert differences == [("body_kk", [("gone", "Бүгін"), ("new", "Кеше"), ("same", " отырыс өтті.\nСоңы.")])]


def test_compare_names_things_in_the_readers_words():
    source, topic = make_source(short_name_kk="Сенат", name_kk="Сенат"), make_topic(name_kk="Бюджет")
    old = {"kind": "news", "source_id": None, "publish_at": None, "pinned": False, "topics": []}
    new = {
        "kind": "speech",
        "source_id": source.pk,
        "publish_at": "2024-03-07T09:05:00+05:00",
        "pinned": True,
        "topics": [topic.pk],
    }

    assert [(each.field, describe_value(each.field, new[each.field])) for each in compare(old, new)] == [
        ("kind", "Сөз"),
        ("source_id", "Сенат"),
        ("publish_at", "07 Наурыз, 2024, 09:05"),
        ("pinned", "Иә"),
        ("topics", "Бюджет"),
    ]


TEXT = st.text(alphabet="аб \n", max_size=12)


@given(TEXT, TEXT)
def test_word_runs_rebuild_both_sides(old, new):
    runs = compare_words(old, new)

    assert "".join(text for kind, text in runs if kind != "new") == old
    assert "".join(text for kind, text in runs if kind != "gone") == new


SIDE = st.fixed_dictionaries(
    {
        "title_kk": st.sampled_from("abc"),
        "lead_ru": st.sampled_from("abc"),
        "topics": st.lists(st.integers(1, 4), unique=True),
    }
)


@given(SIDE, SIDE, SIDE)
def test_merge_keeps_every_change_or_names_it(base, theirs, mine):
    result = merge(base, theirs, mine)
    merged = result.content

    for name in ("title_kk", "lead_ru"):
        changed_here, changed_there = mine[name] != base[name], theirs[name] != base[name]
        collides = changed_here and changed_there and mine[name] != theirs[name]
        assert (name in result.fields) == collides
        assert merged[name] == (mine[name] if changed_here and not collides else theirs[name])
    added = (set(mine["topics"]) | set(theirs["topics"])) - set(base["topics"])
    kept = set(base["topics"]) & set(mine["topics"]) & set(theirs["topics"])
    assert set(merged["topics"]) == added | kept


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from("AB"), st.sampled_from(["open", "title_kk", "lead_kk", "dateline_ru"]), st.integers(0, 9)
        ),
        max_size=20,
    )
)
def test_no_interleaving_loses_an_accepted_change(steps):
    """Two people open, change and save in any order: a field keeps what was accepted until it is changed again."""
    article, user = make_draft(), make_user("news.change_article")
    base = {person: latest(article) for person in "AB"}
    expected = dict(latest(article).content)
    for person, action, number in steps:
        if action == "open":
            base[person] = latest(article)
            continue
        began_from = base[person].content
        value = f"{person}{number}"
        try:
            base[person] = save(article, began_from | {action: value}, by=user, base=base[person].number)
            expected |= {action: value} if value != began_from[action] else {}
        except Outdated:
            pass  # told, not accepted
        assert latest(article).content == expected
