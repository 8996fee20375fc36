"""Imports and exports articles as JSON Lines, in batches, so that an archive may have any length.

An import compares each line with what is stored and writes only differences. So it may be repeated, and after an
interruption it continues when it is started again.
"""

import hashlib
import logging
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial, reduce
from itertools import batched
from operator import itemgetter, or_
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, reset_queries, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from news.content import images as content_images
from news.editorial import revisions, workflow
from news.editorial.content import derive_from_rows, read_content
from news.hits import counting
from news.import_export.line_format import (
    COVER_TEXTS,
    MAX_LINE,
    TEXTS,
    BadLine,
    Cover,
    Document,
    Entry,
    Names,
    format_line,
    read_line,
)
from news.markup.sanitizer import PICTURE
from news.media import attachments as attachment_files
from news.media import images, placements
from news.models import TRANSLATIONS, Article, Attachment, HitTotal, Image, OldAddress, Revision
from news.search.indexing import Known
from portal.page_cache.generation import invalidate_pages

logger = logging.getLogger(__name__)

BATCH = 500
EXPORT_BATCH = 100
BATCH_BYTES = 2 * MAX_LINE

COLUMNS = [
    "source_id", "kind", "status", "publish_at", "pinned", "gallery",
    *(f"{field}_{code}" for field in TEXTS for code in TRANSLATIONS),
]  # fmt: skip
COVER_COLUMNS = [
    "cover__origin_sha256", "cover__file",
    *(f"cover__{field}_{code}" for field in COVER_TEXTS for code in TRANSLATIONS),
]  # fmt: skip
REASONS = [f"withdrawal_reason_{code}" for code in TRANSLATIONS]
# modeltranslation also has a column without a language code; these are updated together with the others.
UPDATED = [
    *COLUMNS, *TEXTS, "cover_id", "changed_at", "released_at", "withdrawn_at", "withdrawal_reason", *REASONS,
]  # fmt: skip
NOTE = "import"
"""Of the revisions that an import adds to articles which have some, so that forms opened before merge with it."""

Report = Callable[[str], None]


@dataclass
class Outcome:
    """How many lines an import created, changed, left as they were and refused."""

    created: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return _("%(created)d created, %(changed)d changed, %(same)d same, %(refused)d refused.") % vars(self)


@dataclass
class StoredArticle:
    """What the database has of an article that a line names."""

    row: dict[str, Any]
    topics: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    attachments: set[int] = field(default_factory=set)
    old_addresses: dict[str, str] = field(default_factory=dict)
    """The language by address."""
    has_revisions: bool = False
    was_edited: bool = False
    """A person has saved it here. That somebody opened it, or an import changed it, does not count."""
    hits_counted: int = 0
    hits_imported: int = 0


@dataclass
class Task:
    """An article to be written: what its line says and what is stored."""

    entry: Entry
    named_cover: int | None
    """The cover of the line, if it says any."""
    attachments: frozenset[int] | None
    """None leaves the stored ones as they are."""
    present: StoredArticle | None

    @cached_property
    def cover_id(self) -> int | None:
        if self.entry.says_cover:
            return self.named_cover
        return self.present.row["cover_id"] if self.present else None

    @cached_property
    def changes_row(self) -> bool:
        if self.present is None:
            return True
        row, columns = self.present.row, self.entry.columns
        return self.cover_id != row["cover_id"] or any(
            columns[name] != ("" if row[name] is None and name != "publish_at" else row[name]) for name in COLUMNS
        )

    @cached_property
    def changes_status(self) -> bool:
        return self.present is not None and self.entry.columns["status"] != self.present.row["status"]

    @cached_property
    def changes_topics(self) -> bool:
        return self.entry.topics != (self.present.topics if self.present else set())

    @cached_property
    def changes_people(self) -> bool:
        return self.entry.people != (self.present.people if self.present else set())

    @cached_property
    def changes_attachments(self) -> bool:
        stored = self.present.attachments if self.present else set()
        return self.attachments is not None and self.attachments != stored

    @cached_property
    def changes_old_addresses(self) -> bool:
        stored = self.present.old_addresses if self.present else {}
        return self.entry.old_addresses is not None and self.entry.old_addresses != stored

    @cached_property
    def changes_hits(self) -> bool:
        if self.present is None:
            return self.entry.hits > 0
        return self.entry.hits - self.present.hits_counted > self.present.hits_imported

    @cached_property
    def takes_from_readers(self) -> bool:
        """Whether readers have the article as it is stored and will no longer have it so."""
        return self.changes_content and self.was_public

    @cached_property
    def was_public(self) -> bool:
        moment = self.stored("publish_at")
        return self.stored("status") == Article.Status.APPROVED and moment is not None and moment <= timezone.now()

    @cached_property
    def changes_content(self) -> bool:
        return self.changes_row or self.changes_topics or self.changes_people or self.changes_attachments

    def stored(self, column: str) -> Any:
        return self.present.row[column] if self.present else None

    def withdrawal(self, now: datetime) -> dict[str, Any]:
        """The columns that say since when and why it is withdrawn; what readers never had gets no moment."""
        if self.entry.columns["status"] != Article.Status.WITHDRAWN:
            return {"withdrawn_at": None, **dict.fromkeys(REASONS, "")}
        if self.changes_status:
            return {"withdrawn_at": now if self.was_public else None, **dict.fromkeys(REASONS, "")}
        return {name: self.stored(name) for name in ("withdrawn_at", *REASONS)}

    def refuse_if_edited(self, moved: Collection[int]) -> None:
        """Protects what editors did here: raises BadLine if the article was edited, moved on, or stands in the bin."""
        if self.present and self.changes_content:
            if self.present.row["deleted_at"]:
                raise BadLine(_("The article is in the bin."))
            if self.present.was_edited:
                raise BadLine(_("The article has been edited here and says something else."))
            if self.changes_status and self.present.row["id"] in moved:
                raise BadLine(_("An editor has given the article another status here."))


@dataclass
class Batch:
    """What becomes of some lines."""

    tasks: list[Task] = field(default_factory=list)
    same: int = 0
    refusals: dict[int, BadLine] = field(default_factory=dict)
    """By the number of the line in the batch."""
    places: list[str] = field(default_factory=list)
    """What people are told of where each line stands."""
    keep_without_picture: bool = False
    lost_pictures: list[tuple[int, BadLine]] = field(default_factory=list)
    """By the number of the line, the pictures that are left out."""

    @contextmanager
    def catch_bad_line(self, number: int) -> Iterator[None]:
        """Notes a BadLine raised in the block, so that the import continues after it."""
        try:
            yield
        except BadLine as error:
            self.refusals[number] = error

    @contextmanager
    def catch_bad_picture(self, number: int) -> Iterator[None]:
        """The same for a picture, where its article is imported without it."""
        try:
            yield
        except BadLine as error:
            if not self.keep_without_picture:
                raise
            self.lost_pictures.append((number, error))


# Import


def import_articles(
    lines: Iterable[str | bytes],
    *,
    folder: Path | None = None,
    dry_run: bool = False,
    report: Report = logger.warning,
) -> Outcome:
    """Imports the lines; a bad line is reported by its number and left out.

    Covers, pictures and attachments are files in `folder`. A dry run writes nothing and counts what it would do.
    """
    places = ((_("line %d") % number, line) for number, line in enumerate(lines, 1))
    return import_records(places, folder=folder, dry_run=dry_run, report=report)


def import_records(
    records: Iterable[tuple[str, str | bytes | BadLine]],
    *,
    names: Names | None = None,
    folder: Path | None = None,
    dry_run: bool = False,
    report: Report = logger.warning,
    keep_without_picture: bool = False,
) -> Outcome:
    """The same for lines that come with their places, or with why there is none.

    With `keep_without_picture` an article is imported without the pictures that the portal does not accept, and each
    of them is reported.
    """
    outcome = Outcome()
    names = names or Names.load()
    places_of_ids: dict[str, str] = {}
    known: Known = defaultdict(set)
    for records_of_batch in batches_by_size(records):
        entries: dict[int, Entry] = {}
        batch = Batch(places=[place for place, _line in records_of_batch], keep_without_picture=keep_without_picture)
        for number, (place, line) in enumerate(records_of_batch):
            with batch.catch_bad_line(number):
                if isinstance(line, BadLine):
                    raise line
                entry = read_line(line, names, folder)
                if entry.id in places_of_ids:
                    raise BadLine(_("It has the same “id” as %s.") % places_of_ids[entry.id])
                entries[number] = entry
                places_of_ids[entry.id] = place
        add_up(import_batch(entries, batch, known, dry_run=dry_run), outcome, report)
        reset_queries()  # with DEBUG, Django would remember every statement with all its texts
    return outcome


def add_up(batch: Batch, outcome: Outcome, report: Report) -> None:
    for number, problem in sorted([*batch.lost_pictures, *batch.refusals.items()], key=itemgetter(0)):
        report(f"{batch.places[number]}: {problem}")
    outcome.refused += len(batch.refusals)
    outcome.same += batch.same
    outcome.created += sum(task.present is None for task in batch.tasks)
    outcome.changed += sum(task.present is not None for task in batch.tasks)


def batches_by_size(
    records: Iterable[tuple[str, str | bytes | BadLine]],
) -> Iterator[list[tuple[str, str | bytes | BadLine]]]:
    """Yields records without empty ones: at most BATCH and about BATCH_BYTES at a time."""
    batch, size = [], 0
    for place, line in records:
        if isinstance(line, BadLine) or line.strip():
            batch.append((place, line))
            size += 0 if isinstance(line, BadLine) else len(line)
        if len(batch) == BATCH or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def import_batch(entries: dict[int, Entry], read: Batch, known: Known, *, dry_run: bool) -> Batch:
    """Files first, which takes long and stays if the import dies; then the rows, all of them locked at once."""
    for tries_left in (1, 0):
        batch = replace(read, refusals=dict(read.refusals), tasks=[], lost_pictures=[])
        prepared = prepare_tasks(entries, batch, dry_run=dry_run)
        if dry_run:
            sort_tasks(prepared, batch)
            return batch
        try:
            store_tasks(prepared, batch, known)
        except IntegrityError:
            known.clear()  # the words of this batch are not stored after all
            if not tries_left:
                raise
            continue  # another import has created some of these articles meanwhile, which are now compared
        break
    return batch


def prepare_tasks(entries: dict[int, Entry], batch: Batch, *, dry_run: bool) -> dict[int, Task]:
    """The tasks by line, with the numbers of their pictures and documents in this library."""
    stored = load_stored([entry.id for entry in entries.values()])
    prepared = {}
    for number, entry in entries.items():
        present = stored.get(entry.id)
        with batch.catch_bad_line(number):
            only_look = dry_run or (present is not None and present.was_edited)
            may_lack = partial(batch.catch_bad_picture, number)
            entry = renumber_for_library(entry, present, may_lack, dry_run=only_look)
            cover = None
            with may_lack():
                cover = find_cover(entry, present, dry_run=only_look)
            documents = attachment_ids(entry, present, dry_run=only_look)
            prepared[number] = Task(entry, cover, documents, present)
    return prepared


@transaction.atomic
def store_tasks(prepared: dict[int, Task], batch: Batch, known: Known) -> None:
    """Compares the lines again with the rows as they are under their locks, and writes what differs.

    What editors saved since the files were read is seen here, and what they want to save waits until the rows are
    written. The locks are taken in the order of the numbers, so that two imports never wait for each other.
    """
    ids = [task.entry.id for task in prepared.values()]
    rows = Article.objects.filter(origin_id__in=ids).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    stored = load_stored(ids)
    sort_tasks({number: replace(task, present=stored.get(task.entry.id)) for number, task in prepared.items()}, batch)
    if batch.tasks:
        write_articles(batch.tasks, known)


def sort_tasks(prepared: dict[int, Task], batch: Batch) -> None:
    """Puts the tasks into the batch that change something and may."""
    moved = find_moved([task.present for task in prepared.values() if task.present and task.changes_status])
    owners = find_address_owners([task for task in prepared.values() if task.changes_old_addresses])
    for number, task in prepared.items():
        with batch.catch_bad_line(number):
            task.refuse_if_edited(moved)
            for path in task.entry.old_addresses or {}:
                if (owner := owners.setdefault(path, task.entry.id)) != task.entry.id:
                    raise BadLine(
                        _("The old address %(path)s belongs to another article: %(id)s.") % {"path": path, "id": owner}
                    )
            if task.changes_content or task.changes_hits or task.changes_old_addresses:
                batch.tasks.append(task)
            else:
                batch.same += 1


def find_address_owners(tasks: Collection[Task]) -> dict[str, str]:
    """By old address, the origin of the article that has it."""
    if not tasks:
        return {}
    wanted = {path for task in tasks for path in task.entry.old_addresses or {}}
    owners = OldAddress.objects.filter(path__in=wanted, article__isnull=False)
    return dict(owners.values_list("path", "article__origin_id"))


def find_moved(articles: Collection[StoredArticle]) -> set[int]:
    """Those whose status an editor has changed here: the verbs log it, and a withdrawal by an editor has a reason."""
    if not articles:
        return set()
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Article),
        object_id__in=[str(each.row["id"]) for each in articles],
    ).filter(reduce(or_, (Q(change_message__startswith=move) for move in workflow.MOVES)))
    moved = {int(pk) for pk in entries.order_by().values_list("object_id", flat=True).distinct() if pk}
    return moved | {each.row["id"] for each in articles if any(each.row[name] for name in REASONS)}


def load_stored(ids: list[str]) -> dict[str, StoredArticle]:
    """The stored articles of these origin ids, with all that an import compares."""
    topics_of: Any = Article.topics.through
    people_of: Any = Article.people.through
    attachments_of: Any = Article.attachments.through
    rows = Article.objects.filter(origin_id__in=ids).order_by()
    rows = rows.values("id", "origin_id", "deleted_at", "cover_id", "withdrawn_at", *REASONS, *COLUMNS, *COVER_COLUMNS)
    there = {row["id"]: StoredArticle(row) for row in rows}
    for relation in topics_of.objects.filter(article__in=there):
        there[relation.article_id].topics.add(relation.topic_id)
    for relation in people_of.objects.filter(article__in=there):
        there[relation.article_id].people.add(relation.person_id)
    for relation in attachments_of.objects.filter(article__in=there):
        there[relation.article_id].attachments.add(relation.attachment_id)
    written = Revision.objects.filter(article__in=there, is_set_aside=False).order_by()
    for article_id, number, created_by, note in written.values_list("article_id", "number", "created_by", "note"):
        there[article_id].has_revisions = True
        there[article_id].was_edited |= created_by is not None or (number > 1 and note != NOTE)
    for address in OldAddress.objects.filter(article__in=there):
        there[address.article_id].old_addresses[address.path] = address.language
    for total in HitTotal.objects.filter(article__in=there):
        there[total.article_id].hits_counted, there[total.article_id].hits_imported = total.counted, total.brought
    return {present.row["origin_id"]: present for present in there.values()}


def write_articles(tasks: list[Task], known: Known) -> None:
    """Writes the rows, which are locked, and all that follows from them."""
    now = timezone.now()
    ids = {task.entry.id: task.present.row["id"] for task in tasks if task.present}
    new = Article.objects.bulk_create(new_row(task, now) for task in tasks if task.present is None)
    ids |= {article.origin_id: article.pk for article in new}
    Article.objects.bulk_create(
        [new_row(task, now) for task in tasks if task.present and task.changes_row],
        update_conflicts=True,
        unique_fields=["origin_id"],
        update_fields=UPDATED,
    )
    replace_relations(
        Article.topics.through,
        "topic_id",
        {ids[task.entry.id]: task.entry.topics for task in tasks if task.changes_topics},
    )
    replace_relations(
        Article.people.through,
        "person_id",
        {ids[task.entry.id]: task.entry.people for task in tasks if task.changes_people},
    )
    replace_relations(
        Article.attachments.through,
        "attachment_id",
        {
            ids[task.entry.id]: task.attachments
            for task in tasks
            if task.attachments is not None and task.changes_attachments
        },
    )
    replace_old_addresses(
        {
            ids[task.entry.id]: task.entry.old_addresses
            for task in tasks
            if task.entry.old_addresses is not None and task.changes_old_addresses
        }
    )
    changed = Article.objects.in_bulk([ids[task.entry.id] for task in tasks if task.changes_content])
    derive_from_rows(changed.values(), known)
    for task in tasks:
        if task.present and task.present.has_revisions and task.changes_content:
            article = changed[ids[task.entry.id]]
            revisions.create(article, read_content(article), by=None, note=NOTE)
    counting.import_totals({ids[task.entry.id]: task.entry.hits for task in tasks if task.changes_hits})
    invalidate_pages(copies=any(task.takes_from_readers for task in tasks))


def new_row(task: Task, now: datetime) -> Article:
    """The article as its line has it."""
    return Article(
        origin_id=task.entry.id,
        cover_id=task.cover_id,
        released_at=now if task.present else None,
        **task.withdrawal(now),
        **task.entry.columns,
    )


def replace_relations(through: Any, column: str, chosen: dict[int, frozenset[int]]) -> None:
    through.objects.filter(article__in=chosen).delete()
    through.objects.bulk_create(
        [through(article_id=article_id, **{column: pk}) for article_id, pks in chosen.items() for pk in sorted(pks)],
        ignore_conflicts=True,
    )


def replace_old_addresses(chosen: dict[int, Mapping[str, str]]) -> None:
    """An address that was gone for good leads to the article that has it now."""
    OldAddress.objects.filter(article__in=chosen).delete()
    OldAddress.objects.bulk_create(
        [
            OldAddress(path=path, article_id=article_id, language=language)
            for article_id, addresses in chosen.items()
            for path, language in addresses.items()
        ],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["article_id", "language"],
    )


# Covers


def find_cover(entry: Entry, present: StoredArticle | None, *, dry_run: bool) -> int | None:
    """The number of the cover that the line names; it is added to the library unless it is there. Raises BadLine."""
    if entry.cover is None:
        return None
    there = [cover_of(present.row)] if present and present.row["cover_id"] else []
    return picture_id(entry.cover, entry.languages, there, dry_run=dry_run)


def cover_of(row: dict[str, Any]) -> Image:
    return Image(pk=row["cover_id"], **{column.removeprefix("cover__"): row[column] for column in COVER_COLUMNS})


def renumber_for_library(
    entry: Entry,
    present: StoredArticle | None,
    may_lack: Callable[[], AbstractContextManager[None]],
    *,
    dry_run: bool,
) -> Entry:
    """The entry with its pictures' numbers in this library instead of those in the archive. Raises BadLine.

    `may_lack` stands around each picture, and catches its BadLine where the article may do without it.
    """
    if not entry.pictures:
        return entry
    there = list(Image.objects.filter(pk__in=placements.picture_numbers(present.row))) if present else []
    here: dict[int, int] = {}
    for number, each in entry.pictures.items():
        with may_lack():
            here[number] = picture_id(each, entry.languages, there, dry_run=dry_run)
    columns = entry.columns | {"gallery": [here[number] for number in entry.columns["gallery"] if number in here]}
    for body in placements.BODIES:
        left = PICTURE.sub(lambda match: match[0] if int(match[1]) in here else "", columns[body])
        columns[body] = placements.renumber_pictures(left, here)
    return replace(entry, columns=columns)


def picture_id(picture: Cover, languages: list[str], there: list[Image], *, dry_run: bool) -> int:
    """The number of the same picture among the article's own or in the library, or of a new one. Raises BadLine."""
    data = first_bytes(picture.path, settings.IMAGE_MAX_BYTES + 1)
    fingerprint = hashlib.sha256(data).hexdigest()
    # Only the article's languages are compared: no reader gets to see the picture's texts in others.
    texts = {f"{field}_{code}": picture.texts[f"{field}_{code}"] for field in COVER_TEXTS for code in languages}
    if same := next((image for image in there if is_same(image, texts, fingerprint)), None):
        return same.pk
    same_pk = (
        Image.objects.filter(origin_sha256=fingerprint, **texts).order_by("pk").values_list("pk", flat=True).first()
    )
    return same_pk or add_cover(picture, data, fingerprint, dry_run=dry_run)


def first_bytes(path: Path, count: int) -> bytes:
    """At most `count` bytes: one more than the limit is enough to refuse a file without reading it all."""
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise BadLine(f"{path.name}: {error.strerror}.") from error


def is_same(image: Image, texts: dict[str, str], fingerprint: str) -> bool:
    """Whether the image has these texts and was made from this file, or is stored as this file."""
    if any((getattr(image, name) or "") != text for name, text in texts.items()):
        return False
    return fingerprint == image.origin_sha256 or fingerprint == stored_fingerprint(str(image.file.name))


def stored_fingerprint(name: str) -> str:
    """The SHA-256 of a stored file: an export of this database has that file, not the one that was uploaded."""
    try:
        with Image._meta.get_field("file").storage.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def add_cover(cover: Cover, data: bytes, fingerprint: str, *, dry_run: bool) -> int:
    """Adds a picture to the library, outside the batch's transaction: if the import dies, the next one finds it."""
    upload = ContentFile(data, cover.path.name)
    try:
        if dry_run:
            images.decode_upload(upload)
            return 0
        return images.add_image(upload, origin_sha256=fingerprint, **cover.texts).pk
    except ValidationError as error:
        raise BadLine(f"{cover.path.name}: {' '.join(error.messages)}") from error


# Attachments


def attachment_ids(entry: Entry, present: StoredArticle | None, *, dry_run: bool) -> frozenset[int] | None:
    """The numbers of the documents that the line names; None if it does not mention any. Raises BadLine."""
    if entry.attachments is None:
        return None
    there = present.attachments if present else set()
    return frozenset(attachment_id(each, entry.languages, there, dry_run=dry_run) for each in entry.attachments)


def attachment_id(document: Document, languages: list[str], there: set[int], *, dry_run: bool) -> int:
    """The number of the same document, the article's own if it has it, or of a new one. Raises BadLine."""
    data = first_bytes(document.path, settings.ATTACHMENT_MAX_BYTES + 1)
    # Only the article's languages are compared: no reader gets to see the document's title in others.
    texts = {f"title_{code}": document.titles[f"title_{code}"] for code in languages}
    alike = set(
        Attachment.objects.filter(sha256=hashlib.sha256(data).hexdigest(), **texts).values_list("pk", flat=True)
    )
    if alike:
        return min(alike & there or alike)
    upload = ContentFile(data, document.name)
    try:
        if dry_run:
            attachment_files.check_upload(upload)
            return 0
        return attachment_files.add_attachment(upload, **document.titles).pk
    except ValidationError as error:
        raise BadLine(f"{document.path.name}: {' '.join(error.messages)}") from error


# Export


def export_articles(articles: Any, *, folder: Path | None = None, report: Report = logger.warning) -> Iterator[str]:
    """Yields each article as a line, oldest first, without those in the bin.

    With a `folder`, pictures are copied into its "covers" and attachments into its "files".
    """
    copied: dict[str, str] = {}
    articles = articles.filter(deleted_at__isnull=True).order_by("pk").select_related("source", "cover", "hit_total")

    def file_of(thing: Image | Attachment, article: Article) -> str:
        """Where the file was copied to, once for all articles; empty if it could not be."""
        stored = str(thing.file.name)
        if stored not in copied and folder:
            try:
                copied[stored] = copy_file(thing, folder)
            except OSError as error:
                report(
                    _("%(id)s: a file cannot be copied: %(why)s.")
                    % {"id": article.origin_id, "why": error.strerror or error}
                )
                copied[stored] = ""
        return copied.get(stored, "")

    for batch in batched(
        articles.prefetch_related("topics", "people", "attachments", "old_addresses").iterator(EXPORT_BATCH),
        EXPORT_BATCH,
    ):
        content_images.attach_images(batch)
        for article in batch:
            numbers = placements.picture_numbers(placements.content_of(article))
            pictures = {
                pk: (image, file)
                for pk, image in content_images.load_placed_images(article).items()
                if pk in numbers and (file := file_of(image, article))
            }
            documents = [(each, file) for each in article.attachments.all() if (file := file_of(each, article))]
            cover_file = file_of(article.cover, article) if article.cover else ""
            yield format_line(article, cover_file, pictures, documents)


def copy_file(thing: Image | Attachment, folder: Path) -> str:
    """Copies the file and returns its path relative to `folder`."""
    subfolder = "covers" if isinstance(thing, Image) else "files"
    target = folder / subfolder / f"{thing.pk}{Path(str(thing.file.name)).suffix}"
    target.parent.mkdir(exist_ok=True)
    with thing.file.open("rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return f"{subfolder}/{target.name}"
