"""What the doctor says of folders, disks, catalogues and static files."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command

from portal.doctor import files

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")


@pytest.fixture(autouse=True)
def folders(settings, tmp_path) -> dict[str, Path]:
    """All folders there and as they should be."""
    settings.DATA_DIR, settings.HITS_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "hits", tmp_path / "media"
    for name in ("hits", "media"):
        (tmp_path / name).mkdir(exist_ok=True)
    return files.folders()


def said(check) -> str:
    return " ".join(f"{level}: {sentence}" for level, sentence in check() if level == "wrong")


def test_folders_that_can_be_written_are_well():
    assert said(files.check_folders) == ""


def test_folder_that_is_not_there_yet_is_well(settings, tmp_path):
    settings.HITS_DIR = tmp_path / "a" / "b"

    assert said(files.check_folders) == ""


def test_root_is_told_that_it_is_root():
    hints = [sentence for level, sentence in files.check_folders() if level == "hint"]

    assert len(hints) == (os.geteuid() == 0)


@pytest.mark.parametrize("name", ["DATA_DIR", "HITS_DIR", "MEDIA_ROOT"])
def test_folder_that_cannot_be_written(settings, name):
    setattr(settings, name, Path("/proc/1"))  # not even root can

    assert name in said(files.check_folders)
    assert "/proc/1" in said(files.check_folders)


def test_folder_that_everybody_may_write_to(tmp_path):
    (tmp_path / "hits").chmod(0o777)

    assert f"chmod o-w {tmp_path / 'hits'}" in said(files.check_folders)


@as_root
def test_file_of_another_user(tmp_path):
    (tmp_path / "media" / "x").mkdir()
    (tmp_path / "media" / "x" / "picture.jpg").write_bytes(b"")
    well = said(files.check_owners)
    os.chown(tmp_path / "media" / "x" / "picture.jpg", 12345, 12345)

    assert well == ""
    assert "picture.jpg" in said(files.check_owners)


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /srv nfs4 rw 0 0
/dev/sdb1 /srv/disk xfs rw 0 0
share /mnt/with\\040space cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/portal/hits", "ext4"),
        ("/srv/portal/hits", "nfs4"),
        ("/srv/disk/hits", "xfs"),
        ("/srvother", "ext4"),
        ("/mnt/with space/hits", "cifs"),
    ],
)
def test_file_system_of_a_folder(path, kind):
    assert files.file_system_of(Path(path), MOUNTS) == kind


def test_journals_on_a_disk_of_this_machine_are_well():
    assert said(files.check_hits_disk) == ""


def test_journals_on_a_disk_of_the_network(monkeypatch, tmp_path):
    kind = files.file_system_of(tmp_path, Path("/proc/mounts").read_text())
    monkeypatch.setattr(files, "NETWORK", {kind})

    assert kind in said(files.check_hits_disk)


def test_disk_with_room_is_well(monkeypatch):
    monkeypatch.setattr(files, "LEAST_BYTES", 1)
    monkeypatch.setattr(files, "LEAST_SHARE", 0.0)

    assert said(files.check_disks) == ""


def test_disk_that_is_almost_full(monkeypatch):
    monkeypatch.setattr(files, "LEAST_BYTES", 2**60)

    assert "DATA_DIR" in said(files.check_disks)
    assert said(files.check_disks).count("wrong") == 1  # the others are on the same disk


def test_catalogues(settings, tmp_path):
    folder = tmp_path / "locale" / "kk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    (folder / "django.po").write_text("")
    missing = said(files.check_catalogues)
    (folder / "django.mo").write_bytes(b"")
    well = said(files.check_catalogues)
    os.utime(folder / "django.mo", (0, 0))
    outdated = said(files.check_catalogues)

    assert str(folder / "django.po") in missing
    assert well == ""
    assert outdated == missing


def test_static_files(settings, tmp_path):
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    settings.STATIC_ROOT = tmp_path / "static"
    missing = said(files.check_static_files)
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}  # it reads the manifest anew
    well = said(files.check_static_files)
    sheet = next((tmp_path / "static").rglob("tokens.css"))
    sheet.write_text("body { color: red }")
    outdated = said(files.check_static_files)

    assert "collectstatic" in missing
    assert well == ""
    assert "tokens.css" in outdated


def test_static_files_of_a_development_copy_are_not_collected():
    assert said(files.check_static_files) == ""
