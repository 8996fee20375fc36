"""Hostile files and harmless ones, sent to the admin's own forms."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from news.media import document_checks, images
from news.models import Attachment, Image
from tests.support.factories import make_user
from tests.support.hostile_files import HARMLESS, HOSTILE, Upload

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def name(file: Upload) -> str:
    return f"{file.extension} {file.name}"


def send(client, file: Upload):
    """To the form of its kind, as a person who may add either."""
    client.force_login(make_user("news.add_attachment", "news.add_image", "news.view_attachment", "news.view_image"))
    upload = SimpleUploadedFile(f"file.{file.extension}", file.make())
    if file.is_picture:
        return client.post("/admin/news/image/add/", {"upload": upload, "alt_kk": "Сурет"})
    return client.post("/admin/news/attachment/add/", {"upload": upload, "title_kk": "Құжат"})


@pytest.mark.parametrize("file", HOSTILE, ids=name)
def test_hostile_file_is_refused_with_its_sentence_and_leaves_nothing(client, settings, file):
    page = send(client, file)

    explain = images.explain_refusal if file.is_picture else document_checks.explain_refusal
    assert page.status_code == 200
    assert page.context["adminform"].form.errors == {"upload": [explain(file.refusal)]}
    assert Image.objects.count() == 0
    assert Attachment.objects.count() == 0
    assert not settings.MEDIA_ROOT.exists()


@pytest.mark.parametrize("file", HARMLESS, ids=name)
def test_harmless_file_is_taken(client, file):
    answer = send(client, file)

    assert answer.status_code == 302
    assert Image.objects.count() == file.is_picture
    assert Attachment.objects.count() == (not file.is_picture)


@pytest.mark.parametrize(("is_picture", "reason"), sorted({(file.is_picture, file.refusal) for file in HOSTILE}))
def test_every_refusal_has_a_sentence_of_its_own_in_every_language(is_picture, reason):
    explain = images.explain_refusal if is_picture else document_checks.explain_refusal
    sentences = set()
    for code in ("kk", "ru", "en"):
        with translation.override(code):
            sentences.add(explain(reason))

    assert len(sentences) == 3
