"""What stands in an address may have been typed by a stranger: read it, or do as if it were not there."""


def whole_number(text: object) -> int | None:
    """The number a text spells, if a row's key can be so large; None for everything else."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
