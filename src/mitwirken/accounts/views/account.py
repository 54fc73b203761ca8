"""The account of a resident (and of staff): what I contributed, my name, my data, my way out."""

from datetime import timedelta
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from mitwirken.core import paging, throttle
from mitwirken.core.views import too_many_requests

from .. import actions, exports
from ..forms import DeleteForm, NameForm, StaffNameForm
from ..policies import is_staff_member

PER_PAGE = 20


def limited(view, name):
    """The view, refusing when one address posts to it without end; generous, a school shares an address."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method == "POST":
            if throttle.too_many(request, f"accounts.{name}", limit=100, per=timedelta(hours=1)):
                return too_many_requests(request)
            with throttle.evenly():
                response = view(request, *args, **kwargs)
        else:
            response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return guarded


@never_cache
@login_required
def home(request):
    mine = request.user.contributions.select_related("step")
    context = {
        "page": paging.page(request, mine, order=["-pk"], size=PER_PAGE),
        "second_factors": Authenticator.objects.filter(user=request.user).exists(),
        "may_staff": is_staff_member(request.user),
    }
    return render(request, "accounts/home.html", context)


@never_cache
@login_required
def name(request):
    user = request.user
    form_class = StaffNameForm if is_staff_member(user) else NameForm
    names = {field: getattr(user, field) for field in ("pseudonym", "first_name", "last_name")}
    form = form_class(request.POST or None, initial=names)
    if request.method == "POST" and form.is_valid():
        typed = {field: form.cleaned_data.get(field, kept) for field, kept in names.items()}
        actions.rename(user, **typed)
        messages.success(request, _("Your name has been saved."))
        return redirect("accounts:home")
    return render(request, "accounts/name.html", {"form": form})


@never_cache
@login_required
def data(request):
    """Everything we know about the person, as a file."""
    response = JsonResponse(exports.personal_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="meine-daten.json"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


@never_cache
@login_required
@reauthentication_required(allow_get=True)
def delete(request):
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.delete_account(request.user)
        except actions.Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            logout(request)
            messages.success(request, _("Your account has been deleted."))
            return redirect("/")
    return render(request, "accounts/delete.html", {"form": form})
