"""Makes the fonts of share cards, one for each weight: the site's own serif with Noto Naskh's Arabic letters.

Run by hand, with fontTools and brotli, in the root of the repository:
    python news/share_cards/fonts/make.py /usr/share/fonts/truetype/noto   (where Debian's fonts-noto-core puts it)

The fonts suit Pillow without a shaping library: every joined form of an Arabic letter is a character of its own, which
`news.share_cards.typesetting` chooses, and pairs are kerned by the old `kern` table, which FreeType reads itself.
"""

import sys
import unicodedata
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
SERIF = sorted((HERE.parents[2] / "static" / "fonts").glob("source-serif-*.woff2"))
WEIGHTS = {"regular": (400, "NotoNaskhArabic-Regular.ttf"), "bold": (600, "NotoNaskhArabic-Bold.ttf")}
LETTERS = "ءآأؤإئابةتجحخدذرزسشصضطظعغفقكلمنهوىيپچژکگڭھیۆۇۋەٴـ،؛؟"
LEAST_KERNING = 6
TABLES = {"GSUB", "GPOS", "GDEF", "BASE", "STAT", "DSIG", "HVAR", "MVAR", "avar", "gasp", "fpgm", "prep", "cvt "}


def main(noto: Path) -> None:
    for name, (weight, arabic) in WEIGHTS.items():
        parts: list[Path] = []
        pairs: dict[tuple[int, int], int] = {}
        earlier: set[int] = set()
        for path in [*SERIF, noto / arabic]:
            font = TTFont(path)
            if "fvar" in font:
                font = instantiateVariableFont(font, {"wght": weight})
            subset_font(font, earlier)
            earlier |= font.getBestCmap().keys()
            pairs |= kerning(font) if path in SERIF else {}
            for table in TABLES & set(font.keys()):
                del font[table]
            part = HERE / f"{len(parts)}.part"
            font.save(part)
            parts.append(part)
        whole = merge.Merger().merge([str(part) for part in parts])
        whole["kern"] = kern(pairs, whole)
        whole["post"].formatType = 3
        for number in (1, 3, 4, 6, 16):  # the licence reserves the name of the original
            whole["name"].setName(f"PortalCards-{name}", number, 3, 1, 0x409)
        whole.save(HERE / f"{name}.ttf")
        for part in parts:
            part.unlink()
        print(name, len(whole.getBestCmap()), "characters,", len(pairs), "pairs")


def subset_font(font: TTFont, earlier: set[int]) -> None:
    """Leaves the characters that no earlier font has; of the Arabic font, only letters of Kazakh and its neighbours."""
    chosen = font.getBestCmap().keys() - earlier
    if 0x0627 in chosen:
        chosen = set(map(ord, LETTERS)) | {code for code in chosen if form_of(code)}
    options = subset.Options(layout_features=["kern"], hinting=False, notdef_outline=True, glyph_names=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=chosen)
    subsetter.subset(font)


def form_of(code: int) -> bool:
    """Whether the character is a joined form of one of LETTERS."""
    kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
    if kind not in ("<isolated>", "<initial>", "<medial>", "<final>"):
        return False
    return "".join(chr(int(letter, 16)) for letter in letters) in (*LETTERS, "لا", "لآ", "لأ", "لإ")


def kerning(font: TTFont) -> dict[tuple[int, int], int]:
    """Kerning by pairs of characters, since glyphs get other names when fonts are merged."""
    codes = {glyph: code for code, glyph in font.getBestCmap().items()}
    found: dict[tuple[int, int], int] = {}
    lookups = font["GPOS"].table.LookupList.Lookup if "GPOS" in font else []
    for table in [each for lookup in lookups for each in lookup.SubTable]:
        table = getattr(table, "ExtSubTable", table)
        if type(table).__name__ != "PairPos":
            continue
        for number, left in enumerate(table.Coverage.glyphs):
            if table.Format == 1:
                values = {each.SecondGlyph: each.Value1 for each in table.PairSet[number].PairValueRecord}
            else:
                record = table.Class1Record[table.ClassDef1.classDefs.get(left, 0)].Class2Record
                values = {right: record[table.ClassDef2.classDefs.get(right, 0)].Value1 for right in codes}
            for right, value in values.items():
                advance = getattr(value, "XAdvance", 0) or 0
                if left in codes and right in codes and abs(advance) >= LEAST_KERNING:
                    found.setdefault((codes[left], codes[right]), advance)
    return found


def kern(pairs: dict[tuple[int, int], int], font: TTFont) -> object:
    glyphs = font.getBestCmap()
    part = KernTable_format_0()
    part.apple, part.version, part.coverage, part.tupleIndex = False, 0, 1, None
    part.kernTable = {(glyphs[left], glyphs[right]): value for (left, right), value in pairs.items()}
    table = newTable("kern")
    table.version, table.kernTables = 0, [part]
    return table


if __name__ == "__main__":
    main(Path(sys.argv[1]))
