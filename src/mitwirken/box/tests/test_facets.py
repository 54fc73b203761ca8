"""Counting by facets is pure: sets in, numbers out."""

from itertools import pairwise

from mitwirken.box import facets

INDEX = {
    "kind": {"event": {1, 2, 3}, "process": {4, 5}},
    "goal": {"ideas": {1, 2, 4}, "decide": {2, 5}},
}
ALL = {1, 2, 3, 4, 5}


def test_choices_of_one_facet_add_up():
    assert facets.matching(INDEX, {"goal": ["ideas", "decide"]}, ALL) == {1, 2, 4, 5}


def test_choices_of_two_facets_narrow_down():
    assert facets.matching(INDEX, {"goal": ["ideas"], "kind": ["event"]}, ALL) == {1, 2}


def test_where_everyone_has_one_kind_the_kinds_count_everyone_exactly_once():
    for chosen in ({}, {"goal": ["ideas"]}, {"goal": ["ideas", "decide"], "kind": ["event"]}):
        counted = facets.counts(INDEX, chosen, ALL)["kind"]
        assert sum(counted.values()) == len(facets.matching(INDEX, chosen, ALL, without="kind"))


def test_a_count_is_what_choosing_this_option_alone_would_show():
    chosen = {"kind": ["event"], "goal": ["decide"]}
    for option, number in facets.counts(INDEX, chosen, ALL)["goal"].items():
        assert number == len(facets.matching(INDEX, chosen | {"goal": [option]}, ALL))


def test_each_further_facet_can_only_take_away():
    steps = [{}, {"kind": ["event"]}, {"kind": ["event"], "goal": ["decide"]}]
    sizes = [len(facets.matching(INDEX, chosen, ALL)) for chosen in steps]
    assert all(later <= earlier for earlier, later in pairwise(sizes))


def test_an_option_nobody_has_matches_nothing():
    assert facets.matching(INDEX, {"kind": ["unknown"]}, ALL) == set()
