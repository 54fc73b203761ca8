"""How many people a rule reaches, while staff are still choosing."""

from django.http import HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_POST

from mitwirken.core import clock

from ..models import MAIN_PURPOSES
from ..rule_form import RuleForm
from .staff import for_writers


@require_POST
@for_writers
def count(request):
    """The number and the sentence for what stands in the form; nothing is stored."""
    purpose, prefix = request.POST.get("purpose", ""), request.POST.get("prefix", "rule")
    if purpose not in MAIN_PURPOSES or not prefix.isidentifier():
        return HttpResponseBadRequest()
    form = RuleForm(
        request.POST,
        user=request.user,
        purpose=purpose,
        at=clock.now(),
        leaves_at_once=f"{prefix}-pace" in request.POST,
        prefix=prefix,
    )
    return render(request, "pool/staff/_count.html", {"form": form})
