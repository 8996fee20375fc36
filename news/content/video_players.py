"""The videos of a text as readers get them: a still that a press turns into the player; without scripts, a link.

The still is a picture of the library if the text names one, else it is drawn.

Nothing is asked of another host before that press. Afterwards only hosts named in the site's settings may play, and
only on a page that has a video does the content policy know them.
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


def with_videos(html: str, hosts: Iterable[str]) -> SafeString:
    """A sanitised text with its pictures whole, whose videos can be played as far as their hosts are allowed."""
    allowed = set(hosts)

    def shown(match: re.Match[str]) -> str:
        video = Video(unescape(match[1]))
        title, still = unescape(match[2]) or _("Video"), mark_safe(match[3])  # noqa: S308  (sanitised)
        context = {"video": video, "title": title, "still": still, "is_allowed": video.host in allowed}
        return render_to_string("components/video.html", context).strip()

    return mark_safe(VIDEO.sub(shown, html))  # noqa: S308  (sanitised)


def with_links(html: str) -> SafeString:
    """The same where nothing can be played, as in a feed."""

    def shown(match: re.Match[str]) -> str:
        title = unescape(match[2]) or _("Video")
        return format_html('<p>▶ <a href="{}">{}</a></p>', Video(unescape(match[1])).watch_url, title)

    return mark_safe(VIDEO.sub(shown, html))  # noqa: S308  (sanitised)


def let_play(response: HttpResponse, html: str, policy: Mapping[str, Sequence[str]] | None = None) -> None:
    """Lets the page show players in frames if its text has a video; the only exception to the content policy."""
    directives: dict[str, Any] = {**(settings.SECURE_CSP if policy is None else policy)}
    if VIDEO.search(html):
        hosts = SiteSettings.load().player_hosts
        directives["frame-src"] = [CSP.SELF, *(f"https://{host}" for host in hosts)]
        response.headers[str(CSP.HEADER_ENFORCE)] = build_policy(directives)
