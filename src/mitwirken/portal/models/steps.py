"""A step (Mitwirkungsangebot): one module in one window of time. The list of steps is the list of offers."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mitwirken.box.folding import folded

from .. import registry
from .pages import ProjectPage

CLOSING_SOON = timedelta(days=7)


class StepState(models.TextChoices):
    """What staff decided; what time makes of it is `OfferStatus`."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class OfferStatus(models.TextChoices):
    """Where an offer stands, in the words residents see."""

    ANNOUNCED = "announced", _("announced")
    OPEN = "open", _("open")
    CLOSING_SOON = "closing", _("closing soon")
    IN_EVALUATION = "evaluation", _("in evaluation")
    ANSWERED = "answered", _("answered")
    DONE = "done", _("done")


def status_condition(status: str, *, at: datetime) -> Q:
    """What time and staff must have done for a published step to be in this status."""
    running = Q(starts_at__lte=at) & (Q(ends_at=None) | Q(ends_at__gt=at))
    closed = Q(starts_at__lte=at, ends_at__lte=at)
    return {
        OfferStatus.ANNOUNCED: Q(starts_at__gt=at),
        OfferStatus.OPEN: running,
        OfferStatus.CLOSING_SOON: running & Q(ends_at__lte=at + CLOSING_SOON),
        OfferStatus.IN_EVALUATION: closed & Q(answered_at=None, done_at=None),
        OfferStatus.ANSWERED: closed & Q(answered_at__isnull=False, done_at=None),
        OfferStatus.DONE: closed & Q(done_at__isnull=False),
    }[OfferStatus(status)]


class StepQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=StepState.PUBLISHED, project__live=True)

    def with_status(self, status: str, *, at: datetime):
        """The published steps in this status (a value of `OfferStatus`); open ones include closing ones."""
        return self.published().filter(status_condition(status, at=at))

    def announced(self, *, at: datetime):
        return self.with_status(OfferStatus.ANNOUNCED, at=at)

    def open(self, *, at: datetime):
        return self.with_status(OfferStatus.OPEN, at=at)

    def closing_soon(self, *, at: datetime):
        return self.with_status(OfferStatus.CLOSING_SOON, at=at)

    def closed(self, *, at: datetime):
        return self.published().filter(ends_at__lte=at)

    def in_evaluation(self, *, at: datetime):
        return self.with_status(OfferStatus.IN_EVALUATION, at=at)

    def answered(self, *, at: datetime):
        return self.with_status(OfferStatus.ANSWERED, at=at)

    def done(self, *, at: datetime):
        return self.with_status(OfferStatus.DONE, at=at)

    def in_district(self, district):
        """Steps in this district; what concerns the whole city concerns every district."""
        return self.filter(Q(districts=district) | Q(districts=None))


class Step(models.Model):
    """One opportunity to take part: what, where, when, how, and what became of it."""

    project = models.ForeignKey(ProjectPage, models.PROTECT, related_name="steps", verbose_name=_("project"))
    # The module's slug in the registry (`ideas`, `external` …).
    kind = models.SlugField(_("kind"), max_length=30)
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    teaser = models.CharField(_("in one sentence"), max_length=300, blank=True)
    text = models.TextField(_("what it is about"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=StepState.choices, default=StepState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    # "none": nobody knows when an old offer took place; it then sorts last and appears in no calendar.
    date_precision = models.CharField(
        max_length=5,
        default="day",
        choices=[("day", _("day")), ("month", _("month")), ("year", _("year")), ("none", _("not known"))],
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    format = models.ForeignKey(
        "box.Format", models.PROTECT, null=True, blank=True, related_name="steps", verbose_name=_("format")
    )
    # Code of the vocabulary "channel": analog, digital, hybrid.
    channel = models.CharField(
        _("way"),
        max_length=10,
        default="digital",
        choices=[("analog", _("on site")), ("digital", _("digital")), ("hybrid", _("on site and digital"))],
    )
    # Nobody is excluded for lack of internet: publishing asks for this text.
    offline_ways = models.TextField(
        _("ways without internet"), blank=True, help_text=_("Paper, telephone, on site: where and when?")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    external_url = models.URLField(_("address elsewhere"), max_length=500, blank=True)
    # Rung of the identity ladder this step needs; higher rungs come with the modules that need them.
    identity = models.CharField(
        _("who may take part"),
        max_length=10,
        default="open",
        choices=[("open", _("everyone, without account"))],
    )
    premoderated = models.BooleanField(
        _("check before showing"),
        default=False,
        help_text=_("Contributions appear after a person has read them."),
    )
    settings = models.JSONField(default=dict, blank=True)
    answer_until = models.DateField(_("answer promised by"), null=True, blank=True)
    topics = models.ManyToManyField("city.Topic", blank=True, related_name="steps", verbose_name=_("topics"))
    districts = models.ManyToManyField("city.District", blank=True, related_name="steps", verbose_name=_("districts"))
    # Where the offer came from (import key), so that loading content twice changes nothing.
    source_key = models.CharField(max_length=120, blank=True, db_index=True)
    # The words to be found by, folded (box/folding.py): the same search on SQLite and PostgreSQL.
    search_text = models.TextField(blank=True, editable=False)
    # Counts publications of a change, so that calendars replace what they have (RFC 5545 SEQUENCE).
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["position", "starts_at", "id"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["project", "kind", "slug"], name="one_step_per_address")]
        indexes = [
            models.Index(fields=["state", "starts_at", "id"]),
            models.Index(fields=["state", "ends_at", "id"]),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs):
        self.search_text = self.words()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{self.project.get_absolute_url()}{self.kind}/{self.slug}/"

    def words(self) -> str:
        """Everything this step should be found by, folded."""
        project = self.project
        parts = [self.title, self.teaser, self.text, self.place]
        return folded(" ".join([*parts, project.title, project.summary, project.question]))

    @property
    def module(self) -> registry.Module:
        return registry.get(self.kind)

    def is_open(self, *, at: datetime) -> bool:
        """True while residents can take part."""
        return (
            self.state == StepState.PUBLISHED and self.starts_at <= at and (self.ends_at is None or at < self.ends_at)
        )

    def status(self, *, at: datetime) -> OfferStatus:
        """Where this step stands at the moment `at`; only meaningful once published."""
        if at < self.starts_at:
            return OfferStatus.ANNOUNCED
        if self.ends_at is None or at < self.ends_at:
            soon = self.ends_at is not None and self.ends_at - at <= CLOSING_SOON
            return OfferStatus.CLOSING_SOON if soon else OfferStatus.OPEN
        if self.done_at:
            return OfferStatus.DONE
        return OfferStatus.ANSWERED if self.answered_at else OfferStatus.IN_EVALUATION
