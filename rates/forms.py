"""The forms for a rate by hand, for the list of currencies, and for the converter."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from rates.amounts import SPACES, parse_number, uses_comma_grouping
from rates.conversion import GREATEST
from rates.currencies import FIRST_DAY
from rates.models import LONGEST_HOLIDAYS, Rate


class RateForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    class Meta:
        model = Rate
        fields = ["currency", "day", "nominal", "value", "change", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:  # absent where the admin only displays a rate
            self.fields["reason"].required = True
        self.instance.origin = Rate.Origin.HAND

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate() + LONGEST_HOLIDAYS:
            raise ValidationError(_("This day is too far ahead for anybody to know its rate."))
        return day


class CurrencyRowForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A row of the list of currencies. No label stands beside a field there, so each field carries its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{self.instance.code}: {field.label}"


class ConverterForm(forms.Form):
    """`amount`, `from`, `to` and `date`, sent by GET so that the address of an answer can be passed on."""

    AMOUNT = re.compile(rf"[0-9][0-9{SPACES}.,]*")

    def __init__(self, query: dict[str, str], names: dict[str, str]) -> None:
        super().__init__(query, auto_id="converter-%s")
        self.fields["amount"] = forms.CharField(max_length=30, label=_("Amount"))
        self.fields["from"] = forms.ChoiceField(choices=names.items(), label=_("From"))
        self.fields["to"] = forms.ChoiceField(choices=names.items(), label=_("Into"))
        self.fields["date"] = forms.DateField(input_formats=["%Y-%m-%d"], label=_("Rates of the day"))
        self.fields["amount"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.fields["date"].widget = forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "min": FIRST_DAY, "max": timezone.localdate()}
        )

    def clean_amount(self) -> Decimal:
        text = self.cleaned_data["amount"]
        try:
            if not self.AMOUNT.fullmatch(text):
                raise ValueError(text)
            amount = parse_number(text, commas_group=uses_comma_grouping())
        except (ValueError, ArithmeticError) as error:
            raise ValidationError(_("Write a number, such as 1500 or 0.5.")) from error
        if amount >= GREATEST or int(amount.as_tuple().exponent) < -6:
            raise ValidationError(_("Write at most 15 digits before and 6 after the decimal sign."))
        return amount

    def clean_date(self) -> date:
        day: date = self.cleaned_data["date"]
        if not FIRST_DAY <= day <= timezone.localdate():
            raise ValidationError(_("Choose a day from 15 November 1993 to today."))
        return day
