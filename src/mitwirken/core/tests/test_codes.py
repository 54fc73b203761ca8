import pytest

from mitwirken.core import codes


def test_a_code_typed_as_printed_is_understood():
    code = codes.new_code()
    assert codes.normalise(code) == code


def test_a_code_typed_by_hand_is_understood_with_small_letters_blanks_and_lookalikes():
    code = codes._grouped("01AB23CD45E" + codes._check_sign("01AB23CD45E"))
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "l").replace("2", "z")
    assert codes.normalise(typed) == code


@pytest.mark.parametrize("position", range(12))
def test_any_one_wrong_sign_is_noticed(position):
    signs = codes.new_code().replace("-", "")
    for wrong in set(codes.ALPHABET) - {signs[position]}:
        assert codes.normalise(signs[:position] + wrong + signs[position + 1 :]) is None


@pytest.mark.parametrize("position", range(11))
def test_any_two_swapped_neighbours_are_noticed(position):
    for one in codes.ALPHABET:
        for other in set(codes.ALPHABET) - {one}:
            signs = ("7KQ4M2XH9TC"[:position] + one + other + "7KQ4M2XH9TC"[position + 2 :])[:11]
            signs += codes._check_sign(signs)
            swapped = signs[:position] + signs[position + 1] + signs[position] + signs[position + 2 :]
            assert swapped == signs or codes.normalise(swapped) is None


@pytest.mark.parametrize("typed", ["", "ABC", "\x00" * 12, "ä" * 12, "A" * 500])
def test_what_cannot_be_a_code_is_none(typed):
    assert codes.normalise(typed) is None


def test_two_codes_are_never_the_same():
    assert len({codes.new_code() for _ in range(2000)}) == 2000


@pytest.mark.parametrize("groups", [2, 3])
def test_a_number_spelt_as_a_code_is_read_back(groups):
    for number in (0, 1, 961, codes.room(groups) - 1):
        assert codes.read(codes.spell(number, groups=groups).lower(), groups=groups) == number
    assert codes.read("7KQ4", groups=groups) is None
