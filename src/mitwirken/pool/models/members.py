"""A member and what they want to hear of."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberStatus(models.IntegerChoices):
    PENDING = 0, _("waiting for confirmation")
    ACTIVE = 1, _("member")


class Frequency(models.TextChoices):
    """How often we write; the slowest rhythm a person can bear is the best one."""

    NOW = "now", _("at once")
    WEEKLY = "weekly", _("once a week")
    MONTHLY = "monthly", _("once a month")


class Origin(models.TextChoices):
    """How the person came to us."""

    WEB = "web", _("website")
    PHONE = "phone", _("telephone")
    PAPER = "paper", _("paper")
    COUNTER = "counter", _("on site")


def new_key() -> str:
    """The secret behind a member's signed links; a new one makes all old links worthless."""
    return secrets.token_hex(16)


class Channel(models.IntegerChoices):
    """The way a message takes to a person."""

    MAIL = 0, _("e-mail")
    LETTER = 1, _("letter")
    PHONE = 2, _("telephone")
    PUSH = 3, _("notice on a device")
    SMS = 4, _("text message")


# What a device or a text message says, the message beside it says as well: together they are one.
BESIDE = (Channel.PUSH, Channel.SMS)


class Proof(models.TextChoices):
    """What has to arrive before a person who asked becomes a member."""

    MAIL = "mail", _("the button in the confirmation mail")
    CODE = "code", _("the code from our letter, or a call noted by staff")
    PARENTS = "parents", _("the form signed by a parent")


# How far around a point an offer still concerns somebody, in metres.
RADII = [(500, _("500 metres")), (1000, _("1 kilometre")), (2000, _("2 kilometres")), (3000, _("3 kilometres"))]


class MemberQuerySet(models.QuerySet):
    def active(self):
        return self.filter(status=MemberStatus.ACTIVE)


class Member(models.Model):
    """A person who asked to be told what they can take part in. Nothing here is needed to take part.

    `all_topics`, `all_districts` and `all_kinds` say in one column what an empty choice means: everything.
    """

    # Empty for people whom we reach by letter or telephone.
    email = models.EmailField(_("e-mail address"), blank=True)
    # HMAC of the address in its plainest form (e-mail, postal or telephone number): finds a person without
    # reading addresses, survives as suppression.
    address_hash = models.CharField(max_length=64, unique=True)
    channel = models.PositiveSmallIntegerField(_("channel"), choices=Channel.choices, default=Channel.MAIL)
    status = models.PositiveSmallIntegerField(choices=MemberStatus.choices, default=MemberStatus.PENDING)
    lang = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    frequency = models.CharField(_("how often"), max_length=8, choices=Frequency.choices, default=Frequency.WEEKLY)
    all_topics = models.BooleanField(default=True)
    all_districts = models.BooleanField(default=True)
    all_kinds = models.BooleanField(default=True)
    on_site = models.BooleanField(_("on site"), default=True)
    online = models.BooleanField(_("digital"), default=True)
    topics = models.ManyToManyField("city.Topic", through="MemberTopic", related_name="+")
    districts = models.ManyToManyField("city.District", through="MemberDistrict", related_name="+")
    # Around this point instead of districts; the street that led to it is not kept.
    point_lat = models.FloatField(null=True)
    point_lon = models.FloatField(null=True)
    radius = models.PositiveIntegerField(_("how far around"), choices=RADII, null=True)
    plain_language = models.BooleanField(_("plain language"), default=False)
    access_needs = models.CharField(_("what helps at events"), max_length=300, blank=True)
    # The flyer or poster that led here, as a code; never a person.
    campaign = models.SlugField(max_length=40, blank=True)
    # When this person was last picked for a task, an invitation or a draw: who was not asked lately comes first.
    last_asked_at = models.DateTimeField(null=True)
    awaits = models.CharField(max_length=8, choices=Proof.choices, default=Proof.MAIL)
    # A row that waits with a new address: once confirmed, that member has it and this row is gone.
    moves = models.OneToOneField("self", models.CASCADE, null=True, related_name="new_address")
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.WEB)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    last_activity_at = models.DateTimeField()
    # When we asked, after long silence, whether they want to stay (actions/retention.py).
    asked_to_stay_at = models.DateTimeField(null=True)
    link_key = models.CharField(max_length=32, default=new_key)
    # Counts the personal mails (confirmation, link): a new request is a new mail, a retry is not.
    generation = models.PositiveIntegerField(default=0)

    objects = MemberQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "frequency", "id"]),
            models.Index(fields=["status", "asked_at"]),
        ]

    def __str__(self) -> str:
        return f"Member {self.pk}"

    def is_paused(self, *, at: datetime) -> bool:
        return self.paused_until is not None and self.paused_until > at


class MemberTopic(models.Model):
    """A topic this member chose."""

    topic = models.ForeignKey("city.Topic", models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="topic_choices")

    class Meta:
        # Topic first: matching starts from the few topics of an offer.
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="one_choice_per_topic")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.topic_id}"


class MemberDistrict(models.Model):
    """A district this member wants to hear of."""

    district = models.ForeignKey("city.District", models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="district_choices")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "member"], name="one_choice_per_district")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.district_id}"


class MemberKind(models.Model):
    """A way of taking part (the slug of a module) this member likes."""

    kind = models.SlugField(max_length=30, db_index=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="kind_choices")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "member"], name="one_choice_per_kind")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"
