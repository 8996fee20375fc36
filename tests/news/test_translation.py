"""The columns that hold a text in each language."""

import pytest
from modeltranslation.translator import translator

from news.models import TRANSLATIONS, Article, Attachment, Correction, Image, Person, Source, Term, Topic


@pytest.mark.parametrize("model", [Article, Attachment, Correction, Image, Person, Source, Term, Topic])
def test_each_translated_field_has_a_column_for_each_language(model):
    fields = translator.get_options_for_model(model).all_fields

    for name in fields:
        columns = {field.name for field in model._meta.get_fields() if field.name.startswith(f"{name}_")}
        assert {f"{name}_{code}" for code in TRANSLATIONS} <= columns


@pytest.mark.parametrize(
    ("model", "field"), [(Source, "name"), (Source, "short_name"), (Topic, "name"), (Person, "name")]
)
def test_name_is_required_in_each_language(model, field):
    assert [model._meta.get_field(f"{field}_{code}").blank for code in TRANSLATIONS] == [False] * len(TRANSLATIONS)
