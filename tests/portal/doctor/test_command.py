"""The command: what it prints and when it fails."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_installation_that_is_well(settings):
    settings.DOCTOR_CHECKS = ["portal.doctor.addresses.check_debug", "portal.doctor.addresses.check_site_url"]
    settings.SITE_URL = "https://portal.example"
    output = StringIO()

    call_command("doctor", stdout=output)

    assert output.getvalue().splitlines()[:2] == ["✓ debug", "✓ site_url"]


def test_hint_is_no_failure(settings, tmp_path):
    settings.DOCTOR_CHECKS, settings.HUNSPELL_FOLDER = ["news.editorial.health.check_dictionaries"], str(tmp_path)
    output = StringIO()

    call_command("doctor", stdout=output)

    assert output.getvalue().startswith("· dictionaries  ")


def test_what_is_wrong_is_a_failure_in_text_and_json(settings):
    settings.DOCTOR_CHECKS = ["portal.doctor.addresses.check_debug", "portal.doctor.addresses.check_site_url"]
    settings.DEBUG, settings.SITE_URL = True, "https://portal.example"
    text, as_json = StringIO(), StringIO()

    with pytest.raises(CommandError):
        call_command("doctor", stdout=text)
    with pytest.raises(CommandError):
        call_command("doctor", "--json", stdout=as_json)

    assert text.getvalue().startswith("✗ debug  ")
    assert [(each["check"], each["level"]) for each in json.loads(as_json.getvalue())] == [
        ("debug", "wrong"),
        ("site_url", "ok"),
    ]


def test_each_check_of_the_settings_can_be_made(settings):
    settings.SITE_URL = "http://localhost"
    output = StringIO()

    with pytest.raises(CommandError):  # nothing has ever run here
        call_command("doctor", "--json", stdout=output)

    assert [each for each in json.loads(output.getvalue()) if each["level"] == "unknown"] == []
    checks = {each["check"] for each in json.loads(output.getvalue())}
    assert checks == {path.rpartition(".check_")[2] for path in settings.DOCTOR_CHECKS}
