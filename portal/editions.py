"""The editions: the site in one language and script each, with its address, direction and name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.utils.translation import get_language

from portal.kazakh_scripts.transliterate import to_arabic, to_latin


@dataclass(frozen=True)
class Edition:
    """A row of settings.EDITIONS."""

    code: str
    """Django's language code, and the first part of the address (which the first edition does not have)."""
    language: str
    """The language whose texts it shows, and under which readings are counted."""
    lang: str
    """The value of `lang` and `hreflang`."""
    dir: str
    name: str
    """The name of the language in itself."""

    @property
    def prefix(self) -> str:
        """What its addresses begin with: /ru, or nothing."""
        return "" if self.code == settings.LANGUAGE_CODE else f"/{self.code}"

    @property
    def is_derived(self) -> bool:
        """Whether its texts are those of another edition, transliterated."""
        return self.code != self.language

    @property
    def transliterate(self) -> Callable[[str], str]:
        """The function that turns a text of its language into its script."""
        if self.lang == "kk-Latn":
            return partial(to_latin, table=settings.LATIN_TABLE)
        return to_arabic if self.lang == "kk-Arab" else str

    @property
    def label(self) -> str:
        """Its name in its own script."""
        return self.transliterate(self.name)


EDITIONS = tuple(Edition(*row) for row in settings.EDITIONS)


def current() -> Edition:
    """The edition of the active language."""
    return get_edition(get_language())


def get_edition(code: str | None) -> Edition:
    """The edition of a language code; the first one for an unknown code."""
    return next((edition for edition in EDITIONS if edition.code == code), EDITIONS[0])


def localized_columns(field: str) -> list[str]:
    """The names of a translated field's columns, one for each language."""
    return [f"{field}_{language}" for language in settings.MODELTRANSLATION_LANGUAGES]


def edition_of_path(path: str) -> Edition:
    """The edition of an address, by its prefix alone."""
    return next((edition for edition in EDITIONS[1:] if path.startswith(f"{edition.prefix}/")), EDITIONS[0])
