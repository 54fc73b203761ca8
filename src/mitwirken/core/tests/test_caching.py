import gzip

import pytest
from django.core.cache import caches
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse

from mitwirken.core.caching import AnonymousPages
from mitwirken.core.models import AuditEntry

pytestmark = pytest.mark.django_db


class View:
    """A view that counts how often it was really asked."""

    def __init__(self, answer=lambda: HttpResponse("page")):
        self.calls, self.answer = 0, answer

    def __call__(self, request):
        self.calls += 1
        return self.answer()


@pytest.fixture(autouse=True)
def page_cache(settings):
    settings.PAGE_CACHE_SECONDS = 30
    caches["pages"].clear()


def asked_twice(rf, view, path="/", **extra):
    pages = AnonymousPages(view)
    pages(rf.get(path, **extra))
    return pages(rf.get(path, **extra))


def test_the_second_visitor_gets_the_kept_page(rf):
    view = View()
    assert asked_twice(rf, view).content == b"page"
    assert view.calls == 1


def test_a_browser_that_has_the_page_gets_304(rf):
    pages = AnonymousPages(View())
    tag = pages(rf.get("/")).headers["ETag"]
    assert pages(rf.get("/", headers={"if-none-match": tag})).status_code == 304


def test_whatever_left_a_trace_makes_the_pages_new(rf):
    view = View()
    pages = AnonymousPages(view)
    pages(rf.get("/"))
    AuditEntry.objects.create(at="2027-03-14T12:00Z", action="test.change", object_type="x", object_id="1")
    pages(rf.get("/"))
    assert view.calls == 2


def cookie():
    response = HttpResponse("mine")
    response.set_cookie("schutz", "1")
    return response


@pytest.mark.parametrize(
    "answer",
    [
        cookie,
        lambda: HttpResponse("secret", headers={"Cache-Control": "no-store"}),
        lambda: HttpResponse("secret", headers={"Cache-Control": "private"}),
        lambda: HttpResponse("gone", status=404),
        lambda: HttpResponseRedirect("/x/"),
        lambda: StreamingHttpResponse(iter([b"rows"])),
    ],
)
def test_what_is_personal_or_unfinished_is_never_kept(rf, answer):
    view = View(answer)
    asked_twice(rf, view)
    assert view.calls == 2


@pytest.mark.parametrize("path", ["/staff/", "/konto/", "/demo/"])
def test_areas_of_signed_in_people_are_never_kept(rf, path):
    view = View()
    asked_twice(rf, view, path)
    assert view.calls == 2


def test_someone_with_a_session_never_meets_the_page_cache(rf, settings):
    view = View()
    pages = AnonymousPages(view)
    for _ in range(2):
        request = rf.get("/")
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "abc"
        pages(request)
    assert view.calls == 2


def test_languages_do_not_mix(rf, settings):
    view = View()
    pages = AnonymousPages(view)
    for language in ("de", "en"):
        request = rf.get("/")
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = language
        pages(request)
    assert view.calls == 2


def test_a_kept_page_travels_compressed_to_those_who_understand(rf):
    response = asked_twice(rf, View(lambda: HttpResponse("page " * 500)), headers={"accept-encoding": "gzip, br"})
    assert gzip.decompress(response.content) == b"page " * 500
