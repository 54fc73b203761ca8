"""What was sent, for everybody to read: without any person in it."""

from datetime import datetime

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.core import paging

from .. import actions
from ..features import features
from ..handful import rounded
from ..models import Dispatch
from .trail import trail

PAGE = 30


@require_safe
def index(request):
    """What was sent, the newest first; `?vor=` goes on behind that mailing."""
    found = Dispatch.objects.public().filter(frozen__gt=0)
    # A mailing that was taken back since still says where the next page begins.
    page = paging.page(request, found, order=["-created_at", "-pk"], size=PAGE, among=Dispatch.objects.all())
    context = {
        "page": page,
        "trail": trail((_("Mails of the people pool"), "")),
    }
    return render(request, "pool/archive.html", context)


@require_safe
def item(request, pk):
    dispatch = get_object_or_404(Dispatch.objects.public(), pk=pk)
    entries = [
        {
            **entry,
            "starts": datetime.fromisoformat(entry["starts_at"]),
            "ends": datetime.fromisoformat(entry["ends_at"]) if entry["ends_at"] else None,
            "names": [*entry["districts"].values(), *entry["topics"].values()],
        }
        for entry in dispatch.content.get("items", ())
    ]
    context = {
        "dispatch": dispatch,
        "entries": entries,
        "panel": _panel(dispatch, request.GET.get("fassung", "")[:20]),
        "people": rounded(actions.members_told(dispatch)),
        "trail": trail((_("Mails of the people pool"), reverse("pool:archive")), (str(dispatch), "")),
    }
    return render(request, "pool/archive_item.html", context)


def _panel(dispatch, version):
    """What a feature shows of its own kind of mail; None for offers."""
    shown = [feature.archive[dispatch.kind] for feature in features() if dispatch.kind in feature.archive]
    return shown[0](dispatch, version) if shown else None
