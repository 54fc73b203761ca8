"""Bulletins in the staff area: write, check, look, test, hand in, approve."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock, paging
from mitwirken.core.typed import searched, whole_number

from ... import policies as pool
from ... import selecting
from ...actions import conservation
from ...errors import Refused
from ...handful import rounded
from ...matching import Interests
from ...models import Purpose
from ...rule_form import RuleForm
from ...views.staff import done, quotas
from .. import actions, checking, mails, policies
from ..forms import BeginForm, BulletinForm, RemarkForm, TemplateForm
from ..models import VERSIONS, Bulletin, BulletinTemplate, State, TemplateVersion

PAGE = 30
LAST_CHANGED, NEWEST = ["-changed_at", "-pk"], ["-pk"]
# Each list with its name in the address, what is in it, and what comes first.
STAGES = [
    ("submitted", "eingereicht", [State.SUBMITTED], LAST_CHANGED),
    ("ours", "entwuerfe", [State.DRAFT, State.RETURNED], LAST_CHANGED),
    ("planned", "geplant", [State.APPROVED, State.WAITING], LAST_CHANGED),
    ("old", "gesendet", [State.SENT, State.WITHDRAWN, State.DROPPED], NEWEST),
]


def _visible(user: Any) -> Any:
    """What this person may read; whoever may read nothing does not get in."""
    if not pool.may_see(user):
        raise PermissionDenied
    found = Bulletin.objects.of_departments(pool.departments_seen(user))
    return found.select_related("department__pool_access", "author", "edited_by", "approver", "dispatch")


def _bulletin(request: Any, pk: int) -> Bulletin:
    related = ("step__project", "project", "image", "template_version__template")
    return get_object_or_404(_visible(request.user).select_related(*related), pk=pk)


@require_safe
def index(request):
    """What waits, what is being written, what is planned, what was sent or given up: four lists, each page by page."""
    found = _visible(request.user)
    now = clock.now()
    stages = {
        key: paging.page(request, found.filter(state__in=states), order=order, size=PAGE, name=name, among=found)
        for key, name, states, order in STAGES
    }
    shown = [row.pk for row in stages["submitted"].rows]
    left = quotas(request.user, at=now)
    context = {
        "title": _("Bulletins"),
        "icon": "mail",
        **stages,
        "to_approve": set(policies.to_approve(request.user).filter(pk__in=shown).values_list("pk", flat=True)),
        "quotas": left,
        "may_templates": bool(left) or policies.may_write_for_all(request.user),
    }
    return render(request, "pool/bulletins/staff/index.html", context)


def begin(request):
    departments = pool.departments_for_writing(request.user, at=clock.now())
    if not departments:
        raise PermissionDenied
    form = BeginForm(request.POST or None, departments=departments)
    # "count" is a button that looks something up: it begins nothing.
    if request.method == "POST" and "count" not in request.POST and form.is_valid():
        given = form.cleaned_data
        made = actions.draft(given["department"], template=given["template"], by=request.user, at=clock.now())
        return redirect("pool_bulletins:edit", made.pk)
    context = {"title": _("Write a bulletin"), "icon": "mail", "form": form}
    return render(request, "pool/bulletins/staff/begin.html", context, status=422 if form.errors else 200)


def edit(request, pk):
    found, now = _bulletin(request, pk), clock.now()
    if not pool.may_write(request.user, found.department, at=now):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    if data is None and not found.is_editable:
        messages.warning(request, actions.MOVED_ON)
        return redirect("pool_bulletins:bulletin", pk)
    form = BulletinForm(data, bulletin=found, user=request.user)
    rule_form = RuleForm(
        data, user=request.user, purpose=Purpose.INFORMATION, at=now, rule=found.rule, leaves_at_once=True
    )
    status = 200
    if data is not None and "count" not in data:
        status = 422
        if form.is_valid() and rule_form.is_valid():
            try:
                actions.change(
                    found,
                    form.words(rule_form.rule()),
                    revision=form.cleaned_data["revision"],
                    by=request.user,
                    at=now,
                )
            except Refused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                messages.success(request, _("Saved. This is what is still to do."))
                return redirect("pool_bulletins:bulletin", pk)
    context = {
        "title": str(found),
        "icon": "mail",
        "bulletin": found,
        "form": form,
        "rule_form": rule_form,
        "was_approved": found.state in (State.SUBMITTED, State.APPROVED, State.WAITING),
    }
    return render(request, "pool/bulletins/staff/edit.html", context, status=status)


@require_safe
def bulletin(request, pk):
    return _page(request, _bulletin(request, pk))


def _page(request: Any, found: Bulletin, *, remark: RemarkForm | None = None, status: int = 200) -> HttpResponse:
    now = clock.now()
    may_edit = policies.may_edit(request.user, found, at=now)
    may_approve = policies.may_approve(request.user, found)
    findings = checking.in_words(checking.examine(found, at=now)) if found.is_editable else []
    for finding in findings:
        finding["is_confirmed"] = finding["key"] in found.confirmed
    may_write_here = found.state in (State.DRAFT, State.RETURNED) and may_edit
    context = {
        "title": str(found),
        "icon": "mail",
        "bulletin": found,
        "rule": selecting.in_words(found.rule),
        "people": selecting.roughly(selecting.count(found.rule, purpose=Purpose.INFORMATION, at=now)),
        "every_pace": selecting.reaches_every_pace(found.rule),
        "reply_to": mails.reply_to(found),
        "reference": found.reference(),
        "versions": [(version, VERSIONS[version]) for version in found.versions],
        "errors": [finding for finding in findings if finding["is_error"]],
        "warnings": [finding for finding in findings if not finding["is_error"]],
        "left": pool.messages_left(found.department, at=now),
        "may_edit": may_edit,
        "may_submit": may_write_here,
        "may_approve": may_approve,
        "may_return": may_approve or policies.may_decide(request.user, found) or policies.may_stop(request.user, found),
        "may_decide": policies.may_decide(request.user, found),
        "is_own": found.state == State.SUBMITTED and policies.wrote(request.user, found),
        "remark": remark or RemarkForm(),
        "sent": _numbers(request.user, found),
    }
    return render(request, "pool/bulletins/staff/bulletin.html", context, status=status)


def _numbers(user: Any, found: Bulletin) -> dict[str, Any] | None:
    """What became of a sent one: a department sees counts, and none below ten; pool managers a page."""
    if found.dispatch is None:
        return None
    counts = conservation(found.dispatch)
    return {
        "people": selecting.roughly(counts["frozen"]),
        "arrived": selecting.roughly(counts["accepted"]) if rounded(counts["frozen"]) else "",
        "dispatch": found.dispatch if pool.may_manage_pool(user) else None,
        "archive": reverse("pool:archive_item", args=[found.dispatch_id]) if counts["frozen"] else "",
    }


@require_safe
def preview(request, pk):
    """Both halves of the mail as a made-up member would get them; works without scripts and frames."""
    found = _bulletin(request, pk)
    version, made = _sample(request, found)
    context = {
        "title": _("Preview: %(subject)s") % {"subject": found},
        "icon": "view",
        "bulletin": found,
        "version": version,
        "versions": [(code, VERSIONS[code], code == version) for code in found.versions or ["de"]],
        "mail": made,
        "size": made.size // 1000 + 1,
        "may_edit": policies.may_edit(request.user, found, at=clock.now()),
        "text_lang": version.partition("-")[0],
        "body": mails.within_page(made.html),
    }
    return render(request, "pool/bulletins/staff/preview.html", context)


@require_safe
def preview_mail(request, pk):
    """The HTML half alone, as a mail program shows it."""
    _version, made = _sample(request, _bulletin(request, pk))
    return HttpResponse(made.html)


def _sample(request: Any, found: Bulletin) -> tuple[str, mails.Sample]:
    version = request.GET.get("fassung", "de")
    if version not in found.versions:
        version = "de"
    dispatch = mails.draft_dispatch(found, at=clock.now())
    return version, mails.sample(dispatch, version, _made_up(found), at=clock.now())


def _made_up(found: Bulletin) -> Interests:
    """A member whom this rule reaches for a reason: the first topic and the first district it asks for."""
    topics, districts = mails.asked_for(found.rule)
    return Interests(topics=frozenset(topics[:1]), districts=frozenset(districts[:1]))


@require_POST
def act(request, pk, verb):
    """One of the verbs of a bulletin; each asks its own right."""
    if verb not in VERBS:
        raise Http404
    found = _bulletin(request, pk)
    try:
        if verb in STARTS and found.state not in STARTS[verb]:
            raise Refused(actions.MOVED_ON)
        return VERBS[verb](request, found)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return _page(request, _bulletin(request, pk), status=409)


def _revision(request: Any) -> int:
    return whole_number(request.POST.get("revision")) or 0


def _test(request, found):
    if not policies.may_edit(request.user, found, at=clock.now()) and not policies.may_approve(request.user, found):
        raise PermissionDenied
    version = request.POST.get("fassung", "de")
    actions.send_test(found, version if version in found.versions else "de", by=request.user, at=clock.now())
    messages.success(request, _("The test is on its way to %(address)s.") % {"address": request.user.email})
    return redirect("pool_bulletins:bulletin", found.pk)


def _submit(request, found):
    if not policies.may_edit(request.user, found, at=clock.now()):
        raise PermissionDenied
    actions.submit(
        found,
        confirmed=request.POST.getlist("confirmed"),
        revision=_revision(request),
        by=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Handed in. A pool manager reads it and approves it or returns it with a remark."))
    return redirect("pool_bulletins:bulletin", found.pk)


def _approve(request, found):
    if not policies.may_approve(request.user, found):
        raise PermissionDenied
    made = actions.approve(found, revision=_revision(request), by=request.user, at=clock.now())
    messages.success(
        request, _("Approved. It leaves at its time.") if made.scheduled_at else _("Approved. It leaves now.")
    )
    return redirect("pool_bulletins:bulletin", found.pk)


def _give_back(request, found):
    may = policies.may_approve(request.user, found) or policies.may_decide(request.user, found)
    if not may and not policies.may_stop(request.user, found):
        raise PermissionDenied
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _page(request, found, remark=form, status=422)
    actions.give_back(found, form.cleaned_data["remark"], by=request.user, at=clock.now())
    messages.success(request, _("Returned with your remark."))
    return redirect("pool_bulletins:bulletin", found.pk)


def _withdraw(request, found):
    if not policies.may_edit(request.user, found, at=clock.now()):
        raise PermissionDenied
    actions.withdraw(found, by=request.user, at=clock.now())
    messages.success(request, _("Withdrawn. Nobody gets it."))
    return redirect("pool_bulletins:bulletin", found.pk)


def _send_late(request, found):
    if not policies.may_decide(request.user, found):
        raise PermissionDenied
    made = actions.send_late(found, by=request.user, at=clock.now())
    if made.state == State.SENT:
        messages.success(request, _("It leaves now."))
    else:
        messages.error(request, made.get_hindrance_display())
    return redirect("pool_bulletins:bulletin", found.pk)


VERBS = {
    "probe": _test,
    "einreichen": _submit,
    "freigeben": _approve,
    "zurueckgeben": _give_back,
    "zurueckziehen": _withdraw,
    "doch-senden": _send_late,
}
# Where a verb begins. Who presses twice, or after a colleague, reads how it stands and not that they have no right.
WRITABLE = (State.DRAFT, State.RETURNED, State.SUBMITTED, State.APPROVED, State.WAITING)
STARTS = {
    "probe": WRITABLE,
    "einreichen": (State.DRAFT, State.RETURNED),
    "freigeben": (State.SUBMITTED,),
    "zurueckgeben": (State.SUBMITTED, State.APPROVED, State.WAITING),
    "zurueckziehen": WRITABLE,
    "doch-senden": (State.WAITING,),
}


def _templates(user: Any) -> Any:
    departments = [department.pk for department in pool.departments_for_writing(user, at=clock.now())]
    if not departments and not policies.may_write_for_all(user):
        raise PermissionDenied
    return BulletinTemplate.objects.known_to(departments).select_related("department")


@require_safe
def templates(request):
    now = clock.now()
    mine = {department.pk for department in pool.departments_for_writing(request.user, at=now)}
    if policies.may_write_for_all(request.user):
        mine.add(None)
    found = known = _templates(request.user).filter(set_aside_at=None)
    search = searched(request)
    if search:
        found = found.filter(name__icontains=search)
    page = paging.page(request, found, order=["name", "pk"], size=PAGE, among=known)
    # The last version wins: one query, however many templates there are.
    versions = TemplateVersion.objects.filter(template__in=page.rows).order_by("number")
    newest = {row.template_id: row for row in versions}
    context = {
        "title": _("Templates for bulletins"),
        "icon": "doc-full",
        "page": page,
        "rows": [
            {"template": row, "newest": newest[row.pk], "may_change": row.department_id in mine} for row in page.rows
        ],
        "search": search,
    }
    return render(request, "pool/bulletins/staff/templates.html", context)


def template(request, pk=None):
    """A new template, or a new version of one."""
    found = BulletinTemplate() if pk is None else get_object_or_404(_templates(request.user), pk=pk)
    now = clock.now()
    if pk is None:
        _templates(request.user)
    elif not policies.may_change_template(request.user, found, at=now):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    if data is None and found.set_aside_at:
        messages.warning(request, actions.ASIDE)
        return redirect("pool_bulletins:templates")
    form = TemplateForm(data, template=found, user=request.user, at=now)
    if data is not None and pk and "aside" in data:
        actions.set_template_aside(found, by=request.user, at=now)
        messages.success(request, _("Set aside. It is offered no more; what was written with it stays."))
        return redirect("pool_bulletins:templates")

    def keep(typed):
        found.name, found.department = typed["name"], typed["department"]
        made = actions.save_template(found, form.texts(), by=request.user, at=now)
        return _("Saved as version %(number)s.") % {"number": made.number}

    if done(request, form, keep):
        return redirect("pool_bulletins:templates")
    context = {
        "title": found.name or _("New template"),
        "icon": "doc-full",
        "form": form,
        "template": found,
        "versions": _versions(request, found) if pk else None,
    }
    return render(request, "pool/bulletins/staff/template.html", context, status=422 if form.errors else 200)


def _versions(request: Any, found: BulletinTemplate) -> paging.Page:
    return paging.page(request, found.versions.select_related("created_by"), order=["-number", "-pk"], size=PAGE)
