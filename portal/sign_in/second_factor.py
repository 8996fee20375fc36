"""Who needs a second factor besides the password, and who has one.

Whoever signed in without the one that they need is nobody to the rest of the portal (SecondFactorMiddleware). So no
view has to ask; signing in again leads to the page where a second factor is set up (portal.sign_in.steps).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from portal.models import RecoveryCodes

FROM_DIRECTORY = "second_factor_of_directory"
"""In a session whose second factor the office's directory has asked for."""
DEVICES = (TOTPDevice, WebAuthnCredential, RecoveryCodes)
MOST_FAILURES = 12
"""Wrong one-time codes after which the pause before the next one no longer doubles: 2^11 seconds are half an hour, so
nobody guesses a code in a year, and nobody is locked out for days."""


class SecondFactorMiddleware:
    """Replaces whoever lacks the second factor that they need by nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = cast(User, SimpleLazyObject(partial(find_complete_user, request.user, request.session)))
        return self.get_response(request)


def find_complete_user(user: Any, session: SessionBase) -> Any:
    """The user of a session, or nobody if their second factor is missing."""
    if not user.is_authenticated or user.is_verified() or session.get(FROM_DIRECTORY) or not needs_one(user):
        return user
    return as_unverified(AnonymousUser())


def as_unverified(user: Any) -> Any:
    """The user with what django-otp adds to each user, of somebody who has shown no second factor."""
    user.otp_device, user.is_verified = None, lambda: False
    return user


def needs_one(user: User) -> bool:
    """Whether the settings let nobody with the role of this user in without a second factor."""
    roles = settings.SECOND_FACTOR_ROLES
    if not roles:
        return False
    return "*" in roles or user.is_superuser or user.groups.filter(name__in=roles).exists()


def find_ways(user: User) -> list[Device]:
    """The apps for one-time codes and the passkeys of a user; recovery codes alone are no second factor."""
    apps = TOTPDevice.objects.devices_for_user(user, confirmed=True)
    passkeys = WebAuthnCredential.objects.devices_for_user(user, confirmed=True)
    return list(chain(apps.order_by("pk"), passkeys.order_by("pk")))


def has_any(user: User) -> bool:
    """Whether the user has set up a second factor, be it one that is disabled because it was lost."""
    return any(model.objects.filter(user=user).exists() for model in (TOTPDevice, WebAuthnCredential))


def match_code(user: User, code: str) -> Device | None:
    """The device of the user that accepts the code: an app for one-time codes, or the recovery codes."""
    digits = "".join(code.split())
    if not digits.isdecimal():
        codes = RecoveryCodes.objects.filter(user=user, confirmed=True).first()
        return verify_token(user, codes.persistent_id, code) if codes else None
    for app in TOTPDevice.objects.devices_for_user(user, confirmed=True):
        if verify_token(user, app.persistent_id, digits):
            return app
        shorten_pause(app)
    return None


def shorten_pause(app: TOTPDevice) -> None:
    """Keeps the pause after wrong codes, which doubles with each of them, from growing for ever."""
    TOTPDevice.objects.filter(pk=app.pk, throttling_failure_count__gt=MOST_FAILURES).update(
        throttling_failure_count=MOST_FAILURES
    )


def find_pause(user: User) -> timedelta:
    """How long no one-time code of the user is accepted, because the last ones were wrong."""
    pauses = [
        data["locked_until"] - timezone.now()
        for device in TOTPDevice.objects.devices_for_user(user, confirmed=True)
        for is_allowed, data in [device.verify_is_allowed()]
        if not is_allowed
    ]
    return max(pauses, default=timedelta())


@transaction.atomic
def disable_lost(user: User) -> None:
    """Let nobody use what was lost. It stays until another one is set up, so that a password alone is not enough."""
    for model in DEVICES:
        model.objects.filter(user=user).update(confirmed=False)


@transaction.atomic
def forget_lost(user: User) -> None:
    for model in DEVICES:
        model.objects.filter(user=user, confirmed=False).delete()
