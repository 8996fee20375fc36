"""The journals of readings for a backup, beside whose offsets in the database's snapshot they are restored."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

from django.conf import settings

from news.hits import journals


@contextmanager
def hold_journals() -> Iterator[dict[str, BinaryIO]]:
    """The journals of this node by name, each open where it is to be copied from.

    Nothing is folded in the block: take the snapshot of the database in it. Restored under their names beside that
    snapshot, journals are counted from the offsets that it has, so each reading of before the block counts once.
    Readings go on being written meanwhile.
    """
    with journals.folding_lock(settings.HITS_DIR, wait=True), ExitStack() as files:
        held: dict[str, BinaryIO] = {}
        for path in sorted(settings.HITS_DIR.iterdir()):
            if path.suffix in (journals.LIVE, journals.SET_ASIDE):
                file = held[path.name] = files.enter_context(path.open("rb"))
                # Of a journal that is counted the name is enough: by it, its row in the database will be deleted.
                file.seek(0, os.SEEK_END if path.suffix == journals.SET_ASIDE else os.SEEK_SET)
        yield held
