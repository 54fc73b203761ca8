"""Places and the waiting list, as a table and as a rule that no order of answers breaks."""

import random

import pytest

from mitwirken.pool.invitations.seating import Party, fits, next_up, taken

CASES = [
    # places, seated, waiting, who moves up
    (2, [1, 1], [1], []),
    (2, [1], [1, 1], [0]),
    (5, [1], [1, 1, 1], [0, 1, 2]),
    (3, [1], [3, 1], []),  # nobody is overtaken, even if a place stays free
    (4, [1], [3, 1], [0]),
    (0, [], [1], []),
    (2, [1, 2], [1], []),  # fewer places than before: nobody is thrown out
]


@pytest.mark.parametrize(("places", "seated", "waiting", "expected"), CASES)
def test_who_moves_up(places, seated, waiting, expected):
    there = [Party(100 + number, size - 1) for number, size in enumerate(seated)]
    queue = [Party(number, size - 1) for number, size in enumerate(waiting)]
    assert [party.key for party in next_up(places, there, queue)] == expected


def test_a_newcomer_never_overtakes_who_waits():
    assert not fits(5, [Party(1)], [Party(2, 3)], Party(3))
    assert fits(5, [Party(1)], [], Party(3, 3))
    assert not fits(5, [Party(1)], [], Party(3, 4))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_people_answer_no_place_is_given_twice_and_nobody_is_overtaken(seed):
    chance, places = random.Random(seed), 6  # noqa: S311 shuffles answers, protects nothing
    seated, waiting, order = [], [], []
    for key in range(60):
        if seated and chance.random() < 0.4:
            seated.remove(chance.choice(seated))
        else:
            party = Party(key, chance.randint(0, 3))
            (seated if fits(places, seated, waiting, party) else waiting).append(party)
        moved = next_up(places, seated, waiting)
        assert moved == waiting[: len(moved)]
        waiting = waiting[len(moved) :]
        seated += moved
        order += moved
        assert taken(seated) <= places
        assert not waiting or taken(seated) + waiting[0].size > places
    assert [party.key for party in order] == sorted(party.key for party in order)
