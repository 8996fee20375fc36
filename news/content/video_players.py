"""The videos of a text as readers get them: a still picture that becomes the player when it is pressed.

Without scripts the still is a link. It is a picture of the library if the text names one; otherwise it is drawn.

The page requests nothing from another host before the reader presses. After that only the hosts in the site's settings
may play, and the content policy names them only on pages with a video.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import CSP, build_policy
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from news.markup.sanitizer import VIDEO
from news.markup.video_links import Video
from portal.models import SiteSettings


def insert_players(html: str, hosts: Iterable[str]) -> SafeString:
    """A sanitised text with its videos; those of allowed hosts play in the page, others are links to their site."""
    allowed = set(hosts)

    def player(match: re.Match[str]) -> str:
        video = Video(unescape(match[1]))
        title, still = unescape(match[2]) or _("Video"), mark_safe(match[3])  # noqa: S308  (sanitised)
        context = {"video": video, "title": title, "still": still, "is_allowed": video.host in allowed}
        return render_to_string("components/video.html", context).strip()

    return mark_safe(VIDEO.sub(player, html))  # noqa: S308  (sanitised)


def insert_video_links(html: str) -> SafeString:
    """A sanitised text with links in place of its videos, for feeds and others that cannot play them."""

    def link(match: re.Match[str]) -> str:
        title = unescape(match[2]) or _("Video")
        return format_html('<p>▶ <a href="{}">{}</a></p>', Video(unescape(match[1])).watch_url, title)

    return mark_safe(VIDEO.sub(link, html))  # noqa: S308  (sanitised)


def allow_players(response: HttpResponse, html: str, policy: Mapping[str, Sequence[str]] | None = None) -> None:
    """Allows the players' hosts in frames if the text has a video; the only exception to the content policy."""
    directives: dict[str, Any] = {**(settings.SECURE_CSP if policy is None else policy)}
    if VIDEO.search(html):
        hosts = SiteSettings.load().player_hosts
        directives["frame-src"] = [CSP.SELF, *(f"https://{host}" for host in hosts)]
        response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(directives)
