"""The pages of a subscription: the form for everybody, and the page that the link in a letter opens.

Whoever has the link may do what the subscriber may. No cookie is needed, so no page sets one, and the unsubscribe
button of a mailbox (RFC 8058) uses the same address. Opening a link changes nothing, as a virus scanner may do that.
"""

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from news.models import Subscription
from news.newsletter import subscriptions
from news.search import saved as saved_searches
from news.taxonomy import MODELS, load_names
from portal import editions
from portal.client_address import client_network
from portal.rate_limits import count_request

REQUESTS_A_MINUTE = 5
MAX_CHOICES = 300


class PreferencesForm(forms.Form):
    """How often, and about what, somebody wants letters."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Subscription.Frequency.choices,
        initial=Subscription.Frequency.DAILY,
        widget=forms.RadioSelect,
    )
    about = forms.MultipleChoiceField(
        label=gettext_lazy("Only about"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = list(self.initial.get("about", []))
        if isinstance(self.data, QueryDict):
            keys += self.data.getlist("about")
        self.groups = [
            (title, [(f"{name}-{each.pk}", str(each)) for each in load_choices(name, keys)])
            for name, title in (("source", _("Sources")), ("topic", _("Topics")), ("person", _("People")))
        ]
        self.groups.insert(0, (_("Searches"), saved_searches.describe_keys(keys)))
        self.fields["about"].choices = [each for _title, group in self.groups for each in group]  # type: ignore[attr-defined]

    @property
    def selected(self) -> list[str]:
        """The keys that are ticked, for the template."""
        return self["about"].value() or []


def load_choices(name: str, keys: list[str]) -> list[Model]:
    """What may be ticked of a kind in `news.taxonomy.MODELS`: the first MAX_CHOICES, and what the keys name besides."""
    manager: Any = MODELS[name][0]._default_manager
    things = manager.all() if name == "source" else manager.public()
    first = list(things[:MAX_CHOICES])
    numbers = {int(found[1]) for key in keys if (found := re.fullmatch(rf"{name}-([0-9]{{1,18}})", key))}
    others = numbers - {each.pk for each in first}
    return [*(things.filter(pk__in=sorted(others)[:MAX_CHOICES]) if others else []), *first]


class SubscribeForm(PreferencesForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput({"autocomplete": "email", "dir": "ltr"})
    )


def private_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that is never cached or indexed. Its address is a key, so no other site gets it as a referrer either."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return answer


@private_page
def subscribe(request: HttpRequest) -> HttpResponse:
    """The response is the same whether the address is already subscribed or not, so it reveals nothing."""
    search = (
        saved_searches.valid_form(request.GET, load_names(editions.current().language)) if "q" in request.GET else None
    )
    about = request.GET.getlist("about") + ([saved_searches.key_of(search)] if search else [])
    form = SubscribeForm(request.POST or None, initial={"about": about})
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        if not count_request(client_network(request), REQUESTS_A_MINUTE, "subscribe").is_exceeded:
            subscriptions.request_subscription(edition=editions.current().code, **form.cleaned_data)
            return HttpResponseRedirect(reverse("subscribe_asked"))
        form.add_error(None, _("Too many requests came from here in the last minute. Wait a little and try again."))
        status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "news/subscribe.html", {"form": form}, status=status)


@require_safe
@private_page
def subscription_requested(request: HttpRequest) -> HttpResponse:
    heading = _("Check your mail")
    sentence = _("In a few minutes you will get a letter at the address you gave. Open the link in it and confirm.")
    return render(request, "news/subscription_done.html", {"heading": heading, "sentence": sentence})


@private_page
def manage_subscription(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link: confirms a subscription, and later changes it."""
    row = subscriptions.subscription_of_token(token)
    if row is None:
        return render_unsubscribed(request, _("There is no such subscription"), HTTPStatus.NOT_FOUND)
    form = PreferencesForm(request.POST or None, initial={"frequency": row.frequency, "about": row.about})
    saved = False
    if request.method == "POST" and form.is_valid():
        subscriptions.change_subscription(row, **form.cleaned_data)
        if row.confirmed_at is None or row.dead_at:
            subscriptions.confirm_subscription(row)
        row.refresh_from_db()
        saved = True
    context = {"form": form, "row": row, "saved": saved, "token": token, "alternates": []}
    return render(request, "news/subscription.html", context)


@private_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    row = subscriptions.subscription_of_token(token)
    if row is None:
        return render_unsubscribed(request, _("You get no letters from us"))
    if request.method == "POST":
        subscriptions.delete_subscription(row)
        return render_unsubscribed(request, _("You get no letters from us any more"))
    return render(request, "news/unsubscribe.html", {"row": row, "alternates": []})


def render_unsubscribed(request: HttpRequest, heading: str, status: int = HTTPStatus.OK) -> HttpResponse:
    sentence = _("Your address has been deleted here. You may subscribe again at any time.")
    context = {"heading": heading, "sentence": sentence, "alternates": []}
    return render(request, "news/subscription_done.html", context, status=status)
