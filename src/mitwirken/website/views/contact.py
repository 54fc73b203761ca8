"""Writing to the city: the contact form and the form to report a barrier."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mitwirken.core import clock, throttle
from mitwirken.core.views import too_many_requests

from .. import actions
from ..forms import BarrierForm, ContactForm
from ..models import Subject

PER_HOUR = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    return _desk(request, ContactForm, "website/contact.html", _("Contact"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def barrier(request: HttpRequest) -> HttpResponse:
    """Knows which page the person came from and asks nothing that is not needed (BITVNRW § 5)."""
    return _desk(request, BarrierForm, "website/barrier.html", _("Report a barrier"), {"page": _page_before(request)})


def _desk(request, form_class, template, here, initial=None):
    context = {"trail": [{"label": here, "url": ""}]}
    if request.method != "POST":
        form = form_class(initial={"submission_key": get_random_string(32), **(initial or {})})
        return render(request, template, context | {"form": form})
    form = form_class(request.POST)
    if not form.is_valid():
        return render(request, template, context | {"form": form}, status=422)
    if throttle.too_many(request, "contact", limit=PER_HOUR, per=timedelta(hours=1)):
        return too_many_requests(request)
    if form.is_spam:
        return render(request, "website/contact_sent.html", {"case": None})
    facts = form.cleaned_data
    case = actions.open_case(
        subject=facts.get("subject", Subject.BARRIER),
        text=facts["text"],
        name=facts["name"],
        email=facts["email"],
        page=facts.get("page", ""),
        submission_key=facts["submission_key"] or None,
        at=clock.now(),
    )
    return render(request, "website/contact_sent.html", {"case": case, "text": facts["text"]})


def _page_before(request: HttpRequest) -> str:
    """The page a person wants to report: named in the link, or the one they came from; ours only."""
    asked = request.GET.get("seite", "").replace("\0", "")[:300]
    if asked.startswith("/") and not asked.startswith("//"):
        return _without_secret(asked)
    came_from = request.headers.get("Referer", "").replace("\0", "")[:300]
    here = request.build_absolute_uri("/")
    for base in (here, f"{settings.SITE_URL}/"):
        if came_from.startswith(base) and not came_from.startswith(f"{base.rstrip('/')}{reverse('website:barrier')}"):
            return _without_secret(f"/{came_from[len(base) :]}")
    return ""


def _without_secret(address: str) -> str:
    """Which page, not whose: receipts and personal links open doors, and staff will read the report."""
    path = address.partition("?")[0]
    try:
        found = resolve(path)
    except Resolver404:
        return address
    secrets = [str(value) for name, value in found.kwargs.items() if name in ("code", "token")]
    if not secrets or found.app_names == ["box"]:
        return address
    for secret in secrets:
        path = path.replace(secret, "…")
    return path
