"""What your answers achieved: every task that was reported back, for everybody."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.core.typed import whole_number

from ...views.trail import trail
from .. import numbers
from ..models import Task

PAGE = 12


@require_safe
def index(request):
    found = Task.objects.reported().select_related("department").order_by("-reported_at", "-pk")
    last = found.filter(pk=whole_number(request.GET.get("vor"))).first()
    is_first = last is None
    if last:
        found = found.filter(Q(reported_at__lt=last.reported_at) | Q(reported_at=last.reported_at, pk__lt=last.pk))
    page = list(found[: PAGE + 1])
    counted = numbers.states_of(page[:PAGE])
    context = {
        "entries": [{"task": task, "figures": counted[task.pk]} for task in page[:PAGE]],
        "totals": numbers.totals() if is_first else None,
        "older": f"?vor={page[PAGE - 1].pk}" if len(page) > PAGE else "",
        "newer": "" if is_first else reverse("pool_assignments:effects"),
        "is_first": is_first,
        "trail": trail((_("What your answers achieved"), "")),
    }
    return render(request, "assignments/effects.html", context)


@require_safe
def item(request, pk):
    task = get_object_or_404(Task.objects.reported().select_related("department"), pk=pk)
    context = {
        "task": task,
        "figures": numbers.states(task),
        "trail": trail((_("What your answers achieved"), reverse("pool_assignments:effects")), (task.title, "")),
    }
    return render(request, "assignments/effect.html", context)
