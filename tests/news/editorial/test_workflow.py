"""The verbs: who may, what is missing, what becomes of the article and of what readers get."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from news.editorial import revisions, workflow
from news.editorial.content import format_datetime
from news.editorial.errors import NewerText, Refused
from news.models import Article, Revision
from portal.models import SiteSettings
from tests.support.factories import make_article, make_image, make_user

pytestmark = pytest.mark.django_db

CHIEF = ("news.publish_article", "news.change_article", "news.delete_article")


def make_draft(languages="kk", **fields) -> Article:
    return make_article(languages, **{"status": "draft", "publish_at": None, **fields})


def write(article: Article, by=None, **fields) -> Revision:
    return revisions.save(article, fields, by=by)


def reread(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def sentences(verb, *args, **kwargs) -> list[str]:
    """What the verb says when it refuses."""
    with override("en"), pytest.raises(Refused) as refusal:
        verb(*args, **kwargs)
    return refusal.value.sentences


def test_an_article_goes_its_way_to_readers_and_back():
    article, writer, chief = make_draft(), make_user("news.change_article"), make_user(*CHIEF)
    way = []

    for verb, arguments in (
        (workflow.submit, {"by": writer}),
        (workflow.return_to_writer, {"by": chief, "note": "Қысқарту керек"}),
        (workflow.submit, {"by": writer}),
        (workflow.approve, {"by": chief}),
        (workflow.publish, {"by": chief}),
        (workflow.withdraw, {"by": chief, "reasons": {"kk": "Қате дерек"}}),
        (workflow.restore, {"by": chief}),
    ):
        verb(article, **arguments)
        way.append((article.status, reread(article).status, Article.objects.published().count()))

    assert way == [
        ("review", "review", 0),
        ("returned", "returned", 0),
        ("review", "review", 0),
        ("approved", "approved", 0),
        ("approved", "approved", 1),
        ("withdrawn", "withdrawn", 0),
        ("approved", "approved", 1),
    ]


def test_every_verb_is_written_down_with_its_reason():
    article, writer, chief = make_draft(), make_user("news.change_article"), make_user(*CHIEF)

    workflow.submit(article, by=writer)
    workflow.return_to_writer(article, by=chief, note="Қысқарту керек")

    assert list(LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")) == [
        (writer.pk, str(article.pk), "Submitted for review."),
        (chief.pk, str(article.pk), "Returned. Қысқарту керек"),
    ]


def test_scheduled_article_is_public_from_its_moment():
    article, chief = make_draft(), make_user(*CHIEF)
    moment = timezone.now() + timedelta(hours=1)

    workflow.schedule(article, by=chief, at=moment)

    assert list(Article.objects.published()) == []
    assert reread(article).publish_at == moment
    with time_machine.travel(moment):
        assert list(Article.objects.published()) == [article]


def test_schedule_refuses_a_moment_that_has_passed():
    article, chief = make_draft(), make_user(*CHIEF)

    said = sentences(workflow.schedule, article, by=chief, at=timezone.now())

    assert said == ["The moment of publication has passed already; publish it now instead."]


def test_newer_text_waits_beside_the_published_one():
    article, writer, chief = make_article(title_kk="Бірінші"), make_user("news.change_article"), make_user(*CHIEF)
    moment = article.publish_at

    write(article, by=writer, title_kk="Екінші")
    workflow.submit(article, by=writer)
    while_reviewed = reread(article).title_kk
    workflow.approve(article, by=chief)
    while_approved = reread(article).title_kk
    workflow.publish(article, by=chief)

    assert while_reviewed == "Бірінші"
    assert while_approved == "Бірінші"
    assert reread(article).title_kk == "Екінші"
    assert reread(article).pending == ""
    assert reread(article).publish_at == moment


def test_scheduled_text_goes_out_as_approved_though_somebody_writes_on():
    article, writer, chief = make_draft(title_kk="Мақұлданған"), make_user("news.change_article"), make_user(*CHIEF)
    moment = timezone.now() + timedelta(hours=1)
    workflow.schedule(article, by=chief, at=moment)

    write(article, by=writer, title_kk="Әлі жазылып жатыр")

    with time_machine.travel(moment):
        assert [each.title_kk for each in Article.objects.published()] == ["Мақұлданған"]


def test_correct_tells_readers_in_each_language():
    article, chief = make_article("kk ru"), make_user(*CHIEF)
    write(article, title_kk="Түзетілген", title_ru="Исправленный")

    workflow.correct(article, by=chief, notes={"kk": "Күні түзетілді", "ru": "Исправлена дата"})

    assert reread(article).title_kk == "Түзетілген"
    assert reread(article).title_ru == "Исправленный"
    assert [(each.note_kk, each.note_ru, each.corrected_by) for each in article.corrections.all()] == [
        ("Күні түзетілді", "Исправлена дата", chief)
    ]


def test_correct_without_a_note_changes_nothing():
    article, chief = make_article("kk ru", title_kk="Бірінші"), make_user(*CHIEF)
    write(article, title_kk="Екінші")

    said = sentences(workflow.correct, article, by=chief, notes={"kk": "Күні түзетілді", "ru": " "})

    assert said == ["Russian: the correction needs a note for readers."]
    assert reread(article).title_kk == "Бірінші"
    assert article.corrections.count() == 0


def test_withdraw_keeps_the_reason_and_the_replacement():
    article, better, chief = make_article("kk ru"), make_article(), make_user(*CHIEF)

    workflow.withdraw(article, by=chief, reasons={"kk": "Қате", "ru": "Ошибка"}, replacement=better)

    kept = reread(article)
    assert kept.withdrawal_reason_kk == "Қате"
    assert kept.withdrawal_reason_ru == "Ошибка"
    assert kept.replacement == better


@pytest.mark.parametrize(
    ("verb", "fields", "arguments", "said"),
    [
        (workflow.submit, {"status": "review"}, {}, "Only a draft can be submitted for review."),
        (workflow.submit, {"title_kk": ""}, {}, "The article has no title in any language."),
        (
            workflow.return_to_writer,
            {"status": "draft"},
            {"note": "x"},
            "Only an article that waits for review can be returned.",
        ),
        (
            workflow.return_to_writer,
            {"status": "review"},
            {"note": " "},
            "Say in the note what the writer should do.",
        ),
        (workflow.approve, {"status": "approved"}, {}, "There is no newer text to approve."),
        (workflow.correct, {"status": "draft"}, {"notes": {}}, "Only a published article can be corrected."),
        (workflow.restore, {"status": "draft"}, {}, "Only a withdrawn article can be restored."),
        (
            workflow.withdraw,
            {"status": "draft"},
            {"reasons": {}},
            "Only a published or scheduled article can be withdrawn.",
        ),
    ],
)
def test_a_verb_refuses_in_a_sentence(verb, fields, arguments, said):
    article, chief = make_draft(**fields), make_user(*CHIEF)

    assert sentences(verb, article, by=chief, **arguments) == [said]
    assert reread(article).status == fields.get("status", "draft")


def test_withdraw_wants_a_reason_in_each_language():
    article, chief = make_article("kk ru"), make_user(*CHIEF)

    said = sentences(workflow.withdraw, article, by=chief, reasons={"kk": "Қате"})

    assert said == ["Russian: the withdrawal needs a reason for readers."]
    assert list(Article.objects.published()) == [article]


def test_blockers_name_each_thing_the_newest_text_lacks():
    article, chief = make_draft("kk ru", cover=make_image(alt_ru="")), make_user(*CHIEF)
    write(article, body_kk="<p> </p>", body_en="<p>Text</p>")

    said = sentences(workflow.publish, article, by=chief)

    assert said == [
        "Kazakh: there is a title, but no text.",
        "Russian: the cover picture has no alternative text.",
        "English: there is a text, but no title.",
    ]
    assert reread(article).status == "draft"


def test_four_eyes_refuse_their_own_work():
    SiteSettings.objects.create(pk=1, four_eyes=True)
    article, chief, other = make_draft(), make_user(*CHIEF), make_user(*CHIEF)
    write(article, by=chief, title_kk="Өзім жаздым")

    said = sentences(workflow.publish, article, by=chief)
    workflow.publish(article, by=other)

    assert said == ["Somebody else has to approve what you wrote yourself."]
    assert list(Article.objects.published()) == [article]


def test_approval_by_another_lets_the_author_publish():
    SiteSettings.objects.create(pk=1, four_eyes=True)
    article, chief, other = make_draft(), make_user(*CHIEF), make_user(*CHIEF)
    write(article, by=chief, title_kk="Өзім жаздым")

    workflow.approve(article, by=other)
    workflow.publish(article, by=chief)

    assert list(Article.objects.published()) == [article]


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        (workflow.submit, {}),
        (workflow.return_to_writer, {"note": "x"}),
        (workflow.approve, {}),
        (workflow.schedule, {"at": timezone.now() + timedelta(days=1)}),
        (workflow.publish, {}),
        (workflow.correct, {"notes": {"kk": "x"}}),
        (workflow.withdraw, {"reasons": {"kk": "x"}}),
        (workflow.restore, {}),
        (workflow.delete, {}),
        (workflow.undelete, {}),
    ],
)
def test_every_verb_asks_for_permission(verb, arguments):
    article, stranger = make_draft(), make_user()

    with pytest.raises(PermissionDenied):
        verb(article, by=stranger, **arguments)

    assert LogEntry.objects.count() == 0


def test_deleted_article_comes_back_whole():
    article, chief = make_draft(title_kk="Жойылған"), make_user(*CHIEF)

    workflow.delete(article, by=chief)
    gone = reread(article).deleted_at is not None
    workflow.undelete(article, by=chief)

    assert gone
    assert reread(article).deleted_at is None
    assert reread(article).title_kk == "Жойылған"


def test_delete_refuses_what_readers_may_have():
    article, chief = make_article(), make_user(*CHIEF)

    assert sentences(workflow.delete, article, by=chief) == ["Withdraw the article first: readers may have it."]


def test_publish_does_not_pass_over_a_moment_to_come():
    moment = timezone.now() + timedelta(days=1)
    article, chief = make_draft(), make_user(*CHIEF)
    write(article, publish_at=format_datetime(moment))

    said = sentences(workflow.publish, article, by=chief)
    workflow.approve(article, by=chief)

    assert said == [
        "Its moment of publication is still to come: approve it to keep that moment, or empty it to publish now."
    ]
    assert list(Article.objects.published()) == []
    assert list(Article.objects.scheduled()) == [article]


def test_article_approved_without_a_moment_may_go_into_the_bin():
    article, chief = make_draft(), make_user(*CHIEF)
    workflow.approve(article, by=chief)

    workflow.delete(article, by=chief)

    assert reread(article).status == "draft"
    assert reread(article).deleted_at is not None


def test_nothing_but_undelete_is_done_in_the_bin():
    article, chief = make_draft(), make_user(*CHIEF)
    workflow.delete(article, by=chief)

    assert sentences(workflow.publish, article, by=chief) == ["The article is in the bin; take it out first."]


def test_database_refuses_an_approved_article_without_a_title():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article(title_kk="")


# What a verb approves is what the person saw


def test_approving_a_newer_text_of_a_scheduled_article_makes_it_the_one_that_goes_out():
    article, chief = make_draft(title_kk="Бірінші"), make_user(*CHIEF)
    moment = timezone.now() + timedelta(hours=1)
    workflow.schedule(article, by=chief, at=moment)
    write(article, by=make_user("news.change_article"), title_kk="Екінші")

    with override("en"):
        said = workflow.approve(article, by=chief)

    assert said.startswith("Approved: readers get this text on ")
    assert LogEntry.objects.latest("pk").change_message.startswith("Approved. → ")
    assert LogEntry.objects.latest("pk").user == chief
    assert reread(article).pending == ""
    with time_machine.travel(moment):
        assert [each.title_kk for each in Article.objects.published()] == ["Екінші"]


def test_approving_after_the_planned_moment_publishes_and_says_so():
    planned = timezone.now() - timedelta(hours=2)
    article, chief = make_draft(publish_at=planned), make_user(*CHIEF)
    before = timezone.now()

    with override("en"):
        said = workflow.approve(article, by=chief)

    assert said.startswith("Approved and published at once: the moment planned for it, ")
    assert reread(article).is_public
    assert reread(article).publish_at == planned
    assert reread(article).released_at >= before
    assert LogEntry.objects.latest("pk").change_message == "Published."


def test_a_change_after_an_approval_makes_it_a_draft_again():
    article, author, chief = make_article(), make_user(*CHIEF), make_user(*CHIEF)
    SiteSettings.objects.create(pk=1, four_eyes=True)
    write(article, by=author, title_kk="Мақұлданған")
    workflow.approve(article, by=chief)

    write(article, by=author, title_kk="Ешкім оқымаған")

    assert reread(article).pending == "draft"
    assert sentences(workflow.publish, article, by=author) == ["Somebody else has to approve what you wrote yourself."]
    assert reread(article).title_kk != "Ешкім оқымаған"


@pytest.mark.parametrize("verb", ["approve", "publish", "schedule", "correct"])
def test_a_verb_refuses_a_text_that_came_after_the_page_was_opened(verb):
    article, chief, writer = make_article(), make_user(*CHIEF), make_user("news.change_article", username="aigul")
    if verb == "schedule":
        article = make_draft()
    seen = write(article, by=writer, title_kk="Оқылған").number
    newer = write(article, by=writer, title_kk="Оқылмаған")
    arguments = {"schedule": {"at": timezone.now() + timedelta(days=1)}, "correct": {"notes": {"kk": "Түзетілді"}}}

    with override("en"), pytest.raises(NewerText) as refusal:
        getattr(workflow, verb)(article, by=chief, seen=seen, **arguments.get(verb, {}))

    assert refusal.value.newest == newer
    assert refusal.value.seen == seen
    assert str(refusal.value).startswith("aigul saved a newer text at ")
    assert reread(article).title_kk != "Оқылмаған" or verb == "schedule"
    assert reread(article).status == ("draft" if verb == "schedule" else "approved")


@pytest.mark.parametrize("verb", ["publish", "schedule"])
def test_a_withdrawn_article_comes_back_by_restoring_alone(verb):
    article, chief = make_article(), make_user(*CHIEF)
    workflow.withdraw(article, by=chief, reasons={"kk": "Қате"})
    arguments = {"at": timezone.now() + timedelta(days=1)} if verb == "schedule" else {}

    said = sentences(getattr(workflow, verb), article, by=chief, **arguments)

    assert said == ["The article was withdrawn; only restoring gives it back to readers."]
    assert reread(article).status == "withdrawn"


def test_the_newest_revision_says_the_moment_that_holds():
    article, chief = make_draft(), make_user(*CHIEF)
    moment = timezone.now() + timedelta(hours=1)

    workflow.schedule(article, by=chief, at=moment)

    newest = revisions.latest(article)
    assert newest.content["publish_at"] == format_datetime(moment)
    assert newest.number == reread(article).approved_number


def test_an_article_published_before_keeps_its_date_with_a_newer_text():
    article, chief = make_article(), make_user(*CHIEF)
    moment = article.publish_at
    write(article, title_kk="Екінші")

    workflow.publish(article, by=chief)

    assert reread(article).publish_at == moment


def test_a_draft_taken_out_of_the_bin_has_its_newest_text():
    article, chief = make_draft(), make_user(*CHIEF)
    workflow.approve(article, by=chief)
    write(article, title_kk="Кейінгі")
    workflow.delete(article, by=chief)

    workflow.undelete(article, by=chief)

    assert reread(article).status == "draft"
    assert reread(article).pending == ""
    assert reread(article).title_kk == "Кейінгі"
