"""What a project or a step still lacks before it may be public, as sentences staff can act on."""

import re
from datetime import datetime

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import ProjectPage, Step

# A text in brackets is a gap our own templates left; in both languages, whoever started the project.
_BLANK = re.compile(r"\[(?:Bitte ergänzen|Please complete): [^\]]*\]")


def blank(what: str) -> str:
    """A gap for people to fill: ``[Bitte ergänzen: …]``."""
    please = pgettext("gap in a draft", "Please complete")
    return f"[{please}: {what}]"


def has_blank(text: str) -> bool:
    return bool(_BLANK.search(text))


def of_project(project: ProjectPage) -> list[str]:
    """Why this project must not be public yet; empty when it may."""
    needed = [
        (project.summary, _("The short text is missing. Say in two sentences what it is about.")),
        (project.question, _("The question is missing. Say in one sentence what people can answer.")),
        (project.decision, _("It does not say who decides and when. People want to know that first.")),
        (
            project.municipal_reference,
            _("The municipal reference is missing. Name the task, procedure or event of the city."),
        ),
        (project.promised_level, _("Choose what the city promises: the level of participation.")),
        (project.contact_name, _("Name a contact.")),
        (
            project.contact_email or project.contact_phone,
            _("The contact needs an e-mail address or a telephone number."),
        ),
    ]
    # Old offers come from sources that never told the question or who decided.
    if project.is_archive:
        needed = [row for row in needed if row[0] is project.municipal_reference]
    texts = {
        _("short text"): project.summary,
        _("question"): project.question,
        _("what is open"): project.open_points,
        _("what is fixed"): project.fixed_points,
        _("who decides, and when"): project.decision,
        _("municipal reference"): project.municipal_reference,
        _("contact"): project.contact_name,
        _("description"): strip_tags(project.body),
    }
    pictures = [_("Say what the picture shows.")] if project.image_id and not project.image_alt else []
    return [sentence for value, sentence in needed if not str(value).strip()] + _blanks(texts) + pictures


def of_step(step: Step, *, at: datetime | None) -> list[str]:
    """Why this step must not be public; with `at` also whether it would come too late."""
    reasons = []
    if not step.title.strip():
        reasons.append(_("The step needs a title."))
    if not step.offline_ways.strip():
        reasons.append(
            _("The way without internet is missing. Nobody may be left out: name paper, telephone or a place.")
        )
    if step.channel != "digital" and not step.place.strip():
        reasons.append(_("The step takes place on site: say where."))
    if step.ends_at and step.ends_at <= step.starts_at:
        reasons.append(_("The end lies before the begin. Correct one of the two dates."))
    elif at and step.ends_at and step.ends_at <= at:
        reasons.append(_("The end has passed already. Choose a later end."))
    if step.answer_until and step.ends_at and step.answer_until < timezone.localtime(step.ends_at).date():
        reasons.append(_("The answer is promised for a day before the end. Choose a later day."))
    texts = {
        _("title of the step"): step.title,
        _("step in one sentence"): step.teaser,
        _("text of the step"): step.text,
        _("place"): step.place,
        _("ways without internet"): step.offline_ways,
    }
    return reasons + _blanks(texts)


def _blanks(texts: dict[str, str]) -> list[str]:
    return [
        _("There is still a gap in brackets in the field “%(field)s”. Please fill it.") % {"field": field}
        for field, text in texts.items()
        if has_blank(text)
    ]
