"""Health and numbers for probes: they come by address, not by name, so they are answered before any host is read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import metrics
from .views import live, ready

ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": live,
    "/readyz": ready,
    "/metrics": metrics.show,
}


class Health:
    """Middleware, outermost: answer these addresses and nothing else, under any host name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = ANSWERS.get(request.path_info)
        if found is None:
            return self.get_response(request)
        answer = found(request)
        # Nobody behind this middleware adds it, and without it the server sends the few bytes in pieces.
        answer.headers["Content-Length"] = str(len(answer.content))
        return answer
