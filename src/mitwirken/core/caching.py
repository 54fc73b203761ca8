"""Pages for people who are not signed in: made once, then served from memory and revalidated by ETag.

Correct without any purge: the key holds the newest audit row's id, and whatever changes something writes
one. Time itself changes pages too (an offer opens or ends), hence the short life.
"""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from .models import AuditEntry

PRIVATE_PREFIXES = (
    "/staff/",
    "/konto/",
    "/demo/",
    "/static/",
)


@dataclass(frozen=True)
class Kept:
    """One finished page, compressed once, with its headers and weak validator."""

    compressed: bytes
    headers: dict[str, str]
    tag: str

    @classmethod
    def of(cls, response: HttpResponse, *, seconds: int) -> "Kept":
        """Keep `response` for shared caches too: `seconds` s there, revalidated each time by browsers."""
        patch_cache_control(response, public=True, max_age=0, s_maxage=seconds, must_revalidate=True)
        patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
        body = response.content
        tag = f'W/"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
        return cls(gzip.compress(body, 6, mtime=0), {**dict(response.items()), "ETag": tag}, tag)

    def response(self, *, gzipped: bool) -> HttpResponse:
        body = self.compressed if gzipped else gzip.decompress(self.compressed)
        answer = HttpResponse(body, headers={**self.headers, "Content-Length": str(len(body))})
        if gzipped:
            answer.headers["Content-Encoding"] = "gzip"
        return answer


class AnonymousPages:
    """Middleware: answer a repeated anonymous GET without touching the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.store = caches["pages"]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seconds = settings.PAGE_CACHE_SECONDS
        if not seconds or not self.may_be_shared(request):
            return self.get_response(request)
        key = self.key(request)
        kept = self.store.get(key)
        if kept is None:
            response = self.get_response(request)
            if not self.is_shareable(response):
                return response
            kept = Kept.of(response, seconds=seconds)
            self.store.set(key, kept, seconds)
        response = kept.response(gzipped="gzip" in request.headers.get("Accept-Encoding", ""))
        return get_conditional_response(request, etag=kept.tag, response=response) or response

    @staticmethod
    def may_be_shared(request: HttpRequest) -> bool:
        """Only a plain GET by someone we know nothing about, without a message waiting for them."""
        return (
            request.method == "GET"
            and not request.path.startswith(PRIVATE_PREFIXES)
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and "messages" not in request.COOKIES
            and "HX-Request" not in request.headers
        )

    @staticmethod
    def is_shareable(response: HttpResponse) -> bool:
        """Only a finished page that sets no cookie and did not ask to be kept private."""
        control = response.headers.get("Cache-Control", "")
        return (
            response.status_code == 200
            and not response.streaming
            and not response.cookies
            and "no-store" not in control
            and "private" not in control
        )

    @staticmethod
    def key(request: HttpRequest) -> str:
        generation = AuditEntry.objects.aggregate(newest=Max("id"))["newest"]
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        name = f"{request.scheme}|{request.get_host()}|{request.get_full_path()}|{language}|{generation}"
        return hashlib.blake2s(name.encode("utf-8", "replace"), digest_size=16).hexdigest()
