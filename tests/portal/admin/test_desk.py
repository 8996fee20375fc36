"""The editors' first page: what each person finds there, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from news.editorial import autosave, revisions, workflow
from news.editorial.autosave import Place, Sent
from news.editorial.content import read_content
from news.models import Article, Autosave, DailyHits, Term
from news.templatetags.desk import LINES
from rates.models import Rate
from tests.support.factories import make_article, make_rate, make_topic, make_user

pytestmark = pytest.mark.django_db

NEWS = ["news.view_article", "news.change_article", "news.publish_article", "news.add_article"]
RATES = ["rates.view_rate", "rates.view_heldrate"]


@pytest.fixture
def open_desk(client):
    def open_desk(user):
        client.force_login(user)
        client.cookies["django_language"] = "en"
        return client.get("/admin/").content.decode()

    return open_desk


def pieces(html):
    return re.findall('id="desk-([a-z]+)">', html)


def lines(html, name):
    """The titles that a piece names."""
    found = re.search(f'<h2 id="desk-{name}">.*?</section>', html, re.DOTALL)
    return [line.strip() for line in re.findall(r"<li>\s*<a\s[^>]*>([^<]*)</a>", found[0])] if found else None


def make_written(by, **fields):
    """A draft that somebody has begun."""
    article = make_article("kk ru en", status="draft", **fields)
    revisions.begin(article, by=by)
    return article


def keep_unsaved(user, place, key, content):
    autosave.keep(user, place, Sent(key, content=content))


def title_of(article):
    return article.title_en


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        ([], []),
        (["news.view_topic"], ["changes"]),
        (RATES, ["rates", "changes"]),
        (["news.view_article"], ["review", "scheduled", "missing", "readings", "changes"]),
        (["news.translate_article"], ["mine"]),
        (NEWS + RATES, ["mine", "review", "scheduled", "missing", "readings", "rates", "changes"]),
    ],
)
def test_desk_has_the_pieces_that_a_person_may_see(open_desk, permissions, expected):
    html = open_desk(make_user(*permissions))

    assert pieces(html) == [*expected, "models"]


def test_mine_are_the_drafts_that_i_have_written_in(open_desk):
    me, other = make_user(*NEWS), make_user(*NEWS)
    mine, shared, submitted = make_written(me), make_written(other), make_written(me)
    make_written(other)
    revisions.save(shared, read_content(shared) | {"title_en": "Shared"}, by=me)
    workflow.submit(submitted, by=me)
    workflow.delete(make_written(me), by=make_user("news.delete_article"))

    html = open_desk(me)

    assert sorted(lines(html, "mine")) == sorted(["Shared", title_of(mine)])


def test_mine_tell_why_an_article_was_returned(open_desk):
    me, chief = make_user(*NEWS), make_user(*NEWS)
    article = make_written(me)
    workflow.submit(article, by=me)
    workflow.return_to_writer(article, by=chief, note="First note.")
    workflow.submit(article, by=me)
    workflow.return_to_writer(article, by=chief, note="Name the bill. And its number.")

    html = open_desk(me)

    piece = re.search('<h2 id="desk-mine">.*?</section>', html, re.DOTALL)[0]
    assert re.search(r"<strong>Returned</strong>:\s+(.*),\s<time", piece)[1] == "Name the bill. And its number."


def test_unsaved_texts_are_offered_by_the_words_typed_and_thrown_away_for_good(client, open_desk):
    me, other, article = make_user(*NEWS), make_user(*NEWS), make_article("en", title_en="Budget")
    for number in range(12):
        keep_unsaved(me, Place.of(Article), f"new{number}", {"title_kk": f"Жаңа {number}", "lead_kk": "Лид"})
    keep_unsaved(me, Place.of(article), "k1", {"body_en": "<p>Second reading</p>"})
    keep_unsaved(other, Place.of(Article), "k2", {"title_kk": "Басқаның"})

    html = open_desk(me)
    assert lines(html, "unsaved") == ["Budget", *(f"Жаңа {number}" for number in range(11, -1, -1))]
    assert f'href="/admin/news/article/{article.pk}/change/?continue=k1"' in html
    assert 'href="/admin/news/article/add/?continue=new0"' in html

    mine, theirs = (Autosave.objects.get(user=user, key=key) for user, key in ((me, "k1"), (other, "k2")))
    for pk in (mine.pk, theirs.pk):
        client.post(f"/admin/news/article/unsaved/{pk}/discard/")
    assert "Budget" not in lines(open_desk(me), "unsaved")
    assert lines(open_desk(other), "unsaved") == ["Басқаның"]


def test_newer_text_of_a_published_article_waits_for_review_too(open_desk):
    me = make_user(*NEWS)
    article = make_article("kk ru en")
    revisions.save(article, read_content(article) | {"title_en": "Newer"}, by=me)
    article.refresh_from_db()
    workflow.submit(article, by=me)

    html = open_desk(me)

    assert lines(html, "review") == [title_of(article)]
    assert lines(html, "mine") == []


def test_scheduled_stand_in_their_order_with_a_countdown(open_desk, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    later = make_article("en", publish_at=now + timedelta(days=1, hours=2, minutes=3))
    sooner = make_article("en", publish_at=now + timedelta(hours=2, minutes=5))
    make_article("en")

    html = open_desk(make_user(*NEWS))

    piece = re.search('<h2 id="desk-scheduled">.*?</section>', html, re.DOTALL)[0]
    assert lines(html, "scheduled") == [title_of(sooner), title_of(later)]
    assert re.findall("<strong>([^<]*)</strong>", piece) == ["in 2 h 5 min", "in 1 d 2 h"]


def test_missing_translations_are_of_the_last_30_days_and_public(open_desk):
    now = timezone.now()
    lacking = make_article("kk en", publish_at=now - timedelta(days=2))
    only_russian = make_article("ru", publish_at=now - timedelta(days=3))
    make_article("kk ru en")
    make_article("kk", publish_at=now - timedelta(days=31))
    make_article("kk", publish_at=now + timedelta(days=1))
    make_article("kk", status="draft")

    html = open_desk(make_user(*NEWS))

    piece = re.search('<h2 id="desk-missing">.*?</section>', html, re.DOTALL)[0]
    assert lines(html, "missing") == [str(lacking.title_en), only_russian.title_ru]
    assert re.findall("<strong>([^<]*)</strong>", piece) == ["ru", "kk, en"]


def test_readings_of_today_are_counted_over_all_articles(open_desk):
    today = timezone.localdate()
    for edition, days_ago, count in (("kk", 0, 1200), ("ru", 0, 34), ("kk", 1, 5)):
        day = today - timedelta(days=days_ago)
        DailyHits.objects.create(article=make_article(), edition=edition, day=day, count=count)

    html = open_desk(make_user(*NEWS))

    piece = re.search('<h2 id="desk-readings">.*?</section>', html, re.DOTALL)[0]
    assert re.search('<p class="figure"><strong>([^<]*)</strong>', piece)[1] == "1,234"
    assert piece.count("<rect ") == 2


def test_rates_tell_that_they_are_old_and_that_some_are_held_back(open_desk):
    today = timezone.localdate()
    usd = make_rate("USD", today - timedelta(days=9), "450.10")
    usd.currency.in_widget = True
    usd.currency.save()
    make_rate("USD", today, "900.00", state=Rate.State.HELD_BACK)

    html = open_desk(make_user(*RATES))

    piece = re.search('<h2 id="desk-rates">.*?</section>', html, re.DOTALL)[0]
    assert re.findall('class="bad"[^>]*>([^<]*)<', piece) == ["out of date", "1 rate is held back"]
    assert [cell.strip() for cell in re.findall('class="number">([^<]*)<', piece)] == ["450.10", ""]


def test_last_changes_are_of_what_a_person_may_see(open_desk):
    chief = make_user(*NEWS)
    article = make_written(chief)
    workflow.publish(article, by=chief)

    seen = {name: lines(open_desk(make_user(*permissions)), "changes") for name, permissions in
            {"news": ["news.view_article"], "rates": RATES, "nobody": []}.items()}  # fmt: skip

    assert seen == {"news": [str(article)], "rates": [], "nobody": None}


@pytest.mark.parametrize("name", ["mine", "review", "scheduled", "missing"])
def test_pieces_show_a_few_lines_and_the_way_to_all(open_desk, name):
    me = make_user(*NEWS)
    soon = timezone.now() + timedelta(days=1)
    for _ in range(LINES + 1):
        match name:
            case "mine":
                make_written(me)
            case "review":
                workflow.submit(make_written(me), by=me)
            case "scheduled":
                make_article("kk ru en", publish_at=soon)
            case "missing":
                make_article("en")

    html = open_desk(me)

    piece = re.search(f'<h2 id="desk-{name}">.*?</section>', html, re.DOTALL)[0]
    assert len(lines(html, name)) == LINES
    assert len(re.findall(r"\?status=", piece)) == 1


def test_entries_that_readers_do_not_see_yet_are_counted_for_those_who_may_publish(open_desk):
    for name in ("Бюджет", "Сайлау"):
        make_topic(name_en=name, is_waiting=True)
    make_topic()
    Term.objects.create(name_kk="квота", is_waiting=True)

    chief, writer = (
        open_desk(make_user(*permissions)) for permissions in (["news.publish_article"], ["news.add_topic"])
    )

    assert lines(chief, "decisions") == ["Topics, waits: 2", "Terms, waits: 1"]
    assert "/admin/news/topic/?is_waiting__exact=1" in chief
    assert lines(writer, "decisions") is None


def test_desk_takes_seventeen_queries_however_much_there_is(client, django_assert_max_num_queries):
    me = make_user(*NEWS, *RATES)
    client.force_login(me)
    make_rate("USD", timezone.localdate())
    for number in range(12):
        workflow.submit(make_written(me), by=me)
        make_written(me)
        make_article(publish_at=timezone.now() + timedelta(days=number + 1))
        make_article()

    with django_assert_max_num_queries(17):
        client.get("/admin/")
