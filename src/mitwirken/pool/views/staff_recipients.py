"""Who got a mail, when, and why not: for pool managers, person by person, without any address."""

from typing import Any

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mitwirken.core.typed import whole_number

from .. import actions, numbers, policies, tokens
from ..models import Outbox, OutboxEvent, OutboxState
from .staff import for_pool_managers

PAGE = 100


class AddressForm(forms.Form):
    """The address is typed, never listed, and posted: it must not stand in the log of addresses visited."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Shows what became of this person's mail, and nothing else."),
        max_length=254,
    )


@for_pool_managers
def recipients(request, pk):
    found = get_object_or_404(policies.dispatches_for(request.user).select_related("department"), pk=pk)
    if found.is_standing:
        raise Http404
    rows, form, status = found.rows.order_by("pk"), AddressForm(), 200
    wanted, after = whole_number(request.GET.get("stand")), whole_number(request.GET.get("nach")) or 0
    is_search = request.method == "POST"
    if is_search:
        form, wanted, after = AddressForm(request.POST), None, 0
        status = 200 if form.is_valid() else 422
        address = form.cleaned_data.get("email", "") if form.is_valid() else ""
        rows = rows.filter(member__address_hash=tokens.address_hash(address)) if address else rows.none()
    if wanted in OutboxState.values:
        rows = rows.filter(state=wanted)
    page = list(rows.filter(pk__gt=after)[: PAGE + 1])
    ways = actions.by_way(found)
    counts = actions.conservation(found, ways)
    context = {
        "title": _("Who got it: %(subject)s") % {"subject": found},
        "icon": "group",
        "dispatch": found,
        "rows": _explained(page[:PAGE]),
        "next": page[PAGE - 1].pk if len(page) > PAGE else "",
        "is_first": not after,
        "wanted": wanted,
        "states": [(int(OutboxState[name.upper()]), label, counts[name]) for name, label in numbers.LINES],
        "several": len(ways) > 1,
        "all": counts["frozen"],
        "form": form,
        "searched": is_search and form.is_valid(),
        "is_forgotten": bool(found.counters),
    }
    return render(request, "pool/staff/recipients.html", context, status=status)


def _explained(rows: list[Outbox]) -> list[dict[str, Any]]:
    """Each row with its last trouble in words; one query for all."""
    last: dict[int, OutboxEvent] = {}
    found = OutboxEvent.objects.filter(outbox__in=[row.pk for row in rows]).select_related("outbox")
    for event in found.order_by("pk"):
        last[event.outbox_id] = event
    return [{"row": row, "event": last.get(row.pk)} for row in rows]
