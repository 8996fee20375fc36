"""A three-way merge of two people's changes to one article. Pure functions on contents of revisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from news.editorial.content import BODIES, CHOICES, SETS, TEXTS, Content
from news.markup import body_merge
from news.markup.body_merge import MergedBody


@dataclass(frozen=True)
class Decision:
    """One question to a person: a field, or a paragraph of a body, that both sides changed differently."""

    key: str
    """Of the answer; a paragraph's changes with what it says, so that an answer belongs to what was seen."""
    field: str
    theirs: Any
    mine: Any
    is_paragraph: bool = False

    @property
    def answers(self) -> tuple[str, ...]:
        return ("theirs", "mine", "both") if self.is_paragraph else ("theirs", "mine")


@dataclass
class Merge:
    content: Content
    """Both sides' changes; where they collide, what the answers say, and without an answer the other's."""
    decisions: list[Decision] = field(default_factory=list)
    undecided: list[Decision] = field(default_factory=list)
    """Those of them without an answer."""
    overridden: bool = False
    """Whether an answer replaced something that the other had saved."""

    @property
    def fields(self) -> list[str]:
        """Where the two sides collide and nobody has decided."""
        return list(dict.fromkeys(decision.field for decision in self.undecided))


def merge(base: Content, theirs: Content, mine: Content, answers: Mapping[str, str] | None = None) -> Merge:
    """What one side changed is taken, what both changed alike is agreed, bodies are merged by paragraph.

    `answers` maps keys of decisions to "theirs", "mine" or "both"; what they do not decide is `undecided`.
    """
    answers = answers or {}
    result = Merge(dict(theirs))
    for name in [*TEXTS, *CHOICES]:
        ours, other, first = mine.get(name), theirs.get(name), base.get(name)
        if ours in (first, other):
            continue
        if other == first:
            result.content[name] = ours
        elif name in BODIES:
            merge_body(name, body_merge.merge_bodies(first or "", other or "", ours or ""), answers, result)
        else:
            decide(Decision(name, name, other, ours), answers, result)
    for name in SETS:
        old, other_set, our_set = (set(side.get(name, [])) for side in (base, theirs, mine))
        together = sorted((other_set | (our_set - old)) - (old - our_set))
        if together or name in theirs:  # a revision may be older than the field
            result.content[name] = together
    return result


def merge_body(name: str, merged: MergedBody, answers: Mapping[str, str], result: Merge) -> None:
    chosen: dict[str, str] = {}
    for conflict in merged.conflicts:
        decision = Decision(f"{name}_{conflict.key}", name, conflict.theirs, conflict.mine, is_paragraph=True)
        chosen[conflict.key] = take_answer(decision, answers, result)
    result.content[name] = merged.resolve(lambda conflict: chosen[conflict.key])


def decide(decision: Decision, answers: Mapping[str, str], result: Merge) -> None:
    if take_answer(decision, answers, result) == "mine":
        result.content[decision.field] = decision.mine


def take_answer(decision: Decision, answers: Mapping[str, str], result: Merge) -> str:
    result.decisions.append(decision)
    answer = answers.get(decision.key, "")
    if answer not in decision.answers:
        result.undecided.append(decision)
        return "theirs"
    result.overridden |= answer == "mine"
    return answer
