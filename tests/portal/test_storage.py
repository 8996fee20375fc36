"""Uploads in S3, against moto's server on the loopback: the same promises as with a folder."""

import io
import socket
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from botocore.session import get_session
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from moto.server import ThreadedMotoServer

from news.editorial import workflow
from news.media import attachments, images
from news.models import Attachment, Image
from portal.settings import storage_of
from portal.storage import S3Storage
from tests.news.media.test_attachments import HIDDEN, PUBLIC, add_named, ask_each_address, body
from tests.support.factories import make_article, make_attachment, make_image, make_pdf, make_picture, make_user

pytestmark = pytest.mark.django_db

buckets = count(1)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(endpoint, settings) -> str:
    """An empty bucket that the settings name."""
    name = f"uploads-{next(buckets)}"
    client(endpoint).create_bucket(Bucket=name)
    use(settings, f"s3://key:secret@{name}/portal?endpoint={endpoint}")
    return name


def use(settings, url: str) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": storage_of(url)}


def client(endpoint: str):
    return get_session().create_client(
        "s3", "us-east-1", endpoint_url=endpoint, aws_access_key_id="key", aws_secret_access_key="secret"
    )


def stored(endpoint: str, bucket: str) -> list[str]:
    return [each["Key"] for each in client(endpoint).list_objects_v2(Bucket=bucket).get("Contents", [])]


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("s3://bucket", {"bucket": "bucket", "prefix": "", "key": "", "secret": ""}),
        (
            "s3://id:a%2Fb%40c@bucket/a/b/?endpoint=https://s3.example.kz:9000&region=kz-1",
            {
                "bucket": "bucket",
                "prefix": "a/b",
                "endpoint": "https://s3.example.kz:9000",
                "region": "kz-1",
                "key": "id",
                "secret": "a/b@c",
            },
        ),
    ],
)
def test_setting_names_a_bucket(url, options):
    assert storage_of(url) == {"BACKEND": "portal.storage.S3Storage", "OPTIONS": options}


@pytest.mark.parametrize("url", ["bucket", "https://bucket", "s3://", "s3://bucket?regoin=kz"])
def test_setting_that_cannot_be_read_is_told(url):
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORAGE has the form s3://"):
        storage_of(url)


def test_storage_does_what_a_folder_does(bucket):
    before = default_storage.exists("a/b/one.txt")
    name = default_storage.save("a/b/one.txt", ContentFile(b"0123456789"))
    default_storage.save("a/two.txt", ContentFile(b""))
    with default_storage.open(name) as file:
        read = [
            file.read(),
            file.read(),
            file.seek(4),
            file.read(3),
            file.tell(),
            file.read(),
            file.seek(-2, io.SEEK_END),
        ]
        read += [file.read(), file.seek(20), file.read(), list(file.chunks(4))]

    assert before is False
    assert default_storage.exists(name)
    assert default_storage.size(name) == 10
    assert read == [b"0123456789", b"", 4, b"456", 7, b"789", 8, b"89", 20, b"", [b"0123", b"4567", b"89"]]
    assert default_storage.listdir("a") == (["b"], ["two.txt"])
    assert default_storage.listdir("a/b") == ([], ["one.txt"])
    default_storage.delete(name)
    default_storage.delete(name)
    with pytest.raises(FileNotFoundError):
        default_storage.open(name).read()


def test_file_comes_with_its_article_and_goes_with_it(client, bucket, endpoint):
    moment = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    attachment = make_attachment()
    article = make_article(attachments=[attachment], publish_at=moment)
    chief = make_user("news.publish_article", "news.view_attachment")

    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        before = ask_each_address(client, attachment)
    with time_machine.travel(moment, tick=False):
        after = ask_each_address(client, attachment)
        part = body(client.get(attachment.address, headers={"Range": "bytes=5-9"}))
        workflow.withdraw(article, by=chief, reasons={"kk": "Себебі бар"})
        withdrawn = ask_each_address(client, attachment)
    client.force_login(chief)
    editor = ask_each_address(client, attachment)

    assert before == HIDDEN
    assert after == PUBLIC
    assert withdrawn == HIDDEN
    assert editor == PUBLIC
    assert part == make_pdf()[5:10]
    assert stored(endpoint, bucket) == [f"portal/{attachment.file.name}"]


def test_picture_is_made_answered_and_deleted(client, bucket, endpoint, django_capture_on_commit_callbacks):
    image = make_image()
    article = make_article(status="draft", cover=image)
    hidden = client.get(image.src).status_code
    type(article).objects.filter(pk=article.pk).update(status="approved")
    shown = client.get(image.src)
    folder = images.folder_of(image)
    default_storage.delete(f"{folder}/{image.src.rpartition('/')[2].rpartition('-')[2]}")
    again = client.get(image.src)
    type(article).objects.filter(pk=article.pk).update(cover=None)
    kept = len(stored(endpoint, bucket))
    with django_capture_on_commit_callbacks(execute=True):
        images.delete_image(image)

    assert hidden == 404
    assert shown.status_code == 200
    assert again.content == shown.content
    assert kept > 3
    assert stored(endpoint, bucket) == []


def test_storage_that_is_down_is_told_calmly(client, settings, bucket, caplog):
    attachment, image = make_attachment(), make_image()
    article = make_article(attachments=[attachment], cover=image)
    use(settings, f"s3://key:secret@{bucket}?endpoint=http://127.0.0.1:{closed_port()}")
    page = client.get(article.get_absolute_url())
    file, picture = client.get(attachment.address), client.get(image.src)
    client.force_login(make_user("news.add_attachment", "news.view_attachment"))
    form = client.post("/admin/news/attachment/add/", {"upload": add_named("жоба.pdf"), "title_kk": "Жоба"})

    assert page.status_code == 200
    assert file.status_code == 503
    assert picture.status_code == 503
    assert form.status_code == 200
    assert "Файл сақталмады: дискіде орын жоқ немесе қойма жауап бермейді." in form.content.decode()
    assert "127.0.0.1" not in file.content.decode() + form.content.decode()
    assert Attachment.objects.count() == 1
    assert "could not be stored" in caplog.text


def test_picture_that_cannot_be_stored_is_told_and_what_was_typed_stays(client, settings, bucket):
    image = make_image(alt_kk="Зал")
    client.force_login(make_user("news.add_image", "news.change_image", "news.view_image"))
    use(settings, f"s3://key:secret@{bucket}?endpoint=http://127.0.0.1:{closed_port()}")
    told = "Файл сақталмады: дискіде орын жоқ немесе қойма жауап бермейді."

    added = client.post("/admin/news/image/add/", {"upload": picture(), "alt_kk": "Жаңа зал"})
    changed = client.post(f"/admin/news/image/{image.pk}/change/", {"upload": picture(), "alt_kk": "Басқа зал"})
    many = client.post("/admin/news/image/upload/", {"pictures": picture()}, headers={"accept": "application/json"})

    assert [told in page.content.decode() for page in (added, changed)] == [True, True]
    assert [page.context["adminform"].form["alt_kk"].value() for page in (added, changed)] == ["Жаңа зал", "Басқа зал"]
    assert many.json()["pictures"] == []
    assert told in many.json()["refused"][0]
    assert list(Image.objects.values_list("file", "width", "alt_kk")) == [(image.file.name, image.width, "Зал")]


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("1.png", make_picture(30, 20))


def test_lost_file_is_not_found(client, bucket):
    attachment = make_attachment()
    make_article(attachments=[attachment])
    default_storage.delete(attachment.file.name)

    assert client.get(attachment.address).status_code == 404


def test_bucket_that_is_not_there_is_no_lost_file(client, settings, endpoint):
    use(settings, f"s3://key:secret@nowhere?endpoint={endpoint}")

    with pytest.raises(attachments.NotStored):
        make_attachment()


@pytest.mark.parametrize(("endpoint", "style"), [("https://s3.example.kz", "path"), ("", "auto")])
def test_bucket_of_an_office_is_named_in_the_path_and_not_in_the_host(endpoint, style):
    """An office's own server has no host name for each bucket."""
    config = S3Storage("uploads", endpoint=endpoint, key="key", secret="secret").client.meta.config

    assert config.s3["addressing_style"] == style
    assert (config.connect_timeout, config.read_timeout) == (3, 20)
