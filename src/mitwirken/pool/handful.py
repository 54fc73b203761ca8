"""From how many people on a number is shown. No database, no clock."""

# Smaller groups are not counted out: a number of three may be three people somebody knows. Ten is what members
# were promised (wording.py, the consent to statistics) and what the whole system keeps.
SMALLEST = 10


def shown(number: int) -> int | None:
    """The number, or None where it would be about few people; nobody is nobody and may be said."""
    return number if number == 0 or number >= SMALLEST else None


def rounded(number: int) -> int | None:
    """The number rounded down to tens; None below ten."""
    return number // SMALLEST * SMALLEST if number >= SMALLEST else None


def percent(part: int, whole: int) -> int | None:
    """Whole percent; None without a whole or where the whole is few people."""
    return round(100 * part / whole) if whole >= SMALLEST else None
