"""Reads what WordPress exports (WXR, Tools → Export) post by post, so that the file may have any length."""

import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from news.import_export.line_format import BadLine, to_printable
from news.import_export.old_site import Found, OldArticle, OldSite, OldText, decode, language_of
from news.import_export.wordpress_text import html_of, split_languages
from news.models.old_address import normalise_address

CHUNK = 1024 * 1024
LONGEST_ITEM = 50 * 1024 * 1024
TOKEN = re.compile(rb"<!\[CDATA\[|\]\]>|<item[\s>]|</item>")
LONGEST_TOKEN = 9
ROOT_TAG = re.compile(r"<rss\b[^>]*>")
USUAL_ROOT = (
    '<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">'
)
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NAMED_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
SERIALISED = re.compile(r's:\d+:"([a-z_-]{2,10})";i:(\d+);')

STATUSES = {"publish": "approved", "future": "approved", "pending": "review", "draft": "draft", "private": "draft"}
"""A private post and one with a password had no readers but those who were let in, so it comes as a draft."""
NOT_ARTICLES = {"auto-draft", "inherit", "trash"}
OLD_SLUG = "_wp_old_slug"
LANGUAGE_KEYS = ("_wpml_import_language_code", "wpml_language", "_language")
GROUP_KEYS = ("_wpml_import_translation_group", "_wpml_trid")


@dataclass
class Post:
    """An <item>, as far as an import wants it."""

    number: int
    line: int
    kind: str
    status: str
    title: str
    content: str
    excerpt: str
    link: str
    slug: str
    creator: str
    written: str
    written_gmt: str
    has_password: bool
    parent: int
    attachment: str
    terms: list[tuple[str, str, str]]
    """Taxonomy, slug and name."""
    meta: dict[str, list[str]]

    @property
    def status_here(self) -> str:
        return "draft" if self.has_password else STATUSES.get(self.status, "draft")

    @property
    def language_code(self) -> str:
        """As a plugin for several languages has it; empty without one."""
        slugs = [slug for taxonomy, slug, _name in self.terms if taxonomy == "language"]
        return next(filter(None, [*slugs, *(self.first(key) for key in LANGUAGE_KEYS)]), "")

    @property
    def group(self) -> str:
        """What the translations of one text have in common."""
        slugs = [f"pll {slug}" for taxonomy, slug, _name in self.terms if taxonomy == "post_translations"]
        groups = [f"wpml {given}" for key in GROUP_KEYS if (given := self.first(key))]
        return next(iter([*slugs, *groups]), "")

    def first(self, key: str) -> str:
        return next(iter(self.meta.get(key, [])), "")


@dataclass
class Attachment:
    address: str
    parent: int
    alt: str
    caption: str


@dataclass
class Index:
    """What is known of the whole file after it was read once: little for each post."""

    authors: dict[str, str] = field(default_factory=dict)
    """Display name by login."""
    term_names: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """Names by language, by taxonomy and slug: those of all translations of a term."""
    term_homes: dict[tuple[str, str], str] = field(default_factory=dict)
    """The slug that all translations of a term share here."""
    attachments: dict[int, Attachment] = field(default_factory=dict)
    children: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    groups: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The numbers of the posts that are one article here."""
    published: set[int] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)
    """Of posts, by their old addresses, for links from one to another."""
    homes: dict[int, int] = field(default_factory=dict)
    """The post whose number the article of all its translations has."""
    host: str = ""
    kinds: Counter[str] = field(default_factory=Counter)


def find_posts(site: OldSite, path: Path, *, kinds: Collection[str], counters: Sequence[str]) -> Iterator[Found]:
    """The articles of the file. It is read twice: first for what posts refer to, then for the posts.

    `kinds` are the types of posts that are articles, `counters` the fields of theirs that may hold the readings.
    Raises OSError.
    """
    index = read_index(site, path, kinds)
    site.resolve_link = LinkResolver(index)
    for kind, number in sorted(index.kinds.items()):
        if kind not in kinds and kind != "attachment":
            site.notes[_("left out: items of the type %s") % to_printable(kind)] += number
    with Shelf() as shelf:
        for each in read_posts(site, path):
            if not isinstance(each, Post):
                yield each
                continue
            if not is_article(each, kinds):
                if each.kind in kinds and each.status == "trash":
                    site.notes[_("left out: in the bin of the old site")] += 1
                continue
            if each.has_password or each.status == "private":
                site.notes[_("private or with a password, imported as drafts")] += 1
            members = index.groups.get(each.group) or [each.number] if each.group else [each.number]
            shelf.put(each)
            if all(number in shelf for number in members):
                posts = [shelf.take(number) for number in members]
                yield make_article(site, path, index, posts, counters)
        for post in shelf.rest():
            yield make_article(site, path, index, [post], counters)


def is_article(post: Post, kinds: Collection[str]) -> bool:
    return post.kind in kinds and post.status not in NOT_ARTICLES


# The file


def read_pieces(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The number of its first line and the bytes of what stands before the first item, then of each item.

    Marks inside of CDATA are text. An item whose end is missing comes with all that follows it.
    """
    buffer, begun, searched, line = b"", 0, 0, 1
    is_inside = is_text = has_items = False
    while True:
        chunk = file.read(CHUNK)
        buffer += chunk
        keep = max(len(buffer) - LONGEST_TOKEN, 0) if chunk else len(buffer)
        for match in TOKEN.finditer(buffer, searched):
            if match.start() > keep:
                break
            searched, mark = match.end(), match[0]
            if is_text:
                is_text = mark != b"]]>"
            elif mark == b"<![CDATA[":
                is_text = True
            elif mark != b"]]>" and is_inside == (mark == b"</item>"):
                end = match.end() if is_inside else match.start()
                yield line, buffer[begun:end]
                line += buffer.count(b"\n", begun, end)
                begun, is_inside, has_items = end, not is_inside, True
        searched = max(searched, keep)
        if not is_inside and has_items:  # what stands between two items is of no use, but its lines count
            line += buffer.count(b"\n", begun, searched)
            begun = searched
        elif len(buffer) - begun > LONGEST_ITEM or (not chunk and is_inside):
            yield line, buffer[begun:]
            line += buffer.count(b"\n", begun)
            begun = searched = len(buffer)
            is_inside, is_text, has_items = False, False, True
        if not chunk:
            return
        buffer, searched, begun = buffer[begun:], searched - begun, 0


def read_posts(site: OldSite, path: Path, heads: list[Element] | None = None) -> Iterator[Post | tuple[str, BadLine]]:
    """The items of the file, each of which is parsed by itself: a broken one is reported, and spoils no other."""
    root = ""
    with path.open("rb") as file:
        for line, piece in read_pieces(file):
            text = NO_XML.sub("", decode(piece, [site.encoding]))
            if not root:
                found = ROOT_TAG.search(text)
                root = found[0] if found and "xmlns:wp=" in found[0] else USUAL_ROOT
                if heads is not None and (begin := text.find("<channel>")) >= 0:
                    try:
                        heads.append(parse_xml(root, f"{text[begin:]}</channel>"))
                    except (ParseError, DefusedXmlException) as error:
                        problem = _("The authors and categories cannot be read: %s.") % to_printable(error)
                        site.tell(path.name, problem)
            if not text.startswith("<item"):
                continue
            for number, each in enumerate(split_broken(text)):
                at = line + text.count("\n", 0, text.find(each)) if number else line
                try:
                    yield read_post(parse_xml(root, each), at)
                except (ParseError, DefusedXmlException, ValueError) as error:
                    title = re.search(r"<title>(?:<!\[CDATA\[)?([^<\]]*)", each)
                    yield (
                        place_of(path, at, title[1] if title else ""),
                        BadLine(_("The item cannot be read: %s.") % to_printable(str(error).partition(": line")[0])),
                    )


def split_broken(text: str) -> list[str]:
    """An item with an unclosed CDATA swallows the one after it, and both may look like a whole one: they are parted."""
    if text.count("<item>") == 1 or text.count("<wp:post_id>") < 2:
        return [text]
    return [f"<item>{each}" for each in text.split("<item>")[1:]]


def parse_xml(root: str, item: str) -> Element:
    whole = f"{root}{item}</rss>"
    try:
        return fromstring(whole, forbid_dtd=True)[0]
    except ParseError:
        repaired = NAMED_ENTITY.sub(lambda match: unescape(match[0]), whole)
        if repaired == whole:
            raise
        return fromstring(repaired, forbid_dtd=True)[0]


def read_post(item: Element, line: int) -> Post:
    texts: dict[str, str] = {}
    terms, meta = [], defaultdict(list)
    for child in item:
        space, _brace, name = child.tag.rpartition("}")
        text = child.text or ""
        if name == "category":
            terms.append((child.get("domain") or "category", unquote(child.get("nicename") or ""), text.strip()))
        elif name == "postmeta":
            given = {each.tag.rpartition("}")[2]: each.text or "" for each in child}
            meta[given.get("meta_key", "")].append(given.get("meta_value", ""))
        elif name == "encoded":
            texts["excerpt" if "excerpt" in space else "content"] = text
        else:
            texts.setdefault(name, text.strip())
    number = texts.get("post_id", "")
    if not number.isdigit():
        raise ValueError(_("it has no number (wp:post_id)"))
    return Post(
        number=int(number),
        line=line,
        kind=texts.get("post_type", "post"),
        status=texts.get("status", ""),
        title=texts.get("title", ""),
        content=texts.get("content", ""),
        excerpt=texts.get("excerpt", ""),
        link=texts.get("link", ""),
        slug=unquote(texts.get("post_name", "")),
        creator=texts.get("creator", ""),
        written=texts.get("post_date", ""),
        written_gmt=texts.get("post_date_gmt", ""),
        has_password=bool(texts.get("post_password")),
        parent=int(texts["post_parent"]) if texts.get("post_parent", "").isdigit() else 0,
        attachment=texts.get("attachment_url", ""),
        terms=terms,
        meta=dict(meta),
    )


def place_of(path: Path, line: int, title: str) -> str:
    return _("%(file)s, line %(line)d, “%(title)s”") % {
        "file": path.name,
        "line": line,
        "title": to_printable(title),
    }


# The first reading


def read_index(site: OldSite, path: Path, kinds: Collection[str]) -> Index:
    index = Index()
    heads: list[Element] = []
    for post in read_posts(site, path, heads):
        if not isinstance(post, Post):
            continue
        index.kinds[post.kind] += 1
        if post.kind == "attachment":
            alt = post.first("_wp_attachment_image_alt")
            index.attachments[post.number] = Attachment(post.attachment, post.parent, alt, post.excerpt)
            index.children[post.parent].append(post.number)
        elif is_article(post, kinds):
            if post.group and post.number not in index.groups[post.group]:
                index.groups[post.group].append(post.number)
            if post.status_here == "approved":
                index.published.add(post.number)
            for address in [post.link, *other_addresses(post)]:
                index.numbers.setdefault(normalise_quietly(address), post.number)
            index.host = index.host or urlsplit(post.link).netloc
            for taxonomy, slug, name in post.terms:
                code = language_of(post.language_code) or site.language
                index.term_names.setdefault((taxonomy, slug), {}).setdefault(code, name)
    for head in heads:
        read_head(site, index, head)
    for group, numbers in index.groups.items():
        if public := index.published.intersection(numbers):
            index.groups[group] = [number for number in numbers if number in public] or numbers
        index.homes |= dict.fromkeys(index.groups[group], min(index.groups[group]))
    return index


def read_head(site: OldSite, index: Index, head: Element) -> None:
    ids: dict[int, tuple[str, str]] = {}
    groups: list[dict[str, int]] = []
    for each in head:
        kind = each.tag.rpartition("}")[2]
        given = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in each}
        if kind == "author" and given.get("author_display_name") not in (None, "", given.get("author_login")):
            index.authors[given.get("author_login", "")] = given["author_display_name"]
        elif kind in ("category", "tag"):
            key = (
                ("category", given.get("category_nicename", ""))
                if kind == "category"
                else ("post_tag", given.get("tag_slug", ""))
            )
            key = (key[0], unquote(key[1]))
            ids[int(given["term_id"]) if given.get("term_id", "").isdigit() else 0] = key
            index.term_names.setdefault(key, {}).setdefault(
                site.language, given.get("cat_name") or given.get("tag_name") or ""
            )
        elif kind == "term" and given.get("term_taxonomy") == "term_translations":
            groups.append({code: int(number) for code, number in SERIALISED.findall(given.get("term_description", ""))})
    for group in groups:
        members = {
            code: ids[number]
            for other, number in group.items()
            if number in ids and (code := language_of(other)) is not None
        }
        if members:
            home = members.get(site.language) or next(iter(members.values()))
            names = {code: next(iter(index.term_names[key].values()), "") for code, key in members.items()}
            for key in members.values():
                index.term_homes[key] = home[1]
                index.term_names[key] = names


def origin_of(index: Index, number: int) -> str:
    return f"wordpress:{index.host}:{number}"


def normalise_quietly(address: str) -> str:
    try:
        return normalise_address(address)
    except ValueError:
        return ""


@dataclass
class LinkResolver:
    """Makes links from one article to another links by origin."""

    index: Index

    def __call__(self, address: str) -> str:
        host = urlsplit(address).netloc
        if host.removeprefix("www.") != self.index.host.removeprefix("www."):
            return address
        number = self.index.numbers.get(normalise_quietly(address))
        if number is None:
            return address
        origin = origin_of(self.index, self.index.homes.get(number, number))
        return f"article:{quote(origin, safe='')}"


class Shelf:
    """Posts that wait for their translations, in a file: one language may stand at the far end of the other."""

    def __enter__(self) -> "Shelf":
        self.file = tempfile.TemporaryFile()
        self.places: dict[int, tuple[int, int]] = {}
        self.loose: dict[int, Post] = {}
        return self

    def __exit__(self, *_error: object) -> None:
        self.file.close()

    def __contains__(self, number: int) -> bool:
        return number in self.places

    def put(self, post: Post) -> None:
        data = json.dumps(asdict(post)).encode()
        self.places[post.number] = (self.file.seek(0, 2), len(data))
        self.file.write(data)

    def take(self, number: int) -> Post:
        begin, length = self.places.pop(number)
        self.file.seek(begin)
        given = json.loads(self.file.read(length))
        return Post(**{**given, "terms": [tuple(term) for term in given["terms"]]})

    def rest(self) -> Iterator[Post]:
        """Those whose translations never came."""
        for number in list(self.places):
            yield self.take(number)


# An article


def make_article(
    site: OldSite, path: Path, index: Index, posts: list[Post], counters: Sequence[str]
) -> OldArticle | tuple[str, BadLine]:
    """One article of the translations of a text. Their readings are added up, the first date counts."""
    posts = sorted(posts, key=lambda post: post.number)
    first = posts[0]
    place = place_of(path, first.line, first.title)
    texts: dict[str, OldText] = {}
    for post in posts:
        for code, text in texts_of(site, index, post).items():
            texts.setdefault(code, text)
    try:
        moments = [moment for post in posts if (moment := moment_of(site, post))]
    except ValueError as error:
        return place, BadLine(_("The date cannot be read: %s.") % to_printable(error))
    if first.status_here == "approved" and not moments:
        return place, BadLine(_("It is published but has no date."))
    cover = next((index.attachments[pk] for post in posts if (pk := cover_of(post)) in index.attachments), None)
    if cover is None and any(map(cover_of, posts)):
        site.tell(place, _("Its cover picture is not in the file."))
    return OldArticle(
        id=origin_of(index, first.number),
        place=place,
        status=first.status_here,
        published=min(moments, default=None),
        texts=texts,
        topics=[topic for post in posts for topic in topics_of(site, index, post)],
        cover=cover.address if cover else "",
        hits=sum(hits_of(site, place, post, counters) for post in posts),
    )


def texts_of(site: OldSite, index: Index, post: Post) -> dict[str, OldText]:
    def gallery(numbers: list[int] | None) -> list[tuple[str, str, str]]:
        wanted = index.children.get(post.number, []) if numbers is None else numbers
        found = (index.attachments[number] for number in wanted if number in index.attachments)
        return [(each.address, each.alt, each.caption) for each in found]

    left_out: Counter[str] = Counter()
    titles, bodies, leads = (split_languages(text) for text in (post.title, post.content, post.excerpt))
    of_one = language_of(post.language_code) or site.language
    whole = OldText(
        title=post.title,
        html=html_of(post.content, gallery, left_out),
        address=post.link,
        slug=post.slug,
        lead=post.excerpt,
        byline=index.authors.get(post.creator, ""),
        other_addresses=other_addresses(post),
    )
    for name, number in left_out.items():
        site.notes[_("left out of texts: %s") % name] += number
    if not titles:
        return {of_one: whole}
    return {
        code: replace(
            whole,
            title=title,
            html=html_of(bodies.get(code, "" if bodies else post.content), gallery, Counter()),
            lead=leads.get(code, "" if leads else post.excerpt),
            address=post.link if code == of_one else in_language(post.link, code),
            slug="",
            other_addresses=whole.other_addresses if code == of_one else [],
        )
        for code, title in titles.items()
        if title.strip()
    }


def in_language(link: str, code: str) -> str:
    """Where qTranslate has a post in another language, as it is set up unless somebody changes it."""
    parts = urlsplit(link)
    return parts._replace(path=f"/{code}{parts.path}").geturl() if parts.path.strip("/") else ""


def other_addresses(post: Post) -> list[str]:
    """The short one by number, and those under names that the post had before."""
    short = f"/?{'page_id' if post.kind == 'page' else 'p'}={post.number}"
    if "?" in post.link:
        return [short]
    last = urlsplit(post.link).path.rstrip("/").rpartition("/")[0]
    return [short, *(urljoin(post.link, f"{last}/{quote(unquote(slug))}/") for slug in post.meta.get(OLD_SLUG, []))]


def moment_of(site: OldSite, post: Post) -> datetime | None:
    """The moment of publication. WordPress gives drafts no time in Greenwich; then the local one counts. ValueError."""
    for given, zone in ((post.written_gmt, UTC), (post.written, site.zone)):
        if given and not given.startswith("0000-00-00"):
            return datetime.strptime(given, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
    return None


def cover_of(post: Post) -> int:
    given = post.first("_thumbnail_id")
    return int(given) if given.isdigit() else 0


def topics_of(site: OldSite, index: Index, post: Post) -> Iterator[str]:
    for taxonomy, slug, name in post.terms:
        if taxonomy in ("category", "post_tag"):
            key = (taxonomy, slug)
            names = index.term_names.get(key) or {site.language: name}
            if topic := site.topic(index.term_homes.get(key, slug), names):
                yield topic


def hits_of(site: OldSite, place: str, post: Post, counters: Sequence[str]) -> int:
    """The readings by the first of the counters that the post has. Some plugins write 1,234."""
    for key in counters:
        if given := post.meta.get(key):
            numbers = [digits for each in given if (digits := re.sub(r"[\s,.\u00a0]", "", each)).isdecimal()]
            if not numbers:
                site.tell(place, _("Its readings are not a number: %s.") % to_printable(given[0]))
                return 0
            return max(map(int, numbers))
    return 0
