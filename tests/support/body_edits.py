"""Random rich bodies, and what a person might do to one: each new word is a word that stands nowhere else."""

import itertools
import random
import re
from collections.abc import Iterator

from news.markup.body_merge import split_blocks

NUMBERS: Iterator[int] = itertools.count(1)
LEAF = re.compile(r"(<p>|<td>|<li>)([^<]+)(</p>|</td>|</li>)")
ITEM_END = re.compile(r"</li>|</tr>")


def new_word(side: str) -> str:
    return f"{side}{next(NUMBERS)}"


def words(side: str, count: int) -> str:
    return " ".join(new_word(side) for _ in range(count))


def make_body(rnd: random.Random) -> str:
    makers = (
        lambda: f"<p>{words('base', rnd.randint(1, 12))}</p>",
        lambda: f"<p>{words('base', rnd.randint(1, 12))}</p>",
        lambda: "<ul>" + "".join(f"<li>{words('base', 3)}</li>" for _ in range(rnd.randint(1, 5))) + "</ul>",
        lambda: (
            "<table><tbody>"
            + "".join(
                f"<tr><td>{words('base', 1)}</td><td>{words('base', 1)}</td></tr>" for _ in range(rnd.randint(1, 4))
            )
            + "</tbody></table>"
        ),
        lambda: f"<blockquote><p>{words('base', 4)}</p><p>{words('base', 4)}</p></blockquote>",
        lambda: f'<figure data-image="{rnd.randint(1, 9)}"></figure>',
    )
    return "".join(rnd.choice(makers)() for _ in range(rnd.randint(0, 9)))


def edit_body(rnd: random.Random, body: str, side: str) -> str:
    for _ in range(rnd.randint(0, 4)):
        edit = rnd.choices((change_word, insert_paragraph, delete_block, move_block, add_item), (35, 30, 15, 10, 10))[0]
        body = edit(rnd, body, side)
    return body


def change_word(rnd: random.Random, body: str, side: str) -> str:
    leaves = list(LEAF.finditer(body))
    if not leaves:
        return body
    leaf = rnd.choice(leaves)
    text = leaf[2].split()
    place = rnd.randint(0, len(text))
    text[place : place + rnd.randint(0, 1)] = [new_word(side)]
    return f"{body[: leaf.start(2)]}{' '.join(text)}{body[leaf.end(2) :]}"


def insert_paragraph(rnd: random.Random, body: str, side: str) -> str:
    blocks = [str(block) for block in split_blocks(body)]
    blocks.insert(rnd.randint(0, len(blocks)), f"<p>{words(side, rnd.randint(1, 6))}</p>")
    return "".join(blocks)


def delete_block(rnd: random.Random, body: str, side: str) -> str:
    blocks = [str(block) for block in split_blocks(body)]
    if blocks:
        blocks.pop(rnd.randrange(len(blocks)))
    return "".join(blocks)


def move_block(rnd: random.Random, body: str, side: str) -> str:
    blocks = [str(block) for block in split_blocks(body)]
    if blocks:
        block = blocks.pop(rnd.randrange(len(blocks)))
        blocks.insert(rnd.randint(0, len(blocks)), block)
    return "".join(blocks)


def add_item(rnd: random.Random, body: str, side: str) -> str:
    ends = list(ITEM_END.finditer(body))
    if not ends:
        return body
    end = rnd.choice(ends)
    item = f"<li>{words(side, 1)}</li>" if end[0] == "</li>" else f"<tr><td>{words(side, 1)}</td><td></td></tr>"
    return f"{body[: end.end()]}{item}{body[end.end() :]}"
