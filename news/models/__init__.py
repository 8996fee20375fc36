from news.models.announcement import Announcement
from news.models.article import Article
from news.models.article_link import ArticleLink
from news.models.attachment import Attachment, AttachmentText
from news.models.autosave import Autosave
from news.models.channel import Channel, ChannelPost
from news.models.correction import Correction
from news.models.dump import Dump
from news.models.front_section import FrontSection
from news.models.hit import DailyHits, HitJournal, HitTotal, ReferrerHits
from news.models.image import Image
from news.models.known_word import KnownWord
from news.models.languages import TRANSLATIONS
from news.models.old_address import OldAddress
from news.models.person import Person
from news.models.placement import Placement
from news.models.preview_link import PreviewLink
from news.models.revision import Revision
from news.models.saved_filter import SavedFilter
from news.models.search import Abbreviation, SearchEntry, SearchGram, SearchWord
from news.models.source import Source
from news.models.subscription import Arrival, Letter, Subscription
from news.models.term import Term
from news.models.topic import Topic
from news.models.translator_language import TranslatorLanguage

__all__ = [
    "TRANSLATIONS",
    "Abbreviation",
    "Announcement",
    "Arrival",
    "Article",
    "ArticleLink",
    "Attachment",
    "AttachmentText",
    "Autosave",
    "Channel",
    "ChannelPost",
    "Correction",
    "DailyHits",
    "Dump",
    "FrontSection",
    "HitJournal",
    "HitTotal",
    "Image",
    "KnownWord",
    "Letter",
    "OldAddress",
    "Person",
    "Placement",
    "PreviewLink",
    "ReferrerHits",
    "Revision",
    "SavedFilter",
    "SearchEntry",
    "SearchGram",
    "SearchWord",
    "Source",
    "Subscription",
    "Term",
    "Topic",
    "TranslatorLanguage",
]
