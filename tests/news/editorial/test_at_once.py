"""People at the admin's forms in the same moment: no text is lost and no publication undone without a word."""

import os
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from news.editorial import revisions
from news.editorial.content import TEXTS
from news.models import Article, Revision
from portal.models import SiteSettings
from tests.support.factories import make_article
from tests.support.newsroom import CHIEF, WRITER, Colleague, at_once, read_conflicts, read_fields

pytestmark = pytest.mark.django_db(transaction=True)

TRIES = 5
ROUNDS = int(os.environ.get("SCHEDULE_ROUNDS", "10"))
"""Rounds of the random schedule; in each, two to six people do something at once."""


def make_draft(**texts: str) -> Article:
    return make_article(status="draft", publish_at=None, **texts)


def newest(article: Article) -> dict[str, Any]:
    return revisions.latest(article).content


def test_of_two_who_save_one_field_at_once_one_is_shown_the_conflict():
    people = [Colleague(*WRITER), Colleague(*WRITER)]
    for number in range(TRIES):
        article = make_draft(title_kk="Басы")
        forms = [each.open(article.pk) | {"title_kk": f"Жазған {place}"} for place, each in enumerate(people)]

        answers = send_at_once(people, article, forms)

        assert sorted(answers) == [200, 302], number
        winner, loser = answers.index(302), answers.index(200)
        assert newest(article)["title_kk"] == f"Жазған {winner}"
        (aside,) = article.revisions.filter(is_set_aside=True)
        assert aside.content["title_kk"] == f"Жазған {loser}"
        assert aside.created_by == people[loser].user


def test_of_two_who_save_different_fields_at_once_both_are_kept():
    people = [Colleague(*WRITER), Colleague(*WRITER)]
    for number in range(TRIES):
        article = make_draft(title_kk="Басы", lead_kk="Лид")
        forms = [people[0].open(article.pk) | {"title_kk": "Тақырып"}, people[1].open(article.pk) | {"lead_kk": "Жол"}]

        answers = send_at_once(people, article, forms)

        assert answers == [302, 302], number
        assert newest(article)["title_kk"] == "Тақырып"
        assert newest(article)["lead_kk"] == "Жол"
        article.refresh_from_db()
        assert article.title_kk == "Тақырып"
        assert article.lead_kk == "Жол"


def test_a_save_at_the_moment_of_a_publication_does_not_undo_it():
    writer, chief = Colleague(*WRITER), Colleague(*CHIEF)
    for number in range(TRIES):
        article = make_draft(title_kk="Басы")
        form = writer.open(article.pk) | {"title_kk": "Кейін"}

        saved, messages = at_once(
            lambda form=form, article=article: writer.send(article.pk, form).status_code,
            lambda article=article: chief.do("publish", article.pk),
        )

        article.refresh_from_db()
        is_published = any(message.startswith("success") for message in messages)
        assert saved == 302
        assert article.status == ("approved" if is_published else "draft"), number
        assert newest(article)["title_kk"] == "Кейін"
        assert not is_published or article.title_kk == "Басы" or article.pending == ""


def send_at_once(people: list[Colleague], article: Article, forms: list[dict[str, Any]]) -> list[int]:
    return at_once(
        *(
            lambda who=who, form=form: who.send(article.pk, form).status_code
            for who, form in zip(people, forms, strict=True)
        )
    )


# A random schedule against a plain model


@dataclass
class Person:
    colleague: Colleague
    is_chief: bool
    form: dict[str, Any] | None = None


@dataclass
class Done:
    """One action of a round, and what its person was told."""

    person: Person
    kind: str
    was_accepted: bool
    base: int = 0
    words: dict[str, str] = field(default_factory=dict)
    """New words by the field they were typed into."""
    removed: set[str] = field(default_factory=set)
    """Words that the person saw and took away."""


class Schedule:
    """Random people do random things to one article; `check` compares what there is with what they were told."""

    FIELDS = ("title_kk", "lead_ru", "dateline_en")

    def __init__(self, seed: int) -> None:
        self.rnd = random.Random(seed)
        self.article = make_draft(
            title_kk="Басы", title_ru="Начало", body_ru="<p>Текст</p>", title_en="Start", body_en="<p>T</p>"
        )
        self.people = [Person(Colleague(*WRITER), False) for _ in range(3)] + [
            Person(Colleague(*CHIEF), True) for _ in range(3)
        ]
        self.words: dict[str, str] = {}
        """Every accepted word that nobody took away, and its field."""
        self.count = 0
        self.answers: dict[str, int] = defaultdict(int)

    def new_word(self) -> str:
        self.count += 1
        return f"сөз{self.count}ж"

    def run(self, rounds: int) -> None:
        for number in range(rounds):
            group = self.rnd.sample(self.people, self.rnd.randint(2, 6))
            works = [self.plan(person) for person in group]
            before = Article.objects.get(pk=self.article.pk)
            results = at_once(*works)
            self.check(number, before, results)

    def plan(self, person: Person) -> Any:
        kinds = ["save"] * 6 + ["autosave"] + ["submit"]
        if person.is_chief:
            kinds += ["approve", "publish", "publish", "schedule", "withdraw", "restore", "correct", "revision"]
        kind = self.rnd.choice(kinds)
        if person.form is None or self.rnd.random() < 0.4:
            person.form = person.colleague.open(self.article.pk)
        form, seed = dict(person.form), self.rnd.random()
        if kind == "save":
            return lambda: self.save(person, form, random.Random(seed))
        if kind == "autosave":
            return lambda: self.autosave(person, form)
        if kind in ("submit", "approve", "publish"):
            return lambda: self.press(person, kind, form)
        return lambda: self.do(person, kind)

    def save(self, person: Person, form: dict[str, Any], rnd: random.Random) -> Done:
        base, word = int(form["base"]), self.new_word()
        name = rnd.choice([*self.FIELDS, "body_kk"])
        shown = form[name]
        if name == "body_kk":
            form[name] = f"{shown}<p>{word}</p>" if rnd.random() < 0.6 else f"<p>{word}</p>"
        else:
            form[name] = word
        removed = set(find_words(shown)) - set(find_words(form[name]))
        response = person.colleague.send(self.article.pk, form)
        done = Done(person, "save", response.status_code == 302, base, {name: word}, removed)
        self.answers[f"save {response.status_code}"] += 1
        assert response.status_code in (200, 302)
        if done.was_accepted:
            person.form = None
            return done
        conflicts = read_conflicts(response)
        assert conflicts
        if rnd.random() < 0.7:  # answers at once, whatever came in between is asked again
            choice = rnd.choice(["mine", "theirs"])
            answers = dict.fromkeys(conflicts, choice)
            compared = read_fields(response)["compared"]
            shown_theirs = {word for theirs in conflicts.values() for word in find_words(theirs)}
            again = person.colleague.send(self.article.pk, form | answers | {"compared": compared})
            self.answers[f"answer {again.status_code}"] += 1
            assert again.status_code in (200, 302)
            if again.status_code == 302:
                person.form = None
                done.was_accepted = choice == "mine"
                done.removed = removed | (shown_theirs if choice == "mine" else set())
                return done if choice == "mine" else Done(person, "theirs", False, base, {name: word})
        return done

    def autosave(self, person: Person, form: dict[str, Any]) -> Done:
        body = {"key": "k1", "base": int(form["base"]), "content": {"title_kk": self.new_word()}}
        address = f"/admin/news/article/{self.article.pk}/autosave/"
        response = person.colleague.client.post(address, body, content_type="application/json")
        assert response.status_code == 200
        return Done(person, "autosave", True)

    def press(self, person: Person, verb: str, form: dict[str, Any]) -> Done:
        said = person.colleague.press(self.article.pk, f"_{verb}", form)
        return self.report(person, verb, said, base=int(form["base"]))

    def do(self, person: Person, verb: str) -> Done:
        pk, note = self.article.pk, {"kk": "Себебі", "ru": "Причина", "en": "Reason"}
        if verb == "revision":
            address = f"/admin/news/article/{pk}/revisions/1/"
            page = read_fields(person.colleague.client.get(address), "//form[input/@name='seen']")
            if not page:  # it is the newest text
                return Done(person, "revision", False)
            seen = self.article.revisions.get(number=int(page["seen"]))
            response = person.colleague.client.post(address, page)
            is_done = response.status_code == 302 and response["Location"].endswith("/change/")
            removed = set(find_words(str(seen.content))) if is_done else set()
            return Done(person, "revision", is_done, base=seen.number, removed=removed)
        data = {"withdraw": note, "correct": note, "schedule": {"at_0": "2099-01-01", "at_1": "10:00:00"}}.get(verb, {})
        return self.report(person, verb, person.colleague.do(verb, pk, **data))

    def report(self, person: Person, verb: str, said: list[str], base: int = 0) -> Done:
        is_done = any(message.startswith("success") and "saved" not in message.lower() for message in said)
        self.answers[f"{verb} {'done' if is_done else 'refused'}"] += 1
        return Done(person, verb, is_done, base)

    def check(self, number: int, before: Article, results: list[Done]) -> None:
        after = Article.objects.get(pk=self.article.pk)
        done = {result.kind for result in results if result.was_accepted}
        text = newest(after)
        for result in results:
            if result.was_accepted:
                self.words |= {word: name for name, word in result.words.items()}
        for result in results:
            if result.was_accepted:
                for word in result.removed - set(result.words.values()):
                    self.words.pop(word, None)
        for word, name in self.words.items():
            assert word in text[name], f"round {number}: {word}, accepted in {name}, is gone: {text[name]}"
        asides = " ".join(str(each.content) for each in after.revisions.filter(is_set_aside=True))
        for result in results:
            for word in result.words.values() if result.kind in ("save", "theirs") and not result.was_accepted else ():
                assert word in asides, f"round {number}: {word} was not accepted and is no revision"
        if not done & {"approve", "publish", "schedule", "withdraw", "restore", "correct", "submit"}:
            assert after.status == before.status, f"round {number}: a save changed the status"
        if "withdraw" in done and "restore" not in done:
            assert after.status == "withdrawn", f"round {number}"
        self.check_public(number, before, after, results)

    def check_public(self, number: int, before: Article, after: Article, results: list[Done]) -> None:
        """What readers get was approved as it stands, by somebody who wrote none of what was new in it."""
        answer = Client(raise_request_exception=False).get(after.get_absolute_url()).status_code
        is_gone = Article.objects.withdrawn_after_publication().filter(pk=after.pk).exists()
        assert answer == (200 if after.is_public else 410 if is_gone else 404), f"round {number}"
        if after.status != "approved":
            return
        approved = after.revisions.get(number=after.approved_number).content
        for name in TEXTS:
            assert (getattr(after, name) or "") == approved[name], f"round {number}: {name} is not what was approved"
        if after.approved_number == before.approved_number:
            return
        written = after.revisions.filter(
            number__gt=before.approved_number, number__lte=after.approved_number, is_set_aside=False
        )
        texts = [revision for revision in written.order_by("number") if is_text(revision)]
        authors = {revision.created_by_id for revision in texts}
        approving = [done for done in results if done.was_accepted and done.kind in APPROVING]
        approvers = {done.person.colleague.user.pk for done in approving}
        assert approvers - authors, f"round {number}: {approvers} approved what {authors} wrote"


APPROVING = {"approve", "publish", "schedule", "correct"}


def is_text(revision: Revision) -> bool:
    """Not only a moment, which a verb writes into a revision of its own."""
    before = revision.article.revisions.filter(number__lt=revision.number, is_set_aside=False).first()
    return before is None or any(revision.content[name] != before.content[name] for name in TEXTS)


def find_words(text: str) -> list[str]:
    return re.findall(r"сөз\d+ж", text)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_schedule_loses_nothing_and_publishes_nothing_unread(seed):
    site = SiteSettings.load()
    site.four_eyes = True
    site.save()
    schedule = Schedule(seed)

    schedule.run(ROUNDS)
