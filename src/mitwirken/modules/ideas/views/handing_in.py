"""Handing in an idea: form, review page, receipt. Nothing is stored before the last button."""

import base64
from datetime import timedelta
from difflib import SequenceMatcher

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mitwirken.city.models import District
from mitwirken.core import clock, throttle
from mitwirken.portal import images, step_pages
from mitwirken.portal.errors import DomainError
from mitwirken.portal.models import Contribution, Step

from .. import actions
from ..forms import IdeaForm, settings_of

# A school class behind one address hands in thirty ideas in a lesson, each seen twice.
LIMIT: throttle.Limit = {"limit": 200, "per": timedelta(hours=1)}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, project: str, step: str) -> HttpResponse:
    """The form; a POST shows the review page, goes back to the form, or hands in."""
    row = step_pages.find("ideas", project, step)
    stage = request.POST.get("stage", "") if request.method == "POST" else "start"
    if stage == "start":
        return _page(request, row, IdeaForm(row))
    if stage == "change":
        return _page(request, row, IdeaForm(row, initial=_typed(request)))
    form = IdeaForm(row, request.POST, request.FILES)
    valid = form.is_valid()
    if throttle.too_many(request, "ideas.new", **LIMIT):
        form.add_error(
            None, _("Very many ideas came from your connection. Nothing was stored. Please try again in an hour.")
        )
        return _page(request, row, form, status=429)
    if (reason := step_pages.why_not_open(row, at=clock.now())) and not _is_handed_in(row, form):
        form.add_error(None, reason)
        return _page(request, row, form, status=409)
    if form.picture:
        # The picture stays with the form whatever else is wrong: nobody chooses it twice.
        form = _with_picture(request, row, form.picture)
    if not valid:
        return _page(request, row, form, status=422)
    if stage == "send":
        return _hand_in(request, row, form)
    return _review(request, row, form)


def _typed(request: HttpRequest) -> dict[str, object]:
    typed = {name: request.POST.get(name, "") for name in IdeaForm.base_fields}
    return typed | {name: typed[name] in ("on", "True") for name in ("may_ask_later", "drop_image")}


def _with_picture(request: HttpRequest, step: Step, picture: images.Picture) -> IdeaForm:
    """The same form, its picture kept on our side under a key in a hidden field."""
    upload = actions.keep_upload(step, picture, at=clock.now())
    typed = request.POST.copy()
    typed["uploaded"] = upload.key
    kept = IdeaForm(step, typed)
    kept.is_valid()
    return kept


def _is_handed_in(step: Step, form: IdeaForm) -> bool:
    """Whether this very form was handed in before: a second click after the end still gets its receipt."""
    key = getattr(form, "cleaned_data", {}).get("submission_key")
    return bool(key) and Contribution.objects.filter(step=step, submission_key=key).exists()


def _hand_in(request: HttpRequest, step: Step, form: IdeaForm) -> HttpResponse:
    values = form.cleaned_data
    picture = form.shown_image
    try:
        contribution = actions.hand_in(
            step,
            at=clock.now(),
            category=values.get("category", ""),
            upload=form.upload,
            title=values["title"],
            text=values["text"],
            author_name=values["author_name"],
            email=values["email"],
            may_ask_later=values["may_ask_later"],
            lat=values["lat"],
            lon=values["lon"],
            place=values["address"],
            district=values["district"],
            images=[picture.described(values["image_alt"])] if picture else [],
            submission_key=values["submission_key"],
            author=request.user if request.user.is_authenticated else None,
        )
    except DomainError as error:
        form.add_error(None, error.sentence)
        return _page(request, step, form, status=409)
    return redirect(f"{reverse('portal:receipt', args=[contribution.receipt])}?neu=1")


def _page(request: HttpRequest, step: Step, form: IdeaForm, status: int = 200) -> HttpResponse:
    now = clock.now()
    context = step_pages.context(step, at=now, here=_("Hand in an idea")) | {
        "settings": settings_of(step),
        "form": form,
        "districts": District.objects.defer("geometry", "facts"),
        "upload_key": _kept_key(form),
        "stages": _stages("current", "next"),
    }
    return _unshared(render(request, "ideas/new.html", context, status=status))


def _kept_key(form: IdeaForm) -> str:
    if form.is_bound:
        return form.upload.key if form.upload else ""
    return form.initial.get("uploaded", "")


def _review(request: HttpRequest, step: Step, form: IdeaForm) -> HttpResponse:
    values = form.cleaned_data
    picture = form.shown_image
    context = step_pages.context(step, at=clock.now(), here=_("Check your idea")) | {
        "form": form,
        "values": values,
        "hidden": [form[name].as_hidden() for name in form.fields if name not in ("image", "website")],
        "facts": _facts(form),
        "preview": base64.b64encode(images.preview(picture)).decode() if picture else "",
        "similar": similar(step, values["title"]),
        "stages": _stages("done", "current"),
    }
    return _unshared(render(request, "ideas/review.html", context))


def _facts(form: IdeaForm) -> list[dict[str, str]]:
    """What was typed, as pairs for the review page; what was left out is said, too."""
    values, none = form.cleaned_data, _("not given")
    point = f"{values['lat']:.5f}, {values['lon']:.5f}" if values["lat"] is not None else none
    rows = [(_("District"), values["district"].name if values["district"] else _("not given"))]
    if "category" in form.fields:
        rows.insert(0, (_("Category"), values["category"] or none))
    rows += [
        (_("Street or place"), values["address"] or none),
        (_("Point on the map"), point),
        (_("Name shown in public"), values["author_name"] or _("none: shown as “anonymous”")),
        (_("E-mail address (never shown)"), values["email"] or none),
    ]
    if values["email"]:
        rows.append((_("May we ask you later?"), _("yes") if values["may_ask_later"] else _("no")))
    return [{"term": term, "text": text} for term, text in rows]


def _stages(first: str, second: str) -> list[dict[str, str]]:
    labels = [(_("Write"), first), (_("Check"), second), (_("Receipt"), "next")]
    return [{"label": label, "state": state, "url": ""} for label, state in labels]


def similar(step: Step, title: str, limit: int = 3) -> list[Contribution]:
    """Ideas that may say the same: supporting one counts more than saying it twice."""
    words = sorted({word.strip(".,!?:;„“\"'()") for word in title.lower().split()}, key=len, reverse=True)
    words = [word for word in words if len(word) > 3][:5]
    if not words:
        return []
    any_word = Q()
    for word in words:
        # The stem is enough: benches, bench; Bäume, Baum stay apart, which is fine for a hint.
        any_word |= Q(title__icontains=word[: max(4, len(word) - 2)])
    found = Contribution.objects.filter(any_word, step=step).visible().order_by("-support_count", "-pk")[:60]
    scored = [(SequenceMatcher(None, title.lower(), row.title.lower()).ratio(), row) for row in found]
    scored.sort(key=lambda pair: -pair[0])
    return [row for score, row in scored if score > 0.45][:limit]


def _unshared(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True, private=True)
    return response
