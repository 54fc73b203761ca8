"""What came back, for staff; and "my mailbox works again", for members."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import departments_of
from mitwirken.core import clock

from .. import policies, tokens
from ..models import Suppression
from ..views.preferences import with_member
from . import actions, numbers
from .forms import AddressForm
from .models import AddressScore


@require_http_methods(["GET", "HEAD", "POST"])
def index(request):
    """Numbers per week; a typed address is looked up, and its silence lifted with a second press."""
    now = clock.now()
    managed = departments_of(request.user, RoleKind.POOL_MANAGER)
    writes = {department.pk for department in policies.departments_for_writing(request.user, at=now)}
    if not (policies.may_manage_pool(request.user) or writes):
        raise PermissionDenied
    manages = policies.may_manage_pool(request.user)
    weeks = numbers.weeks(at=now, departments=None if managed is None else managed | writes)
    context = {
        "title": _("What came back"),
        "icon": "mail",
        "weeks": weeks,
        "shown": weeks[: numbers.SHOWN],
        "kinds": numbers.by_kind(weeks),
        "sees_all": managed is None,
        "manages": manages,
        "silenced": numbers.silenced(at=now) if manages else None,
        "form": AddressForm(request.POST or None),
    }
    if request.method == "POST":
        if not manages:
            raise PermissionDenied
        return _address(request, context, now)
    return render(request, "pool_returns/staff/index.html", context)


def _address(request, context, now):
    form = context["form"]
    if not form.is_valid():
        return render(request, "pool_returns/staff/index.html", context, status=422)
    address_hash = tokens.address_hash(form.cleaned_data["email"])
    if "lift" in request.POST:
        if actions.lift(address_hash, at=now, by=request.user):
            messages.success(request, _("From now on we write to this address again."))
        else:
            messages.warning(request, _("We write to this address already."))
        return redirect("pool_returns_staff:index")
    context["looked_up"] = {
        "score": AddressScore.objects.silenced(at=now).filter(address_hash=address_hash).first(),
        "complained": Suppression.objects.filter(address_hash=address_hash, reason="complaint").exists(),
        "asked": Suppression.objects.filter(address_hash=address_hash, reason="asked").exists(),
    }
    return render(request, "pool_returns/staff/index.html", context)


@require_POST
@with_member
def works_again(request, token, member):
    """The member says that mails arrive again: the next one shows."""
    actions.lift(member.address_hash, at=clock.now())
    return redirect("pool:settings", token)
