"""One idea: reading it, supporting it, commenting on it, reporting it."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mitwirken.core import clock, throttle
from mitwirken.core.forms_guard import NO_TOKEN, same_origin_post
from mitwirken.core.typed import whole_number
from mitwirken.core.views import too_many_requests
from mitwirken.portal import step_pages
from mitwirken.portal.actions import contributions
from mitwirken.portal.errors import DomainError
from mitwirken.portal.models import Contribution, ModerationState, Step, Support
from mitwirken.portal.views.receipts import standing_badge, timeline

from ..forms import CommentForm, ReportForm, settings_of

# The cookie is set by pressing "support" and says nothing but "this device" (§ 25(2) no. 2 TDDDG).
DEVICE_COOKIE = "geraet"
COMMENTS_PER_PAGE = 50
SUPPORT_LIMIT: throttle.Limit = {"limit": 600, "per": timedelta(hours=1)}
COMMENT_LIMIT: throttle.Limit = {"limit": 120, "per": timedelta(hours=1)}
REPORT_LIMIT: throttle.Limit = {"limit": 30, "per": timedelta(hours=1)}


def find(step: Step, pk: int) -> Contribution:
    """The public idea with this number; hidden ones and those not yet read are nowhere but on their receipt."""
    row = (
        Contribution.objects.visible()
        .filter(step=step, pk=pk)
        .select_related("district", "idea__category", "answer__department")
        .first()
    )
    if row is None:
        raise Http404("no such idea")
    row.step = step
    return row


@require_safe
def detail(request: HttpRequest, project: str, step: str, pk: int) -> HttpResponse:
    """The idea with all that was said about it. The same page for everybody, so that a cache can keep it."""
    row = step_pages.find("ideas", project, step)
    idea = find(row, pk)
    answer = getattr(idea, "answer", None)
    comments, older = _comments(idea, request.GET.get("ab", ""))
    context = step_pages.context(row, at=clock.now(), here=idea.title) | {
        "idea": idea,
        "category": idea.idea.category if hasattr(idea, "idea") else None,
        "settings": settings_of(row),
        "answer": answer,
        "badge": standing_badge(idea),
        "facts": _facts(idea),
        "timeline": timeline(idea, answer),
        "pictures": idea.attachments.all(),
        "comments": comments,
        "older_comments": f"?ab={older}#kommentare" if older else "",
        "became": [o.target for o in idea.became.select_related("target") if _is_visible(o.target)],
        "origins": [o.source for o in idea.origins.select_related("source") if _is_visible(o.source)],
        "measures": idea.measures.all(),
        "csrf_token": NO_TOKEN,
    }
    return render(request, "ideas/detail.html", context)


def _is_visible(contribution: Contribution) -> bool:
    return contribution.moderation == ModerationState.VISIBLE


def _comments(idea: Contribution, after: str) -> tuple[list, int | None]:
    """A page of remarks, oldest first, and the number after which the next page begins."""
    rows = idea.comments.filter(moderation=ModerationState.VISIBLE).order_by("pk")
    if number := whole_number(after):
        rows = rows.filter(pk__gt=number)
    found = list(rows[: COMMENTS_PER_PAGE + 1])
    page = found[:COMMENTS_PER_PAGE]
    older = page[-1].pk if len(found) > COMMENTS_PER_PAGE else None
    return [{"row": row, "anchor": f"kommentar-{row.pk}"} for row in page], older


def _facts(idea: Contribution) -> list[dict[str, str]]:
    rows = [
        (_("Handed in"), date_format(localtime(idea.created_at), "DATE_FORMAT")),
        (_("By"), idea.author_name or _("anonymous")),
        (_("Way"), idea.get_channel_display()),
        (_("District"), idea.district.name if idea.district else ""),
        (_("Place"), idea.place),
    ]
    return [{"term": term, "text": text} for term, text in rows if text]


@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest, project: str, step: str, pk: int) -> HttpResponse:
    """Support an idea or take it back; the page tells this device how it stands."""
    row = step_pages.find("ideas", project, step)
    if not settings_of(row)["support"]:
        raise Http404("no support here")
    idea = find(row, pk)
    key = request.COOKIES.get(DEVICE_COOKIE, "")[:40]
    problem = ""
    if request.method == "POST":
        if throttle.too_many(request, "ideas.support", **SUPPORT_LIMIT):
            return too_many_requests(request)
        try:
            if request.POST.get("undo"):
                contributions.withdraw_support(idea, key, at=clock.now())
            else:
                key = key if len(key) >= 20 and "\x00" not in key else secrets.token_urlsafe(24)
                contributions.support(idea, key, at=clock.now())
        except DomainError as error:
            problem = error.sentence
        else:
            response = redirect(request.path)
            if not request.POST.get("undo"):
                _remember(response, key)
            return _unshared(response)
    idea.refresh_from_db(fields=["support_count"])
    context = step_pages.context(row, at=clock.now(), here=_("Support")) | {
        "idea": idea,
        "is_supported": "\x00" not in key and Support.objects.filter(contribution=idea, device_key=key).exists(),
        "problem": problem,
        "csrf_token": NO_TOKEN,
    }
    return _unshared(render(request, "ideas/support.html", context, status=409 if problem else 200))


def _remember(response: HttpResponse, key: str) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        key,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/vorhaben/",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, project: str, step: str, pk: int) -> HttpResponse:
    """Write a remark, on an address of its own: the idea's page stays the same for everybody."""
    row = step_pages.find("ideas", project, step)
    if not settings_of(row)["comments"]:
        raise Http404("no comments here")
    idea = find(row, pk)

    def store(values: dict) -> str:
        written = contributions.comment(
            idea,
            text=values["text"],
            author_name=values["author_name"],
            submission_key=values["submission_key"],
            at=clock.now(),
        )
        if written.moderation == ModerationState.VISIBLE:
            page = f"?ab={written.pk - 1}" if idea.comment_count >= COMMENTS_PER_PAGE else ""
            return f"../{page}#kommentar-{written.pk}"
        return f"{request.path}?gespeichert=1"

    texts = {"here": _("Write a comment"), "submit": _("Publish the comment"), "limit": COMMENT_LIMIT}
    return _small_form(request, row, idea, CommentForm, store, "ideas/comment.html", texts)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, project: str, step: str, pk: int) -> HttpResponse:
    """Tell the city that an idea or a remark (`?kommentar=`) breaks the rules."""
    row = step_pages.find("ideas", project, step)
    idea = find(row, pk)
    number = whole_number(request.GET.get("kommentar"))
    remark = idea.comments.filter(pk=number or 0, moderation=ModerationState.VISIBLE).first()

    def store(values: dict) -> str:
        contributions.report(idea, reason=values["reason"], comment=remark, at=clock.now())
        return f"{request.path}?gespeichert=1"

    texts = {"here": _("Report"), "submit": _("Send the report"), "limit": REPORT_LIMIT, "remark": remark}
    return _small_form(request, row, idea, ReportForm, store, "ideas/report.html", texts)


def _small_form(request, step, idea, form_class, store, template, texts) -> HttpResponse:
    """A form of one page: shown, checked, stored, then away by redirect."""
    form, status = form_class(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        limit = texts["limit"]
        if throttle.too_many(request, template, **limit):
            form.add_error(
                None,
                _("This was sent very often from your connection. Nothing was stored. Please try again in an hour."),
            )
            status = 429
        elif form.is_valid() and form.is_spam:
            form.add_error(None, _("Please leave the field “Do not fill in” empty and send again."))
            status = 422
        elif form.is_valid():
            try:
                return _unshared(redirect(store(form.cleaned_data)))
            except DomainError as error:
                form.add_error(None, error.sentence)
                status = 409
        else:
            status = 422
    context = step_pages.context(step, at=clock.now(), here=texts["here"]) | {
        "idea": idea,
        "form": form,
        "is_stored": "gespeichert" in request.GET,
        "submit": texts["submit"],
        "remark": texts.get("remark"),
    }
    return _unshared(render(request, template, context, status=status))


def _unshared(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True, private=True)
    return response
