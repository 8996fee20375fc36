"""The fields that are kept in each language (`news.models.languages`)."""

from modeltranslation.translator import TranslationOptions, register

from news.models import TRANSLATIONS, Article, Attachment, Correction, FrontSection, Image, Person, Source, Term, Topic
from news.models.article import TEXT_FIELDS


@register(Article)
class ArticleTranslation(TranslationOptions):
    fields = (*TEXT_FIELDS, "withdrawal_reason")


@register(Image)
class ImageTranslation(TranslationOptions):
    fields = ("alt", "caption", "credit")


@register(Source)
class SourceTranslation(TranslationOptions):
    fields = ("name", "short_name")
    required_languages = TRANSLATIONS


@register(Topic)
class TopicTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = TRANSLATIONS


@register(Person)
class PersonTranslation(TranslationOptions):
    fields = ("name", "office")
    required_languages = {"default": ("name",)}


@register(Correction)
class CorrectionTranslation(TranslationOptions):
    fields = ("note",)


@register(Attachment)
class AttachmentTranslation(TranslationOptions):
    fields = ("title",)


@register(Term)
class TermTranslation(TranslationOptions):
    fields = ("name", "explanation")
    required_languages = {"default": ("name",)}


@register(FrontSection)
class FrontSectionTranslation(TranslationOptions):
    fields = ("title",)
