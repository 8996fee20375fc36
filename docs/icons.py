"""Draws the icons of the portal for the home screens of telephones: `.venv/bin/python -m docs.icons` in the root."""

from pathlib import Path

from PIL import Image as Picture
from PIL import ImageDraw

from news.share_cards import ornaments

PAPER, GOLD = "#0d3f44", "#e5b75a"

FOLDER = Path(__file__).parent.parent / "static" / "img"
ICONS = {"icon-192": (192, 0.72, True), "icon-512": (512, 0.72, True), "icon-maskable": (512, 0.56, False)}
"""Size, the part of it that the shanyrak takes, whether the corners are round. Telephones crop the maskable icon."""
FINER = 4


def main() -> None:
    for name, (size, share, is_round) in ICONS.items():
        shape = Picture.new("L", (size * FINER, size * FINER), 0 if is_round else 255)
        if is_round:
            ImageDraw.Draw(shape).rounded_rectangle((0, 0, *shape.size), size * FINER * 12 // 64, fill=255)
        icon = Picture.new("RGBA", (size, size))
        icon.paste(PAPER, mask=shape.resize(icon.size, Picture.Resampling.LANCZOS))
        crown = ornaments.shanyrak(round(size * share))
        place = (size - crown.width) // 2
        icon.paste(GOLD, (place, place), crown)
        icon.quantize(64).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
