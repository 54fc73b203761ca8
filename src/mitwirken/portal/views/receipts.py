"""What became of a contribution, told to whoever holds its receipt."""

from datetime import timedelta
from typing import TypeVar

from django import forms
from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mitwirken.core import clock, codes, throttle
from mitwirken.core.views import too_many_requests
from mitwirken.ui.forms import PublicForm

from ..actions import letters
from ..errors import DomainError
from ..models import Contribution, ModerationState, Origin, Standing

Response = TypeVar("Response", bound=HttpResponseBase)

# Guessing codes is hopeless (55 random bits); the limit spares the database those who try.
MISSES: throttle.Limit = {"limit": 60, "per": timedelta(minutes=10)}
DONE_STANDINGS = {Standing.ACCEPTED, Standing.PARTLY, Standing.DECLINED, Standing.NOTED, Standing.REALISED}
BADGES = {
    Standing.RECEIVED: "info",
    Standing.IN_REVIEW: "info",
    Standing.ACCEPTED: "success",
    Standing.PARTLY: "success",
    Standing.DECLINED: "neutral",
    Standing.NOTED: "neutral",
    Standing.REALISED: "success",
}


class ReceiptMail(PublicForm):
    """Have the slip mailed."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    keep = forms.BooleanField(
        label=gettext_lazy("Tell me by e-mail what becomes of my contribution"),
        required=False,
        help_text=gettext_lazy("Without this tick we use the address for this one mail and forget it."),
    )


def standing_badge(contribution: Contribution) -> dict[str, str]:
    """The standing as a badge in the words its author reads."""
    return {"kind": BADGES[Standing(contribution.standing)], "label": contribution.get_standing_display(), "icon": ""}


def private(response: Response) -> Response:
    """Kept by no cache and by no search engine."""
    patch_cache_control(response, no_store=True, private=True)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_GET
def lookup(request: HttpRequest) -> HttpResponse:
    """Ask for a receipt by its code, however it was typed."""
    typed = request.GET.get("code", "").replace("\x00", "").strip()[:60]
    if not typed:
        return render(request, "portal/receipt_lookup.html", {"typed": "", "problem": ""})
    code = codes.normalise(typed)
    if code and Contribution.objects.filter(receipt=code).exists():
        return private(redirect("portal:receipt", code))
    return unknown(request, typed)


def unknown(request: HttpRequest, typed: str) -> HttpResponse:
    """The same answer for every code that leads nowhere."""
    if throttle.too_many(request, "receipt", **MISSES):
        return too_many_requests(request)
    if codes.normalise(typed) is None:
        problem = _(
            "This is not a complete receipt code, or there is a slip in it. It has 12 letters and digits, "
            "for example 7KQ4-M2XH-9TC3. Please compare it with your slip."
        )
    else:
        problem = _("We know no contribution with this code. Please compare it with your slip.")
    context = {"typed": typed, "problem": problem}
    return private(render(request, "portal/receipt_lookup.html", context, status=404))


@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt page: slip, state, answer, what became of it; a POST has the slip mailed or the address erased."""
    canonical = codes.normalise(code.replace("\x00", "")[:60])
    contribution = _with_everything().filter(receipt=canonical).first() if canonical else None
    if contribution is None:
        return unknown(request, code[:60])
    if code != canonical:
        return private(redirect("portal:receipt", canonical))
    form = ReceiptMail(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if throttle.too_many(request, "receipt_mail", limit=30, per=timedelta(hours=1)):
            return too_many_requests(request)
        if "forget" in request.POST:
            letters.forget_contact(contribution)
            return private(redirect(f"{reverse('portal:receipt', args=[canonical])}?geloescht=1#mail"))
        if form.is_valid():
            if form.is_spam:
                form.add_error(None, _("Please leave the field “Do not fill in” empty and send again."))
            elif sent := _mail(contribution, form):
                return private(redirect(f"{reverse('portal:receipt', args=[canonical])}?{sent}#mail"))
    return private(render(request, "portal/receipt.html", _context(request, contribution, form)))


def _mail(contribution: Contribution, form: ReceiptMail) -> str:
    values = form.cleaned_data
    try:
        letters.send_receipt(contribution, values["email"], keep=values["keep"], at=clock.now())
    except DomainError as error:
        form.add_error(None, error.sentence)
        return ""
    return "gesendet=1"


def _with_everything():
    return Contribution.objects.select_related(
        "step__project", "district", "answer__department", "contact"
    ).prefetch_related(
        "attachments",
        "measures",
        Prefetch("became", Origin.objects.select_related("target")),
        Prefetch("origins", Origin.objects.select_related("source")),
    )


def _context(request: HttpRequest, contribution: Contribution, form: ReceiptMail) -> dict[str, object]:
    answer = getattr(contribution, "answer", None)
    step = contribution.step
    return {
        "contribution": contribution,
        "step": step,
        "project": step.project,
        "answer": answer,
        "badge": standing_badge(contribution),
        "receipt_url": settings.SITE_URL + reverse("portal:receipt", args=[contribution.receipt]),
        "slip": _slip(contribution),
        "timeline": timeline(contribution, answer),
        "became": [row.target for row in contribution.became.all() if _is_public(row.target)],
        "measures": contribution.measures.all(),
        "form": form,
        "is_new": "neu" in request.GET,
        "was_sent": "gesendet" in request.GET,
        "was_forgotten": "geloescht" in request.GET,
        "was_erased": "entfernt" in request.GET,
        "names_author": _names_author(contribution),
        "has_address": hasattr(contribution, "contact"),
        "is_pending": contribution.moderation == ModerationState.PENDING,
        "is_hidden": contribution.moderation == ModerationState.HIDDEN,
        "public_url": contribution.public_url,
    }


def _names_author(contribution: Contribution) -> bool:
    """True if there is anything its author could have erased."""
    named = contribution.author_name or contribution.author_id or hasattr(contribution, "contact")
    return bool(named or contribution.attachments.all())


def _is_public(contribution: Contribution) -> bool:
    return contribution.moderation == ModerationState.VISIBLE


def _slip(contribution: Contribution) -> list[dict[str, str]]:
    rows = [
        (_("Contribution"), contribution.title),
        (_("Project"), contribution.step.project.title),
        (_("Received"), date_format(localtime(contribution.created_at), "DATETIME_FORMAT")),
        (_("Way"), contribution.get_channel_display()),
    ]
    return [{"term": term, "text": text} for term, text in rows]


def timeline(contribution: Contribution, answer) -> list[dict[str, str]]:
    """The contribution's way: received, read, answered, realised; what is done and what comes."""
    step, day = contribution.step, "DATE_FORMAT"
    is_read = contribution.moderation != ModerationState.PENDING
    is_answered = answer is not None or contribution.standing in DONE_STANDINGS
    items = [
        {
            "title": _("Received"),
            "state": "done",
            "date": date_format(localtime(contribution.created_at), day),
        },
    ]
    if step.premoderated:
        items.append({"title": _("Read by a person"), "state": "done" if is_read else "current"})
    items.append(
        {
            "title": _("Examined by the department"),
            "state": "done" if is_answered else "current" if is_read else "next",
        }
    )
    promised = ""
    if step.answer_until and not is_answered:
        promised = _("promised by {day}").format(day=date_format(step.answer_until, day))
    items.append(
        {
            "title": _("Answered"),
            "state": "done" if is_answered else "next",
            "date": date_format(localtime(answer.answered_at), day) if answer else promised,
            "text": contribution.get_standing_display() if is_answered else "",
        }
    )
    if contribution.standing == Standing.REALISED:
        items.append({"title": _("Realised"), "state": "done"})
    if contribution.moderation == ModerationState.HIDDEN:
        items = [items[0], {"title": _("Hidden"), "state": "current", "text": contribution.moderation_reason}]
    for item in items:
        item.setdefault("date", "")
        item.setdefault("text", "")
        item["url"] = ""
    return items
