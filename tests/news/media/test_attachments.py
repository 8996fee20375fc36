import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import ProtectedError
from django.utils import timezone, translation

from news.editorial import revisions, workflow
from news.editorial.comparison import compare
from news.editorial.content import read_content
from news.editorial.merging import merge
from news.media import attachments as attachment_files
from news.models import Article, Attachment
from news.preview import links
from tests.support.factories import make_article, make_attachment, make_pdf, make_user
from tests.support.hostile_files import make_open_xml

SIZE = len(make_pdf())

pytestmark = pytest.mark.django_db

STATES = {
    "draft": {"status": "draft", "publish_at": None},
    "review": {"status": "review"},
    "approved without a moment": {"publish_at": None},
    "scheduled": {"publish_at": timezone.now() + timedelta(days=400)},
    "withdrawn": {"status": "withdrawn", "withdrawn_at": timezone.now()},
    "in the bin": {"status": "draft", "deleted_at": timezone.now()},
}


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def ask_each_address(client, attachment: Attachment) -> list[int]:
    """What each address of a file answers: itself, in part, its head, and such as were never given out."""
    address, folder = attachment.address, attachment.address.rpartition("/")[0]
    answers = [
        client.get(address),
        client.get(address, headers={"Range": "bytes=0-3"}),
        client.head(address),
        client.get(f"{folder}/other.pdf"),
        client.get(f"/media/{attachment.file.name}"),
        client.get(f"/{attachment.file.name}"),
    ]
    return [status(answer) for answer in answers]


def status(answer) -> int:
    body(answer)  # read to its end, the answer lets its file go
    return answer.status_code


CHIEF = ("news.change_article", "news.publish_article", "news.view_article")
PUBLIC = [200, 206, 200, 404, 404, 404]
HIDDEN = [404] * 6


# Who gets a file, and when


@pytest.mark.parametrize("state", STATES)
def test_file_of_an_unpublished_article_is_nobodys(client, state):
    attachment = make_attachment()
    make_article(attachments=[attachment], **STATES[state])
    stranger, editor = ask_each_address(client, attachment), make_user("news.view_attachment")
    client.force_login(make_user("news.view_article"))
    colleague = ask_each_address(client, attachment)
    client.force_login(editor)

    assert stranger == HIDDEN
    assert colleague == HIDDEN
    assert ask_each_address(client, attachment) == PUBLIC
    assert client.head(attachment.address).headers["Cache-Control"] == "private, no-store"


def test_file_of_no_article_is_nobodys(client):
    assert ask_each_address(client, make_attachment()) == HIDDEN


def test_file_comes_with_its_article_and_goes_with_it(client):
    moment = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    attachment = make_attachment()
    article = make_article(attachments=[attachment], publish_at=moment)
    chief = make_user("news.publish_article")

    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        before = ask_each_address(client, attachment)
    with time_machine.travel(moment, tick=False):
        after = ask_each_address(client, attachment)
        workflow.withdraw(article, by=chief, reasons={"kk": "Себебі бар"})
        withdrawn = ask_each_address(client, attachment)
        workflow.restore(article, by=chief)

        assert before == HIDDEN
        assert after == PUBLIC
        assert withdrawn == HIDDEN
        assert ask_each_address(client, attachment) == PUBLIC


def test_file_without_a_title_in_any_language_of_its_article_is_nobodys(client):
    attachment = make_attachment(title_kk="", title_en="")
    article = make_article("kk", attachments=[attachment])
    before = ask_each_address(client, attachment)
    Article.objects.filter(pk=article.pk).update(title_ru="Заголовок", slug_ru="zagolovok")

    assert before == HIDDEN
    assert ask_each_address(client, attachment) == PUBLIC


def test_file_added_to_a_published_article_waits_with_its_newer_text(client):
    article, attachment, chief = make_article(), make_attachment(), make_user(*CHIEF)
    revisions.save(article, read_content(article) | {"attachments": [attachment.pk]}, by=chief)
    waiting, page = ask_each_address(client, attachment), client.get(article.get_absolute_url()).content.decode()

    workflow.publish(Article.objects.get(pk=article.pk), by=chief)

    assert waiting == HIDDEN
    assert attachment.token not in page
    assert ask_each_address(client, attachment) == PUBLIC
    assert attachment.address in client.get(article.get_absolute_url()).content.decode()


def test_link_of_a_preview_opens_the_files_of_its_article_only(client):
    attachment, other = make_attachment(), make_attachment()
    article = make_article(attachments=[attachment], **STATES["draft"])
    make_article(attachments=[other], **STATES["draft"])
    link = links.create_link(article, by=make_user(*CHIEF))
    (address,) = re.findall(r'href="(/preview/[^"]+/files/[^"]+)"', client.get(f"/preview/{link}/kk/").content.decode())
    shown = client.get(address)

    assert shown.status_code == 200
    assert body(shown) == make_pdf()
    assert shown.headers["Cache-Control"] == "no-store, private"
    assert client.get(address.replace(attachment.token, other.token)).status_code == 404
    assert client.get(address.replace(link, "x")).status_code == 404


# On the page


def test_page_names_title_kind_and_size_in_its_language(client):
    large = make_open_xml(more={"word/a.bin": "x" * 1_260_000})
    attachments = [make_attachment(), make_attachment(content=large, filename="a.docx", title_kk="Есеп", title_ru="")]
    article = make_article("kk ru", attachments=attachments)
    pages = {}
    for code in ("kk", "ru"):
        with translation.override(code):
            page = client.get(article.get_absolute_url()).content.decode()
        pages[code] = [
            re.sub(r"<[^>]+>", "|", " ".join(item.split())).strip("| ").split("| |")
            for item in re.findall(r"<li>[^\n]*(<a\s+href=\"/files/.*?)</li>", page, re.DOTALL)
        ]

    assert pages["kk"] == [
        ["Заң жобасы", f"PDF, {SIZE} байт"],
        ["Есеп", "DOCX, 1,2 МБ"],
    ]
    assert pages["ru"] == [["Законопроект", f"PDF, {SIZE} байт"]]


def test_page_without_a_file_in_its_language_has_no_heading_for_them(client):
    article = make_article(attachments=[make_attachment(title_kk="")])

    assert 'class="attachments"' not in client.get(article.get_absolute_url()).content.decode()


# The answer


@pytest.fixture
def public(client):
    attachment = make_attachment(filename="Заң жобасы.pdf")
    make_article(attachments=[attachment])
    return attachment


def test_answer_says_what_it_is_and_lets_nothing_run(client, public):
    answer = client.get(public.address)
    body(answer)
    headers = answer.headers

    assert public.address == f"/files/{public.token}/zan-zhobasy.pdf"
    assert {
        name: headers.get(name)
        for name in ("Content-Type", "Content-Length", "X-Content-Type-Options", "Cache-Control", "Accept-Ranges")
    } == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(make_pdf())),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "public, no-cache",
        "Accept-Ranges": "bytes",
    }
    assert headers["Content-Disposition"] == (
        "inline; filename*=utf-8''%D0%97%D0%B0%D2%A3%20%D0%B6%D0%BE%D0%B1%D0%B0%D1%81%D1%8B.pdf"
    )
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Cookie" not in headers.get("Vary", "")


def test_office_documents_are_saved_not_opened(client):
    attachment = make_attachment(content=make_open_xml(), filename="a.docx")
    make_article(attachments=[attachment])

    assert client.head(attachment.address).headers["Content-Disposition"] == 'attachment; filename="a.docx"'


def test_known_file_is_not_sent_again(client, public):
    etag = client.head(public.address).headers["ETag"]

    answer = client.get(public.address, headers={"If-None-Match": etag})

    assert answer.status_code == 304
    assert body(answer) == b""


@pytest.mark.parametrize(
    ("asked", "status", "part", "content_range"),
    [
        ("bytes=0-4", 206, slice(0, 5), f"bytes 0-4/{SIZE}"),
        ("bytes=5-", 206, slice(5, None), f"bytes 5-{SIZE - 1}/{SIZE}"),
        ("bytes=-6", 206, slice(-6, None), f"bytes {SIZE - 6}-{SIZE - 1}/{SIZE}"),
        ("bytes=-99999", 206, slice(None), f"bytes 0-{SIZE - 1}/{SIZE}"),
        ("bytes=3-99999", 206, slice(3, None), f"bytes 3-{SIZE - 1}/{SIZE}"),
        (f"bytes={SIZE}-", 416, slice(0, 0), f"bytes */{SIZE}"),
        ("bytes=-0", 416, slice(0, 0), f"bytes */{SIZE}"),
        ("bytes=4-2", 200, slice(None), None),
        ("bytes=0-1,4-5", 200, slice(None), None),
        ("lines=0-1", 200, slice(None), None),
        ("bytes=x-", 200, slice(None), None),
    ],
)
def test_part_of_a_file(client, public, asked, status, part, content_range):
    answer = client.get(public.address, headers={"Range": asked})

    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == content_range
    assert body(answer) == make_pdf()[part]


def test_part_of_another_state_of_a_file_is_the_whole(client, public):
    etag = client.head(public.address).headers["ETag"]
    answers = [
        status(client.get(public.address, headers={"Range": "bytes=0-4", "If-Range": each}))
        for each in (etag, '"other"')
    ]

    assert answers == [206, 200]


def test_head_of_a_file_has_its_length_and_no_body(client, public):
    answer = client.head(public.address)

    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(SIZE)
    assert body(answer) == b""


def test_only_reading_is_answered(client, public):
    assert [client.post(public.address).status_code, client.delete(public.address).status_code] == [405, 405]


def test_lost_file_is_not_found(client, public, caplog):
    default_storage.delete(public.file.name)

    assert client.get(public.address).status_code == 404
    assert f"The file of attachment {public.pk} is lost" in caplog.text


# In


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Заң жобасы.pdf", "Заң жобасы.pdf"),
        ("жоба.docx", "жоба.pdf"),
        ("C:\\Users\\a\\жоба.PDF", "жоба.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ('a"b;c\r\nX: y.pdf', "a b c X y.pdf"),
        ("жоба\u202efdp.exe.pdf", "жоба fdp.exe.pdf"),
        ("...pdf", "файл.pdf"),
        (".pdf", "файл.pdf"),
        ("ж" * 200 + ".pdf", "ж" * 100 + ".pdf"),
    ],
)
def test_name_is_cleaned(given, kept):
    upload = ContentFile(make_pdf())
    upload.name = given

    assert attachment_files.check_upload(upload)[0] == kept


def test_name_on_the_disk_tells_nothing():
    attachment = make_attachment(filename="Құпия жоба.pdf")

    assert re.fullmatch(rf"files/{re.escape(attachment.token)}-[0-9a-f]{{8}}\.pdf", attachment.file.name)


def test_file_above_the_limit_is_refused(settings):
    settings.ATTACHMENT_MAX_BYTES = 50

    with translation.override("en"), pytest.raises(attachment_files.NotAccepted) as refusal:
        make_attachment()

    assert refusal.value.messages == ["The file is too large: a file may have up to 50\xa0bytes."]
    assert not Attachment.objects.exists()


def test_file_in_use_is_not_deleted(django_capture_on_commit_callbacks):
    attachment = make_attachment()
    article = make_article(attachments=[attachment])

    with pytest.raises(ProtectedError):
        attachment_files.delete_attachment(attachment)
    article.attachments.clear()
    kept = default_storage.exists(attachment.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        attachment_files.delete_attachment(attachment)

    assert kept is True
    assert not default_storage.exists(attachment.file.name)


# The editors' side


def test_editor_uploads_a_file_and_gives_it_to_an_article(client):
    writer = make_user("news.add_attachment", "news.view_attachment", *CHIEF)
    client.force_login(writer)

    client.post("/admin/news/attachment/add/", {"upload": add_named("жоба.pdf"), "title_kk": "Жоба"})
    attachment = Attachment.objects.get()
    article = make_article(**STATES["draft"])
    page = client.get(f"/admin/news/article/{article.pk}/change/")
    sent = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    client.post(f"/admin/news/article/{article.pk}/change/", sent | {"attachments": [attachment.pk]})

    assert attachment.uploaded_by == writer
    assert attachment.filename == "жоба.pdf"
    assert attachment.title_kk == "Жоба"
    assert list(article.attachments.all()) == [attachment]
    assert revisions.latest(article).content["attachments"] == [attachment.pk]


def add_named(name: str, content: bytes | None = None) -> ContentFile:
    file = ContentFile(make_pdf() if content is None else content)
    file.name = name
    return file


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"title_kk": "Жоба"}, "errorlist"),
        ({"upload": b"PK\x03\x04", "title_kk": "Жоба"}, "Файл бүлінген"),
        ({"upload": b"", "title_kk": "Жоба"}, "Бұл файлды тіркеуге болмайды"),
        ({"upload": make_pdf()}, "Файлға кемінде бір тілде атау беріңіз."),
    ],
)
def test_form_refuses_in_sentences_and_stores_nothing(client, settings, sent, sentence):
    client.force_login(make_user("news.add_attachment", "news.view_attachment"))
    if "upload" in sent:
        sent = sent | {"upload": add_named("жоба.docx", sent["upload"])}

    page = client.post("/admin/news/attachment/add/", sent)

    assert sentence in page.content.decode()
    assert not Attachment.objects.exists()
    assert not (settings.MEDIA_ROOT / "files").exists()


def test_full_disk_is_told_calmly_and_the_titles_stay(client, settings):
    settings.MEDIA_ROOT.write_text("a file stands where the folder should be")
    client.force_login(make_user("news.add_attachment", "news.view_attachment"))

    page = client.post("/admin/news/attachment/add/", {"upload": add_named("жоба.pdf"), "title_kk": "Жоба"})

    assert "Файл сақталмады: дискіде орын жоқ немесе қойма жауап бермейді." in page.content.decode()
    assert page.status_code == 200
    assert 'value="Жоба"' in page.content.decode()
    assert not Attachment.objects.exists()


def test_titles_change_and_the_file_does_not(client):
    attachment = make_attachment()
    client.force_login(make_user("news.change_attachment", "news.view_attachment"))

    client.post(
        f"/admin/news/attachment/{attachment.pk}/change/",
        {"title_kk": "Басқа", "upload": add_named("x.pdf", make_open_xml())},
    )

    changed = Attachment.objects.get()
    assert changed.title_kk == "Басқа"
    assert changed.sha256 == attachment.sha256
    assert changed.file.name == attachment.file.name


def test_file_in_use_has_no_delete_button(client):
    attachment = make_attachment()
    make_article(attachments=[attachment])
    client.force_login(make_user("news.delete_attachment", "news.view_attachment"))

    assert client.post(f"/admin/news/attachment/{attachment.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Attachment.objects.count() == 1


def test_list_says_where_each_file_is_used(client):
    client.force_login(make_user(is_superuser=True))
    client.cookies["django_language"] = "kk"
    article = make_article(title_kk="Жоба талқыланды", attachments=[make_attachment(title_kk="Қолданылған")])
    make_attachment(title_kk="Артық")

    page = client.get("/admin/news/attachment/").content.decode()

    assert re.findall(r'<td class="field-used_in">(.*?)</td>', page) == [
        "еш жерде",
        f'<a class="use" href="/admin/news/article/{article.pk}/change/">Жоба талқыланды</a>',
    ]


def test_list_takes_as_many_queries_whatever_it_holds(client, django_assert_num_queries):
    client.force_login(make_user("news.view_attachment"))
    make_article(attachments=[make_attachment()])
    client.get("/admin/news/attachment/")
    for _ in range(2):
        with django_assert_num_queries(10):
            assert client.get("/admin/news/attachment/").status_code == 200
        make_article(attachments=[make_attachment() for _ in range(9)])


def test_old_revision_with_a_deleted_file_is_restored_without_it():
    article, attachment, chief = make_article(**STATES["draft"]), make_attachment(), make_user(*CHIEF)
    begun = revisions.latest(article).content
    revisions.save(article, begun | {"attachments": [attachment.pk]}, by=chief)
    revisions.save(article, begun, by=chief)
    attachment_files.delete_attachment(attachment)

    revisions.restore(article, 2, by=chief)

    assert list(article.attachments.all()) == []


def test_revision_older_than_attachments_is_like_one_without_any():
    article = make_article(**STATES["draft"])
    newest = revisions.latest(article)
    del newest.content["attachments"]
    newest.save()

    merged = merge(newest.content, newest.content, newest.content)

    assert merged.content == newest.content
    assert merged.decisions == []
    assert compare(newest.content, newest.content | {"attachments": []}) == []
