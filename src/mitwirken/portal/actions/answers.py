"""What the city says back to a contribution, and how contributions go into one another."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mitwirken.accounts.models import User
from mitwirken.core import audit

from ..errors import DomainError
from ..models import Answer, Contribution, Origin, Standing
from . import letters


@transaction.atomic
def answer(contribution: Contribution, text: str, *, standing: str, by: User, at: datetime) -> Answer:
    """Answer in the city's name and tell the author, if an address was left.

    The author hears once of each decision: correcting the wording sends no second mail, another `standing`
    does.
    """
    text = text.strip()
    if not text:
        raise DomainError(_("Please write the answer. Its author and everybody else will read it."))
    if standing in (Standing.RECEIVED, Standing.IN_REVIEW):
        raise DomainError(_("Please say what becomes of the contribution: taken up, in part, not, or noted."))
    row = Answer.objects.filter(contribution=contribution).first() or Answer(contribution=contribution)
    row.text = text
    row.department = contribution.step.project.department
    row.answered_by, row.answered_at = by, at
    row.clean_fields(exclude=["contribution", "department", "answered_by"])
    row.save()
    contribution.standing = Standing(standing)
    contribution.save(update_fields=["standing"])
    letters.answered(contribution, row)
    audit.record(contribution, "portal.answer", by=by, standing=str(standing))
    return row


@transaction.atomic
def set_standing(contribution: Contribution, standing: str, *, by: User, at: datetime) -> None:
    """Say how far the city is with a contribution, without an answer (being examined, realised)."""
    contribution.standing = Standing(standing)
    contribution.save(update_fields=["standing"])
    audit.record(contribution, "portal.set_standing", by=by, standing=str(standing))


@transaction.atomic
def merge(source: Contribution, target: Contribution, *, by: User) -> Origin:
    """Note that `source` is dealt with in `target`. Both stay readable and point at each other."""
    if source.pk == target.pk:
        raise DomainError(_("A contribution cannot go into itself. Please choose another one."))
    if source.step.project_id != target.step.project_id:
        raise DomainError(_("Both contributions must belong to the same project."))
    if Origin.objects.filter(source=target, target=source).exists():
        raise DomainError(_("The other contribution already went into this one."))
    row, created = Origin.objects.get_or_create(source=source, target=target, defaults={"kind": Origin.Kind.MERGED})
    if created:
        audit.record(source, "portal.merge", by=by, target=target.pk)
    return row
