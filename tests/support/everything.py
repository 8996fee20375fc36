"""One row of each model that the admin or readers see, so that every address finds something."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from news.editorial import revisions
from news.models import Abbreviation, Channel, ChannelPost, FrontSection, KnownWord, Letter, Subscription, Term
from news.preview import links
from portal.models import Job, JobRun, LostSecondFactor, RefusedSignIn, SiteSettings
from rates.models import BankAnswer, HeldRate, Rate
from tests.support.factories import (
    make_article,
    make_attachment,
    make_image,
    make_person,
    make_rate,
    make_topic,
    make_user,
)


def make_one_of_each() -> dict[type[models.Model], models.Model]:
    """One of each model of the admin, with something to be found."""
    boss = make_user(is_superuser=True)
    article = make_article("kk ru", status="draft", cover=make_image(), topics=[make_topic()], people=[make_person()])
    revisions.begin(article, by=boss)
    links.create_link(article, by=boss)
    held = make_rate("USD", timezone.localdate(), "15000", state=Rate.State.HELD_BACK)
    make_rate("EUR", timezone.localdate(), "500")
    job = Job.objects.create(name="rates")
    picture, document = make_image(), make_attachment()
    people, topics = [make_person()], [make_topic()]
    public = make_article("kk ru", cover=picture, attachments=[document], people=people, topics=topics)
    made = [
        public,
        article,
        make_image(),  # one that may be deleted
        article.source,
        article.topics.get(),
        article.people.get(),
        make_attachment(),
        FrontSection.objects.create(kind=FrontSection.Kind.LATEST),
        Term.objects.create(name_kk="сот", name_ru="суд", name_en="court"),
        KnownWord.objects.create(language="kk", word="сот"),
        Abbreviation.objects.create(language="kk", short="ҚР", full="Қазақстан Республикасы"),
        held.currency,
        Rate.objects.exclude(pk=held.pk).get(),
        HeldRate.objects.get(pk=held.pk),
        BankAnswer.record(b"<rates/>", "a file", None),
        job,
        JobRun.objects.create(job=job, due_at=timezone.now(), started_at=timezone.now()),
        channel := Channel.objects.create(name="Сенат", chat_id="@senat"),
        ChannelPost.objects.create(channel=channel, article=article),
        subscription := Subscription.objects.create(email="reader@example.org", edition="kk"),
        Letter.objects.create(subscription=subscription),
        SiteSettings.objects.get_or_create(pk=1)[0],
        RefusedSignIn.objects.create(username="stranger", ip_address="127.0.0.1"),
        LostSecondFactor.objects.create(user=make_user(), number="123456", browser="Firefox, Windows"),
        LogEntry.objects.create(
            user=boss, action_flag=1, object_repr="x", content_type=ContentType.objects.get_for_model(Group)
        ),
        Group.objects.get_or_create(name="Тілші")[0],
        make_user(),
    ]
    return {type(each): each for each in made}
