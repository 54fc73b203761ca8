"""What the city says back: to one contribution, to all, and what it then did."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .contributions import Contribution
from .pages import ProjectPage


class Answer(models.Model):
    """The official answer to a contribution (offizielle Antwort)."""

    contribution = models.OneToOneField(Contribution, models.CASCADE, related_name="answer")
    text = models.TextField(_("answer"), max_length=5000)
    department = models.ForeignKey("city.Department", models.PROTECT, related_name="answers")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]


class Measure(models.Model):
    """Something the city does because of a project (Maßnahme), and how far it is."""

    class Progress(models.TextChoices):
        PLANNED = "planned", _("planned")
        UNDERWAY = "underway", _("under way")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    project = models.ForeignKey(ProjectPage, models.PROTECT, related_name="measures")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what is done"), blank=True)
    progress = models.CharField(_("progress"), max_length=8, choices=Progress.choices, default=Progress.PLANNED)
    due_on = models.DateField(_("due"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    contributions = models.ManyToManyField(Contribution, blank=True, related_name="measures")

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Origin(models.Model):
    """One contribution went into another: merged, split, quoted. The path back is never lost."""

    class Kind(models.TextChoices):
        MERGED = "merged", _("merged into")
        SPLIT = "split", _("split from")
        QUOTED = "quoted", _("quoted in")

    source = models.ForeignKey(Contribution, models.CASCADE, related_name="became")
    target = models.ForeignKey(Contribution, models.CASCADE, related_name="origins")
    kind = models.CharField(max_length=8, choices=Kind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="one_origin_per_pair")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Update(models.Model):
    """News from a project."""

    project = models.ForeignKey(ProjectPage, models.PROTECT, related_name="updates")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-published_at", "-id"]

    def __str__(self) -> str:
        return self.title
