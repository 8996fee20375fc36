"""How often two people's random edits of one body merge without a loss: python -m bench.body_merges [pairs].

Prints the pairs tried, those with a conflict, and how many inserted words were lost or doubled.
"""

import random
import re
import sys

from news.markup.body_merge import merge_bodies
from tests.support.body_edits import edit_body, make_body

pairs = int(sys.argv[1]) if sys.argv[1:] else 10_000
conflicts = lost = doubled = uneven = 0
for seed in range(pairs):
    rnd = random.Random(seed)
    base = make_body(rnd)
    theirs, mine = edit_body(rnd, base, "theirs"), edit_body(rnd, base, "mine")
    result, reverse = merge_bodies(base, theirs, mine), merge_bodies(base, mine, theirs)
    conflicts += bool(result.conflicts)
    text = result.resolve(lambda conflict: "both")
    for word in {*re.findall(r"\btheirs\d+", theirs), *re.findall(r"\bmine\d+", mine)}:
        count = len(re.findall(rf"\b{word}\b", text))
        lost += count == 0
        doubled += count > 1
    uneven += len(result.conflicts) != len(reverse.conflicts) or (
        not result.conflicts and reverse.resolve(lambda conflict: "both") != text
    )
print(
    f"{pairs} pairs, {conflicts} with a conflict; words lost {lost}, doubled {doubled}; order mattered {uneven} times."
)
