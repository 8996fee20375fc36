"""The editors' side of the news; Django looks here for what is registered."""

from django.contrib import admin

from news.admin.articles import ArticleAdmin
from news.admin.attachments import AttachmentAdmin
from news.admin.deliveries import ChannelAdmin, ChannelPostAdmin, LetterAdmin, SubscriptionAdmin
from news.admin.front_sections import FrontSectionAdmin
from news.admin.images import ImageAdmin
from news.admin.site_settings import PressOfficeSettingsAdmin as PressOfficeSettingsAdmin
from news.admin.taxonomy import AbbreviationAdmin, KnownWordAdmin, PersonAdmin, SourceAdmin, TermAdmin, TopicAdmin
from news.models import (
    Abbreviation,
    Article,
    Attachment,
    Channel,
    ChannelPost,
    FrontSection,
    Image,
    KnownWord,
    Letter,
    Person,
    Source,
    Subscription,
    Term,
    Topic,
)

# The admin's first page lists them in this order, what editors use most first.
admin.site.register(Article, ArticleAdmin)
admin.site.register(FrontSection, FrontSectionAdmin)
admin.site.register(Source, SourceAdmin)
admin.site.register(Topic, TopicAdmin)
admin.site.register(Person, PersonAdmin)
admin.site.register(Term, TermAdmin)
admin.site.register(Abbreviation, AbbreviationAdmin)
admin.site.register(KnownWord, KnownWordAdmin)
admin.site.register(Image, ImageAdmin)
admin.site.register(Attachment, AttachmentAdmin)
admin.site.register(Channel, ChannelAdmin)
admin.site.register(ChannelPost, ChannelPostAdmin)
admin.site.register(Subscription, SubscriptionAdmin)
admin.site.register(Letter, LetterAdmin)
