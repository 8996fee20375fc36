"""What a text lacks before readers may have it, in sentences for its editor."""

from django.utils.html import strip_tags
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from news.content import images
from news.markup.sanitizer import image_numbers
from news.models import TRANSLATIONS, Article


def find_blockers(article: Article) -> list[str]:
    """Why readers cannot have these texts yet; empty when they can."""
    sentences = [] if article.languages else [_("The article has no title in any language.")]
    for code in TRANSLATIONS:
        has_title = bool(getattr(article, f"title_{code}"))
        has_body = bool(strip_tags(getattr(article, f"body_{code}") or "").strip())
        if has_title and not has_body:
            sentences.append(_("%(language)s: there is a title, but no text.") % name_language(code))
        if has_body and not has_title:
            sentences.append(_("%(language)s: there is a text, but no title.") % name_language(code))
        if has_title and article.cover and not getattr(article.cover, f"alt_{code}"):
            sentences.append(_("%(language)s: the cover picture has no alternative text.") % name_language(code))
        if has_title:
            sentences += find_missing_pictures(article, code)
    return sentences


def find_missing_pictures(article: Article, code: str) -> list[str]:
    """What the pictures of the text and of the gallery lack in a language."""
    placed = images.load_placed_images(article)
    sentences = []
    for pks, lost, undescribed in (
        (
            image_numbers(getattr(article, f"body_{code}") or ""),
            _("%(language)s: picture %(number)d of the text is no longer in the library (№ %(pk)d)."),
            _("%(language)s: picture %(number)d of the text has no alternative text (№ %(pk)d)."),
        ),
        (
            article.gallery,
            _("%(language)s: picture %(number)d of the gallery is no longer in the library (№ %(pk)d)."),
            _("%(language)s: picture %(number)d of the gallery has no alternative text (№ %(pk)d)."),
        ),
    ):
        for number, pk in enumerate(pks, 1):
            if pk not in placed or not getattr(placed[pk], f"alt_{code}"):
                sentence = undescribed if pk in placed else lost
                sentences.append(sentence % {**name_language(code), "number": number, "pk": pk})
    return sentences


def name_language(code: str) -> dict[str, str]:
    return {"language": get_language_info(code)["name_translated"]}
