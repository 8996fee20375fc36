"""The way into the admin: a password or the office's directory, then a second factor, then a session.

Between the steps the session knows who it is about to be, and the person is nobody to the rest of the portal.
"""

import time
from datetime import timedelta
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django_otp import login as mark_as_verified
from django_otp.models import Device

from portal.admin import audit
from portal.client_address import client_address
from portal.models import LostSecondFactor
from portal.sign_in import browsers, letters, sessions
from portal.sign_in.second_factor import FROM_DIRECTORY, has_any, needs_one

BEGUN = "sign_in"
PATIENCE = timedelta(minutes=15)
"""Time for the second step."""
LOST_FOR = timedelta(hours=12)
"""How long somebody without their second factor may wait for a second person."""
BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin(request: HttpRequest, user: User, address: str, *, second_factor_shown: bool = False) -> HttpResponse:
    """Go on after the first step: to the second one, to where a second factor is set up, or to the address."""
    if second_factor_shown or not (has_any(user) or needs_one(user)):
        response = finish(request, user, address=address)
        request.session[FROM_DIRECTORY] = second_factor_shown
        return response
    request.session[BEGUN] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "address": address,
        "at": time.time(),
    }
    return redirect("admin:second_step" if has_any(user) else "admin:sign_in")


def find_person(request: HttpRequest) -> User | None:
    """Who has made the first step here, and not too long ago."""
    begun = request.session.get(BEGUN)
    if not begun:
        return None
    lost = find_lost(request)
    if time.time() - begun["at"] > (LOST_FOR if lost else PATIENCE).total_seconds():
        return None
    user = User.objects.filter(pk=begun["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), begun["hash"]):
        return None
    return user


def may_set_up(request: HttpRequest, user: User) -> bool:
    """Whether the first step is enough to set up a second factor: there is none yet, or a second person confirmed."""
    lost = find_lost(request)
    return not has_any(user) or bool(lost and lost.user_id == user.pk and lost.is_confirmed)


def find_lost(request: HttpRequest) -> LostSecondFactor | None:
    """What this browser has asked for, in the sign-in that has begun."""
    begun: dict[str, Any] = request.session.get(BEGUN, {})
    return LostSecondFactor.objects.filter(pk=begun["lost"]).first() if "lost" in begun else None


def finish(request: HttpRequest, user: User, device: Device | None = None, *, address: str = "") -> HttpResponse:
    """Begin the session, log it, and mail the person if the browser is new to them."""
    address = address or request.session.get(BEGUN, {}).get("address", "") or reverse("admin:index")
    request.session.pop(BEGUN, None)
    login(request, user, BACKEND)
    if device:
        mark_as_verified(request, device)
    sessions.describe(request)
    audit.log_own_account(user, f"{audit.SIGNED_IN} {client_address(request)}")
    if not browsers.is_known(request, user):
        letters.tell_of_new_browser(request, user)
    response = HttpResponseRedirect(address)
    browsers.remember(request, response, user)
    return response
