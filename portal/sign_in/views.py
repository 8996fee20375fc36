"""The pages of signing in, and the page of one's own second factors and sessions."""

import hashlib
import time
from base64 import b32encode
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

import segno
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp import login as mark_as_verified
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from portal.admin import audit
from portal.models import RecoveryCodes, Session
from portal.rate_limits import require_allowance
from portal.sign_in import directory, letters, lost, recovery_codes, second_factor, sessions, steps
from portal.sign_in.browsers import name_browser

NEW_KEY = "new_key"
"""In a session: the key of an app for one-time codes that has not shown yet that it has it."""

View = Callable[..., HttpResponse]


class PasswordView(LoginView):
    """The first step with a name and a password; axes counts what is wrong."""

    next_page = "admin:index"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        if directory.is_from_directory(form.get_user()):
            form.add_error(None, _("Sign in with the office's directory."))
            return self.form_invalid(form)
        return steps.begin(self.request, form.get_user(), self.get_success_url())


def for_the_person(view: Callable[Concatenate[HttpRequest, User, ...], HttpResponse]) -> View:
    """Wrap a page that people also see who made the first step and have to set up a second factor before they go on."""

    @wraps(view)
    @never_cache
    @sensitive_post_parameters()
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = find_user(request)
        if user is None:
            begun = steps.find_person(request)
            return redirect("admin:second_step") if begun else redirect_to_login(request.path, reverse("admin:login"))
        return view(request, user, *args, **kwargs)

    return wrapper


def find_user(request: HttpRequest) -> User | None:
    """Who may set up a second factor here."""
    if admin.site.has_permission(request):
        return cast(User, request.user)
    begun = steps.find_person(request)
    if begun is None or not steps.may_set_up(request, begun):
        return None
    return second_factor.as_unverified(begun)


def show(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    everywhere = {**admin.site.each_context(request), "title": title}
    return TemplateResponse(request, f"admin/sign_in/{template}.html", everywhere | context)


# The second step


@never_cache
@sensitive_post_parameters()
def second_step(request: HttpRequest) -> HttpResponse:
    """Asks for a one-time code, a passkey or a recovery code. Raises TooManyRequests."""
    user = steps.find_person(request)
    if user is None:
        return redirect("admin:login")
    error = ""
    if request.method == "POST":
        require_allowance(request, "sign-in")
        if device := second_factor.match_code(user, request.POST.get("code", "")):
            response = steps.finish(request, user, device)
            if isinstance(device, RecoveryCodes):
                tell_of_used_code(request, user)
            return response
        error = explain_refusal(user)
    ways = second_factor.find_ways(user)
    return show(
        request,
        "second_step",
        _("Second step of signing in"),
        error=error,
        has_app=any(isinstance(way, TOTPDevice) for way in ways),
        has_passkey=any(not isinstance(way, TOTPDevice) for way in ways),
    )


def explain_refusal(user: User) -> str:
    seconds = round(second_factor.find_pause(user).total_seconds())
    if seconds < 2:  # as long as it takes to type another one
        return _("This code is wrong or was used already.")
    minutes = seconds // 60 + 1
    sentence = ngettext(
        "This code is wrong or was used already. After several of them a one-time code is taken again in %(count)d "
        "minute; a passkey or a recovery code at once.",
        "This code is wrong or was used already. After several of them a one-time code is taken again in %(count)d "
        "minutes; a passkey or a recovery code at once.",
        minutes,
    )
    return sentence % {"count": minutes}


def tell_of_used_code(request: HttpRequest, user: User) -> None:
    audit.log_own_account(user, audit.CODE_USED)
    letters.tell_of_change(request, user, _("A recovery code was used to sign in."))
    count = recovery_codes.count_codes(user)
    sentence = ngettext(
        "You have %(count)d recovery code left. Each is used once; make new ones before they run out.",
        "You have %(count)d recovery codes left. Each is used once; make new ones before they run out.",
        count,
    )
    messages.warning(request, sentence % {"count": count})


@never_cache
def lost_second_factor(request: HttpRequest) -> HttpResponse:
    """Asks for the help of a second person, and shows what has become of it."""
    user = steps.find_person(request)
    if user is None:
        return redirect("admin:login")
    if request.method == "POST":
        require_allowance(request, "sign-in")
        lost.ask(request, user)
        return redirect("admin:lost_second_factor")
    asked = steps.find_lost(request)
    if asked and asked.is_confirmed:
        return redirect("admin:sign_in")
    return show(request, "lost", _("Lost second factor"), asked=asked, is_open=asked and lost.is_open(asked))


# One's own second factors


@for_the_person
def overview(request: HttpRequest, user: User) -> HttpResponse:
    is_in = request.user.is_authenticated
    return show(
        request,
        "overview",
        _("Sign-in and sessions") if is_in else _("Set up a second factor"),
        ways=second_factor.find_ways(user),
        codes=recovery_codes.count_codes(user),
        needs_one=second_factor.needs_one(user),
        sessions=list_sessions(request, user) if is_in else [],
        address=reverse("admin:end_session"),
        is_in=is_in,
    )


@for_the_person
def set_up_app(request: HttpRequest, user: User) -> HttpResponse:
    """Shows the key of a new app for one-time codes, until the app shows by a code that it has it."""
    key = request.session.setdefault(NEW_KEY, default_key())
    device = TOTPDevice(user=user, key=key, name=name_browser(request))
    error = ""
    if request.method == "POST":
        require_allowance(request, "sign-in")
        if accept_first_code(device, request.POST.get("code", "")):
            del request.session[NEW_KEY]
            return add_way(request, user, device)
        error = _("This is not the code that the app shows now. See whether the clock of the telephone is right.")
    code = segno.make(device.config_url, error="m")
    image = code.svg_inline(border=4, light="#fff", svgclass="qr-code", lineclass=None, omitsize=True)
    secret = b32encode(device.bin_key).decode()
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    title = _("One-time codes by an app")
    return show(request, "app", title, error=error, image=image, secret=groups, link=device.config_url)


def accept_first_code(device: TOTPDevice, code: str) -> bool:
    """Whether the code is that of the unsaved device; afterwards the device does not accept it again."""
    digits = "".join(code.split())
    totp = TOTP(device.bin_key)
    totp.time = time.time()
    if not digits.isdecimal() or not totp.verify(int(digits), tolerance=device.tolerance):
        return False
    device.last_t, device.drift = totp.t(), totp.drift
    return True


def add_way(request: HttpRequest, user: User, device: Device) -> HttpResponse:
    """Save the new second factor; signs in who came for it, and out everybody who signed in without it."""
    is_first = all(way == device for way in second_factor.find_ways(user))
    device.save()
    second_factor.forget_lost(user)
    audit.log_own_account(user, audit.SECOND_FACTOR_ADDED)
    letters.tell_of_change(request, user, _("A second factor was added."))
    response: HttpResponse = redirect("admin:sign_in")
    if request.user.is_authenticated:
        mark_as_verified(request, device)
    else:
        response = steps.finish(request, user, device)
    if is_first:
        sessions.end_sessions(user, but=request.session.session_key)
        response["Location"] = reverse("admin:recovery_codes")
    return response


@for_the_person
@require_POST
def remove_way(request: HttpRequest, user: User) -> HttpResponse:
    ways = {way.persistent_id: way for way in second_factor.find_ways(user)}
    way = ways.pop(request.POST.get("way", ""), None)
    if way is None:
        return redirect("admin:sign_in")
    if not ways and second_factor.needs_one(user):
        messages.error(request, _("Your role needs a second factor. Set up another one before you remove this one."))
        return redirect("admin:sign_in")
    way.delete()
    if ways:
        mark_as_verified(request, next(iter(ways.values())))
    else:
        RecoveryCodes.objects.filter(user=user).delete()
    audit.log_own_account(user, audit.SECOND_FACTOR_REMOVED)
    letters.tell_of_change(request, user, _("A second factor was removed."))
    messages.success(request, _("The second factor was removed."))
    return redirect("admin:sign_in")


@for_the_person
def make_recovery_codes(request: HttpRequest, user: User) -> HttpResponse:
    """Shows new codes as the answer to a button, so that they are stored nowhere as they are."""
    if not second_factor.find_ways(user):
        return redirect("admin:sign_in")
    codes = []
    if request.method == "POST":
        codes = recovery_codes.make_codes(user)
        audit.log_own_account(user, audit.CODES_MADE)
        letters.tell_of_change(request, user, _("New recovery codes were made; those from before are void."))
    return show(request, "codes", _("Recovery codes"), codes=codes, left=recovery_codes.count_codes(user))


# Sessions


def name_session(session: Session) -> str:
    """A name of the session for a form; the key itself would open the session."""
    return hashlib.sha256(session.session_key.encode()).hexdigest()


def list_sessions(request: HttpRequest, user: User) -> list[tuple[str, Session, bool]]:
    """Names of somebody's sessions, the sessions, and whether it is this one."""
    return [
        (name_session(each), each, each.session_key == request.session.session_key)
        for each in sessions.find_sessions(user)
    ]


@for_the_person
@require_POST
def end_session(request: HttpRequest, user: User) -> HttpResponse:
    """Ends one session of one's own, or all but this one."""
    if request.user.is_authenticated:
        end_named_sessions(request, user)
    return redirect("admin:sign_in")


def show_sessions(request: HttpRequest, user: User) -> HttpResponse:
    """The sessions of another person."""
    title = _("Where %(name)s is signed in") % {"name": user.get_username()}
    return show(request, "sessions", title, sessions=list_sessions(request, user), address=request.path, person=user)


def end_named_sessions(request: HttpRequest, user: User) -> None:
    """End the session that the form names, or all of the person but this one, and log it."""
    name = request.POST.get("session", "")
    keys = [
        session.session_key
        for each, session, is_this in list_sessions(request, user)
        if not is_this and name in ("others", each)
    ]
    if count := Session.objects.filter(session_key__in=keys).delete()[0]:
        by = cast(User, request.user)
        message = audit.SESSION_ENDED
        LogEntry.objects.log_actions(by.pk, [user], CHANGE, change_message=message, single_object=True)
        sentence = ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", count)
        messages.success(request, sentence % {"count": count})
