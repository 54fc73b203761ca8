"""The way from a flyer or poster to the form."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from ...models import Campaign


@require_safe
def follow(request, code):
    """From the flyer to the form. A code we do not know, or that is over, leads there too, only without it."""
    known = Campaign.objects.active().filter(code=code.lower()).exists()
    query = "?" + urlencode({"k": code.lower()}) if known else ""
    return redirect(reverse("pool:join") + query)
