"""The form of the search page, whose fields are the parameters of its address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from news.models import Article
from news.search.documents import make_mark
from news.search.query import LONGEST_QUERY, Query, clean_query, parse_query
from news.taxonomy import Name

NAMED = ("source", "topic", "person")
CHOICES = {"source": _("Source"), "kind": _("Kind"), "topic": _("Topic"), "person": _("Person")}
AS_TYPED = {"as": "typed"}
DAYS = {"from": pgettext_lazy("a date", "From"), "to": pgettext_lazy("a date", "To")}


class SearchForm(forms.Form):
    """Has the fields `q`, `source`, `kind`, `topic`, `person`, `from` and `to`; `names` are the choices.

    With the parameter `as=typed` the words are not read in any other way.
    """

    q = forms.CharField(label=_("Search words"), required=False)

    def __init__(self, parameters: Mapping[str, str], names: list[Name]) -> None:
        data = {name: parameters.get(name, "")[: 4 * LONGEST_QUERY] for name in ("q", *CHOICES, *DAYS)}
        super().__init__(data | {"q": clean_query(data["q"])}, auto_id="search-%s")
        self.is_as_typed = parameters.get("as") == AS_TYPED["as"]
        self.numbers = {(name.kind, name.slug): name.pk for name in names}
        choices: dict[str, list] = {"kind": Article.Kind.choices}
        choices |= {kind: [(name.slug, name.text) for name in names if name.kind == kind] for kind in NAMED}
        for name, label in CHOICES.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[("", _("any")), *choices[name]],
                required=False,
                error_messages={"invalid_choice": _("There is no such choice here.")},
            )
        for name, label in DAYS.items():
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                input_formats=["%Y-%m-%d"],
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                error_messages={"invalid": _("Choose a day, such as 2026-11-25.")},
            )
        self.fields["q"].widget = forms.TextInput(
            {
                "type": "search",
                "maxlength": LONGEST_QUERY,
                "dir": "auto",
                "list": "search-names",
                "data-suggestions": reverse("search_suggestions"),
                "data-label": _("Suggestions"),
            }
        )

    @property
    def text(self) -> str:
        return self.data["q"]

    @property
    def address(self) -> dict[str, str]:
        """The parameters of the address of this search."""
        return {name: value for name, value in self.data.items() if value} | (AS_TYPED if self.is_as_typed else {})

    @property
    def is_narrowed(self) -> bool:
        """Whether more was chosen than words."""
        return any(self.data[name] for name in (*CHOICES, *DAYS))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("from") and data.get("to") and data["from"] > data["to"]:
            self.add_error("to", _("The last day cannot be before the first."))
        return data

    def query(self, language: str) -> Query:
        """The query of a valid form."""
        data = self.cleaned_data
        marks = [make_mark(kind, self.numbers[kind, data[kind]]) for kind in NAMED if data[kind]]
        if data["kind"]:
            marks.append(make_mark("kind", data["kind"]))
        period = {"since": data["from"], "until": data["to"]}
        return parse_query(self.text, language, as_typed=self.is_as_typed, marks=tuple(marks), **period)
