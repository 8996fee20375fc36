"""An import while editors write: no text is lost, and whoever loses is told."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from news.editorial import revisions
from news.import_export.articles import NOTE, Outcome, import_articles
from news.models import Article
from tests.support.factories import make_picture, make_source
from tests.support.newsroom import CHIEF, WRITER, Colleague, at_once, read_conflicts

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = 3
ARTICLES = 10
PAUSE = 1.5
"""Seconds that an import waits for an editor who may in turn be waiting for it."""


@pytest.fixture(autouse=True)
def source():
    with translation.override("en"):
        yield make_source(slug="senat")


def make_line(number: int, **fields: Any) -> str:
    texts = {"title": {"kk": f"Сенат {number}"}, "body": {"kk": "<p>Мәтін</p>"}, "lead": {"kk": "Лид"}}
    return json.dumps(
        {"id": f"a-{number}", "source": "senat", "status": "draft", "publish_at": None, **texts, **fields}
    )


def run_import(lines: list[str], **options: Any) -> tuple[Outcome, list[str]]:
    problems: list[str] = []
    with translation.override("en"):
        return import_articles(lines, report=problems.append, **options), problems


def prepare_articles(try_number: int) -> list[Article]:
    """New ones from an archive; some have been opened in the admin."""
    numbers = range(try_number * ARTICLES, (try_number + 1) * ARTICLES)
    run_import([make_line(number) for number in numbers])
    found = list(Article.objects.filter(origin_id__in=[f"a-{number}" for number in numbers]).order_by("pk"))
    for article in found[::2]:
        revisions.latest(article)
    return found


def line_of(article: Article, **fields: Any) -> str:
    return make_line(int(article.origin_id.removeprefix("a-")), **fields)


def newest(article: Article) -> dict[str, Any]:
    return revisions.latest(article).content


def edit_while_importing(lines: list[str], edit: Callable[[], Any]) -> tuple[tuple[Outcome, list[str]], Any]:
    """The editor works when the import has read everything and is about to write its first row.

    The import goes on when the editor is done, or is seen to wait for it.
    """
    is_about_to_write, is_edited = threading.Event(), threading.Event()

    def pause(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "news_article"') and not is_about_to_write.is_set():
            is_about_to_write.set()
            is_edited.wait(PAUSE)
        return execute(sql, params, many, context)

    def work() -> tuple[Outcome, list[str]]:
        with connection.execute_wrapper(pause):
            return run_import(lines)

    def edit_then() -> Any:
        is_about_to_write.wait(30)
        try:
            return edit()
        finally:
            is_edited.set()

    result, edited = at_once(work, edit_then)
    return result, edited


def test_an_editor_who_saves_other_fields_during_an_import_keeps_both():
    who, (article, *_more) = Colleague(*WRITER), prepare_articles(0)
    form = who.open(article.pk) | {"title_kk": "Редактор"}

    (outcome, problems), answer = edit_while_importing(
        [line_of(article, lead={"kk": "Мұрағат"})], lambda: who.send(article.pk, form)
    )

    article.refresh_from_db()
    assert (outcome, problems, answer.status_code) == (Outcome(changed=1), [], 302)
    assert (newest(article)["title_kk"], newest(article)["lead_kk"]) == ("Редактор", "Мұрағат")
    assert (article.title_kk, article.lead_kk) == ("Редактор", "Мұрағат")


def test_an_editor_who_saves_the_same_field_during_an_import_is_shown_the_conflict():
    who, (article, *_more) = Colleague(*WRITER), prepare_articles(0)
    form = who.open(article.pk) | {"lead_kk": "Редактор"}

    (outcome, problems), answer = edit_while_importing(
        [line_of(article, lead={"kk": "Мұрағат"})], lambda: who.send(article.pk, form)
    )

    article.refresh_from_db()
    assert (outcome, problems, answer.status_code) == (Outcome(changed=1), [], 200)
    assert [theirs.split()[-1] for theirs in read_conflicts(answer).values()] == ["Мұрағат"]
    assert newest(article)["lead_kk"] == article.lead_kk == "Мұрағат"
    (aside,) = article.revisions.filter(is_set_aside=True)
    assert (aside.content["lead_kk"], aside.created_by) == ("Редактор", who.user)


def test_an_editor_who_opens_and_saves_during_an_import_has_its_text_before_them():
    who, (_opened, article, *_more) = Colleague(*WRITER), prepare_articles(0)

    def open_and_save() -> Any:
        return who.send(article.pk, who.open(article.pk) | {"title_kk": "Редактор"})

    (outcome, problems), answer = edit_while_importing([line_of(article, lead={"kk": "Мұрағат"})], open_and_save)

    article.refresh_from_db()
    assert (outcome, problems, answer.status_code) == (Outcome(changed=1), [], 302)
    assert (newest(article)["title_kk"], newest(article)["lead_kk"]) == ("Редактор", "Мұрағат")
    assert (article.title_kk, article.lead_kk) == ("Редактор", "Мұрағат")
    assert article.revisions.get(number=1).content["lead_kk"] == "Мұрағат"


def test_a_publication_during_an_import_is_not_undone():
    chief, (_opened, article, *_more) = Colleague(*CHIEF), prepare_articles(0)

    (outcome, problems), said = edit_while_importing(
        [line_of(article, lead={"kk": "Мұрағат"})], lambda: chief.do("publish", article.pk)
    )

    article.refresh_from_db()
    assert (outcome, problems) == (Outcome(changed=1), [])
    assert [each.partition(":")[0] for each in said] == ["success"]
    assert (article.status, article.lead_kk) == ("approved", "Мұрағат")
    assert article.revisions.get(number=article.approved_number).content["lead_kk"] == "Мұрағат"


def test_an_editor_who_saved_while_the_files_were_read_makes_the_line_refused(tmp_path):
    """The pictures of a batch are looked up before its rows are locked, since that may take long."""
    who, (article, other, *_more) = Colleague(*WRITER), prepare_articles(0)
    form = who.open(article.pk) | {"lead_kk": "Редактор"}
    (tmp_path / "1.png").write_bytes(make_picture())
    answers = []

    def save_meanwhile(execute, sql, params, many, context):
        if '"origin_sha256" = ' in sql and not answers:
            answers.append(0)
            answers[0] = who.send(article.pk, form).status_code
        return execute(sql, params, many, context)

    lines = [line_of(each, lead={"kk": "Мұрағат"}, cover={"file": "1.png"}) for each in (other, article)]
    with connection.execute_wrapper(save_meanwhile):
        outcome, problems = run_import(lines, folder=tmp_path)

    article.refresh_from_db()
    assert answers == [302]
    assert (outcome, problems) == (
        Outcome(changed=1, refused=1),
        ["line 2: The article has been edited here and says something else."],
    )
    assert newest(article)["lead_kk"] == article.lead_kk == "Редактор"


def test_two_imports_at_once_of_one_archive_create_each_article_once():
    lines = [make_line(number) for number in range(ARTICLES)]
    others = [make_line(number, lead={"kk": "Басқа"}) for number in reversed(range(ARTICLES))]

    results = at_once(lambda: run_import(lines), lambda: run_import(others))

    assert [problems for _outcome, problems in results] == [[], []]
    assert sum(outcome.created for outcome, _problems in results) == ARTICLES
    assert sum(outcome.changed for outcome, _problems in results) == ARTICLES
    assert Article.objects.count() == ARTICLES


def test_two_imports_of_the_same_articles_in_opposite_orders_never_wait_for_each_other_in_a_circle():
    for number in range(TRIES):
        found = prepare_articles(number)
        lines = [line_of(article, lead={"kk": "Бір"}) for article in found]
        others = [line_of(article, lead={"kk": "Екі"}) for article in reversed(found)]

        results = at_once(lambda lines=lines: run_import(lines), lambda others=others: run_import(others))

        assert results == [(Outcome(changed=ARTICLES), [])] * 2
        leads = Article.objects.filter(pk__in=[article.pk for article in found]).values_list("lead_kk", flat=True)
        assert len(set(leads)) == 1


def test_an_import_that_changes_an_opened_article_is_a_revision_of_nobody():
    (article, *_more) = prepare_articles(0)

    outcome, problems = run_import([line_of(article, lead={"kk": "Мұрағат"})])
    again, _none = run_import([line_of(article, lead={"kk": "Тағы"})])

    assert (outcome, problems, again) == (Outcome(changed=1), [], Outcome(changed=1))
    assert list(article.revisions.order_by("number").values_list("number", "created_by", "note")) == [
        (1, None, ""),
        (2, None, NOTE),
        (3, None, NOTE),
    ]
    assert newest(article)["lead_kk"] == "Тағы"
