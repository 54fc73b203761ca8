"""The contact desk and the check of texts, in the staff area."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mitwirken.core import clock, paging
from mitwirken.portal.errors import DomainError

from .. import actions, checks, policies
from ..forms import AnswerForm, AssignForm, NoteForm
from ..models import CaseState, ContactCase

PAGE_SIZE = 30


def cases(request: HttpRequest) -> HttpResponse:
    """What reached the desk, what waits first; `?stand=` narrows down, `?vor=` pages by keyset."""
    if not policies.may_use_desk(request.user):
        raise PermissionDenied
    state = request.GET.get("stand", CaseState.OPEN)
    state = state if state in CaseState.values else CaseState.OPEN
    mine = policies.visible_cases(request.user)
    rows = mine.filter(state=state).select_related("department")
    return render(
        request,
        "website/staff/cases.html",
        {
            "title": _("Contact desk"),
            "icon": "mail",
            "page": paging.page(request, rows, order=["-pk"], size=PAGE_SIZE),
            "state": state,
            "states": [(value, label, value == state) for value, label in CaseState.choices],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case with its thread; answer, note, hand on, close. A case of others does not exist for you."""
    found = policies.visible_cases(request.user).select_related("department").filter(pk=case_id).first()
    if found is None:
        raise Http404
    # Answer and note both have a text: each form names its inputs, or a label would lead to the wrong one.
    forms = {
        "answer": AnswerForm(auto_id="answer_%s"),
        "note": NoteForm(auto_id="note_%s"),
        "assign": AssignForm(auto_id="assign_%s", initial={"department": found.department}),
    }
    status = 200
    if request.method == "POST":
        if not policies.may_answer_case(request.user, found):
            raise PermissionDenied
        verb = request.POST.get("verb", "")
        done = _do(request, found, verb, forms)
        if done:
            return done
        status = 422
    return render(
        request,
        "website/staff/case.html",
        {
            "title": f"{found.get_subject_display()} ({found.receipt})",
            "icon": "mail",
            "case": found,
            "thread": found.messages.select_related("written_by"),
            "is_closed": found.state == CaseState.CLOSED,
            **{f"{name}_form": form for name, form in forms.items()},
        },
        status=status,
    )


def _do(request, found: ContactCase, verb: str, forms: dict) -> HttpResponse | None:
    """Do what the button says; None when the form has to be shown again."""
    now = clock.now()
    if verb == "close":
        actions.close_case(found, by=request.user, at=now)
        messages.success(request, _("The case is closed."))
        return redirect("website_staff:cases")
    if verb == "reopen":
        actions.reopen_case(found, by=request.user, at=now)
        messages.success(request, _("The case is open again."))
        return redirect("website_staff:case", found.pk)
    classes = {"answer": AnswerForm, "note": NoteForm, "assign": AssignForm}
    if verb not in classes:
        return redirect("website_staff:case", found.pk)
    forms[verb] = form = classes[verb](request.POST, auto_id=f"{verb}_%s")
    if not form.is_valid():
        return None
    try:
        if verb == "answer":
            actions.answer_case(found, form.cleaned_data["text"], by=request.user, at=now)
            sent = _("The answer is on its way.") if found.email else _("The answer is kept. No address was left.")
            messages.success(request, sent)
        elif verb == "note":
            actions.note_case(found, form.cleaned_data["text"], by=request.user, at=now)
            messages.success(request, _("The note is kept."))
        else:
            actions.assign_case(found, form.cleaned_data["department"], by=request.user, at=now)
            messages.success(request, _("The case is handed on."))
    except DomainError as error:
        form.add_error(None, error.sentence)
        return None
    still_mine = policies.visible_cases(request.user).filter(pk=found.pk).exists()
    return redirect("website_staff:case", found.pk) if still_mine else redirect("website_staff:cases")


@require_GET
def open_places(request: HttpRequest) -> HttpResponse:
    """Everything the city still has to fill in or look at again."""
    if not policies.may_check_texts(request.user):
        raise PermissionDenied
    return render(
        request,
        "website/staff/checks.html",
        {"title": _("Still to fill in"), "icon": "edit", "groups": checks.everything(on=clock.today())},
    )
