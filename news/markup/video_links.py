"""Videos by their address: the reference that a text stores, and the addresses of its page and its player."""

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

from portal.hosts import HOST

YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be"}
YOUTUBE |= {"youtube-nocookie.com", "www.youtube-nocookie.com"}
YOUTUBE_PLAYER = "www.youtube-nocookie.com"
YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
YOUTUBE_PATH = re.compile(r"/(?:shorts|live|embed|v|e)/([A-Za-z0-9_-]{11})/?")
START = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?")

REFERENCE = re.compile(r"youtube:([A-Za-z0-9_-]{11})(?:@([1-9]\d{0,5}))?")
LONGEST = 300
PLAIN = "/:?#[]@!$&()*+,;=~%"
EMBED_CODE = re.compile(r"""<iframe\s[^>]*?\bsrc\s*=\s*["']([^"']+)["']""", re.IGNORECASE)


@dataclass(frozen=True)
class Video:
    """`reference` is `youtube:<id>`, `youtube:<id>@<second>` or an https address of another site."""

    reference: str

    @property
    def host(self) -> str:
        """The host of its player, which the content policy has to allow."""
        return YOUTUBE_PLAYER if REFERENCE.fullmatch(self.reference) else urlsplit(self.reference).netloc

    @property
    def watch_url(self) -> str:
        """The page for readers who follow a link."""
        if match := REFERENCE.fullmatch(self.reference):
            return f"https://www.youtube.com/watch?v={match[1]}{f'&t={match[2]}s' if match[2] else ''}"
        return self.reference

    @property
    def player_url(self) -> str:
        """The address of the player in a frame."""
        if match := REFERENCE.fullmatch(self.reference):
            start = f"&start={match[2]}" if match[2] else ""
            return f"https://{YOUTUBE_PLAYER}/embed/{match[1]}?autoplay=1&rel=0{start}"
        return self.reference

    @property
    def site(self) -> str:
        return "YouTube" if REFERENCE.fullmatch(self.reference) else self.host


def parse_video(pasted: str) -> Video | None:
    """The video whose address or embed code somebody pasted; None when it is neither."""
    pasted = pasted.strip()
    if REFERENCE.fullmatch(pasted):
        return Video(pasted)
    if code := EMBED_CODE.match(pasted):
        pasted = unescape(code[1])
    try:
        parts = urlsplit(pasted if "//" in pasted else f"https://{pasted}")
        host = parts.netloc.lower()
    except ValueError:
        return None
    if parts.scheme in ("http", "https", "") and host in YOUTUBE:
        return parse_youtube(host, parts.path, parse_qs(parts.query))
    if parts.scheme != "https" or not HOST.fullmatch(host) or not parts.path.strip("/"):
        return None
    query = f"?{quote(parts.query, safe=PLAIN)}" if parts.query else ""
    address = f"https://{host}{quote(parts.path, safe=PLAIN)}{query}"
    return Video(address) if len(address) <= LONGEST else None


def parse_youtube(host: str, path: str, query: dict[str, list[str]]) -> Video | None:
    if host == "youtu.be":
        found = path.strip("/")
    elif path.rstrip("/") == "/watch":
        found = query.get("v", [""])[0]
    else:
        match = YOUTUBE_PATH.fullmatch(path)
        found = match[1] if match else ""
    if not YOUTUBE_ID.fullmatch(found):
        return None
    start = parse_seconds((query.get("t") or query.get("start") or [""])[0])
    return Video(f"youtube:{found}@{start}" if 0 < start < 1_000_000 else f"youtube:{found}")


def parse_seconds(start: str) -> int:
    """Parses 90, 90s, 1m30s or 1h2m3s; 0 for anything else."""
    match = START.fullmatch(start)
    hours, minutes, rest = (int(each or 0) for each in match.groups()) if match else (0, 0, 0)
    return hours * 3600 + minutes * 60 + rest
