"""The city's style sheet, and the answer to "which district is this street in?"."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from .lookup import districts_of
from .models import CitySettings


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The city's own colours, from its content folder."""
    path = Path(settings.CONTENT_DIR) / "theme.css"
    if not path.exists():
        raise Http404
    return HttpResponse(
        path.read_text(encoding="utf-8"),
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": "public, max-age=86400"},
    )


@require_safe
def captions(request: HttpRequest) -> HttpResponse:
    """The captions of the explanatory film, from our own address."""
    track = CitySettings.load(request_or_site=request).video_track
    if not track:
        raise Http404
    return HttpResponse(track, content_type="text/vtt; charset=utf-8")


@require_safe
def street(request: HttpRequest) -> HttpResponse:
    """The districts of ``?q=``; kept nowhere, neither here nor in a shared cache."""
    found = districts_of(request.GET.get("q", "")[:160])
    return JsonResponse(
        {
            "results": [
                {
                    "street": each.street,
                    "postcode": each.postcode,
                    "district": {"slug": each.district.slug, "name": each.district.name},
                }
                for each in found
            ]
        },
        headers={"Cache-Control": "no-store"},
    )
