"""What a member volunteers for draws: given with a consent of its own, gone the moment that ends."""

from datetime import datetime

from django.db import transaction

from mitwirken.core import audit

from ..ledger import append
from ..models import ConsentAction, ConsentState, Member, Origin, TraitKind
from ..models.traits import CONSENTS, PanelTrait
from ..wording import current_text

_KIND_OF = {str(purpose): kind for kind, purpose in CONSENTS.items()}


@transaction.atomic
def volunteer(member: Member, kind: str, value: str, *, at: datetime, source: str, words_lang: str = "de") -> None:
    """Store one answer under its own consent; another answer to the same question needs no new one."""
    purpose = CONSENTS[TraitKind(kind)]
    if not ConsentState.objects.filter(member=member, purpose=purpose).exists():
        text = current_text(purpose, words_lang, at=at)
        append(member, ConsentAction.GRANT, text=text, channel=Origin.WEB, source=source, at=at)
    PanelTrait.objects.update_or_create(member=member, kind=kind, defaults={"value": value})
    member.last_activity_at = at
    member.save(update_fields=["last_activity_at"])
    audit.record(member, "pool.volunteered", by=None, kind=str(kind))


def drop_answer(member: Member, purpose: str) -> None:
    """Delete what was answered under this consent; part of `leave`, never called alone."""
    if kind := _KIND_OF.get(str(purpose)):
        PanelTrait.objects.filter(member=member, kind=kind).delete()


def answers_of(member: Member) -> dict[str, str]:
    """The member's own answers, for this member's eyes only."""
    return dict(PanelTrait.objects.filter(member=member).values_list("kind", "value"))
