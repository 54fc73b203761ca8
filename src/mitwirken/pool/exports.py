"""Everything the pool knows about one person, for that person (Art. 15, 20 GDPR): for programs and for eyes."""

import json
import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from mitwirken.city.models import CitySettings
from mitwirken.portal import registry

from .actions.traits import answers_of
from .features import features
from .models import ConsentAction, ConsentEvent, Frequency, Member, Origin, Purpose, TraitKind
from .models.traits import VALUES

# The words beside the keys of the JSON. What a feature adds and is not named here keeps its own key.
LABELS = {
    "email": gettext_lazy("E-mail address"),
    "postal_address": gettext_lazy("Postal address"),
    "name": gettext_lazy("Name"),
    "street": gettext_lazy("Street and house number"),
    "postcode": gettext_lazy("Postcode"),
    "town": gettext_lazy("Town"),
    "phone_number": gettext_lazy("Telephone number"),
    "channel": gettext_lazy("Way to you"),
    "status": gettext_lazy("State"),
    "language": gettext_lazy("Language"),
    "plain_language": gettext_lazy("Plain language"),
    "access_needs": gettext_lazy("What helps at events"),
    "frequency": gettext_lazy("How often"),
    "topics": gettext_lazy("Topics"),
    "districts": gettext_lazy("Districts"),
    "point": gettext_lazy("Point (latitude, longitude)"),
    "radius": gettext_lazy("Radius in metres"),
    "kinds": gettext_lazy("Kinds of taking part"),
    "on_site": gettext_lazy("On site"),
    "digital": gettext_lazy("Digital"),
    "joined_by": gettext_lazy("Joined by"),
    "campaign": gettext_lazy("Code of the flyer or poster"),
    "created_at": gettext_lazy("Noted at"),
    "asked_at": gettext_lazy("Asked to join at"),
    "confirmed_at": gettext_lazy("Confirmed at"),
    "paused_until": gettext_lazy("Pause until"),
    "last_activity_at": gettext_lazy("Last sign of you"),
    "last_asked_at": gettext_lazy("Last picked for a task or a draw"),
    "asked_to_stay_at": gettext_lazy("Asked whether to stay at"),
    "answers_for_draws": gettext_lazy("Answers for draws"),
    "consents": gettext_lazy("Agreements"),
    "mails": gettext_lazy("Messages"),
    "number": pgettext_lazy("place in a row", "Number"),
    "at": gettext_lazy("When"),
    "action": gettext_lazy("What"),
    "purpose": gettext_lazy("For what"),
    "where": gettext_lazy("Where"),
    "version": gettext_lazy("Version of the words"),
    "words": gettext_lazy("Words"),
    "proof": gettext_lazy("Check number"),
    "what": gettext_lazy("What"),
    "state": gettext_lazy("State"),
    "sent_at": gettext_lazy("Sent at"),
    "why_not": gettext_lazy("Why not"),
    **dict(TraitKind.choices),
}


def meanings() -> dict[str, dict[str, Any]]:
    """What a code in the JSON means, by its key: the page says it in words."""
    return {
        "language": dict(settings.LANGUAGES),
        "frequency": dict(Frequency.choices),
        "kinds": {module.slug: module.label for module in registry.modules()},
        "joined_by": dict(Origin.choices),
        "channel": dict(Origin.choices),
        "action": dict(ConsentAction.choices),
        "purpose": dict(Purpose.choices),
        **{str(kind): dict(answers) for kind, answers in VALUES.items()},
    }


def personal_data(member: Member) -> dict[str, Any]:
    """The member's data in plain words and standard formats."""
    address, phone = getattr(member, "postal_address", None), getattr(member, "phone_number", None)
    post = {name: getattr(address, name) for name in ("name", "street", "postcode", "town")} if address else {}
    return {
        "email": member.email,
        "postal_address": post,
        "phone_number": phone.number if phone else "",
        "channel": member.get_channel_display(),
        "status": member.get_status_display(),
        "language": member.lang,
        "plain_language": member.plain_language,
        "access_needs": member.access_needs,
        "frequency": member.frequency,
        "topics": [topic.name for topic in member.topics.all()] or "all",
        "districts": [district.name for district in member.districts.all()] or "all",
        "point": [member.point_lat, member.point_lon] if member.point_lat is not None else [],
        "radius": member.radius,
        "kinds": list(member.kind_choices.values_list("kind", flat=True)) or "all",
        "on_site": member.on_site,
        "digital": member.online,
        "joined_by": member.origin,
        "campaign": member.campaign,
        "created_at": member.created_at,
        "asked_at": member.asked_at,
        "confirmed_at": member.confirmed_at,
        "paused_until": member.paused_until,
        "last_activity_at": member.last_activity_at,
        "last_asked_at": member.last_asked_at,
        "asked_to_stay_at": member.asked_to_stay_at,
        "answers_for_draws": answers_of(member),
        "consents": [
            consent_line(event) for event in member.consent_events.select_related("text").order_by("at", "pk")
        ],
        "mails": [
            {
                "what": str(row.dispatch),
                "state": row.get_state_display(),
                "sent_at": row.sent_at,
                "why_not": [event.detail for event in row.events.all()],
            }
            for row in member.outbox.select_related("dispatch").prefetch_related("events").order_by("pk")
        ],
        **{feature.slug: part for feature in features() if (part := feature.export(member))},
    }


def consent_line(event: ConsentEvent) -> dict[str, Any]:
    """One line of the proof."""
    return {
        "number": event.number,
        "at": event.at,
        "action": event.action,
        "purpose": event.purpose,
        "channel": event.channel,
        "where": event.source,
        "version": event.text.version,
        "words": event.text.text,
        "proof": event.hash,
    }


def archive(member: Member, lang: str, *, at: datetime) -> BytesIO:
    """One ZIP: `mitmachpool.json` for programs, `mitmachpool.html` to read."""
    found = BytesIO()
    with override(lang):
        facts = personal_data(member)
        page = render_to_string(
            "pool/data.html",
            {"lang": lang, "at": at, "city_name": CitySettings.load().name, "parts": readable(facts)},
        )
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mitmachpool.json", json.dumps(facts, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))
        packed.writestr("mitmachpool.html", page)
    found.seek(0)
    return found


def readable(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The same facts for the page: each with its words, as a text, a list of its own facts, or a table."""
    return _parts(facts, meanings())


def _parts(facts: dict[str, Any], said: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    told = {key: value for key, value in facts.items() if value not in ("", None, [], {})}
    return [{"label": _label(key), **_shape(value, said, said.get(key, {}))} for key, value in told.items()]


def _label(key: str) -> str:
    return str(LABELS.get(key, key.replace("_", " ").capitalize()))


def _shape(value: Any, said: dict[str, dict[str, Any]], words: dict[str, Any]) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"parts": _parts(value, said)}
    if isinstance(value, list | tuple) and value and all(isinstance(row, dict) for row in value):
        head = list(dict.fromkeys(key for row in value for key in row))
        rows = [[_said(row.get(key), said.get(key, {})) for key in head] for row in value]
        return {"head": [_label(key) for key in head], "rows": rows}
    return {"text": _said(value, words)}


def _said(value: Any, words: dict[str, Any]) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j. F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j. F Y")
    if isinstance(value, dict):
        return "; ".join(f"{_label(key)}: {_said(part, words)}" for key, part in value.items())
    if isinstance(value, list | tuple | set):
        return ", ".join(_said(part, words) for part in value) or "–"
    return _("all") if value == "all" else str(words.get(value, value))
