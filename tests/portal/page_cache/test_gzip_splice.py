import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.page_cache.gzip_splice import LONGEST, Pieces

texts = st.binary(max_size=300).map(lambda text: 3 * text)


@settings(max_examples=50)
@given(before=texts, after=texts, middles=st.lists(st.binary(max_size=50), min_size=1, max_size=3))
def test_whatever_is_put_between_the_pieces_gives_a_valid_stream(before, after, middles):
    pieces = Pieces.of(before, after)

    for middle in middles:
        assert gzip.decompress(pieces.around(middle)) == before + middle + after


def test_middle_that_fits_no_stored_block_is_refused():
    pieces = Pieces.of(b"a", b"b")

    assert gzip.decompress(pieces.around(b"x" * LONGEST)) == b"a" + b"x" * LONGEST + b"b"
    with pytest.raises(ValueError, match="too long"):
        pieces.around(b"x" * (LONGEST + 1))
