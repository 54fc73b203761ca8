"""A step has closed: ask the people who took part, take their sheets, count each once."""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from mitwirken.core import audit, mail
from mitwirken.portal.models import AuthorContact, ModerationState, Step

from ..errors import AlreadyFilled, Closed, Empty, UnknownLink
from ..models import OPEN_FOR, PAPER_GRACE, Run, Sheet, Ticket, Way

BATCH = 200
# Sheets are raw data: twelve months, then only the sums stay (evaluation framework, section 7).
KEEP_SHEETS = timedelta(days=365)


@lru_cache(maxsize=4)
def _questionnaire(folder: Path) -> tuple[str, tuple[str, ...]]:
    own = folder / "evaluation.json"
    # A city that brings no questionnaire of its own asks ours.
    path = own if own.exists() else settings.BASE_DIR / "content" / "evaluation.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    return content["meta"]["version"], tuple(content["short_form"])


@transaction.atomic
def open_run(step: Step, *, at: datetime) -> Run:
    """Freeze today's questions for this step. The window starts when the step ended, however late we are."""
    version, sentences = _questionnaire(Path(settings.CONTENT_DIR))
    ended = step.ends_at or at
    run, created = Run.objects.get_or_create(
        step=step,
        defaults={
            "questions": [{"code": f"S{number}", "text": text} for number, text in enumerate(sentences, start=1)],
            "questions_version": version,
            "opened_at": ended,
            "closes_at": ended + OPEN_FOR,
        },
    )
    if created:
        audit.record(run, "evaluation.open", by=None, step=step.pk)
    return run


def open_due(*, at: datetime) -> list[Run]:
    """Open a run for each closed step that has none; archived offers ended before we could ask."""
    waiting = (
        Step.objects.closed(at=at)
        .filter(project__is_archive=False)
        .exclude(Exists(Run.objects.filter(step=OuterRef("pk"))))
        .order_by("ends_at", "pk")
    )
    return [open_run(step, at=at) for step in waiting[:BATCH]]


def invite(*, at: datetime) -> int:
    """Write to the authors who left an address, once per address and step; the number of new letters.

    In batches, each its own transaction: a crash repeats a batch, and each letter's key keeps it from
    being queued twice.
    """
    waiting = AuthorContact.objects.filter(
        contribution__step=OuterRef("step"), contribution__pk__gt=OuterRef("invited_up_to")
    )
    runs = Run.objects.shown().open(at=at).filter(Exists(waiting)).select_related("step__project")
    return sum(_invite_batch(run) for run in runs)


@transaction.atomic
def _invite_batch(run: Run) -> int:
    contacts = list(
        AuthorContact.objects.filter(contribution__step=run.step_id, contribution__gt=run.invited_up_to)
        .select_related("contribution")
        .order_by("contribution_id")[:BATCH]
    )
    written = 0
    for contact in contacts:
        if contact.contribution.moderation == ModerationState.HIDDEN:
            continue
        address = contact.email.lower()
        code = mail.keyed(f"sheet:{run.pk}:{address}")
        _ticket, new = Ticket.objects.get_or_create(run=run, digest=_digest(code))
        if not new:
            continue
        path = reverse("evaluation:personal", args=[run.step_id, code])
        mail.post(
            contact.email,
            "evaluation/mail/invitation",
            {
                "step": run.step,
                "project": run.step.project,
                "closes_at": run.closes_at,
                "url": f"{settings.SITE_URL}{path}",
            },
            key=f"evaluation:{run.pk}:{address}",
        )
        written += 1
    if contacts:
        Run.objects.filter(pk=run.pk).update(invited_up_to=contacts[-1].contribution_id, invited=F("invited") + written)
        audit.record(run, "evaluation.invite", by=None, letters=written)
    return written


@transaction.atomic
def fill(run: Run, answers: dict[str, int | None], *, at: datetime, form_key: str, code: str = "") -> Sheet:
    """Take one sheet handed in online. `code` comes from a personal link, `form_key` from the form itself."""
    if not run.is_open(at=at):
        raise Closed(_("This form is closed. Your answers were not saved. Thank you for your interest."))
    if not answers:
        raise Empty(_("You have not chosen an answer yet. Please answer at least one sentence."))
    if code:
        _spend(run, code)
    _spend_form(run, form_key)
    sheet = _put(run, answers, Way.LINK if code else Way.OPEN, at)
    audit.record(run, "evaluation.fill", by=None, way=sheet.way)
    return sheet


@transaction.atomic
def enter_paper(
    run: Run, answers: dict[str, int | None], *, at: datetime, form_key: str, by: AbstractBaseUser
) -> Sheet:
    """Take one sheet that came on paper; it counts like any other."""
    if not run.takes_paper(at=at):
        raise Closed(_("The time for paper sheets is over. The sheet was not saved."))
    if not answers:
        raise Empty(_("No answer is marked. An empty sheet is not counted."))
    _spend_form(run, form_key)
    sheet = _put(run, answers, Way.PAPER, at)
    audit.record(run, "evaluation.enter_paper", by=by)
    return sheet


def is_spent(run: Run, code: str) -> bool:
    """True if the personal link was used already. Raises UnknownLink if we never issued it."""
    ticket = Ticket.objects.filter(run=run, digest=_digest(code)).first()
    if ticket is None:
        raise UnknownLink(
            _("This link is not complete, or it belongs to another form. You can use the open form instead.")
        )
    return ticket.spent


@transaction.atomic
def forget_old_sheets(*, at: datetime) -> int:
    """Retention (privacy.toml): codes once no sheet can come any more, sheets after twelve months."""
    over = Run.objects.filter(closes_at__lte=at - PAPER_GRACE)
    Ticket.objects.filter(run__in=over).delete()
    old = Sheet.objects.filter(run=OuterRef("pk"), given_on__lt=localdate(at) - KEEP_SHEETS)
    forgotten = 0
    # The sums must be final before their sheets go.
    for run in over.filter(Exists(old), measured_at__gt=F("closes_at") + PAPER_GRACE):
        count, _rows = run.sheets.filter(given_on__lt=localdate(at) - KEEP_SHEETS).delete()
        audit.record(run, "evaluation.forget", by=None, sheets=count)
        forgotten += count
    return forgotten


def _put(run: Run, answers: dict[str, Any], way: Way, at: datetime) -> Sheet:
    known = {question["code"] for question in run.questions}
    kept = {code: answer for code, answer in answers.items() if code in known}
    Run.objects.filter(pk=run.pk).update(measured_at=None)
    return Sheet.objects.create(run=run, way=way, answers=kept, given_on=localdate(at))


def _digest(code: str) -> str:
    return mail.keyed(f"ticket:{code}")


def _spend(run: Run, code: str) -> None:
    """Use the ticket up; the conditional update lets exactly one of two simultaneous sheets through."""
    if is_spent(run, code) or not Ticket.objects.filter(run=run, digest=_digest(code), spent=False).update(spent=True):
        raise AlreadyFilled(
            _("A form was already handed in with this link. It counts once. Thank you for your answers.")
        )


def _spend_form(run: Run, form_key: str) -> None:
    _ticket, new = Ticket.objects.get_or_create(run=run, digest=_digest(form_key), defaults={"spent": True})
    if not new:
        raise AlreadyFilled(_("This form has already reached us. It counts once. Thank you for your answers."))
