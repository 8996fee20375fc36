"""A rate entered by hand."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from rates.models import LONGEST_HOLIDAYS, Rate


class RateForm(forms.ModelForm):
    class Meta:
        model = Rate
        fields = ["currency", "day", "nominal", "value", "change", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:  # absent where a rate is only shown
            self.fields["reason"].required = True
        self.instance.origin = Rate.Origin.HAND

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > timezone.localdate() + LONGEST_HOLIDAYS:
            raise ValidationError(_("This day is too far ahead for anybody to know its rate."))
        return day
