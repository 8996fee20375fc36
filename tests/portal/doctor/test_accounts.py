"""What the doctor says of how people sign in."""

from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command

from portal.doctor import accounts
from portal.sign_in import recovery_codes
from tests.support.signing_in import give_app, make_person, open_browser, sees_the_desk, type_code, type_password

pytestmark = pytest.mark.django_db


def said(check) -> str:
    return " ".join(f"{level}: {sentence}" for level, sentence in check())


@pytest.fixture
def chief():
    return make_person("chief", "Бас редактор")


def test_no_role_that_needs_a_second_factor_is_hinted_at():
    assert said(accounts.check_second_factors).startswith("hint: ")


def test_who_lacks_the_second_factor_that_they_need_is_named(chief, settings):
    settings.SECOND_FACTOR_ROLES = ["Бас редактор"]
    make_person("writer", "Тілші")
    recovery_codes.make_codes(chief)

    assert said(accounts.check_second_factors).endswith(": chief.")


def test_all_is_well_when_everybody_has_what_they_need(chief, settings):
    settings.SECOND_FACTOR_ROLES = ["Бас редактор"]
    make_person("writer", "Тілші")
    give_app(chief)

    assert said(accounts.check_second_factors) == ""


@pytest.mark.parametrize("setting", ["SECOND_FACTOR_ROLES", "OIDC_ROLES"])
def test_mistyped_role_is_named(settings, setting):
    settings.SECOND_FACTOR_ROLES = ["Бас редактор", "*", "Бас"][: 3 if setting == "SECOND_FACTOR_ROLES" else 2]
    settings.OIDC_ROLES = [("a", "Тілші")] + ([("b", "Бас")] if setting == "OIDC_ROLES" else [])

    sentence = said(accounts.check_roles)

    assert sentence.startswith(f"wrong: {setting}")
    assert sentence.count("Бас") == 1


def test_operator_lets_in_who_lost_it(chief):
    give_app(chief)
    recovery_codes.make_codes(chief)
    out, browser = StringIO(), open_browser()

    call_command("forget_second_factor", "chief", stdout=out)
    type_password(browser, "chief")

    assert sees_the_desk(browser)
    assert LogEntry.objects.filter(change_message="An operator removed the second factor.").count() == 1


def test_operator_ends_the_sessions_of_who_lost_it(chief):
    telephone, thief = give_app(chief), open_browser()
    type_password(thief, "chief")
    type_code(thief, telephone.show())

    call_command("forget_second_factor", "chief", stdout=StringIO())

    assert not sees_the_desk(thief)


def test_unknown_account_is_refused():
    with pytest.raises(CommandError):
        call_command("forget_second_factor", "nobody")
