"""Where a page of the pool stands."""

from django.urls import reverse
from django.utils.translation import gettext as _


def trail(*below: tuple[str, str]) -> list[dict[str, str]]:
    """The way from the pool's first page down to this one; pairs of words and address."""
    steps = [(_("People pool"), reverse("pool:start")), *below]
    return [{"label": label, "url": url} for label, url in steps]
