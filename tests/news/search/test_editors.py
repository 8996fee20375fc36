"""What editors find: drafts too, however the words are typed."""

import pytest

from news.search.editors import find_anywhere
from tests.support.searching import make_found

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["мәслихаттың", "маслихат", "mäslihat", "vfckb[fn", "мәслихет", "ماسليحات"])
def test_draft_is_found_in_any_form_and_letters(typed):
    draft = make_found(title_kk="Мәслихат сайлауы", status="draft", publish_at=None)
    make_found(title_kk="Заң жобасы")

    assert find_anywhere(typed) == {draft.pk}
