"""What is taken from a form at all: not more than fits, and on shared pages only what our own pages send.

Buttons on pages that everybody shares: a POST is taken from our own pages only, without a token.

A CSRF token would make each page personal and no cache could keep it. Browsers say by themselves where a POST
comes from (`Sec-Fetch-Site`, and `Origin` since 2020 in all of them); a foreign page cannot forge either.
For forms with personal data use Django's token on an address of their own; this is for buttons that change
next to nothing (support, undo).
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from .views import bad_request

# Hand this to templates as `csrf_token`: `{% csrf_token %}` in a component then writes nothing.
NO_TOKEN = "NOTPROVIDED"  # noqa: S105 Django's own word for it

View = Callable[..., HttpResponse]


def same_origin_post(view: View) -> View:
    """Let a view take POSTs without CSRF token, but only from pages of this site."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not is_from_here(request):
            raise PermissionDenied("cross-site POST")
        return view(request, *args, **kwargs)

    return guarded


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this; silence counts as no."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(source)
    origin = f"{parts.scheme}://{parts.netloc}"
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return bool(parts.netloc) and origin in ours


class BearableSize:
    """Middleware: ten megabytes of text get a page that says so, in the demo (DEBUG) as well as in production."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            try:
                # A connection that breaks meanwhile is the next one's business.
                with suppress(UnreadablePostError):
                    request.POST  # noqa: B018 reading it is what raises
            except RequestDataTooBig as error:
                return bad_request(request, error)
        return self.get_response(request)
