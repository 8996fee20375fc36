"""Words on pictures: letters that join, lines that fit, nothing that the fonts cannot show."""

import pytest

from news.share_cards import typesetting
from portal.kazakh_scripts.transliterate import to_arabic, to_latin

SIZES = range(80, 30, -2)
LONG = (
    "Парламент Сенатының жалпы отырысында «Қазақстан Республикасының кейбір заңнамалық актілеріне халықаралық "
    "ынтымақтастық мәселелері бойынша өзгерістер мен толықтырулар енгізу туралы» заң жобасы қаралды (2024)"
)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("زاڭ", "\ufeaf\ufe8d\ufbd3"),  # neither joins the next one
        ("سەنات", "\ufeb3\ufeea\ufee7\ufe8e\ufe95"),
        ("كەيبىر", "\ufedb\ufeea\ufef3\ufe92\ufbe9\ufeae"),
        ("لالام", "\ufefb\ufefb\ufee1"),
        ("بلا", "\ufe91\ufefc"),
        ("ٴبىر", "\u0674\ufe91\ufbe9\ufeae"),
    ],
)
def test_arabic_letters_take_the_form_their_neighbours_give_them(word, forms):
    assert typesetting.join_letters(word) == forms


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("Заң, 2024", "Заң, 2024"),
        ("وو 15 000 د", "\ufea9 15 000 \ufeed\ufeed"),
        ("وو 50%", "50% \ufeed\ufeed"),
        ("وو 2027–2029 د", "\ufea9 2029–2027 \ufeed\ufeed"),
        ("وو Ata–Bala د", "\ufea9 Ata–Bala \ufeed\ufeed"),
        ("«وو» (AMANAT Party)", "(AMANAT Party) «\ufeed\ufeed»"),
        ("07 ناۋرىز، 2024", "2024 ،\ufeb0\ufbe8\ufead\ufbde\ufe8e\ufee7 07"),
    ],
)
def test_line_with_arabic_letters_is_read_from_the_right(line, seen):
    assert typesetting.to_visual_order(line) == seen


@pytest.mark.parametrize("spelling", [str, to_latin, to_arabic])
@pytest.mark.parametrize("text", [LONG, "Заң", "Сенат Төрағасы Түркия елшісін қабылдады", "Ұ" * 90, LONG * 3])
def test_lines_fit(text, spelling):
    setting = typesetting.fit_text(spelling(text), "bold", SIZES, 560, 340)

    left, _top, right, _bottom = zip(*(setting.font.getbbox(line, anchor="ls") for line in setting.lines), strict=True)
    assert min(left) >= -2
    assert max(right) <= 560
    assert setting.width <= 560
    assert setting.height <= 340


def test_long_text_is_set_smaller_and_whole_before_it_is_cut():
    short, long, longest = (typesetting.fit_text(text, "bold", SIZES, 620, 360) for text in ("Заң", LONG, LONG * 3))

    assert short.font.size == 80
    assert 32 <= long.font.size < 44
    assert " ".join(long.lines) == LONG
    assert longest.font.size == 32
    kept = " ".join(longest.lines).removesuffix("…")
    assert (LONG * 3).startswith(kept)
    assert (LONG * 3)[len(kept)] == " "


def test_word_longer_than_a_line_is_cut_where_the_line_ends():
    setting = typesetting.fit_text("Ұ" * 40, "bold", range(40, 39, -1), 560, 400)

    room = [typesetting.width_of(f"{'Ұ' * number}-", setting.font) <= 560 for number in range(1, 41)]
    assert setting.lines[0] == "Ұ" * room.count(True) + "-"


def test_no_line_is_left_with_a_lonely_word():
    words = "Сенат Төрағасы Мәулен Әшімбаев Түркия елшісін қабылдады және сөйлесті"

    lines = typesetting.fit_text(words, "bold", range(40, 39, -1), 700, 400).lines

    assert lines == ["Сенат Төрағасы Мәулен", "Әшімбаев Түркия елшісін", "қабылдады және сөйлесті"]


def test_a_short_last_line_is_better_than_a_short_line_before_it():
    words = typesetting.MeasuredWords([], typesetting.font("bold", 40))
    words.widths, words.space = [255, 220, 50, 170], 10

    assert words.even_lines(400) == [slice(0, 1), slice(1, 3), slice(3, 4)]


@pytest.mark.parametrize(("spelling", "first"), [(str, 0), (to_arabic, -1)])
def test_no_line_begins_with_a_dash(spelling, first):
    text = spelling("Қос палаталы Парламентке – 30 жыл: заң тілі – халық тілі")

    lines = [
        line for width in range(300, 1000, 20) for line in typesetting.fit_text(text, "bold", SIZES, width, 360).lines
    ]

    assert [line for line in lines if line[first] == "–"] == []


def test_what_the_fonts_do_not_know_is_left_out():
    assert typesetting.drawable_text("Те\u00adле\u200bграм 🎉 заң ẻ 中国") == "Телеграм  заң e "
    assert typesetting.fit_text("", "bold", SIZES, 560, 340).lines == [""]


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_fonts_have_every_letter_of_the_editions(weight):
    cyrillic = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
    written = [cyrillic, cyrillic.upper()]
    written += [spelling(text) for spelling in (to_latin, to_arabic) for text in list(written)]
    missing = bytes(typesetting.font(weight, 40).getmask("\U0010ffff"))

    letters = set("".join(written) + "0123456789«»–—…№₸%")
    shapes = {
        letter: bytes(typesetting.font(weight, 40).getmask(typesetting.to_visual_order(letter))) for letter in letters
    }

    assert [letter for letter, shape in shapes.items() if shape == missing] == []
