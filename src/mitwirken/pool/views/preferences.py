"""The preference centre: reached by a signed link or a mailed code, without password."""

from datetime import timedelta
from functools import wraps

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mitwirken.city.models import District
from mitwirken.core import clock, throttle
from mitwirken.core.views import too_many_requests

from .. import actions, exports, tokens, wording
from ..actions.joining import way_of
from ..actions.traits import answers_of
from ..features import features
from ..forms import AddressForm, CodeForm, EraseForm, LinkForm, PauseForm, ProfileForm, TraitForm
from ..models import MAIN_PURPOSES, Member, PoolSettings, Purpose, TraitKind
from ..models.traits import CONSENTS, VALUES
from .trail import trail

# What each agreement is about, in the words of the page.
PURPOSES = {
    Purpose.INFORMATION: gettext_lazy("News of offers"),
    Purpose.TASKS: gettext_lazy("Invitations and tasks"),
    Purpose.PANELS: gettext_lazy("Draws for panels"),
    Purpose.STATISTICS: gettext_lazy("Statistics"),
}


def with_member(view):
    """Find the member of the signed link; else say that the link is not valid and how to get a new one."""

    @never_cache
    @wraps(view)
    def wrapper(request, token):
        member = tokens.member_of_settings_token(token)
        if member is None:
            return render(request, "pool/link_invalid.html", status=404)
        if request.method == "POST" and throttle.too_many(request, "pool.settings", limit=200, per=timedelta(hours=1)):
            return too_many_requests(request)
        response = view(request, token, member)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


@never_cache
def ask_link(request):
    """The answer is the same for members and strangers: the mail is on its way, and its code can be typed here."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if throttle.too_many(request, "pool.link", limit=20, per=timedelta(hours=1)):
            return too_many_requests(request)
        if form.is_valid():
            if not form.is_spam:
                with throttle.evenly():
                    actions.send_link(form.cleaned_data["email"], at=clock.now())
            code_form = CodeForm(initial={"email": form.cleaned_data["email"]})
            return render(request, "pool/link_sent.html", {"form": code_form})
    context = {"form": form, "trail": trail((_("Change my settings"), ""))}
    return render(request, "pool/link.html", context, status=422 if form.errors else 200)


@never_cache
def enter(request):
    """The code from the mail opens the settings; a wrong one and an unknown address get the same answer."""
    if request.method != "POST":
        return redirect("pool:ask_link")
    if throttle.too_many(request, "pool.enter", limit=30, per=timedelta(hours=1)):
        return too_many_requests(request)
    form = CodeForm(request.POST)
    if form.is_valid() and not form.is_spam:
        with throttle.evenly():
            member = actions.enter_by_code(form.cleaned_data["email"], form.cleaned_data["code"], at=clock.now())
        if member:
            return redirect("pool:settings", tokens.settings_token(member))
        form.add_error(
            "code",
            _(
                "This code does not open the settings. It works once, for ten minutes, and only the newest one counts. "
                "Compare it, use the link in the mail, or ask for a new mail."
            ),
        )
    if "email" in form.errors:
        return redirect("pool:ask_link")
    return render(request, "pool/link_sent.html", {"form": form}, status=422 if form.errors else 200)


@with_member
def settings(request, token, member):
    form = ProfileForm.of(member, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(member, form.profile(), at=clock.now())
        messages.success(request, _("Saved. From now on we write to you accordingly."))
        return redirect("pool:settings", token)
    return _show(request, token, member, form=form)


def _show(request, token, member, *, form=None, address_form=None):
    """The whole preference centre, with what was typed into one of its forms."""
    form = form or ProfileForm.of(member)
    address_form = address_form or AddressForm(auto_id="address_%s")
    held = set(member.consents.values_list("purpose", flat=True))
    informed, paused = Purpose.INFORMATION in held, member.is_paused(at=clock.now())
    shown = [panel for feature in features() if (panel := feature.panel(member, token))]
    panels = [panel for panel in shown if panel.anchor]
    answers = answers_of(member)
    context = {
        "form": form,
        "wrong": address_form if address_form.errors else form,
        "token": token,
        "member": member,
        "paused": paused,
        "pause_form": PauseForm(),
        "address_form": address_form,
        "waiting": Member.objects.filter(moves=member).values_list("email", flat=True).first(),
        "informed": informed,
        "purposes_held": bool(held),
        "consent": wording.words(Purpose.INFORMATION, get_language(), way=way_of(member)),
        # While news are off, the head of the page offers them.
        "purposes": [
            _consent_row(each, member, held) for each in MAIN_PURPOSES if each in held or each != "information"
        ],
        "traits": [_trait_row(kind, answers) for kind in TraitKind] if Purpose.PANELS in held else [],
        "events": member.consent_events.select_related("text").order_by("-at", "-number"),
        "limit": PoolSettings.load().mails_per_person,
        # What somebody has to know before anything else.
        "notices": [panel for panel in shown if not panel.anchor],
        "panels": panels,
        "contents": _contents(member, panels, pausable=informed and not paused, traits=Purpose.PANELS in held),
        "districts": District.objects.defer("geometry", "facts"),
    }
    status = 422 if form.errors or address_form.errors else 200
    return render(request, "pool/settings.html", context, status=status)


def _contents(member, panels, *, pausable, traits):
    """The parts of the page, in their order: it is long on a small screen."""
    parts = [("choices", _("What I want to hear of"), True), ("pause", _("Pause"), pausable)]
    parts += [(panel.anchor, panel.title, True) for panel in panels]
    parts += [
        ("agreement", _("What I agree to"), True),
        ("traits", _("About me, for draws only"), traits),
        ("address", _("My address"), bool(member.email)),
        ("data", _("My data"), True),
    ]
    return [{"label": title, "url": f"#{anchor}"} for anchor, title, shown in parts if shown]


def _consent_row(purpose, member, held):
    words = wording.words(purpose, get_language(), way=way_of(member))
    given = purpose in held
    badge = {"kind": "success", "label": _("agreed")} if given else {"kind": "neutral", "label": _("not agreed")}
    return {
        "purpose": purpose.value,
        "label": PURPOSES[purpose],
        "words": words,
        "given": given,
        "badges": [badge],
    }


def _trait_row(kind, answers):
    answer = answers.get(kind, "")
    return {
        "kind": kind.value,
        "label": kind.label,
        "words": wording.words(CONSENTS[kind], get_language()),
        "answer": dict(VALUES[kind]).get(answer, ""),
        "form": TraitForm(kind, initial={"value": answer}),
    }


@require_POST
@with_member
def pause(request, token, member):
    form = PauseForm(request.POST)
    if "resume" in request.POST:
        actions.resume(member, at=clock.now())
        messages.success(request, _("The pause is over. We write to you again."))
    elif form.is_valid():
        actions.pause(member, int(form.cleaned_data["days"]), at=clock.now())
        messages.success(request, _("We pause. You get no mail until then."))
    else:
        messages.error(request, _("Please choose how long the pause shall be."))
    return redirect("pool:settings", token)


@require_POST
@with_member
def consent(request, token, member):
    """Each purpose is given and withdrawn on its own, as easily the one as the other."""
    purpose = request.POST.get("purpose", "")
    # An agreement is pressed, never understood from something left out.
    if purpose not in MAIN_PURPOSES or not {"grant", "withdraw"} & request.POST.keys():
        raise Http404
    if "withdraw" in request.POST:
        actions.leave(member, purpose, at=clock.now(), source="settings")
        done = _("Done. You get no more news of offers.")
        messages.success(request, done if purpose == Purpose.INFORMATION else _("Done. Your agreement has ended."))
    else:
        actions.grant(member, purpose, at=clock.now(), source="settings", words_lang=get_language())
        done = _("Thank you. We write to you again.")
        messages.success(request, done if purpose == Purpose.INFORMATION else _("Thank you. Your agreement is noted."))
    return redirect("pool:settings", token)


@require_POST
@with_member
def trait(request, token, member):
    """One voluntary answer for draws, with its own agreement; taking it back deletes it at once."""
    kind = request.POST.get("kind", "")
    if kind not in TraitKind.values:
        raise Http404
    if "withdraw" in request.POST:
        actions.leave(member, CONSENTS[TraitKind(kind)], at=clock.now(), source="settings")
        messages.success(request, _("Deleted. Draws know nothing of this any more."))
    elif not member.consents.filter(purpose=Purpose.PANELS).exists():
        messages.error(request, _("Please agree to draws first. Without draws nobody needs this answer."))
    else:
        form = TraitForm(kind, request.POST)
        if form.is_valid():
            value = form.cleaned_data["value"]
            actions.volunteer(member, kind, value, at=clock.now(), source="settings", words_lang=get_language())
            messages.success(request, _("Thank you. Only draws use this answer."))
        else:
            messages.error(request, _("Please choose an answer from the list."))
    return redirect("pool:settings", token)


@with_member
def address(request, token, member):
    """Another address: nothing changes before the new address has said yes."""
    if request.method != "POST" or not member.email:
        return redirect("pool:settings", token)
    if "stop" in request.POST:
        actions.stop_moving(member, at=clock.now())
        messages.success(request, _("The address stays as it is."))
        return redirect("pool:settings", token)
    form = AddressForm(request.POST, auto_id="address_%s")
    if not form.is_valid():
        return _show(request, token, member, address_form=form)
    if not form.is_spam:
        with throttle.evenly():
            actions.ask_to_move(member, form.cleaned_data["email"], at=clock.now())
    messages.success(
        request, _("Please look into the mailbox of the new address and press the button there. Then it holds.")
    )
    return redirect("pool:settings", token)


@require_POST
@with_member
def renew_link(request, token, member):
    actions.renew_link(member, at=clock.now())
    messages.success(request, _("All older links are worthless now. This page has the new one."))
    return redirect("pool:settings", tokens.settings_token(member))


@with_member
def stay(request, token, member):
    """Behind the link of our question: programs that open every link keep nobody, the button does."""
    if request.method == "POST":
        actions.stay(member, at=clock.now())
        messages.success(request, _("Thank you. You stay a member, nothing else changes."))
        return redirect("pool:settings", token)
    return render(request, "pool/stay.html", {"token": token})


@require_safe
@with_member
def data(request, token, member):
    """Everything the pool knows, as JSON for programs and HTML for people, in one ZIP."""
    return FileResponse(
        exports.archive(member, get_language(), at=clock.now()),
        as_attachment=True,
        filename="mitmachpool.zip",
        content_type="application/zip",
    )


@with_member
def erase(request, token, member):
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.erase_member(member, at=clock.now(), never_again=form.cleaned_data["never_again"])
        return redirect("pool:erased")
    return render(request, "pool/erase.html", {"form": form, "token": token})


@require_safe
def erased(request):
    return render(request, "pool/erased.html")
