"""The site's settings: one row, with defaults as long as it is not saved."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.models import SiteSettings

pytestmark = pytest.mark.django_db


def test_settings_that_nobody_has_saved_are_the_defaults():
    site = SiteSettings.load()

    assert site.pk == 1
    assert site.player_hosts == ["www.youtube-nocookie.com"]
    assert site.four_eyes is False
    assert not SiteSettings.objects.exists()


def test_there_is_one_row_of_settings():
    SiteSettings.objects.create(pk=1, phone="1")

    with pytest.raises(IntegrityError), transaction.atomic():
        SiteSettings.objects.create(pk=2)

    assert SiteSettings.load().phone == "1"


def test_social_links_are_those_with_an_address():
    site = SiteSettings(telegram="https://t.me/senat", x="https://x.com/senat")

    assert site.social_links == [("Telegram", "https://t.me/senat"), ("X", "https://x.com/senat")]


def test_wrong_host_of_video_players_is_named_at_its_field():
    site = SiteSettings(pk=1, video_hosts="video.example.kz\nhttps://other.example.kz")

    with pytest.raises(ValidationError) as refusal:
        site.full_clean()

    assert list(refusal.value.message_dict) == ["video_hosts"]
    assert "https://other.example.kz" in refusal.value.message_dict["video_hosts"][0]


def test_text_missing_in_a_language_is_that_of_the_next_one():
    site = SiteSettings(address_ru="Астана", address_en="Astana")

    assert site.address == "Астана"
