"""The page's language: what the person chose, else German. Never guessed from the browser.

A guess would make one address two pages and no shared cache could keep it; `?lang=` and the switch in the
header are one click.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

KNOWN = {code for code, _ in settings.LANGUAGES}


class ChosenLanguage:
    """Middleware: `?lang=` sets the cookie, the cookie sets the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang")
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = next((code for code in (asked, kept) if code in KNOWN), settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if asked in KNOWN and asked != kept:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                asked,
                max_age=365 * 24 * 3600,
                secure=getattr(settings, "LANGUAGE_COOKIE_SECURE", False),
                httponly=True,
                samesite="Lax",
            )
        return response
