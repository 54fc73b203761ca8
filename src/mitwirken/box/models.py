"""The toolbox of participation formats. Codes are fixed by content/ and never change."""

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Case as SqlCase
from django.db.models import Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .folding import folded, words

# Below this number of people a result could point at somebody, and says little.
SMALLEST_GROUP = 10


class Term(models.Model):
    """One value of a closed vocabulary (level, goal, channel …): the code is fixed, the label translatable."""

    vocabulary = models.CharField(max_length=20)
    code = models.SlugField(max_length=40)
    label = models.CharField(max_length=120)
    help_text = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["vocabulary", "position"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="one_term_per_code")]

    def __str__(self) -> str:
        return self.label


class Described(models.Model):
    """What formats and cases share: their terms, by vocabulary."""

    terms: Any

    class Meta:
        abstract = True

    @cached_property
    def by_vocabulary(self) -> dict[str, list[Term]]:
        found: dict[str, list[Term]] = {}
        for term in self.terms.all():
            found.setdefault(term.vocabulary, []).append(term)
        return found

    def described_as(self, vocabulary: str) -> list[Term]:
        return self.by_vocabulary.get(vocabulary, [])

    def codes(self, vocabulary: str) -> list[str]:
        return [term.code for term in self.described_as(vocabulary)]


class FormatQuerySet(models.QuerySet):
    def listed(self):
        """What the toolbox offers: everything still kept by the editors."""
        return self.filter(retired=False)

    def search(self, query: str):
        """Formats that speak of each word of `query`; `rank` is lowest for a hit in the name.

        Works on folded text (no umlauts, no hyphens), so that both databases find the same.
        """
        found = self
        name, alias = Q(), Q()
        for word in words(query):
            found = found.filter(search_text__contains=word)
            name &= Q(search_name__contains=word)
            alias &= Q(search_aliases__contains=word)
        if not name:
            return self.annotate(rank=Value(0, output_field=models.IntegerField()))
        return found.annotate(
            rank=SqlCase(
                When(search_name=folded(query), then=Value(0)),
                When(search_name__startswith=folded(query), then=Value(1)),
                When(name, then=Value(2)),
                When(alias, then=Value(3)),
                default=Value(4),
                output_field=models.IntegerField(),
            )
        )


class Format(Described):
    """A way of letting people take part, described so that a department can use it tomorrow."""

    code = models.SlugField(unique=True, max_length=80)
    name = models.CharField(_("name"), max_length=160)
    aliases = models.JSONField(_("also called"), default=list, blank=True)
    summary = models.CharField(_("in one sentence"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    # Kind, level, phase, goal, channel, group size, recruitment, duration, cost bracket and basis,
    # moderation, skill, conflict fit, target group, legal, output: one table, so that facets count in sets.
    terms = models.ManyToManyField(Term, related_name="formats", blank=True)
    participants_min = models.PositiveIntegerField(default=1)
    participants_max = models.PositiveIntegerField(default=1)
    participants_note = models.CharField(max_length=200, blank=True)
    duration_text = models.CharField(max_length=200, blank=True)
    hours_min = models.FloatField(_("hours per person, from"), default=0)
    hours_max = models.FloatField(_("hours per person, to"), default=0)
    lead_weeks_min = models.PositiveSmallIntegerField(default=0)
    lead_weeks_max = models.PositiveSmallIntegerField(default=0)
    # External cost of one run in euros, without the city's own staff. Never shown without its basis.
    cost_min = models.PositiveIntegerField(default=0)
    cost_max = models.PositiveIntegerField(default=0)
    cost_note = models.CharField(max_length=300, blank=True)
    staff_days_min = models.FloatField(default=0)
    staff_days_max = models.FloatField(default=0)
    # [{when: before|during|after, title, text}]; `steps` are the portal's steps that use this format.
    process_steps = models.JSONField(_("how it goes"), default=list, blank=True)
    accessibility = models.JSONField(default=list, blank=True)
    materials = models.JSONField(default=list, blank=True)
    digital_tools = models.JSONField(default=list, blank=True)
    strengths = models.JSONField(default=list, blank=True)
    limits = models.JSONField(default=list, blank=True)
    # [{risk, mitigation}]
    risks = models.JSONField(default=list, blank=True)
    avoid_if = models.JSONField(default=list, blank=True)
    digital_equivalent = models.TextField(blank=True)
    legal_note = models.TextField(blank=True)
    combine_with = models.ManyToManyField("self", symmetrical=False, related_name="combined_by", blank=True)
    alternatives = models.ManyToManyField("self", symmetrical=False, related_name="alternative_to", blank=True)
    # [{title, url or null, checked}]
    sources = models.JSONField(default=list, blank=True)
    source_keys = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=20, default="draft")
    language = models.CharField(max_length=10, default="de")
    license = models.CharField(max_length=40, default="CC BY 4.0")
    # No longer in content/: kept, because projects and evidence point at it, but not offered.
    retired = models.BooleanField(default=False)
    # Folded copies for the search, written by the loader.
    search_name = models.CharField(max_length=200, blank=True, db_index=True)
    search_aliases = models.TextField(blank=True)
    search_text = models.TextField(blank=True)

    objects = FormatQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("format")
        verbose_name_plural = _("formats")
        constraints = [
            models.CheckConstraint(
                condition=Q(participants_min__lte=models.F("participants_max"))
                & Q(cost_min__lte=models.F("cost_max"))
                & Q(staff_days_min__lte=models.F("staff_days_max"))
                & Q(lead_weeks_min__lte=models.F("lead_weeks_max"))
                & Q(hours_min__lte=models.F("hours_max")),
                name="format_ranges_ascend",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("box:format", args=[self.code])

    def fold(self) -> None:
        """Write the folded copies the search reads."""
        self.search_name = folded(self.name)[:200]
        self.search_aliases = " ".join(folded(alias) for alias in self.aliases)
        # Run together as well: "open space" is also typed "openspace".
        run_together = self.search_name.replace(" ", "")
        told = f"{folded(self.summary)} {folded(self.description)}"
        self.search_text = f"{self.search_name} {run_together} {self.search_aliases} {told}"

    @property
    def levels(self) -> list[str]:
        return self.codes("level")

    @property
    def phases(self) -> list[str]:
        return self.codes("phase")

    @property
    def goals(self) -> list[str]:
        return self.codes("goal")

    @property
    def channels(self) -> list[str]:
        return self.codes("channel")

    @property
    def kind(self) -> Term | None:
        return next(iter(self.described_as("kind")), None)

    @property
    def cost_basis(self) -> str:
        """`source` or `estimate`: where the cost range comes from."""
        return next(iter(self.codes("cost_basis")), "estimate")


class PracticeCaseQuerySet(models.QuerySet):
    def listed(self):
        return self.filter(retired=False)

    def search(self, query: str):
        found = self
        title = Q()
        for word in words(query):
            found = found.filter(search_text__contains=word)
            title &= Q(search_title__contains=word)
        if not title:
            return self.annotate(rank=Value(0, output_field=models.IntegerField()))
        return found.annotate(
            rank=SqlCase(When(title, then=Value(0)), default=Value(1), output_field=models.IntegerField())
        )


class Case(Described):
    """A practice case: what was done elsewhere or here, what went well and, always, what did not."""

    code = models.SlugField(unique=True, max_length=80)
    title = models.CharField(_("title"), max_length=200)
    place = models.CharField(_("place"), max_length=120)
    region = models.CharField(_("region"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    geo_precision = models.CharField(max_length=10, blank=True)
    year_start = models.PositiveSmallIntegerField(null=True, blank=True)
    year_end = models.PositiveSmallIntegerField(null=True, blank=True)
    organiser = models.CharField(_("organiser"), max_length=200, blank=True)
    summary = models.TextField(_("in short"))
    # Topic, level, channel, recruitment, evidence, outcome status.
    terms = models.ManyToManyField(Term, related_name="cases", blank=True)
    formats = models.ManyToManyField(Format, through="FormatCase", related_name="cases", blank=True)
    participants = models.PositiveIntegerField(null=True, blank=True)
    # What the process cost and what it handed out are different things and never added up.
    process_cost = models.PositiveIntegerField(null=True, blank=True)
    decided_budget = models.PositiveBigIntegerField(null=True, blank=True)
    duration = models.CharField(max_length=200, blank=True)
    # [{label, value}]
    numbers = models.JSONField(default=list, blank=True)
    worked = models.JSONField(_("what went well"))
    not_worked = models.JSONField(_("what did not go well"))
    outcome = models.TextField(blank=True)
    lessons = models.JSONField(default=list, blank=True)
    # [{title, url}]
    sources = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=20, default="draft")
    license = models.CharField(max_length=40, default="CC BY 4.0")
    retired = models.BooleanField(default=False)
    search_title = models.CharField(max_length=250, blank=True, db_index=True)
    search_text = models.TextField(blank=True)

    objects = PracticeCaseQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("practice case")
        verbose_name_plural = _("practice cases")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("box:case", args=[self.code])

    def fold(self) -> None:
        """Write the folded copies the search reads."""
        self.search_title = folded(self.title)[:250]
        told = [self.title, self.place, self.region, self.organiser, self.summary, self.outcome]
        self.search_text = " ".join(folded(text) for text in told)

    @property
    def years(self) -> str:
        """When it happened, as far as known: "2016 – 2019", "since 2016", "2016"."""
        if self.year_start and self.year_end:
            same = self.year_start == self.year_end
            return str(self.year_start) if same else f"{self.year_start} – {self.year_end}"
        if self.year_start:
            return _("since %(year)s") % {"year": self.year_start}
        return str(self.year_end or "")


class FormatCase(models.Model):
    """This case used this format; the first named carried the case."""

    format = models.ForeignKey(Format, models.CASCADE, related_name="case_links")
    case = models.ForeignKey(Case, models.CASCADE, related_name="format_links")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["format", "case"], name="one_link_per_format_and_case")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.format_id}"


class EvidenceQuerySet(models.QuerySet):
    def showable(self):
        """What may be shown to the public: nothing that rests on fewer than ten."""
        return self.filter(n__gte=SMALLEST_GROUP)


class Evidence(models.Model):
    """What an evaluated step of the city says about its format. Pushed down by the evaluation."""

    format = models.ForeignKey(Format, models.CASCADE, related_name="evidence")
    step_label = models.CharField(max_length=200)
    step_url = models.CharField(max_length=500)
    # Code of the evaluation framework (content/evaluation.json): R2, Q1, W3 …
    indicator = models.CharField(max_length=10)
    value = models.FloatField()
    n = models.PositiveIntegerField()
    measured_on = models.DateField()
    source = models.CharField(max_length=200)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-measured_on", "step_url", "indicator"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.UniqueConstraint(fields=["format", "step_url", "indicator"], name="one_value_per_step_and_indicator")
        ]

    def __str__(self) -> str:
        return f"{self.indicator} = {self.value}"
