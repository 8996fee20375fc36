from news.share_cards import ornaments


def test_shanyrak_is_a_ring_with_bars_and_its_corners_are_empty():
    mask = ornaments.shanyrak(64)

    corners = [mask.getpixel((x, y)) for x in (0, 63) for y in (0, 63)]
    assert mask.mode == "L"
    assert mask.size == (64, 64)
    assert corners == [0, 0, 0, 0]
    assert [mask.getpixel(point) > 240 for point in ((32, 3), (3, 32), (32, 32))] == [True, True, True]
    assert mask.getpixel((20, 20)) == 0  # between hoop and bars


def test_horns_fill_a_band_with_whole_motifs():
    width, height = 600, 32

    mask = ornaments.horns(width, height)

    count = round(width * 20 / height / 56)
    parts = [mask.crop((number * width // count, 0, number * width // count + 50, height)) for number in range(count)]
    filled = [sum(part.histogram()[128:]) for part in parts]
    assert mask.size == (width, height)
    assert count == 7
    assert min(filled) > 0
    assert max(filled) - min(filled) < max(filled) / 10


def test_narrow_band_has_one_motif():
    mask = ornaments.horns(30, 32)

    assert mask.size == (30, 32)
    assert mask.getbbox() is not None


def test_stroke_goes_through_the_ends_of_its_curves():
    stroke = ((0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 6), (6, 6))

    points = ornaments.points_along(stroke)

    assert len(points) == 1 + 2 * ornaments.STEPS
    assert points[0] == (0, 0)
    assert points[ornaments.STEPS] == (3, 0)
    assert points[-1] == (6, 6)
