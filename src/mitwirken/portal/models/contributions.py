"""Whatever a person hands in, on any channel, is one Contribution. Modules add their own table to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mitwirken.core import codes

from .steps import Step


class Channel(models.TextChoices):
    ONLINE = "online", _("online")
    PAPER = "paper", _("on paper")
    PHONE = "phone", _("by telephone")
    ON_SITE = "on_site", _("on site")


class Trust(models.TextChoices):
    """How much we know about who handed it in; shown with results, never used to hide a voice."""

    OPEN = "open", _("open")
    EMAIL = "email", _("e-mail confirmed")
    ACCOUNT = "account", _("account")
    CODE = "code", _("one-time code")
    STAFF = "staff", _("taken down by staff")


class ModerationState(models.TextChoices):
    PENDING = "pending", _("waiting to be read")
    VISIBLE = "visible", _("visible")
    HIDDEN = "hidden", _("hidden")


class Standing(models.TextChoices):
    """What became of it, in the words its author reads."""

    RECEIVED = "received", _("received")
    IN_REVIEW = "in_review", _("being examined")
    ACCEPTED = "accepted", _("taken up")
    PARTLY = "partly", _("taken up in part")
    DECLINED = "declined", _("not taken up")
    NOTED = "noted", _("taken note of")
    REALISED = "realised", _("realised")


class ContributionQuerySet(models.QuerySet):
    def visible(self):
        return self.filter(moderation=ModerationState.VISIBLE)

    def to_moderate(self):
        return self.filter(Q(moderation=ModerationState.PENDING) | Q(reports__settled_at=None, reports__isnull=False))

    def to_answer(self):
        return self.filter(answer=None, standing__in=[Standing.RECEIVED, Standing.IN_REVIEW]).exclude(
            moderation=ModerationState.HIDDEN
        )


class Contribution(models.Model):
    """One thing one person handed in, with a receipt that tells what became of it."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="contributions")
    receipt = models.CharField(max_length=14, unique=True, default=codes.new_code)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.ONLINE)
    trust = models.CharField(max_length=8, choices=Trust.choices, default=Trust.OPEN)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=5000)
    author_name = models.CharField(_("name shown in public"), max_length=60, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="contributions"
    )
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    # GeoJSON geometry for lines and areas; points live in lat/lon.
    geometry = models.JSONField(null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    district = models.ForeignKey(
        "city.District",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("district"),
    )
    moderation = models.CharField(max_length=8, choices=ModerationState.choices, default=ModerationState.VISIBLE)
    moderation_reason = models.CharField(_("reason shown to the author"), max_length=300, blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.RECEIVED)
    created_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    # The form's one-time key: handing in twice makes one contribution.
    submission_key = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001 no key is no twin of no key
    support_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        indexes = [
            models.Index(fields=["step", "moderation", "-created_at", "-id"]),
            models.Index(fields=["step", "moderation", "-support_count", "-id"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["step", "submission_key"], name="one_contribution_per_form"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The author's page: whoever knows the receipt code may see it, so it never stands on a public page."""
        return reverse("portal:receipt", args=[self.receipt])

    @property
    def public_url(self) -> str:
        """Where everybody reads it: the module's page by number. Empty while it is not shown."""
        if self.moderation != ModerationState.VISIBLE:
            return ""
        return f"{self.step.get_absolute_url()}{self.pk}/"


class AuthorContact(models.Model):
    """Where the author wants to hear of it; kept apart so that it can be erased alone."""

    contribution = models.OneToOneField(Contribution, models.CASCADE, related_name="contact")
    email = models.EmailField()
    # Agreed to be asked six months later what came of it (follow-up form).
    may_ask_later = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"contact of {self.contribution_id}"


class Attachment(models.Model):
    """A picture of a contribution: re-encoded, so that hidden data (place, device) is gone."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="attachments")
    image = models.ImageField(upload_to="beitraege/%Y/%m/", width_field="width", height_field="height")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.image)

    def get_absolute_url(self) -> str:
        """Shown as long as the contribution is; the storage's own address is never told."""
        return reverse("portal:picture", args=[self.pk])


class Comment(models.Model):
    """A remark on a contribution."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="comments")
    text = models.TextField(_("comment"), max_length=2000)
    author_name = models.CharField(_("name shown in public"), max_length=60, blank=True)
    moderation = models.CharField(max_length=8, choices=ModerationState.choices, default=ModerationState.VISIBLE)
    created_at = models.DateTimeField()
    submission_key = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001 no key is no twin of no key

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["contribution", "moderation", "created_at", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "submission_key"], name="one_comment_per_form"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Support(models.Model):
    """One device's "I support this", known only by a random key in a cookie the person asked for."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="supports")
    device_key = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contribution", "device_key"], name="one_support_per_device")]

    def __str__(self) -> str:
        return f"support {self.pk}"


class Report(models.Model):
    """Someone says a contribution or a comment breaks the rules; a person looks at it."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="reports")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="reports")
    reason = models.CharField(_("what is wrong"), max_length=500)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.reason[:60]
