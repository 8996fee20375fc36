from news.models.article import TRANSLATIONS, Article
from news.models.hit import DailyHits, HitJournal, HitTotal
from news.models.image import Image
from news.models.person import Person
from news.models.source import Source
from news.models.topic import Topic

__all__ = ["TRANSLATIONS", "Article", "DailyHits", "HitJournal", "HitTotal", "Image", "Person", "Source", "Topic"]
