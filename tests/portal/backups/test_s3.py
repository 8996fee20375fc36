"""Backups of uploads in a bucket, against moto's server on the loopback, restored into another bucket."""

from collections.abc import Iterator
from io import StringIO

import pytest
from botocore.session import get_session
from django.core.management import call_command
from moto.server import ThreadedMotoServer

from portal.backups.backup import Manifest, list_backups
from portal.settings import storage_of
from tests.support.factories import make_attachment, make_image
from tests.support.places import empty_place, needs_database_tools

pytestmark = [pytest.mark.django_db(transaction=True), needs_database_tools]


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


def test_uploads_move_from_bucket_to_bucket_by_a_backup(endpoint, settings, tmp_path):
    client = get_session().create_client(
        "s3", "us-east-1", endpoint_url=endpoint, aws_access_key_id="key", aws_secret_access_key="secret"
    )
    for bucket in ("here", "there"):
        client.create_bucket(Bucket=bucket)
    client.put_object(Bucket="here", Key="of-another-program", Body=b"")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": storage_of(f"s3://key:secret@here/portal?endpoint={endpoint}"),
    }
    make_image()
    make_attachment()

    def stored(bucket: str) -> dict[str, bytes]:
        keys = [each["Key"] for each in client.list_objects_v2(Bucket=bucket, Prefix="portal/").get("Contents", [])]
        return {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    call_command("backup", str(tmp_path / "backups"), stdout=StringIO())
    call_command("backup", str(tmp_path / "backups"), stdout=StringIO())
    with empty_place(tmp_path / "place") as place:
        place.environment["MEDIA_STORAGE"] = f"s3://key:secret@there/portal?endpoint={endpoint}"
        restored = place.run("restore", str(tmp_path / "backups"))
        again = place.run("restore", str(tmp_path / "backups"))

    first, second = list_backups(tmp_path / "backups")
    assert restored.returncode == 0, restored.stderr
    assert again.returncode == 1
    assert len(stored("here")) == len(Manifest.read(first).media) > 2
    assert stored("there") == stored("here")
    assert all((first / "media" / name).samefile(second / "media" / name) for name in Manifest.read(first).media)
