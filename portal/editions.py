"""The site in one language and script: where an edition lives, how it is marked and what it is called."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.utils.translation import get_language

from portal.kazakh_scripts.transliterate import to_arabic, to_latin


@dataclass(frozen=True)
class Edition:
    code: str
    """Django's language code, also the first part of the address (the first edition has none)."""
    language: str
    """The language whose texts it shows; readings are counted under it."""
    lang: str
    """For `lang` and `hreflang`."""
    dir: str
    name: str
    """In its own language."""

    @property
    def prefix(self) -> str:
        return "" if self.code == settings.LANGUAGE_CODE else f"/{self.code}"

    @property
    def is_derived(self) -> bool:
        """Its texts are those of another edition, respelt for the reader."""
        return self.code != self.language

    @property
    def spelling(self) -> Callable[[str], str]:
        """How a text of its language is written here."""
        if self.lang == "kk-Latn":
            return partial(to_latin, table=settings.LATIN_TABLE)
        return to_arabic if self.lang == "kk-Arab" else str

    @property
    def label(self) -> str:
        """Its name in its own letters."""
        return self.spelling(self.name)


EDITIONS = tuple(Edition(*row) for row in settings.EDITIONS)


def current() -> Edition:
    """The edition of the active language."""
    return of_code(get_language())


def of_code(code: str | None) -> Edition:
    return next((edition for edition in EDITIONS if edition.code == code), EDITIONS[0])


def columns(field: str) -> list[str]:
    """The names of a translated field's columns, one for each language."""
    return [f"{field}_{language}" for language in settings.MODELTRANSLATION_LANGUAGES]


def of_path(path: str) -> Edition:
    """The edition whose prefix an address has; never the browser's wish."""
    return next((edition for edition in EDITIONS[1:] if path.startswith(f"{edition.prefix}/")), EDITIONS[0])
