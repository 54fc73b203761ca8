"""The offers for machines; each honours the filter of the page it belongs to."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mitwirken.core import clock

from .. import exports
from ..offers import OfferFilter

# Machines ask often; a minute late is early enough.
KEEP = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    now, asked = clock.now(), OfferFilter.read(request.GET)
    text = exports.as_feed(
        asked.steps(at=now),
        title=_("New offers to take part"),
        address=asked.in_full,
        feed_address=request.get_full_path(),
        at=now,
    )
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    now, asked = clock.now(), OfferFilter.read(request.GET)
    body = exports.as_calendar(asked.ordered(at=now), name=_("Take part"))
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="mitmachen.ics"'},
    )


@require_safe
def offers_json(request: HttpRequest) -> StreamingHttpResponse:
    now, asked = clock.now(), OfferFilter.read(request.GET)
    lines = exports.as_json(asked.ordered(at=now), at=now)
    return StreamingHttpResponse(lines, content_type="application/json; charset=utf-8", headers=KEEP | _described())


@require_safe
def geojson(request: HttpRequest) -> StreamingHttpResponse:
    now, asked = clock.now(), OfferFilter.read(request.GET)
    lines = exports.as_geojson(asked.ordered(at=now), at=now)
    return StreamingHttpResponse(lines, content_type="application/geo+json; charset=utf-8", headers=KEEP)


def _described() -> dict[str, str]:
    return {"Link": f'<{exports.LICENCE}>; rel="license", <{reverse("portal:offers")}>; rel="alternate"'}
