"""The mails about a task: the question, the reminder, the thanks, the report."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from ..dispatch import render
from ..models import Dispatch
from .models import Occasion


def task_mail(dispatch: Dispatch, choices: list[render.Choice], lang: str) -> bytes:
    """The finished mail of a task's mailing; the link is personal, the words are the same for all."""
    content = dispatch.content
    context = {
        **content,
        "title": content["subject"],
        "ends": timezone.localtime(datetime.fromisoformat(content["ends_at"])),
        "task_url": render.link("pool_assignments:task", "task"),
        "code": render.mime.slot("task_code"),
        "effects_url": settings.SITE_URL + reverse("pool_assignments:effects"),
        "effect_url": settings.SITE_URL + reverse("pool_assignments:effect", args=[content["task"]]),
    }
    template = f"assignments/mail/{Occasion(content['occasion']).value}"
    return render.bulk(template, context, lang)
