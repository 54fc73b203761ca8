"""What members volunteer about themselves so that a draw can resemble the population. Only draws read it.

`tests/test_traits.py` fails if another module touches this one. Each kind has a consent of its own; without it
there is no row.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .consents import Purpose
from .members import Member


class TraitKind(models.TextChoices):
    """Five things and no more. Every word here is a question somebody may leave unanswered."""

    AGE = "age", _("Age")
    SEX = "sex", _("Sex")
    EDUCATION = "education", _("Highest school or vocational certificate")
    MIGRATION = "migration", _("Family history of migration")
    HOUSEHOLD = "household", _("People in your household")


# The consent each kind needs.
CONSENTS = {
    TraitKind.AGE: Purpose.TRAIT_AGE,
    TraitKind.SEX: Purpose.TRAIT_SEX,
    TraitKind.EDUCATION: Purpose.TRAIT_EDUCATION,
    TraitKind.MIGRATION: Purpose.TRAIT_MIGRATION,
    TraitKind.HOUSEHOLD: Purpose.TRAIT_HOUSEHOLD,
}

# Bands as coarse as a draw needs (the census counts in the same ones), never a birthday.
VALUES = {
    TraitKind.AGE: [
        ("16-29", _("16 to 29")),
        ("30-44", _("30 to 44")),
        ("45-59", _("45 to 59")),
        ("60-74", _("60 to 74")),
        ("75", _("75 or older")),
    ],
    TraitKind.SEX: [("f", _("female")), ("m", _("male")), ("d", _("diverse"))],
    TraitKind.EDUCATION: [
        ("school", _("still at school")),
        ("none", _("no certificate")),
        ("basic", _("Hauptschule or Realschule")),
        ("vocational", _("vocational training")),
        ("abitur", _("Abitur")),
        ("university", _("university")),
    ],
    TraitKind.MIGRATION: [
        ("none", _("I and both my parents were born in Germany")),
        ("parents", _("one or both of my parents came to Germany")),
        ("self", _("I came to Germany myself")),
    ],
    TraitKind.HOUSEHOLD: [
        ("1", _("I live alone")),
        ("2", _("two")),
        ("3", _("three or more, without children")),
        ("children", _("with children under 18")),
    ],
}


class PanelTraitQuerySet(models.QuerySet):
    def for_draw(self, members: models.QuerySet[Member]):
        """What these people allow a draw to use today: the consent is asked again here."""
        allowed = models.Q()
        for kind, purpose in CONSENTS.items():
            allowed |= models.Q(kind=kind, member__consents__purpose=purpose)
        return self.filter(allowed, member__in=members)


class PanelTrait(models.Model):
    """One answer of one member, for draws only."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="traits")
    kind = models.CharField(max_length=10, choices=TraitKind.choices)
    value = models.CharField(max_length=12)

    objects = PanelTraitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="one_answer_per_trait")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.kind}"
