"""The short form: online by link or open page, and on paper."""

from datetime import timedelta

import segno
from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from mitwirken.core import clock, throttle
from mitwirken.core.views import too_many_requests

from ..actions import fill
from ..actions.runs import is_spent
from ..errors import AlreadyFilled, Closed, Empty, UnknownLink
from ..forms import SheetForm, new_form_key
from ..models import Run


def shown_run(step: int) -> Run:
    return get_object_or_404(Run.objects.shown().of_step(step).select_related("step__project"))


# No cookie is set here, so there is nothing a foreign page could use in somebody's name: the signed
# one-time key inside the form takes the place of Django's token (evaluation framework, section 7).
@csrf_exempt
@never_cache
def form(request, step, code=""):
    run = shown_run(step)
    now = clock.now()
    context = {
        "run": run,
        "step": run.step,
        "project": run.step.project,
        "code": code,
        "results_url": reverse("evaluation:results", args=[step]),
        "error": None,
    }
    refused = 409 if request.method == "POST" else 200
    try:
        if not run.is_open(at=now):
            return render(request, "evaluation/closed.html", context, status=refused)
        if code and is_spent(run, code):
            return render(request, "evaluation/counted.html", context, status=refused)
    except UnknownLink as error:
        # Nobody is sent away for a broken line in a mail: the open page takes the same answers.
        return render(request, "evaluation/unknown_link.html", {**context, "error": error}, status=404)
    if request.method != "POST":
        sheet = SheetForm(questions=run.questions, initial={"form_key": new_form_key()})
        return render(request, "evaluation/form.html", {**context, "form": sheet})
    # Generous: a class of thirty and its neighbours share one address.
    if throttle.too_many(request, "mitmach-check", limit=60, per=timedelta(minutes=10)):
        return too_many_requests(request)
    sheet = SheetForm(request.POST, questions=run.questions)
    if not sheet.is_valid():
        return render(request, "evaluation/form.html", {**context, "form": sheet.renewed()}, status=400)
    if sheet.is_spam:
        return redirect("evaluation:thanks", step)
    try:
        fill(run, sheet.answers, at=now, form_key=sheet.cleaned_data["form_key"], code=code)
    except AlreadyFilled as error:
        return render(request, "evaluation/counted.html", {**context, "error": error}, status=409)
    except Closed as error:
        return render(request, "evaluation/closed.html", {**context, "error": error}, status=409)
    except Empty as error:
        sheet.add_error(None, error.sentence)
        return render(request, "evaluation/form.html", {**context, "form": sheet}, status=400)
    return redirect("evaluation:thanks", step)


@require_safe
def thanks(request, step):
    run = shown_run(step)
    return render(
        request,
        "evaluation/thanks.html",
        {
            "run": run,
            "step": run.step,
            "results_url": reverse("evaluation:results", args=[step]),
            "offers_url": reverse("portal:offers"),
        },
    )


@require_safe
def paper(request, step):
    """The form to print: the same sentences, a code to scan, and where to send it."""
    run = shown_run(step)
    if not run.takes_paper(at=clock.now()):
        raise Http404
    url = settings.SITE_URL + reverse("evaluation:form", args=[step])
    code = segno.make(url, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff")
    return render(
        request,
        "evaluation/paper.html",
        {"run": run, "step": run.step, "project": run.step.project, "url": url, "qr": code},
    )
