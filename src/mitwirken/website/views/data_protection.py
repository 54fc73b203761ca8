"""What the data protection officer reads: what is kept, for how long, and whether it is deleted. Changes nothing."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.core import clock, jobs
from mitwirken.pool import ledger

from .. import policies
from ..register import entries

# Jobs that delete, or ask before they do; each app names them so.
RETENTION = ("forget", "silent")


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The register with the numbers of rows; `?pruefen=1` walks the whole consent ledger, which may take a while."""
    if not policies.may_read_register(request.user):
        raise PermissionDenied
    turns = [turn for turn in jobs.turns(at=clock.now()) if any(word in turn.name for word in RETENTION)]
    is_checked = "pruefen" in request.GET
    context = {
        "title": _("Data protection"),
        "icon": "lock",
        "entries": entries(),
        "turns": turns,
        "late": [turn for turn in turns if turn.is_late],
        "is_checked": is_checked,
        "broken": sum(1 for _subject in ledger.broken_chains()) if is_checked else 0,
    }
    return render(request, "website/staff/register.html", context)
