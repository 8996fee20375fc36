from news.models.article import TRANSLATIONS, Article
from news.models.autosave import Autosave
from news.models.correction import Correction
from news.models.hit import DailyHits, HitJournal, HitTotal
from news.models.image import Image
from news.models.person import Person
from news.models.preview_link import PreviewLink
from news.models.revision import Revision
from news.models.source import Source
from news.models.topic import Topic
from news.models.translator_language import TranslatorLanguage

__all__ = [
    "TRANSLATIONS",
    "Article",
    "Autosave",
    "Correction",
    "DailyHits",
    "HitJournal",
    "HitTotal",
    "Image",
    "Person",
    "PreviewLink",
    "Revision",
    "Source",
    "Topic",
    "TranslatorLanguage",
]
