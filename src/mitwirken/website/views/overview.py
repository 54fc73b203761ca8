"""Site maps for people and machines, and what machines ask first."""

from datetime import UTC, datetime, time, timedelta
from itertools import chain
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.city.models import CitySettings
from mitwirken.core import clock

from .. import addresses

# RFC 9116 2.5.5: less than a year ahead. Half a year, counted anew each day the site is cared for.
SECURITY_CONTACT_HOLDS = timedelta(days=180)
NOT_FOR_ROBOTS = ("/staff/", "/konto/", "/beitrag/", "/suche/", "/demo/", "/api/")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    groups = [
        (_("Main pages"), addresses.main_pages(), False),
        (_("Information and help"), addresses.pages(), False),
        (_("Current news"), list(addresses.news()), False),
        (_("Departments"), addresses.sections(), False),
        (_("Projects"), addresses.projects(), True),
        (_("Formats of the Mitmachbox"), addresses.formats(), True),
        (_("Practice examples"), addresses.cases(), True),
    ]
    return render(
        request,
        "website/overview.html",
        {"groups": [group for group in groups if group[1]], "trail": [{"label": _("All pages"), "url": ""}]},
    )


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    every = chain(
        addresses.main_pages(),
        addresses.pages(),
        addresses.news(),
        addresses.sections(),
        addresses.projects(),
        addresses.steps(),
        addresses.formats(),
        addresses.cases(),
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for address in every:
        changed = f"<lastmod>{address.changed.date().isoformat()}</lastmod>" if address.changed else ""
        lines.append(f"<url><loc>{escape(settings.SITE_URL + address.url)}</loc>{changed}</url>")
    return HttpResponse("\n".join([*lines, "</urlset>", ""]), content_type="application/xml; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    lines.append(f"Sitemap: {settings.SITE_URL}/sitemap.xml")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a weakness (RFC 9116)."""
    city = CitySettings.load(request_or_site=request)
    expires = datetime.combine(clock.today() + SECURITY_CONTACT_HOLDS, time(0), tzinfo=UTC)
    contacts = [f"mailto:{city.email}"] if city.email else []
    lines = [
        *(f"Contact: {contact}" for contact in [*contacts, f"{settings.SITE_URL}/kontakt/"]),
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: de, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
