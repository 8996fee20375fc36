"""Cards look as when somebody last looked at them (tests/support/drawn_cards.py says how to draw them anew)."""

import pytest
from PIL import Image as Picture
from PIL import ImageChops, ImageStat

from tests.support.drawn_cards import CARDS, FOLDER


@pytest.mark.parametrize("name", CARDS)
def test_card_looks_as_it_did(name):
    drawn = CARDS[name]()

    with Picture.open(FOLDER / f"{name}.webp") as known:
        assert drawn.size == known.size
        difference = ImageStat.Stat(ImageChops.difference(drawn, known.convert("RGB")))
    assert max(difference.mean) < 0.02  # of 255; a line of text that moves by a pixel makes ten times as much
