"""The site in one language and script: where an edition lives, how it is marked and what it is called."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True)
class Edition:
    code: str
    """Django's language code, also the first part of the address (the first edition has none)."""
    lang: str
    """For `lang` and `hreflang`."""
    dir: str
    label: str
    """In the edition's own language."""

    @property
    def prefix(self) -> str:
        return "" if self.code == settings.LANGUAGE_CODE else f"/{self.code}"


EDITIONS = (
    Edition("kk", "kk", "ltr", "Қазақша"),
    Edition("ru", "ru", "ltr", "Русский"),
    Edition("en", "en", "ltr", "English"),
)


def current() -> Edition:
    """The edition of the active language."""
    return next((edition for edition in EDITIONS if edition.code == get_language()), EDITIONS[0])


def of_path(path: str) -> Edition:
    """The edition whose prefix an address has; never the browser's wish."""
    return next((edition for edition in EDITIONS[1:] if path.startswith(f"{edition.prefix}/")), EDITIONS[0])
