"""Letters and calls in the staff area: what waits, what is printed, what became of it."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mitwirken.core import clock, paging

from ...models import Channel
from ...views.staff import for_pool_managers
from .. import actions, exports
from ..models import Batch, BatchState, Sheet
from ..numbers import waiting

PAGE = 30
CALL_VERBS = {
    "erreicht": ("reached", gettext_lazy("Noted: told.")),
    "nicht-erreicht": ("missed", gettext_lazy("Noted: tomorrow again, for three days.")),
    "will-nicht-mehr": ("over", gettext_lazy("Noted. This person gets no more news.")),
}
NOTED = gettext_lazy("This call has been noted already.")


@require_safe
@for_pool_managers
def index(request):
    batches = Batch.objects.select_related("created_by")
    is_open = Q(state=BatchState.OPEN)
    context = {
        "title": _("Letters and calls"),
        "icon": "mail",
        "letters": waiting(Channel.LETTER, at=clock.now()),
        "calls": waiting(Channel.PHONE, at=clock.now()),
        "open": paging.page(request, batches.filter(is_open), order=["-pk"], size=PAGE, name="offen", among=batches),
        "closed": paging.page(request, batches.exclude(is_open), order=["-pk"], size=PAGE, name="erledigt"),
        "most_letters": actions.MOST_LETTERS,
        "most_calls": actions.MOST_CALLS,
        "phone": Channel.PHONE,
    }
    return render(request, "pool_letters/staff/index.html", context)


@require_POST
@for_pool_managers
def make(request):
    """Take the next letters."""
    batches = actions.make_batches(by=request.user, at=clock.now(), duplex="duplex" in request.POST)
    if not batches:
        messages.warning(request, _("No letter is left: a colleague has them, or nobody who waited may be written to."))
        return redirect("pool_letters_staff:index")
    return redirect("pool_letters_staff:batch", batches[0].pk) if len(batches) == 1 else _several(request, batches)


def _several(request, batches):
    messages.success(request, _("Several batches, one for each language. Please print them one by one."))
    return redirect("pool_letters_staff:index")


@require_POST
@for_pool_managers
def take_calls(request):
    batch = actions.take_calls(by=request.user, at=clock.now())
    if batch is None:
        messages.warning(request, _("Nobody is left to call."))
        return redirect("pool_letters_staff:index")
    return redirect("pool_letters_staff:batch", batch.pk)


@require_safe
@never_cache
@for_pool_managers
def batch(request, pk):
    found = get_object_or_404(Batch.objects.select_related("created_by"), pk=pk)
    context = {"title": str(found), "icon": "mail", "batch": found}
    if found.channel == Channel.PHONE:
        context["rows"] = exports.call_rows(found)
        return render(request, "pool_letters/staff/calls.html", context)
    context["left"] = found.sheets.count()
    return render(request, "pool_letters/staff/batch.html", context)


@require_safe
@never_cache
@for_pool_managers
def print_batch(request, pk):
    """The PDF of the letters or of the list of calls; made now, kept nowhere."""
    found = get_object_or_404(Batch, pk=pk)
    if found.emptied_at or not found.sheets.exists():
        messages.warning(
            request, _("Nothing is left to print: it was taken back, noted, or its addresses are deleted.")
        )
        return redirect("pool_letters_staff:index")
    if found.channel == Channel.PHONE:
        return _pdf(exports.calls(found), f"anrufe-{found.pk}.pdf")
    return _pdf(exports.letters(found), f"briefe-{found.pk}-{found.lang}.pdf")


@require_safe
@for_pool_managers
def test_sheet(request):
    return _pdf(exports.test_sheet(at=clock.now()), "pruefblatt.pdf")


@require_POST
@for_pool_managers
def change_batch(request, pk, verb):
    found = get_object_or_404(Batch, pk=pk)
    was_open = found.state == BatchState.OPEN
    if verb == "aufgegeben" and found.channel == Channel.LETTER:
        number = actions.post_batch(found, by=request.user, at=clock.now())
        words = ngettext("%(number)s letter counts as sent.", "%(number)s letters count as sent.", number)
    elif verb == "zurueck":
        number = actions.take_back(found, by=request.user, at=clock.now())
        words = ngettext("%(number)s row waits again.", "%(number)s rows wait again.", number)
    else:
        raise Http404
    if was_open and found.state != BatchState.OPEN:
        messages.success(request, words % {"number": number})
    else:
        messages.warning(request, _("Somebody has finished this batch already. Nothing has changed."))
    return redirect("pool_letters_staff:index")


@require_POST
@for_pool_managers
def finish_call(request, pk, verb):
    sheet = Sheet.objects.select_related("batch", "outbox__dispatch", "outbox__member").filter(pk=pk).first()
    if sheet is None:
        # The button was pressed twice, or a colleague was faster: a noted call is no sheet any more.
        messages.warning(request, NOTED)
        return redirect("pool_letters_staff:index")
    if verb not in CALL_VERBS or sheet.batch.channel != Channel.PHONE:
        raise Http404
    outcome, words = CALL_VERBS[verb]
    if actions.finish_call(sheet, outcome, by=request.user, at=clock.now()):
        messages.success(request, words)
    else:
        messages.warning(request, NOTED)
    more = sheet.batch.sheets.exists()
    return redirect("pool_letters_staff:batch", sheet.batch_id) if more else redirect("pool_letters_staff:index")


def _pdf(content, name):
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
