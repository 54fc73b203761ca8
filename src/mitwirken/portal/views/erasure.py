"""Whoever holds the receipt may have everything erased that points to its author."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from mitwirken.core import codes, throttle
from mitwirken.core.views import too_many_requests

from ..actions import erasure
from ..models import Contribution
from .receipts import private, unknown


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, code: str) -> HttpResponse:
    """GET says what goes and what stays; POST erases it."""
    receipt = codes.normalise(code.replace("\x00", "")[:60])
    contribution = Contribution.objects.filter(receipt=receipt).first() if receipt else None
    if contribution is None:
        return unknown(request, code[:60])
    if request.method == "POST":
        if throttle.too_many(request, "receipt_erase", limit=30, per=timedelta(hours=1)):
            return too_many_requests(request)
        erasure.erase_person(contribution, by=None)
        return private(redirect(f"{reverse('portal:receipt', args=[receipt])}?entfernt=1"))
    return private(render(request, "portal/erase.html", {"contribution": contribution}))
