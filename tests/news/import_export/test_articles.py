import json
import sys
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from news.editorial import revisions, workflow
from news.editorial.content import read_content
from news.import_export import articles
from news.import_export.articles import Outcome, export_articles, import_articles
from news.models import Article, Attachment, HitTotal, Image
from tests.support.factories import (
    make_article,
    make_attachment,
    make_image,
    make_pdf,
    make_person,
    make_picture,
    make_source,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def source():
    return make_source(slug="senat")


def line(name: str = "a-1", **fields) -> str:
    return json.dumps(
        {
            "id": name,
            "source": "senat",
            "publish_at": "2024-03-07T10:00:00+05:00",
            "title": {"kk": f"Сенат {name}"},
            "body": {"kk": "<p>Мәтін</p>"},
            **fields,
        },
        ensure_ascii=False,
    )


def bring(*lines, **options) -> tuple[Outcome, list[str]]:
    problems: list[str] = []
    return import_articles(lines, report=problems.append, **options), problems


def exported(**options) -> list[str]:
    return list(export_articles(Article.objects.all(), **options))


def test_import_creates_an_article_with_all_that_its_line_says(tmp_path):
    make_topic(slug="budget")
    make_person(slug="asan")
    (tmp_path / "1.png").write_bytes(make_picture())

    outcome, problems = bring(
        line(
            kind="speech",
            pinned=True,
            title={"kk": "Сенат отырысы", "ru": "Заседание Сената"},
            body={"kk": "<div>Мәтін</div>", "ru": "Текст"},
            lead={"ru": "Коротко"},
            dateline={"kk": "Астана"},
            byline={"ru": "Асан"},
            topics=["budget"],
            people=["asan"],
            cover={"file": "1.png", "alt": {"kk": "Зал", "ru": "Зал заседаний"}, "credit": {"kk": "Фото"}},
            hits=65,
        ),
        folder=tmp_path,
    )

    article = Article.objects.get()
    assert outcome == Outcome(created=1)
    assert problems == []
    assert article.origin_id == "a-1"
    assert article.kind == "speech"
    assert article.status == "approved"
    assert article.pinned is True
    assert article.publish_at == datetime(2024, 3, 7, 5, tzinfo=UTC)
    assert article.title_kk == "Сенат отырысы"
    assert article.slug_kk == "senat-otyrysy"
    assert article.body_kk == "<p>Мәтін</p>"
    assert article.title_ru == "Заседание Сената"
    assert article.slug_ru == "zasedanie-senata"
    assert article.body_ru == "<p>Текст</p>"
    assert article.lead_ru == "Коротко"
    assert article.dateline_kk == "Астана"
    assert article.byline_ru == "Асан"
    assert article.languages == ["kk", "ru"]
    assert [topic.slug for topic in article.topics.all()] == ["budget"]
    assert [person.slug for person in article.people.all()] == ["asan"]
    assert article.cover.alt_kk == "Зал"
    assert article.cover.alt_ru == "Зал заседаний"
    assert article.cover.credit_kk == "Фото"
    assert article.cover.width == 64
    assert article.cover.height == 40
    assert article.hits == 65


def test_import_repeated_changes_nothing(tmp_path):
    make_topic(slug="budget")
    (tmp_path / "1.png").write_bytes(make_picture())
    lines = [
        line("a-1", topics=["budget"], cover={"file": "1.png", "alt": {"kk": "Зал"}}, hits=65),
        line("a-2", body={"kk": "a<br><br>b &copy c"}, title={"kk": "2024", "ru": None}),
        line("a-3", status="draft", publish_at=None),
    ]
    bring(*lines, folder=tmp_path)
    before = list(Article.objects.order_by("pk").values())
    images = list(Image.objects.values())

    outcome, problems = bring(*lines, folder=tmp_path)

    assert outcome == Outcome(same=3)
    assert problems == []
    assert list(Article.objects.order_by("pk").values()) == before
    assert list(Image.objects.values()) == images


def test_import_changes_what_its_line_changes():
    make_topic(slug="budget")
    make_topic(slug="regions")
    bring(line("a-1", topics=["budget"]), line("a-2"))
    before = Article.objects.get(origin_id="a-1")
    untouched = Article.objects.filter(origin_id="a-2").values().get()

    outcome, _problems = bring(
        line("a-1", topics=["regions"], title={"ru": "Другое"}, body={"ru": "Текст"}), line("a-2")
    )

    article = Article.objects.get(origin_id="a-1")
    assert outcome == Outcome(changed=1, same=1)
    assert article.pk == before.pk
    assert article.created_at == before.created_at
    assert article.changed_at > before.changed_at
    assert article.languages == ["ru"]
    assert article.title_kk == ""
    assert article.body_kk == ""
    assert [topic.slug for topic in article.topics.all()] == ["regions"]
    assert Article.objects.filter(origin_id="a-2").values().get() == untouched


def test_import_of_topics_alone_leaves_the_row():
    make_topic(slug="budget")
    bring(line())
    before = Article.objects.values().get()

    outcome, _problems = bring(line(topics=["budget"]))

    assert outcome == Outcome(changed=1)
    assert Article.objects.values().get() == before
    assert Article.objects.get().topics.count() == 1


def test_import_never_takes_hits_away():
    bring(line(hits=65))
    HitTotal.objects.update(counted=10)

    outcome, _problems = bring(line(hits=70))
    assert outcome == Outcome(same=1)
    assert Article.objects.get().hits == 75

    outcome, _problems = bring(line(hits=100))
    assert outcome == Outcome(changed=1)
    assert Article.objects.get().hits == 100

    outcome, _problems = bring(line())
    assert outcome == Outcome(same=1)
    assert Article.objects.get().hits == 100


def test_import_takes_over_an_article_written_here():
    article = make_article(title_kk="Бұрынғы")

    outcome, _problems = bring(line(article.origin_id))

    article.refresh_from_db()
    assert outcome == Outcome(changed=1)
    assert article.title_kk == f"Сенат {article.origin_id}"


def test_import_leaves_what_belongs_to_the_workflow():
    bring(line())
    withdrawal = {"withdrawal_reason": "Қате", "withdrawn_at": timezone.now(), "approved_number": 7}
    Article.objects.update(status="withdrawn", **withdrawal)

    outcome, _problems = bring(line(status="withdrawn", title={"kk": "Басқа"}))

    assert outcome == Outcome(changed=1)
    assert Article.objects.values(*withdrawal).get() == withdrawal


def test_import_does_not_undo_what_editors_did_here(tmp_path):
    (tmp_path / "1.png").write_bytes(make_picture())
    bring(line("a-1"), line("a-2"), line("a-3"))
    edited, binned, untouched = Article.objects.order_by("origin_id")
    revisions.save(edited, {**read_content(edited), "title_kk": "Түзетілген"}, by=make_user("news.change_article"))
    Article.objects.filter(pk=binned.pk).update(status="draft", deleted_at=timezone.now())

    outcome, problems = bring(
        line("a-1", title={"kk": "Басқа"}, cover={"file": "1.png"}), line("a-2"), line("a-3", hits=5), folder=tmp_path
    )

    assert outcome == Outcome(changed=1, refused=2)
    assert problems == [
        "line 1: The article has been edited here and says something else.",
        "line 2: The article is in the bin.",
    ]
    assert untouched.hits == 5
    assert Image.objects.count() == 0


def test_import_changes_an_article_that_was_only_opened_here():
    bring(line())
    revisions.latest(Article.objects.get())

    outcome, problems = bring(line(title={"kk": "Басқа"}))

    article = Article.objects.get()
    assert (outcome, problems, article.title_kk) == (Outcome(changed=1), [], "Басқа")
    assert revisions.latest(article).content == read_content(article)


def test_import_takes_no_text_for_edited_that_somebody_typed_in_vain():
    bring(line())
    article = Article.objects.get()
    revisions.latest(article)
    with transaction.atomic():
        typed = revisions.attempt(article, {"title_kk": "Менікі"}, by=make_user("news.change_article"))
        revisions.set_aside(typed)

    assert bring(line(title={"kk": "Басқа"})) == (Outcome(changed=1), [])


@pytest.mark.parametrize("move", ["submit", "publish", "withdraw"])
def test_import_does_not_undo_what_an_editor_decided_here(move):
    chief = make_user("news.change_article", "news.publish_article")
    bring(line(status="approved" if move == "withdraw" else "draft"))
    article = Article.objects.get()
    if move == "withdraw":
        workflow.withdraw(article, by=chief, reasons={"kk": "Қате"})
    else:
        getattr(workflow, move)(article, by=chief)
    status = Article.objects.get().status

    outcome, problems = bring(line(status="approved" if move == "withdraw" else "draft"))

    assert (outcome, problems) == (
        Outcome(refused=1),
        ["line 1: An editor has given the article another status here."],
    )
    assert Article.objects.get().status == status


def test_import_that_withdraws_says_since_when_and_one_that_gives_back_forgets_it(client):
    bring(line(), line("a-2", publish_at="2099-01-01T00:00:00+05:00"), line("a-3", status="draft"))
    before = timezone.now()
    with translation.override("kk"):
        address = Article.objects.get(origin_id="a-1").get_absolute_url()

    bring(*(line(name, status="withdrawn") for name in ("a-1", "a-2", "a-3")))
    first, second, third = Article.objects.order_by("origin_id")
    withdrawn = client.get(address).status_code
    bring(line())
    again = Article.objects.get(origin_id="a-1")

    assert first.withdrawn_at >= before
    assert second.withdrawn_at is None
    assert third.withdrawn_at is None
    assert (withdrawn, again.status, again.withdrawn_at, client.get(address).status_code) == (
        410,
        "approved",
        None,
        200,
    )


def test_import_counts_an_edited_article_that_says_the_same_and_brings_its_hits():
    bring(line())
    revisions.latest(Article.objects.get())

    assert bring(line())[0] == Outcome(same=1)
    assert bring(line(hits=5))[0] == Outcome(changed=1)


def test_import_reports_bad_lines_by_number_and_keeps_the_others():
    outcome, problems = bring(
        line("a-1"),
        "{",
        "",
        line("a-2", title={}),
        line("a-3", body={"kk": "<script>1</script>"}).encode(),
        line("a-1"),
        line("a-4", source="mazhilis"),
        line("a-5"),
    )

    assert outcome == Outcome(created=2, refused=5)
    assert problems == [
        "line 2: The line is not JSON: Expecting property name enclosed in double quotes.",
        "line 4: “title” is missing.",
        "line 5: “body.kk” has forbidden HTML: <script>.",
        "line 6: It has the same “id” as line 1.",
        "line 7: “source”: “mazhilis” is unknown.",
    ]
    assert sorted(Article.objects.values_list("origin_id", flat=True)) == ["a-1", "a-5"]


def test_import_dry_run_changes_nothing(tmp_path):
    (tmp_path / "1.png").write_bytes(make_picture())
    (tmp_path / "2.png").write_bytes(b"no picture")
    bring(line("a-1"), line("a-2"))
    before = list(Article.objects.order_by("pk").values())

    outcome, problems = bring(
        line("a-1"),
        line("a-2", hits=5, cover={"file": "1.png"}),
        line("a-3"),
        line("a-4", cover={"file": "2.png"}),
        folder=tmp_path,
        dry_run=True,
    )

    assert outcome == Outcome(created=1, changed=1, same=1, refused=1)
    assert problems == ["line 4: 2.png: The file is not a picture in JPEG, PNG, WebP, AVIF or GIF."]
    assert list(Article.objects.order_by("pk").values()) == before
    assert Image.objects.count() == 0
    assert list(HitTotal.objects.values_list("counted", "brought")) == [(0, 0), (0, 0)]


def test_import_goes_on_where_it_was_interrupted(monkeypatch):
    monkeypatch.setattr(articles, "BATCH", 2)

    def broken_off():
        yield line("a-1")
        yield line("a-2")
        yield line("a-3")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_articles(broken_off())

    assert sorted(Article.objects.values_list("origin_id", flat=True)) == ["a-1", "a-2"]
    assert bring(line("a-1"), line("a-2"), line("a-3"))[0] == Outcome(created=1, same=2)


def test_import_asks_the_database_as_often_for_many_lines_as_for_few():
    make_topic(slug="budget")

    with CaptureQueriesContext(
        connection,
    ) as few:
        bring(*(line(f"a-{n}", topics=["budget"], hits=n + 1) for n in range(3)))
    with CaptureQueriesContext(connection) as many:
        bring(*(line(f"b-{n}", topics=["budget"], hits=n + 1) for n in range(30)))

    assert len(many) == len(few)


# Covers


def test_import_brings_in_a_cover_once_for_all_articles_that_show_it_alike(tmp_path):
    (tmp_path / "1.png").write_bytes(make_picture())
    (tmp_path / "copy.png").write_bytes(make_picture())

    bring(
        line("a-1", cover={"file": "1.png", "alt": {"kk": "Зал"}}),
        line("a-2", cover={"file": "copy.png", "alt": {"kk": "Зал", "ru": "Зал, которого здесь не видно"}}),
        line("a-3", cover={"file": "1.png", "alt": {"kk": "Басқа"}}),
        folder=tmp_path,
    )

    first, second, third = Article.objects.order_by("origin_id")
    assert first.cover == second.cover
    assert third.cover != first.cover
    assert Image.objects.count() == 2


def test_import_finds_the_cover_that_an_interrupted_one_left(tmp_path):
    (tmp_path / "1.png").write_bytes(make_picture())
    cover = {"file": "1.png", "alt": {"kk": "Зал"}}
    bring(line(cover=cover), folder=tmp_path)
    Article.objects.all().delete()

    bring(line(cover=cover), folder=tmp_path)

    assert Article.objects.get().cover == Image.objects.get()


def test_import_changes_a_cover(tmp_path):
    (tmp_path / "1.png").write_bytes(make_picture())
    (tmp_path / "2.png").write_bytes(make_picture(80, 50))
    bring(line(cover={"file": "1.png"}), folder=tmp_path)

    outcome, _problems = bring(line(cover={"file": "2.png"}), folder=tmp_path)

    assert outcome == Outcome(changed=1)
    assert Article.objects.get().cover.width == 80


def test_import_leaves_a_cover_that_its_line_is_silent_about(tmp_path):
    (tmp_path / "1.png").write_bytes(make_picture())
    bring(line(cover={"file": "1.png"}), folder=tmp_path)
    image = Image.objects.get()

    outcome, _problems = bring(line(title={"kk": "Басқа"}))
    assert outcome == Outcome(changed=1)
    assert Article.objects.get().cover == image

    outcome, _problems = bring(line(title={"kk": "Басқа"}, cover=None))
    assert outcome == Outcome(changed=1)
    assert Article.objects.get().cover is None


def test_import_refuses_a_bad_cover_with_its_article(tmp_path, settings):
    settings.IMAGE_MAX_BYTES = 1000
    (tmp_path / "1.png").write_bytes(make_picture()[:60])
    (tmp_path / "2.png").write_bytes(b"a" * 1001)
    (tmp_path / "3.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    outcome, problems = bring(
        *(line(f"a-{file[0]}", cover={"file": file}) for file in ("1.png", "2.png", "3.svg")), folder=tmp_path
    )

    assert outcome == Outcome(refused=3)
    assert [problem[:15] for problem in problems] == ["line 1: 1.png: ", "line 2: 2.png: ", "line 3: 3.svg: "]
    assert Article.objects.count() == 0
    assert Image.objects.count() == 0


# Out


def test_export_writes_the_form_that_import_reads():
    make_topic(slug="budget")
    full = {
        "id": "a-1",
        "kind": "speech",
        "source": "senat",
        "status": "withdrawn",
        "publish_at": "2024-03-07T10:00:00+05:00",
        "pinned": True,
        "title": {"kk": "Сенат", "en": "Senate"},
        "slug": {"kk": "senat", "en": "senate"},
        "lead": {"en": "In short"},
        "body": {"kk": "<p>Мәтін</p>", "en": "<p>Text</p>"},
        "dateline": {"kk": "Астана"},
        "byline": {"en": "Asan"},
        "topics": ["budget"],
        "people": [],
        "hits": 65,
    }
    bare = {
        "id": "a-2",
        "kind": "news",
        "source": "senat",
        "status": "draft",
        "publish_at": None,
        "pinned": False,
        "title": {},
        "topics": [],
        "people": [],
    }
    bring(json.dumps(full), json.dumps(bare))

    assert [json.loads(line) for line in exported()] == [full, bare]


def test_export_brought_in_again_changes_nothing(tmp_path):
    make_article("kk ru en", topics=[make_topic()], people=[make_person()], cover=make_image(), kind="interview")
    make_article("ru", status="draft", publish_at=None)
    (tmp_path / "1.png").write_bytes(make_picture(80, 50))
    bring(line(cover={"file": "1.png", "alt": {"kk": "Зал"}}, hits=65), folder=tmp_path)
    lines = exported(folder=tmp_path)
    images = list(Image.objects.values())

    outcome, problems = bring(*lines, folder=tmp_path)

    assert outcome == Outcome(same=3)
    assert problems == []
    assert list(Image.objects.values()) == images


def test_export_brought_in_elsewhere_gives_the_same_articles(tmp_path):
    make_article("kk ru", topics=[make_topic()], people=[make_person()], cover=make_image(credit_kk="Фото"))
    article = make_article("en", status="withdrawn")
    HitTotal.objects.create(article=article, counted=3, brought=4)
    lines = exported(folder=tmp_path)
    Article.objects.all().delete()
    Image.objects.all().delete()

    outcome, _problems = bring(*lines, folder=tmp_path)

    again = exported(folder=tmp_path)
    assert outcome == Outcome(created=2)
    assert [{**json.loads(line), "cover": None} for line in again] == [
        {**json.loads(line), "cover": None} for line in lines
    ]
    assert Image.objects.get().credit_kk == "Фото"


def test_attachments_go_out_and_come_in_elsewhere(tmp_path):
    bill, table = make_attachment(), make_attachment(content="а;б\n".encode(), filename="Кесте.csv", title_ru="")
    make_article("kk ru", attachments=[bill, table])
    make_article("kk", attachments=[bill])
    lines = exported(folder=tmp_path)
    again = bring(*lines, folder=tmp_path)
    Article.objects.all().delete()
    Attachment.objects.all().delete()

    outcome = bring(*lines, folder=tmp_path)

    assert again == (Outcome(same=2), [])
    assert outcome == (Outcome(created=2), [])
    told = ("filename", "kind", "size", "sha256", "title_kk", "title_ru", "title_en")
    new = Attachment.objects.order_by("pk")
    assert list(new.values(*told)) == [{name: getattr(each, name) for name in told} for each in (bill, table)]
    assert [list(each.attachments.all()) for each in Article.objects.order_by("pk")] == [list(new), [new[0]]]
    with new[1].file.open() as file:
        assert file.read().decode() == "а;б\n"


def test_import_leaves_attachments_that_its_line_is_silent_about_and_takes_away_those_it_lacks(tmp_path):
    (tmp_path / "1.pdf").write_bytes(make_pdf())
    bring(line(attachments=[{"file": "1.pdf", "title": {"kk": "Заң"}}]), folder=tmp_path)
    article = Article.objects.get()

    silent, _problems = bring(line(), folder=tmp_path)
    left = [each.filename for each in article.attachments.all()]
    lacking, _problems = bring(line(attachments=[]), folder=tmp_path)

    assert silent == Outcome(same=1)
    assert left == ["1.pdf"]
    assert lacking == Outcome(changed=1)
    assert article.attachments.count() == 0
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("dry_run", [True, False])
def test_import_refuses_a_hostile_attachment_with_its_article(tmp_path, dry_run):
    (tmp_path / "1.pdf").write_bytes(make_pdf(b"<</S /JavaScript /JS (app.alert\\(1\\))>>"))
    (tmp_path / "2.docx").write_bytes(b"MZ\x90\x00")
    (tmp_path / "3.txt").symlink_to("/etc/hostname")
    files = ["1.pdf", "2.docx", "3.txt", "../x.pdf"]

    outcome, problems = bring(
        *(line(file, attachments=[{"file": file}]) for file in files),
        line("good"),
        folder=tmp_path,
        dry_run=dry_run,
    )

    assert outcome == Outcome(created=1, refused=4)
    assert Attachment.objects.count() == 0
    told, untold = sorted(problems)[2:], sorted(problems)[:2]
    assert [problem.partition(": ")[0] for problem in untold] == ["line 1", "line 2"]
    assert told == [
        "line 3: The file is not in the archive's folder: 3.txt.",
        "line 4: The file is not in the archive's folder: ../x.pdf.",
    ]


def test_export_copies_a_shared_cover_once(tmp_path):
    image = make_image()
    make_article(cover=image)
    make_article(cover=image)

    lines = exported(folder=tmp_path)

    assert [json.loads(line)["cover"]["file"] for line in lines] == [f"covers/{image.pk}.jpg"] * 2
    assert [path.name for path in (tmp_path / "covers").iterdir()] == [f"{image.pk}.jpg"]


def test_export_tells_of_a_cover_that_is_lost(tmp_path):
    article = make_article(cover=make_image())
    article.cover.file.storage.delete(article.cover.file.name)
    problems: list[str] = []

    lines = exported(folder=tmp_path, report=problems.append)

    assert problems == [f"{article.origin_id}: a file cannot be copied: No such file or directory."]
    assert "cover" not in json.loads(lines[0])


def test_export_asks_the_database_as_often_for_many_articles_as_for_few():
    make_article(topics=[make_topic()], people=[make_person()])
    with CaptureQueriesContext(connection) as few:
        exported()
    for _ in range(10):
        make_article(topics=[make_topic()], people=[make_person()])

    with CaptureQueriesContext(connection) as many:
        exported()

    assert len(many) == len(few)


def test_export_leaves_out_what_is_in_the_bin():
    make_article(status="draft", deleted_at=timezone.now())

    assert exported() == []


# The commands


def run(*arguments, **options) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_import_command_says_in_a_line_what_it_did(tmp_path):
    (tmp_path / "1.png").write_bytes(make_picture())
    file = tmp_path / "archive.jsonl"
    file.write_text(f"{line(cover={'file': '1.png'})}\n")

    assert run("import_articles", str(file)) == ("Articles: 1 created, 0 changed, 0 same, 0 refused.\n", "")
    assert run("import_articles", str(file)) == ("Articles: 0 created, 0 changed, 1 same, 0 refused.\n", "")


def test_import_command_fails_when_a_line_was_refused(tmp_path):
    file = tmp_path / "archive.jsonl"
    file.write_text(f"{line()}\r\n{'a' * 17_000_000}\n{{\n\n{line('a-2')}")
    err = StringIO()

    with pytest.raises(CommandError) as caught:
        call_command("import_articles", str(file), stderr=err)

    assert str(caught.value) == "Articles: 2 created, 0 changed, 0 same, 2 refused."
    assert caught.value.returncode == 1
    assert err.getvalue().splitlines() == [
        "line 2: The line is longer than 5 MB.",
        "line 3: The line is not JSON: Expecting property name enclosed in double quotes.",
    ]


def test_import_command_tries_out(tmp_path):
    file = tmp_path / "archive.jsonl"
    file.write_text(line())

    assert run("import_articles", str(file), "--dry-run") == (
        "Dry run: 1 created, 0 changed, 0 same, 0 refused.\n",
        "",
    )
    assert Article.objects.count() == 0


def test_import_command_reads_the_standard_input(tmp_path, monkeypatch):
    file = tmp_path / "archive.jsonl"
    file.write_text(line())

    with file.open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        out, _err = run("import_articles", "-")

    assert out == "Articles: 1 created, 0 changed, 0 same, 0 refused.\n"


def test_import_command_says_that_there_is_no_file(tmp_path):
    with pytest.raises(CommandError, match=r"none\.jsonl cannot be read: No such file or directory\.$"):
        call_command("import_articles", str(tmp_path / "none.jsonl"))


def test_export_command_writes_a_file_with_its_covers(tmp_path):
    image = make_image()
    make_article(cover=image)
    make_article()
    file = tmp_path / "archive.jsonl"

    assert run("export_articles", "--output", str(file)) == ("2 articles are written.\n", "")
    assert run("import_articles", str(file)) == ("Articles: 0 created, 0 changed, 2 same, 0 refused.\n", "")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "media") == ["archive.jsonl", "covers"]


def test_export_command_writes_lines_to_the_standard_output():
    article = make_article(cover=make_image())

    out, err = run("export_articles")

    assert json.loads(out)["id"] == article.origin_id
    assert "cover" not in json.loads(out)
    assert err == "1 article is written.\n"


def test_export_command_fails_when_a_cover_is_lost(tmp_path):
    article = make_article(cover=make_image())
    article.cover.file.storage.delete(article.cover.file.name)

    with pytest.raises(CommandError, match=r"^1 article is written\.$"):
        call_command("export_articles", "--output", str(tmp_path / "archive.jsonl"), stderr=StringIO())


def test_export_command_says_that_it_cannot_write(tmp_path):
    with pytest.raises(CommandError, match=r"archive\.jsonl cannot be written: No such file or directory\.$"):
        call_command("export_articles", "--output", str(tmp_path / "none" / "archive.jsonl"))
