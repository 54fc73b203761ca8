"""From curious to member."""

from datetime import timedelta

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from mitwirken.city.models import District, Topic
from mitwirken.core import clock, throttle
from mitwirken.core.views import too_many_requests

from .. import actions, numbers, tokens, wording
from ..actions import Confirmation
from ..features import PublicLink, features
from ..forms import JoinForm, kinds
from ..models import Frequency, PoolSettings, Proof, Purpose
from .trail import trail


@require_safe
def start(request):
    own = PublicLink("pool:archive", _("Mails of the people pool"), _("Every mailing, for everybody to read."))
    context = {
        "figures": numbers.public_numbers(at=clock.now()),
        "limit": PoolSettings.load().mails_per_person,
        "links": [
            {"label": link.label, "url": reverse(link.url_name), "help": link.help_text}
            for link in [own, *(link for feature in features() for link in feature.links)]
        ],
    }
    return render(request, "pool/start.html", context)


@never_cache
def join(request):
    if request.method == "POST":
        # An information stand or a phone network shares one address; what guards the people written to is
        # the limit per address written to (`actions.personal`).
        if throttle.too_many(request, "pool.join", limit=200, per=timedelta(hours=1)):
            return too_many_requests(request)
        form = JoinForm(request.POST)
        if form.is_valid():
            if not form.is_spam:
                with throttle.evenly():
                    actions.ask_to_join(
                        form.cleaned_data["email"],
                        form.profile(),
                        at=clock.now(),
                        source=reverse("pool:join"),
                        words_lang=get_language(),
                        campaign=form.cleaned_data["campaign"],
                        younger=form.cleaned_data["younger"],
                    )
            return redirect("pool:young" if form.cleaned_data["younger"] else "pool:joined")
    else:
        form = JoinForm(initial={"lang": get_language(), **JoinForm.wishes(request.GET)})
    words = wording.words(Purpose.INFORMATION, get_language())
    context = {
        "form": form,
        "consent": words,
        "version": wording.VERSION,
        "districts": District.objects.defer("geometry", "facts"),
        "trail": trail((_("Join the people pool"), "")),
    }
    return render(request, "pool/join.html", context, status=422 if form.errors else 200)


@require_safe
def joined(request):
    return render(request, "pool/joined.html")


@require_safe
def young(request):
    """What comes next for somebody younger than 16; the same for every address."""
    return render(request, "pool/young.html")


@require_safe
def paper(request):
    """The form to print: the exact words, all choices as boxes; `?eltern` for a parent's signature."""
    parents, lang = "eltern" in request.GET, get_language()
    ways = [wording.PARENTS] if parents else [wording.LETTER, wording.PHONE, wording.MAIL]
    context = {
        "parents": parents,
        "words": [wording.words(Purpose.INFORMATION, lang, way=way) for way in ways],
        "version": wording.VERSION,
        "ways": [_("by letter"), _("by telephone"), _("by e-mail")],
        "frequencies": Frequency.labels,
        "topics": Topic.objects.values_list("name", flat=True),
        "districts": District.objects.values_list("name", flat=True),
        "kinds": [label for _slug, label in kinds()],
        "places": [_("on site"), _("digital")],
        "languages": ["Deutsch", "English", _("plain language")],
        "trail": trail((_("Form on paper"), "")),
    }
    return render(request, "pool/paper.html", context)


@csrf_exempt  # the address is the secret; people open mail in browsers that keep no cookies
@never_cache
def confirm(request, token):
    """GET and HEAD only show a button: programs that open every link of a mail confirm nobody."""
    worth, member = actions.look_at_confirmation(token, at=clock.now())
    moves = bool(member and member.moves_id)
    by_letter = bool(member and member.awaits == Proof.CODE)
    if request.method == "POST":
        if throttle.too_many(request, "pool.confirm", limit=200, per=timedelta(hours=1)):
            return too_many_requests(request)
        worth, member = actions.confirm(token, at=clock.now(), source=reverse("pool:join"))
    status = {Confirmation.OPEN: 200, Confirmation.DONE: 200, Confirmation.UNKNOWN: 404}.get(worth, 410)
    context = {"worth": worth.value, "settings_url": "", "moves": moves, "by_letter": by_letter}
    if worth is Confirmation.DONE and request.method == "POST":
        context["settings_url"] = reverse("pool:settings", args=[tokens.settings_token(member)])
    return render(request, "pool/confirm.html", context, status=status)
