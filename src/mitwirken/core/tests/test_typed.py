import pytest

from mitwirken.core.typed import whole_number


@pytest.mark.parametrize("text", ["17", 17, "017"])
def test_digits_are_a_number(text):
    assert whole_number(text) == 17


@pytest.mark.parametrize("text", ["", None, "-1", "1.5", "²", "١٧", "1" * 18, "x", "1 OR 1=1"])
def test_whatever_else_stands_in_an_address_is_none(text):
    assert whole_number(text) is None
