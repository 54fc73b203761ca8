"""Everything the pool knows about one person, for that person (Art. 15, 20 GDPR): for programs and for eyes."""

import json
import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.translation import override

from mitwirken.city.models import CitySettings

from .actions.traits import answers_of
from .features import features
from .models import ConsentEvent, Member
from .readable import parts_of


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
            {"lang": lang, "at": at, "city_name": CitySettings.load().name, "parts": parts_of(facts)},
        )
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mitmachpool.json", json.dumps(facts, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))
        packed.writestr("mitmachpool.html", page)
    found.seek(0)
    return found
