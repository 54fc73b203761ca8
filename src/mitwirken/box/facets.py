"""Narrowing a list down by several facets at once, with honest counts. Pure: sets in, numbers out.

Within a facet the choices add up (this *or* that), between facets they narrow down (this *and* that).
The count beside an option says how many entries the list would have with this option alone in its facet.
"""

from collections.abc import Collection, Mapping

# Facet -> option -> the entries it describes.
Index = Mapping[str, Mapping[str, Collection[int]]]
Chosen = Mapping[str, Collection[str]]


def matching(index: Index, chosen: Chosen, base: Collection[int], *, without: str = "") -> set[int]:
    """The entries of `base` that meet each facet's choice; `without` leaves one facet out."""
    left = set(base)
    for facet, options in chosen.items():
        if options and facet != without:
            left &= set().union(*(index.get(facet, {}).get(option, ()) for option in options))
    return left


def counts(index: Index, chosen: Chosen, base: Collection[int]) -> dict[str, dict[str, int]]:
    """For each option of each facet: how many entries it would leave."""
    found: dict[str, dict[str, int]] = {}
    everything = matching(index, chosen, base)
    for facet, options in index.items():
        others = matching(index, chosen, base, without=facet) if chosen.get(facet) else everything
        found[facet] = {option: len(others.intersection(members)) for option, members in options.items()}
    return found
