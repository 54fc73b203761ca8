"""The desk of the pool: people who call, write or come by, found by what they say and never by a list."""

from django.contrib import messages
from django.core import signing
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from mitwirken.core import clock

from .. import actions, ledger, tokens, wording
from ..desk_forms import EvidenceForm, FindForm, MergeForm, TakeInForm
from ..forms import ProfileForm
from ..models import Channel, ConsentEvent, Member, MemberStatus, Origin, Proof, Purpose
from .staff import for_pool_managers

# An address found by typing stays open for an hour: long enough for a call, too short for a bookmark.
OPEN_SECONDS = 3600
SALT = "pool.desk"
WAYS = [
    (gettext_lazy("by e-mail"), wording.MAIL),
    (gettext_lazy("by letter"), wording.LETTER),
    (gettext_lazy("by telephone"), wording.PHONE),
    (gettext_lazy("younger than 16: a parent says"), wording.PARENTS),
]


def door(member):
    """The short-lived token in the address of a person's page."""
    return signing.dumps(member.pk, salt=SALT)


def with_person(view):
    """Pool managers only, and only for an hour after the person was found."""

    @for_pool_managers
    def wrapper(request, token):
        try:
            pk = signing.loads(token, salt=SALT, max_age=OPEN_SECONDS)
        except signing.BadSignature:
            raise Http404 from None
        member = Member.objects.filter(pk=pk).first()
        if member is None:
            raise Http404
        return view(request, token, member)

    return wrapper


@for_pool_managers
def take_in(request):
    form = TakeInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = _take_in(request, form)
        if answer:
            return answer
    context = {"title": _("Take a member in"), "icon": "user", "form": form, "all_words": _all_words()}
    return render(request, "pool/staff/take_in.html", context, status=422 if form.errors else 200)


def _all_words():
    """The words for each way, in both languages."""
    return [
        {
            "way": label,
            "texts": [
                {"lang": lang, "words": wording.words(Purpose.INFORMATION, lang, way=way)} for lang in ("de", "en")
            ],
        }
        for label, way in WAYS
    ]


def _take_in(request, form):
    given, now = form.cleaned_data, clock.now()
    younger = given["proof"] == Proof.PARENTS
    if given["reached"] == Channel.MAIL:
        actions.ask_to_join(
            given["email"],
            form.profile(),
            at=now,
            channel=given["origin"],
            source="staff",
            words_lang=given["words_lang"],
            younger=younger,
            by=request.user,
        )
        if younger:
            member = Member.objects.filter(address_hash=tokens.address_hash(given["email"])).first()
            if member:
                actions.note_evidence(member, Proof.PARENTS, given["reference"], at=now, by=request.user)
        messages.success(
            request, _("Noted. The person now gets a mail and confirms the address with the button in it.")
        )
        return redirect("pool_staff:index")
    try:
        member = actions.take_in(
            form.reach(),
            form.profile(),
            at=now,
            origin=given["origin"],
            by_letter=given["proof"] == "letter",
            words_lang=given["words_lang"],
            by=request.user,
        )
    except actions.Blocked:
        form.add_error(None, _("This person asked us never to write again. Only a letter signed by them lifts that."))
        return None
    if member.status == MemberStatus.ACTIVE:
        messages.info(request, _("This person is a member already."))
    elif given["proof"] == "letter":
        messages.success(request, _("Noted. The letter with the code waits for the next batch of letters."))
    else:
        actions.note_evidence(member, given["proof"], given["reference"], at=now, by=request.user)
        messages.success(request, _("Taken in. The person is a member from now on."))
    return redirect("pool_staff:person", door(member))


@for_pool_managers
def find(request):
    """Who is it? Whatever the person says about how we reach them leads to their page."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if member := form.member():
            return redirect("pool_staff:person", door(member))
        form.add_error(None, _("Nobody in the pool is reached this way. Please check how it is written."))
    context = {"title": _("Find a person"), "icon": "search", "form": form}
    return render(request, "pool/staff/find.html", context, status=422 if form.errors else 200)


@with_person
def person(request, token, member):
    """One person: what holds, what waits, and what can be done for them now."""
    form = ProfileForm.of(member, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(member, form.profile(), at=clock.now(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("pool_staff:person", token)
    context = {
        "title": _("A person of the pool"),
        "icon": "user",
        "token": token,
        "member": member,
        "form": form,
        "is_waiting": member.status == MemberStatus.PENDING,
        "evidence_form": EvidenceForm(),
        "consents": member.consents.order_by("purpose"),
        "address": getattr(member, "postal_address", None),
        "phone": getattr(member, "phone_number", None),
    }
    return render(request, "pool/staff/person.html", context, status=422 if form.errors else 200)


@require_POST
@with_person
def evidence(request, token, member):
    form = EvidenceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say what proves the agreement and where it is kept."))
    elif actions.note_evidence(
        member, form.cleaned_data["evidence"], form.cleaned_data["reference"], at=clock.now(), by=request.user
    ):
        member.refresh_from_db()
        if member.status == MemberStatus.ACTIVE:
            messages.success(request, _("Noted. The person is a member from now on."))
        else:
            messages.success(request, _("Noted. The person now gets the mail with the button."))
    return redirect("pool_staff:person", token)


@require_POST
@with_person
def end(request, token, member):
    """The person wants less, or nothing any more: one agreement, or the whole membership."""
    now = clock.now()
    if "erase" in request.POST or "never" in request.POST:
        actions.erase_member(member, at=now, never_again="never" in request.POST, by=request.user)
        messages.success(request, _("Deleted. Only the keyed proof stays."))
        return redirect("pool_staff:index")
    if actions.leave(
        member, request.POST.get("purpose", ""), at=now, source="staff", channel=Origin.PHONE, by=request.user
    ):
        messages.success(request, _("Done. This agreement has ended."))
    return redirect("pool_staff:person", token)


@with_person
def merge(request, token, member):
    """The same person is in the pool twice and has said so."""
    form = MergeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        other = form.member()
        if other is None or other.pk == member.pk:
            form.add_error(None, _("Nobody else in the pool is reached this way. Please check how it is written."))
        elif MemberStatus.PENDING in (member.status, other.status):
            form.add_error(None, _("Both have to be members. One of them has not confirmed yet."))
        else:
            actions.merge(member, other, reference=form.cleaned_data["reference"], at=clock.now(), by=request.user)
            messages.success(request, _("Put together. What was agreed and sent is kept."))
            return redirect("pool_staff:person", token)
    context = {"title": _("Put two members together"), "icon": "group", "form": form, "token": token}
    return render(request, "pool/staff/merge.html", context, status=422 if form.errors else 200)


@for_pool_managers
def proof(request):
    """Why were we allowed to write? The chain of one address, checked line by line, to print."""
    form = FindForm(request.POST if request.method == "POST" else None)
    chains = []
    if request.method == "POST" and form.is_valid():
        for subject in form.subjects():
            events = list(ConsentEvent.objects.filter(subject=subject).select_related("text").order_by("number"))
            if events:
                chains.append({"subject": subject, "events": events, "holds": ledger.holds(events)})
        if chains:
            context = {"chains": chains, "at": clock.now(), "by": request.user}
            return render(request, "pool/staff/proof_print.html", context)
        form.add_error(None, _("There is no agreement under this. Please check how it is written."))
    context = {"title": _("Proof of agreement"), "icon": "doc-full", "form": form}
    return render(request, "pool/staff/proof.html", context, status=422 if form.errors else 200)


@for_pool_managers
def let_go(request):
    """Somebody calls and wants to leave: what they say is typed, never listed."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        member = form.member()
        if member is None:
            form.add_error(
                "email" if form.cleaned_data["email"] else None,
                _("Nobody in the pool is reached this way. Please check how it is written."),
            )
        else:
            for purpose in list(member.consents.values_list("purpose", flat=True)):
                actions.leave(member, purpose, at=clock.now(), source="staff", channel=Origin.PHONE, by=request.user)
            if "erase" in request.POST:
                actions.erase_member(member, at=clock.now(), by=request.user)
            messages.success(request, _("Done. The person gets no more mails."))
            return redirect("pool_staff:index")
    context = {"title": _("Let a member go"), "icon": "user", "form": form}
    return render(request, "pool/staff/let_go.html", context, status=422 if form.errors else 200)
