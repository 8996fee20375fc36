"""The tables of endings fit together."""

from news.language.kazakh.endings import GROUPS, NOUN, NUMBER, TIME, VERB
from news.language.kazakh.stemmer import ALL, spell_endings


def test_each_ending_follows_groups_and_roots_that_exist():
    known = {*GROUPS, NOUN, TIME, VERB, NUMBER}

    assert {name: set(group.after) - known for name, group in GROUPS.items() if set(group.after) - known} == {}


def test_each_group_is_reached_from_a_root():
    reached = {NOUN, TIME, VERB, NUMBER}
    for _ in GROUPS:
        reached |= {name for name, group in GROUPS.items() if reached & set(group.after)}

    assert set(GROUPS) - reached == set()


def test_pattern_stands_for_its_endings_in_both_harmonies():
    assert {ending.text for ending in spell_endings("LAр", "plural")} == {"лар", "лер", "дар", "дер", "тар", "тер"}
    assert {ending.text for ending in spell_endings("V+м", "mine or yours")} == {"м"}


def test_every_ending_of_the_tables_is_read():
    assert {name for name in GROUPS if not ALL.endings[name]} == set()
