"""The city as data: who is responsible, where it is, what it is about. Nothing here knows its name."""

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


class DepartmentQuerySet(models.QuerySet["Department"]):
    def known_as(self, name: str | None) -> "Department | None":
        """The department that goes by this name: its own, its short one, or one it had before."""
        wanted = " ".join((name or "").split()).casefold()
        return next((row for row in self if wanted and wanted in row.known_names()), None)


class Department(models.Model):
    """A part of the administration that runs projects and answers (Fachbereich)."""

    slug = models.SlugField(unique=True, max_length=80)
    name = models.CharField(_("name"), max_length=160)
    short_name = models.CharField(_("short name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.TextField(_("address"), blank=True)
    # Names under which the department appears in sources: offices are merged and renamed.
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    # Where the contact desk and everything without a department of its own belongs (at most one).
    is_coordination = models.BooleanField(_("coordinates participation"), default=False)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.name

    def known_names(self) -> set[str]:
        return {" ".join(name.split()).casefold() for name in (self.name, self.short_name, *self.aliases)}


class District(models.Model):
    """A district (Stadtbezirk) with its people, its centre and, once imported, its boundary."""

    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=80)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_date = models.DateField(_("population as of"), null=True, blank=True)
    # WGS84 degrees; "approx" centres come from general knowledge and are labelled as schematic.
    lat = models.FloatField()
    lon = models.FloatField()
    geometry = models.JSONField(
        _("boundary"), null=True, blank=True, help_text=_("GeoJSON geometry in WGS84; empty until imported")
    )
    position = models.PositiveSmallIntegerField(default=0)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """What something is about (Thema): one closed list for offers, cases and interests."""

    code = models.SlugField(unique=True, max_length=40)
    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.name


class Street(models.Model):
    """A street, or a range of its house numbers, and the district it belongs to."""

    name = models.CharField(max_length=120)
    # Lower case, "strasse"/"str." unified: how people type it (city/streets.py).
    search_name = models.CharField(max_length=120, db_index=True)
    number_from = models.PositiveIntegerField(null=True, blank=True)
    number_to = models.PositiveIntegerField(null=True, blank=True)
    parity = models.CharField(max_length=4, blank=True, choices=[("even", _("even")), ("odd", _("odd"))])
    postcode = models.CharField(max_length=5, blank=True)
    district = models.ForeignKey(District, models.CASCADE, related_name="streets")

    class Meta:
        ordering = ["name", "number_from", "id"]
        verbose_name = _("street")
        verbose_name_plural = _("streets")

    def __str__(self) -> str:
        return self.name


@register_setting(icon="home")
class CitySettings(BaseGenericSetting):
    """What this installation says about itself: the city's name, how to reach it, the legal footer note."""

    name = models.CharField(_("name of the city"), max_length=80, default="Musterstadt")
    site_name = models.CharField(_("name of this website"), max_length=60, default="Mitwirken")
    claim = models.CharField(_("claim"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail of the contact desk"), blank=True)
    phone = models.CharField(_("telephone of the contact desk"), max_length=40, blank=True)
    phone_hours = models.CharField(_("when the telephone is answered"), max_length=120, blank=True)
    address = models.TextField(_("postal address"), blank=True)
    counter = models.TextField(
        _("counter"), blank=True, help_text=_("Where and when people can come, and how they get in.")
    )
    footer_note = models.TextField(_("legal note in the footer"), blank=True)
    theme_url = models.CharField(_("address of the theme's style sheet"), max_length=200, blank=True)
    video_url = models.URLField(
        _("address of the explanatory video"),
        blank=True,
        help_text=_("The address to embed. Empty: the page shows the text of the film and says so."),
    )
    video_page_url = models.URLField(_("page of the video at its provider"), blank=True)
    video_provider = models.CharField(_("provider of the video"), max_length=80, blank=True)
    video_duration = models.CharField(_("length of the video"), max_length=40, blank=True)
    video_captions = models.CharField(_("languages of the captions"), max_length=80, blank=True)
    video_track = models.TextField(
        _("captions of the video"),
        blank=True,
        help_text=_("The captions as WebVTT, for a film that is a file (mp4, webm). Begins with WEBVTT."),
    )
    sign_video_url = models.URLField(_("address of the video in sign language"), blank=True)
    sign_video_duration = models.CharField(_("length of the video in sign language"), max_length=40, blank=True)
    sign_video_size = models.CharField(_("size of the video in sign language"), max_length=40, blank=True)

    # What content/ gave as an example and the city has to replace: field name to that example.
    placeholders = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("city")

    def fields_to_fill(self) -> list[str]:
        """The labels of what still holds the example of the content folder, or nothing at all."""
        examples = self.placeholders or {}
        return [
            str(field.verbose_name)
            for field in self._meta.fields
            if field.name in examples and getattr(self, field.name) in ("", examples[field.name])
        ]

    @cached_property
    def districts(self) -> list[District]:
        """All districts in the city's own order; one query per loaded settings, so one per request."""
        return list(District.objects.defer("geometry", "facts"))
