"""What search keeps beside the articles.

The full texts themselves are outside of Django's models, where each database has a kind of its own
(`news.models.full_text`, `news.search.postgres`, `news.search.sqlite`).
"""

from datetime import UTC, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from news.language.stemming import tokens
from news.models.article import Article
from news.models.full_text import FullTextIndex
from news.models.languages import LANGUAGE_LENGTH, TRANSLATIONS

MOST_WORDS_OF_ABBREVIATION = 8
UNDATED = -(2**32)
"""The seconds of an article without a date. They are before those of any date."""
LARGEST = 2**33 - 1

LANGUAGE_BITS, ARTICLE_BITS = 4, 26
"""Of a place: sixteen languages, and sixty-seven million articles."""
SECOND_BITS = ARTICLE_BITS + LANGUAGE_BITS
"""The bits of a place below its seconds."""
LAST_UNDATED = (UNDATED + 1 << SECOND_BITS) - 1


class SearchEntry(models.Model):
    """The entry of an article in one language.

    Its `place` is its key as well as its order by date, because SQLite's index is fast only in the order of its rows.
    """

    place = models.BigIntegerField(primary_key=True)
    article = models.ForeignKey("news.Article", on_delete=models.DB_CASCADE, related_name="search_entries")
    language = models.CharField(max_length=LANGUAGE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "language"], name="one_search_entry_per_language")]
        indexes = [
            models.Index(fields=["language", "-place"], name="search_entry_by_date"),
            *(FullTextIndex(language=code) for code in TRANSLATIONS),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.article_id} {self.language}"

    @classmethod
    def of(cls, article: Article, language: str) -> Self:
        return cls(place=place_of(article.publish_at, article.pk, language), article_id=article.pk, language=language)


class SearchWord(models.Model):
    """A word that a text has or once had, or a stem of one.

    `news.search.transliteration` finds it by its spelling in another script, and `news.search.words` asks which words
    there are to know which stems a word of a query has.
    """

    language = models.CharField(max_length=LANGUAGE_LENGTH)
    word = models.CharField(max_length=100)
    skeleton = models.CharField(max_length=100)
    is_form = models.BooleanField()
    """Whether it stands in a text as it is; else it is only a stem."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="search_word_once")]
        indexes = [models.Index(fields=["language", "skeleton"], name="search_word_by_skeleton")]
        default_permissions = ()

    def __str__(self) -> str:
        return self.word


class Abbreviation(models.Model):
    """Letters that stand for words, such as ҚР for Қазақстан Республикасы. Either is found by the other."""

    language = models.CharField(
        _("language"),
        max_length=LANGUAGE_LENGTH,
        choices=[(code, name) for code, name in settings.LANGUAGES if code in TRANSLATIONS],
    )
    short = models.CharField(_("abbreviation"), max_length=20)
    full = models.CharField(_("in full"), max_length=100, help_text=_("In the basic form; other forms are found too."))

    class Meta:
        verbose_name = _("abbreviation")
        verbose_name_plural = _("abbreviations for the search")
        ordering = ["language", "short"]
        constraints = [models.UniqueConstraint(fields=["language", "short"], name="one_abbreviation_per_language")]

    def __str__(self) -> str:
        return self.short

    def clean(self) -> None:
        self.short, self.full = self.short.strip(), " ".join(self.full.split())
        if len(list(tokens(self.short))) != 1:
            raise ValidationError({"short": _("One word, please, without spaces.")})
        if not 2 <= len(list(tokens(self.full))) <= MOST_WORDS_OF_ABBREVIATION:
            raise ValidationError({"full": _("Two to eight words, please.")})


class SearchGram(models.Model):
    """Three consecutive letters of a word from a title or lead, by which misspelt words are corrected."""

    language = models.CharField(max_length=LANGUAGE_LENGTH)
    gram = models.CharField(max_length=3)
    word = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "gram", "word"], name="search_gram_once")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.gram} {self.word}"


def place_of(moment: datetime | None, pk: int = 0, language: str = TRANSLATIONS[0]) -> int:
    """Seconds since 1970, then the bits of the article's number, then those of the language's position."""
    seconds = UNDATED if moment is None else min(max(int(moment.timestamp()), UNDATED), LARGEST)
    return seconds << SECOND_BITS | pk << LANGUAGE_BITS | TRANSLATIONS.index(language)


def moment_at(place: int) -> datetime | None:
    """The date of the article with this place; None if it has none."""
    seconds = place >> SECOND_BITS
    return None if seconds == UNDATED else datetime.fromtimestamp(seconds, UTC)


def article_at(place: int) -> int:
    """The number of the article with this place."""
    return place >> LANGUAGE_BITS & 2**ARTICLE_BITS - 1
