"""What an idea has beyond every contribution, and pictures on their way through the review page."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mitwirken.portal.models import Contribution, ModerationState, Step


class Category(models.Model):
    """A pigeon-hole of one step. Its names stand in the step's settings; a row appears with its first idea."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="idea_categories")
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["step", "name"], name="one_category_per_name")]

    def __str__(self) -> str:
        return self.name


class IdeaQuerySet(models.QuerySet):
    def of(self, step: Step):
        return self.filter(contribution__step=step)

    def public(self):
        return self.filter(contribution__moderation=ModerationState.VISIBLE)


class Idea(models.Model):
    """An idea: a contribution, sorted by category."""

    contribution = models.OneToOneField(Contribution, models.CASCADE, primary_key=True, related_name="idea")
    category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="ideas", verbose_name=_("category")
    )

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")

    def __str__(self) -> str:
        return self.contribution.title


class Upload(models.Model):
    """A picture between form and review page, already drawn anew; gone after a day or when handed in."""

    key = models.CharField(max_length=40, unique=True)
    step = models.ForeignKey(Step, models.CASCADE, related_name="+")
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"upload {self.pk}"
