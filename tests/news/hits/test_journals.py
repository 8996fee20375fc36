import logging
import os
import resource
import signal
from itertools import pairwise
from pathlib import Path

import pytest

from news.hits import journals
from news.hits.journals import Journal, Reading, Writer, line_of

READING = Reading(41, "kk", 1732334400)
LINE = b"+41 kk 1732334400\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "hits"


@pytest.fixture
def refused_folder(folder: Path) -> Path:
    """No journal can be begun in it, whoever asks: root too."""
    folder.write_text("a file in place of the folder")
    return folder


def everything(folder: Path) -> list[tuple[Reading, int]]:
    lines = b"".join(journals.read_lines(path, 0, end) for path, end in journals.sizes(folder).items())
    return sorted(journals.parse_readings(lines))


def test_writer_writes_one_line_a_reading(folder):
    writer = Writer(folder)

    writer.write(LINE)
    writer.write(line_of(7, "kk-arab", 1732334400))

    [path] = folder.iterdir()
    assert path.read_bytes().rstrip(b"\0") == b"+41 kk 1732334400\n+7 kk-arab 1732334400\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (b"", []),
        (b"+41 kk 1732334400\n" * 3, [(READING, 3)]),
        (b"+41 kk 1732334400\n+41 ru 1732334400\n", [(READING, 1), (Reading(41, "ru", 1732334400), 1)]),
        (b"+41 kk 1732334400 t.me\n", [(READING._replace(referrer="t.me"), 1)]),
        (b"+41 kk 1732334400 t.m+41 kk 1732334400\n", [(READING, 1)]),
        (b"+41 kk 1732334400 T<b>\n+41 kk 1732334400 \n", []),
        (b"+41 kk 17323+41 kk 1732334400\n", [(READING, 1)]),  # the first write was cut short
        (b"+41 kk 1732334400+41 kk 1732334400\n", [(READING, 1)]),
        (b"+4+41 kk 1732334400\n", [(READING, 1)]),
        (b"\0\0\0\n\0\0+41 kk 1732334400\n", [(READING, 1)]),
        (b"\0" * 100_000 + b"+41 kk 1732334400\n", [(READING, 1)]),
        (
            b"+%d %s %d %s\n" % (10**18 - 1, b"k" * 10, 10**10 - 1, b"t" * 100),
            [(Reading(10**18 - 1, "k" * 10, 10**10 - 1, "t" * 100), 1)],
        ),
        (b"1 kk 1732334400\n", []),  # without its beginning it may be anything
        (b"+0 kk 1732334400\n+-1 kk 1732334400\n+41 KK 1732334400\n+41 kk\n+41  1732334400\n+41 kk x\n\n", []),
        (b"+9999999999999999999 kk 1732334400\n+41 kk 17323344000\n", []),
    ],
)
def test_damaged_lines_are_no_readings(lines, expected):
    assert list(journals.parse_readings(lines)) == expected


def test_tail_of_a_line_is_read_only_when_it_has_its_end(folder):
    folder.mkdir()
    path = folder / "one.hits"
    path.write_bytes(b"+41 kk 1732334400\n+41 kk 17")

    before = journals.read_lines(path, 0, path.stat().st_size)
    with path.open("ab") as file:
        file.write(b"32334400\n")
    after = journals.read_lines(path, len(before), path.stat().st_size)

    assert before == after == b"+41 kk 1732334400\n"


def test_long_journal_is_read_in_pieces_of_whole_lines(folder):
    folder.mkdir()
    path = folder / "one.hits"
    path.write_bytes(LINE * 250_000)
    end, start, pieces = path.stat().st_size, 0, []

    while piece := journals.read_lines(path, start, end):
        pieces.append(piece)
        start += len(piece)

    assert [len(piece) <= journals.PIECE and piece.endswith(b"\n") for piece in pieces] == [True] * 3
    assert list(journals.parse_readings(b"".join(pieces))) == [(READING, 250_000)]


def test_megabyte_without_a_line_does_not_stop_the_reading(folder):
    folder.mkdir()
    path = folder / "one.hits"
    path.write_bytes(b"\0" * 1_000_000 + b"\n" + LINE)
    end, start, found = path.stat().st_size, 0, []

    while piece := journals.read_lines(path, start, end):
        found += journals.parse_readings(piece)
        start += len(piece)

    assert start == end
    assert found == [(READING, 1)]


def test_journal_is_finished_when_its_writer_ends(folder):
    writer = Writer(folder)
    writer.write(LINE)
    [path] = folder.iterdir()

    finished = [journals.is_finished(path)]
    writer.end()
    finished.append(journals.is_finished(path))

    assert finished == [False, True]


def test_journal_is_not_closed_under_a_thread_that_writes(folder):
    writer = Writer(folder)
    held = writer.begin()
    path = held.path

    writer.end()
    written = held.append(LINE)
    finished = [journals.is_finished(path)]
    del held
    finished.append(journals.is_finished(path))

    assert written is True
    assert finished == [False, True]
    assert everything(folder) == [(READING, 1)]


@pytest.mark.parametrize("counted", [0, 5])
def test_journal_with_uncounted_lines_is_not_set_aside(folder, counted):
    writer = Writer(folder)
    writer.write(LINE)
    writer.end()
    [path] = folder.iterdir()

    done = journals.set_aside(path, counted)

    assert done is False
    assert path.exists()


def test_journal_of_a_living_process_is_not_set_aside(folder):
    writer = Writer(folder)
    writer.write(LINE)
    [path] = folder.iterdir()

    done = journals.set_aside(path, path.stat().st_size)

    assert done is False
    assert path.exists()


def test_counted_journal_of_an_ended_process_is_set_aside_with_its_torn_tail(folder):
    writer = Writer(folder)
    writer.write(LINE)
    os.pwrite(writer.journal.fd, b"+41 k", len(LINE))
    writer.end()
    [path] = folder.iterdir()

    done = journals.set_aside(path, len(LINE))

    assert done is True
    assert [each.name for each in folder.iterdir()] == [f"{path.stem}.counted"]


def test_journal_set_aside_before_it_was_locked_is_not_used(folder, monkeypatch):
    """The moment between a new file and its lock, as seen by another process that looks for finished ones."""
    taken = []
    flock = journals.fcntl.flock

    def take_first(fd, mode):
        [path] = folder.glob("*.hits")
        if not taken:
            taken.append(path)
            path.rename(path.with_suffix(".counted"))
        flock(fd, mode)

    monkeypatch.setattr(journals.fcntl, "flock", take_first)
    journal = Journal.begin(folder)

    assert journal.path != taken[0]
    assert journal.path.exists()


def test_writer_leaves_a_journal_that_somebody_deleted(folder):
    writer = Writer(folder)
    writer.write(LINE)
    writer.journal.path.unlink()

    writer.tidy()
    writer.write(LINE)

    assert everything(folder) == [(READING, 1)]


def test_full_journal_is_finished_and_another_one_begun(folder):
    writer, fitting = Writer(folder), journals.SIZE // len(LINE)

    for _ in range(fitting + 1):
        writer.write(LINE)

    assert {journals.is_finished(path): size for path, size in journals.sizes(folder).items()} == {
        True: fitting * len(LINE),
        False: len(LINE),
    }


def test_journal_has_its_room_on_the_disk_from_the_beginning(folder):
    writer = Writer(folder)

    writer.write(LINE)

    assert os.fstat(writer.journal.fd).st_blocks * 512 >= journals.SIZE


def test_readings_wait_in_memory_while_there_is_no_room_for_a_journal(folder):
    writer = Writer(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journals.SIZE - 1, hard))
    try:
        writer.write(LINE)
        left = [*folder.iterdir()]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)

    writer.tidy()

    assert left == []
    assert everything(folder) == [(READING, 1)]


def test_readings_wait_in_memory_while_the_disk_refuses_them(refused_folder, caplog):
    writer = Writer(refused_folder)

    with caplog.at_level(logging.INFO):
        for _ in range(3):
            writer.write(line_of(41, "kk", 1732334400, "t.me"))
            writer.tidy()
        refused_folder.unlink()
        writer.tidy()
        writer.write(line_of(41, "kk", 1732334400, "t.me"))

    # Whence they came is forgotten in a long wait.
    assert everything(refused_folder) == [(READING, 3), (READING._replace(referrer="t.me"), 1)]
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_state_changes_with_a_reading_and_with_an_end_only(folder):
    writer = Writer(folder)
    states = [journals.state(folder)]

    writer.write(LINE)
    states += [journals.state(folder), journals.state(folder)]
    writer.write(LINE)
    states.append(journals.state(folder))
    writer.end()
    states.append(journals.state(folder))

    assert [before == after for before, after in pairwise(states)] == [False, True, False, False]


def test_only_one_is_alone(folder):
    with journals.folding_lock(folder, wait=False) as first, journals.folding_lock(folder, wait=False) as second:
        both = first, second
    with journals.folding_lock(folder, wait=False) as third:
        pass

    assert both == (True, False)
    assert third is True


def test_lock_is_not_kept_by_a_child_forked_meanwhile(folder):
    reader, writer = os.pipe()
    with journals.folding_lock(folder, wait=False):
        child = os.fork()
        if not child:
            os.close(writer)
            os.read(reader, 1)  # lives until the test ends
            os._exit(0)
    with journals.folding_lock(folder, wait=False) as alone:
        pass
    os.close(writer)
    os.close(reader)
    os.waitpid(child, 0)

    assert alone
