"""What stands in an address may have been typed by a stranger: read it, or do as if it were not there."""

from django.http import HttpRequest


def whole_number(text: object) -> int | None:
    """The number a text spells, if a row's key can be so large; None for everything else."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def searched(request: HttpRequest, name: str = "q") -> str:
    """The words somebody looks for in a list; never longer than a name, never a sign no database knows."""
    return " ".join(request.GET.get(name, "").replace("\0", " ").split())[:100]
