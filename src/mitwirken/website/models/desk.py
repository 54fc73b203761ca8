"""The contact desk: a message becomes a case, its answers and replies a thread."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mitwirken.core import codes


class Subject(models.TextChoices):
    """What a message is about; a barrier has its own because the law gives it its own answer time."""

    QUESTION = "question", _("a question")
    PRAISE = "praise", _("praise or criticism")
    OFFER = "offer", _("an idea for an offer")
    PRIVACY = "privacy", _("my data")
    BARRIER = "barrier", _("a barrier on these pages")
    OTHER = "other", _("something else")


class CaseState(models.TextChoices):
    OPEN = "open", _("waiting for an answer")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", pgettext_lazy("request", "closed")


class Direction(models.TextChoices):
    IN = "in", _("received")
    OUT = "out", _("sent")
    NOTE = "note", _("internal note")


class CaseQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=CaseState.OPEN)


class ContactCase(models.Model):
    """One matter somebody brought to the contact desk, until it is settled."""

    receipt = models.CharField(max_length=14, unique=True, default=codes.new_code)
    subject = models.CharField(_("subject"), max_length=10, choices=Subject.choices)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    page = models.CharField(_("page"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    # None: the coordination office has it. Staff of other departments see only their own cases.
    department = models.ForeignKey(
        "city.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_cases",
        verbose_name=_("department"),
    )
    created_at = models.DateTimeField(_("received"))
    changed_at = models.DateTimeField(_("last change"))
    closed_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.CharField(max_length=40, unique=True, null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-id"]
        verbose_name = _("contact case")
        verbose_name_plural = _("contact cases")
        indexes = [models.Index(fields=["state", "-changed_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.receipt} {self.get_subject_display()}"


class ContactMessage(models.Model):
    """One message of a case: what came in, what went out, what colleagues noted."""

    case = models.ForeignKey(ContactCase, models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction.choices)
    text = models.TextField(_("message"), max_length=10_000)
    at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    # Of a mail that came in: its fingerprint, so that the same mail counts once.
    mail_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    from_other_address = models.BooleanField(default=False)
    dropped_attachments = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]
