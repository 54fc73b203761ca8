"""Codes on flyers and posters: their numbers and their print."""

from io import BytesIO
from pathlib import Path

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mitwirken.city.models import CitySettings
from mitwirken.core import clock, paging
from mitwirken.core.typed import searched
from mitwirken.ui import pdf

from ... import policies
from ...models import Campaign
from ...views.staff import for_pool_managers
from .. import campaigns
from ..forms import CampaignForm

FLYER = Path(__file__).resolve().parents[1] / "print" / "flyer.typ"
SIZES = ("a6", "a4")
PAGE = 50


@for_pool_managers
def index(request):
    form = CampaignForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = campaigns.begin(form.save(commit=False), by=request.user, at=clock.now())
        messages.success(request, _("The code is ready. Print it below."))
        return redirect("pool_imports:campaign", found.pk)
    search = searched(request)
    codes = Campaign.objects.select_related("department")
    if search:
        codes = codes.filter(Q(label__icontains=search) | Q(code__icontains=search))
    page = paging.page(request, codes, order=["-pk"], size=PAGE)
    context = {
        "title": _("Flyers and codes"),
        "icon": "tag",
        "form": form,
        "page": page,
        "rows": campaigns.numbers(page.rows),
        "search": search,
    }
    return render(request, "pool_imports/campaigns.html", context, status=422 if form.errors else 200)


@require_safe
@for_pool_managers
def campaign(request, pk):
    found = get_object_or_404(Campaign.objects.select_related("department"), pk=pk)
    context = {
        "title": found.label,
        "icon": "tag",
        "campaign": found,
        "joined": campaigns.joined(found),
        "address": address(found),
        "qr": segno.make(address(found), error="m").svg_data_uri(scale=6, border=4, dark="#000", light="#fff"),
        "may_change": policies.may_stop(request.user, found.department_id),
    }
    return render(request, "pool_imports/campaign.html", context)


@require_POST
@for_pool_managers
def switch(request, pk):
    """End a campaign, or begin it again."""
    found = get_object_or_404(Campaign, pk=pk)
    if not policies.may_stop(request.user, found.department_id):
        raise PermissionDenied
    campaigns.switch(found, active="begin" in request.POST, by=request.user)
    messages.success(request, _("Active again.") if found.active else _("Ended. The address still leads to the form."))
    return redirect("pool_imports:campaign", pk)


@require_safe
@for_pool_managers
def flyer(request, pk, size):
    """The part to print, as a PDF everybody can read."""
    found = get_object_or_404(Campaign, pk=pk)
    if size not in SIZES:
        return redirect("pool_imports:campaign", pk)
    city = CitySettings.load()
    data = {
        "size": size,
        "city": city.name,
        "phone": city.phone,
        "address": address(found),
        "shown": address(found).removeprefix("https://").removeprefix("http://"),
    }
    picture = BytesIO()
    segno.make(address(found), error="m").save(picture, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    files = {"code.svg": picture.getvalue()}
    document = pdf.render(FLYER, data, title="Mitmachpool", lang="de", at=clock.now(), files=files)
    return HttpResponse(
        document,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="mitmachpool-{found.code}-{size}.pdf"'},
    )


def address(found: Campaign) -> str:
    """What stands behind the picture; short, so that it can be typed too."""
    return settings.SITE_URL + reverse("pool_campaigns:follow", args=[found.code])
