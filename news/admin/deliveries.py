"""The admin of channels and subscriptions, and the decisions about posts and letters that got stuck."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import Action, ActionLocation
from django.core.exceptions import PermissionDenied
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from news.admin import cells
from news.channels import review
from news.editorial.workflow import Refused
from news.models import ChannelPost, Letter
from news.newsletter import subscriptions
from portal.admin.lists import GrowingListMixin


class ChannelAdmin(admin.ModelAdmin):
    fields = ["name", "chat_id", "edition", "is_held", "is_active", "since", "max_age", "pause"]
    readonly_fields = ["pause"]
    list_display = ["name", "chat_id", "edition", "is_held", "is_active", "pause"]

    @admin.display(description=gettext_lazy("trouble"))
    def pause(self, channel):
        if not channel.trouble:
            return ""
        sentence = _(
            "Telegram refuses this channel, so its posts wait: “%s”. Check its address, and that our bot is an "
            "administrator who may post, edit and delete messages; the posts then go out by themselves."
        )
        return sentence % channel.trouble


class DecisionForm(forms.ModelForm):
    """Offers only the decisions that are possible in the current state."""

    decision = forms.ChoiceField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        possible = review.possible_decisions(self.instance)
        choices = [(name, each.label) for name, each in possible.items()]
        self.fields["decision"] = forms.ChoiceField(
            label=gettext_lazy("Decision"), choices=choices, widget=forms.RadioSelect
        )


class PostForm(DecisionForm):
    message_id = forms.IntegerField(
        label=gettext_lazy("Number of the message"),
        required=False,
        min_value=1,
        help_text=gettext_lazy(
            "If it has arrived: the number at the end of its link, for example 123 in "
            "https://t.me/channel/123. Without it the post can be neither corrected nor taken back."
        ),
    )

    class Meta:
        model = ChannelPost
        fields = ["message_id"]

    def clean(self):
        super().clean()
        if self.cleaned_data.get("decision") == "arrived" and not self.cleaned_data.get("message_id"):
            self.add_error("message_id", _("Give the number of the message that has arrived."))


class DeliveryAdmin(GrowingListMixin):
    """Something that is sent automatically; an editor decides where that got stuck."""

    list_per_page = cells.ROWS
    sortable_by = ["state_display"]
    decision_fields: tuple[str, ...] = ()
    """The fields that are filled in together with a decision."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or bool(review.possible_decisions(obj)))

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_display(self, delivery):
        state = format_html("<strong>{}</strong>", delivery.get_state_display())
        return format_html("{}<br>{}", state, delivery.trouble) if delivery.trouble else state

    def get_fields(self, request, obj=None):
        editable = ["decision", *self.decision_fields] if self.has_change_permission(request, obj) else []
        return [*self.readonly_fields, *editable]

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["fields"] = [*self.decision_fields] if self.has_change_permission(request, obj) else []
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in self.decision_fields if form.cleaned_data[name]}
        self.decide(request, obj, form.cleaned_data["decision"], **values)

    def log_change(self, request, obj, message):
        """Logs nothing: `review.decide()` has logged the decision."""

    def decide(self, request, delivery, name, **values):
        try:
            review.decide(delivery, name, by=request.user, **values)
        except Refused as refusal:
            messages.error(request, f"{delivery}: {refusal}")
            return False
        return True

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        if action_location == ActionLocation.CHANGE_FORM or not self.has_change_permission(request):
            return {}
        actions = {}
        for name, decision in review.DECISIONS.items():
            if name != "arrived" or not self.decision_fields:
                run, label = partial(decide_all, name=name), str(decision.label)
                actions[name] = Action(run, name, label, label, [action_location])
        return actions


def decide_all(model_admin, request, queryset, *, name):
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    deliveries = [each for each in queryset if each.state in review.DECISIONS[name].of]
    done = sum(model_admin.decide(request, each, name) for each in deliveries)
    messages.info(request, _("Applied to %d of the selected items.") % done)


class ChannelPostAdmin(DeliveryAdmin):
    form = PostForm
    decision_fields = ("message_id",)
    readonly_fields = ["article", "channel", "state_display", "began_at", "sent_at", "message_text"]
    list_display = ["article", "channel", "state_display", "sent_at"]
    list_filter = ["state", "channel"]
    list_select_related = ["channel", "article"]

    @admin.display(description=gettext_lazy("text"))
    def message_text(self, post):
        return mark_safe(post.text.replace("\n", "<br>"))  # noqa: S308  (news.channels.texts builds it from escaped parts)


class LetterForm(DecisionForm):
    class Meta:
        model = Letter
        fields: list[str] = []


class LetterAdmin(DeliveryAdmin):
    form = LetterForm
    readonly_fields = ["subscription", "state_display", "made_at", "began_at"]
    list_display = ["subscription", "state_display", "made_at", "began_at"]
    list_filter = ["state"]
    list_select_related = ["subscription"]
    search_fields = ["subscription__email"]


class SubscriptionAdmin(GrowingListMixin):
    """Editors may look at a subscription and delete it on request; only the subscriber changes it."""

    readonly_fields = ["email", "edition", "frequency", "interests", "made_at", "confirmed_at", "bounces", "dead_at"]
    list_display = ["email", "edition", "frequency", "confirmed_at", "bounces", "dead_at"]
    list_filter = ["edition", "frequency", ("confirmed_at", admin.EmptyFieldListFilter), "bounces"]
    list_per_page = cells.ROWS
    search_fields = ["email"]
    sortable_by = ["email"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        return self.readonly_fields

    @admin.display(description=gettext_lazy("about"))
    def interests(self, subscription):
        return subscriptions.describe_interests(subscription.about) or _("everything")
