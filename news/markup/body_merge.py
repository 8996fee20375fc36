"""A three-way merge of bodies by paragraph: two people's changes to one text come together. Pure functions.

A paragraph is a block of sanitised HTML: a `<p>`, a heading, a picture. Of lists, tables and quotations each item, row
or paragraph counts by itself. What only one side changed is taken, what both inserted at one place is kept from both;
what both changed differently is a `Conflict`, which a person has to decide. Nothing depends on who saved first.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256

TOKEN = re.compile(r"<(/?)(\w+)[^>]*>|[^<]+")
VOID = {"br", "hr"}
CONTAINERS = {"ul", "ol", "table", "thead", "tbody", "blockquote"}
WORD = re.compile(r"<[^<>]*>|\w+")
ALIKE = 0.3
"""The share of common words from which a paragraph counts as a changed one, not as another one."""
LARGEST_PAIRING = 40_000
"""Pairs of changed paragraphs that are compared with each other; beyond it they are paired in their order."""


@dataclass(frozen=True)
class Container:
    """A list, a table or a quotation: its items change one by one."""

    opening: str
    items: tuple["Block", ...]
    closing: str

    def __str__(self) -> str:
        return self.opening + "".join(map(str, self.items)) + self.closing


Block = str | Container


@dataclass(frozen=True)
class Conflict:
    """A place that both sides changed differently; each side is HTML, empty where the side deleted it."""

    base: str
    theirs: str
    mine: str

    @property
    def key(self) -> str:
        """The same as long as both sides say the same here, so that a decision belongs to what was seen."""
        return sha256("\0".join((self.base, self.theirs, self.mine)).encode()).hexdigest()[:12]

    def resolve(self, choice: str) -> str:
        """`choice` is "theirs", "mine" or "both"."""
        return {"theirs": self.theirs, "mine": self.mine, "both": self.theirs + self.mine}[choice]


@dataclass(frozen=True)
class MergedBody:
    """A body in pieces: text that is agreed, and conflicts between."""

    parts: tuple[str | Conflict, ...]

    @property
    def conflicts(self) -> list[Conflict]:
        return [part for part in self.parts if isinstance(part, Conflict)]

    def resolve(self, choose: Callable[[Conflict], str]) -> str:
        """The whole body; `choose` says "theirs", "mine" or "both" of each conflict."""
        return "".join(part if isinstance(part, str) else part.resolve(choose(part)) for part in self.parts)


def merge_bodies(base: str, theirs: str, mine: str) -> MergedBody:
    """All three are sanitised HTML. Changing the two sides' places changes nothing but their names in conflicts."""
    if theirs in (base, mine):
        return MergedBody((mine,))
    if mine == base:
        return MergedBody((theirs,))
    return MergedBody(tuple(merge_blocks(split_blocks(base), split_blocks(theirs), split_blocks(mine))))


def split_blocks(html: str) -> tuple[Block, ...]:
    """The blocks of sanitised HTML one by one; joined, they are that HTML again."""
    blocks: list[Block] = []
    depth = start = inner = 0
    opening = ""
    for token in TOKEN.finditer(html):
        slash, tag = token[1], token[2]
        if not tag or tag in VOID:
            if depth == 0:
                blocks.append(token[0])
                start = token.end()
            continue
        if not slash:
            if depth == 0:
                start, inner, opening = token.start(), token.end(), tag
            depth += 1
            continue
        depth -= 1
        if depth == 0:
            if opening in CONTAINERS:
                items = split_blocks(html[inner : token.start()])
                blocks.append(Container(html[start:inner], items, token[0]))
            else:
                blocks.append(html[start : token.end()])
            start = token.end()
    if start < len(html):
        blocks.append(html[start:])
    return tuple(blocks)


# One side's changes


@dataclass(frozen=True)
class Changes:
    """What one side did to the blocks of the base."""

    fates: list[Block | None]
    """What became of each block; None where it was deleted."""
    inserted: list[list[Block]]
    """New blocks before each block of the base, and after the last."""


def find_changes(base: Sequence[Block], side: Sequence[Block]) -> Changes:
    fates: list[Block | None] = list(base)
    inserted: list[list[Block]] = [[] for _ in range(len(base) + 1)]
    spans = [span for span in SequenceMatcher(None, base, side, autojunk=False).get_opcodes() if span[0] != "equal"]
    gone = {block for _, i1, i2, _, _ in spans for block in base[i1:i2]}
    for _, i1, i2, j1, j2 in spans:
        fates[i1:i2] = [None] * (i2 - i1)
        # A block that stood elsewhere was moved: it is no changed form of the one whose place it took.
        written = [new for new in range(j1, j2) if side[new] not in gone]
        pairs = pair_changed(base[i1:i2], [side[new] for new in written])
        partners = {written[new]: i1 + old for new, old in pairs.items()}
        place = i1
        for new in range(j1, j2):
            if new in partners:
                place = partners[new]
                fates[place] = side[new]
                place += 1
            else:
                inserted[place].append(side[new])
    return Changes(fates, inserted)


def pair_changed(old: Sequence[Block], new: Sequence[Block]) -> dict[int, int]:
    """Which new block is a changed old one: new index → old index, both rising; the most alike go together."""
    if len(old) * len(new) > LARGEST_PAIRING:
        return {index: index for index in range(min(len(old), len(new)))}
    words = [[count_words(block) for block in side] for side in (old, new)]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            together = best[i + 1][j + 1] + likeness(old[i], new[j], words[0][i], words[1][j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    pairs, i, j = {}, 0, 0
    while i < len(old) and j < len(new):
        alike = likeness(old[i], new[j], words[0][i], words[1][j])
        if alike and best[i][j] == best[i + 1][j + 1] + alike:
            pairs[j] = i
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pair_rest(pairs, len(old), len(new))


def pair_rest(pairs: dict[int, int], old: int, new: int) -> dict[int, int]:
    """Between two pairs, a block that is unlike all others still took the place of the one that stood there."""
    whole = dict(pairs)
    i = j = 0
    for stop_j, stop_i in [*sorted(pairs.items()), (new, old)]:
        whole |= {j + step: i + step for step in range(min(stop_i - i, stop_j - j))}
        i, j = stop_i + 1, stop_j + 1
    return whole


def count_words(block: Block) -> Counter[str]:
    """Its words and the tags between them; its own tag, which all paragraphs have, only where there is nothing else."""
    found = WORD.findall(str(block))
    return Counter(found[1:-1] or found)


def likeness(old: Block, new: Block, old_words: Counter[str], new_words: Counter[str]) -> float:
    """The share of common words; 0 where one cannot be the other, changed."""
    if isinstance(old, Container) != isinstance(new, Container):
        return 0.0
    total = old_words.total() + new_words.total()
    share = 2 * (old_words & new_words).total() / total if total else 1.0
    return share if share >= ALIKE else 0.0


# Both sides' changes


def merge_blocks(base: Sequence[Block], theirs: Sequence[Block], mine: Sequence[Block]) -> list[str | Conflict]:
    a, b = find_changes(base, theirs), find_changes(base, mine)
    reconcile_moves(base, a, b)
    parts: list[str | Conflict] = []
    for place in range(len(base) + 1):
        parts += [str(block) for block in join_insertions(a.inserted[place], b.inserted[place])]
        if place < len(base):
            parts += merge_block(base[place], a.fates[place], b.fates[place])
    return parts


def merge_block(base: Block, theirs: Block | None, mine: Block | None) -> list[str | Conflict]:
    if theirs == mine or mine == base:
        return [str(theirs)] if theirs is not None else []
    if theirs == base:
        return [str(mine)] if mine is not None else []
    if (
        isinstance(base, Container)
        and isinstance(theirs, Container)
        and isinstance(mine, Container)
        and (theirs.opening == base.opening or mine.opening == base.opening or theirs.opening == mine.opening)
        and theirs.closing == mine.closing
    ):
        opening = mine.opening if theirs.opening == base.opening else theirs.opening
        items = merge_blocks(base.items, theirs.items, mine.items)
        return [opening, *items, mine.closing] if items else []
    return [Conflict(str(base), "" if theirs is None else str(theirs), "" if mine is None else str(mine))]


def reconcile_moves(base: Sequence[Block], a: Changes, b: Changes) -> None:
    """A block that one side moved and the other side changed or moved too stands once, with what was changed."""
    for place, block in enumerate(base):
        to_a, to_b = find_move(block, place, a), find_move(block, place, b)
        if to_a is not None and to_b is not None:
            if to_a != to_b:
                later = a if to_a > to_b else b
                later.inserted[max(to_a, to_b)].remove(block)
        elif to_a is not None:
            follow_change(block, place, a, to_a, b)
        elif to_b is not None:
            follow_change(block, place, b, to_b, a)


def find_move(block: Block, place: int, side: Changes) -> int | None:
    """Where a side put a block that it took away unchanged."""
    if side.fates[place] is not None:
        return None
    return next((place for place, new in enumerate(side.inserted) if block in new), None)


def follow_change(block: Block, place: int, mover: Changes, to: int, other: Changes) -> None:
    changed = other.fates[place]
    moved = mover.inserted[to]
    if changed is not None and changed != block:
        moved[moved.index(block)] = changed
        other.fates[place] = None
    elif changed is None and any(is_changed_form(block, new) for inserted in other.inserted for new in inserted):
        moved.remove(block)


def is_changed_form(old: Block, new: Block) -> bool:
    words = count_words(old), count_words(new)
    return old != new and likeness(old, new, *words) > 0


def join_insertions(one: Sequence[Block], other: Sequence[Block]) -> list[Block]:
    """What both inserted at one place, common blocks once; the order depends on the blocks, not on the side."""
    first, second = sorted((list(one), list(other)), key=lambda blocks: [str(block) for block in blocks])
    joined: list[Block] = []
    i = j = 0
    for match in SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks():
        joined += first[i : match.a] + second[j : match.b] + first[match.a : match.a + match.size]
        i, j = match.a + match.size, match.b + match.size
    return joined
