"""Checks of the folders of this node, and of what has to be made before the portal starts."""

import filecmp
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext as _

from portal.doctor.findings import Finding, hint, wrong

LEAST_BYTES, LEAST_SHARE = 1024**3, 0.05
"""What has to be free on a disk."""
MOST_FILES = 20_000
"""How many files are looked at for their owner."""
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.glusterfs", "ceph", "9p"}


def folders() -> dict[str, Path]:
    """Where this node writes, by the names of the settings."""
    found = {"DATA_DIR": settings.DATA_DIR, "HITS_DIR": settings.HITS_DIR}
    if isinstance(default_storage, FileSystemStorage):
        found["MEDIA_ROOT"] = settings.MEDIA_ROOT
    return {name: Path(folder) for name, folder in found.items()}


def existing(folder: Path) -> Path:
    """The folder, or the one above it in which it will be made."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def check_folders() -> Iterator[Finding]:
    if os.geteuid() == 0:
        yield hint(_("The doctor runs as root, who may write everywhere. Run it as the user of the portal."))
    for name, folder in folders().items():
        place = existing(folder)
        try:
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            yield wrong(
                _("%(name)s cannot be written: %(error)s. Give %(folder)s to the user of the portal.")
                % {"name": name, "error": error.strerror, "folder": place}
            )
            continue
        if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & stat.S_IWOTH:
            yield wrong(
                _("Everybody on this machine may write to %(name)s: chmod o-w %(folder)s.")
                % {"name": name, "folder": folder}
            )


def check_owners() -> Iterator[Finding]:
    for name, folder in folders().items():
        if not folder.exists():
            continue
        owner = folder.stat().st_uid
        paths = (Path(parent, each) for parent, below, files in os.walk(folder) for each in (*below, *files))
        for path in islice(paths, MOST_FILES):
            try:
                is_strange = path.lstat().st_uid != owner
            except FileNotFoundError:
                continue  # deleted meanwhile
            if is_strange:
                yield wrong(
                    _(
                        "%(path)s belongs to another user than %(name)s, perhaps since a command ran as root: chown -R "
                        "the folder to the user of the portal."
                    )
                    % {"path": path, "name": name}
                )
                break


def check_hits_disk() -> Iterator[Finding]:
    kind = file_system_of(existing(settings.HITS_DIR), Path("/proc/mounts").read_text())
    if kind in NETWORK:
        yield wrong(
            _(
                "The journals of readings are on a disk of the network (%s), where locks do not hold and readings are "
                "lost. Let DATA_DIR be on a disk of this machine."
            )
            % kind
        )


def file_system_of(path: Path, mounts: str) -> str:
    """The kind of file system that a path is on, from lines as of /proc/mounts. Empty if none is known."""
    kind, longest = "", -1
    for line in mounts.splitlines():
        _device, point, this_kind, *_options = line.split(" ")
        point = point.replace("\\040", " ")
        if path.resolve().is_relative_to(point) and len(point) >= longest:
            kind, longest = this_kind, len(point)
    return kind


def check_disks() -> Iterator[Finding]:
    seen = set()
    for name, folder in folders().items():
        place = existing(folder)
        if (device := place.stat().st_dev) in seen:
            continue
        seen.add(device)
        total, _used, free = shutil.disk_usage(place)
        if free < max(LEAST_BYTES, total * LEAST_SHARE):
            yield wrong(
                _("The disk of %(name)s is almost full: %(free)d MB of %(total)d MB are free.")
                % {"name": name, "free": free // 1024**2, "total": total // 1024**2}
            )
        inodes = os.statvfs(place)
        if inodes.f_files and inodes.f_favail < inodes.f_files * LEAST_SHARE:
            yield wrong(_("The disk of %s has hardly any room for more files (inodes).") % name)


def check_catalogues() -> Iterator[Finding]:
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                yield wrong(
                    _(
                        "Translations are not compiled, so pages are partly in English: compile %s and start the "
                        "portal again."
                    )
                    % source
                )
                return


def check_static_files() -> Iterator[Finding]:
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return  # they are served from where they are written
    for finder in get_finders():
        for name, storage in finder.list([]):
            source, collected = Path(storage.path(name)), Path(settings.STATIC_ROOT, name)
            if name not in staticfiles_storage.hashed_files or not collected.exists():
                reason = _("is missing")
            elif not filecmp.cmp(source, collected, shallow=False):
                reason = _("is older than the code")
            else:
                continue
            yield wrong(
                _("Static files have to be collected: %(file)s %(reason)s. Run manage.py collectstatic.")
                % {"file": name, "reason": reason}
            )
            return
