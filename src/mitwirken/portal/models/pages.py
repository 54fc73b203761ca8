"""Projects are Wagtail pages below one section page per department: page permissions hold at every door."""

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page

from mitwirken.core import clock

from .. import panels


class SectionPage(Page):
    """Everything one department offers; carries that department's editing rights."""

    department = models.OneToOneField("city.Department", models.PROTECT, related_name="section")
    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = panels.SECTION
    promote_panels = []
    settings_panels = []
    parent_page_types = ["website.HomePage"]
    subpage_types = ["portal.ProjectPage"]
    is_creatable = False  # by `open_section` only: a section without its department's rights is none

    class Meta:
        verbose_name = _("section of a department")

    def serve(self, request, *args, **kwargs):
        return HttpResponsePermanentRedirect(reverse("portal:section", args=[self.department.slug]))

    def get_url_parts(self, request=None):
        parts = super().get_url_parts(request)
        return parts and (*parts[:2], reverse("portal:section", args=[self.department.slug]))


class ProjectPage(Page):
    """A project (Vorhaben): one question to the city's people, its limits, its steps, its answers."""

    summary = models.TextField(_("in short"), max_length=400, help_text=_("Two sentences in plain language."))
    question = models.CharField(
        _("question"),
        max_length=250,
        blank=True,
        help_text=_("One neutral sentence: what is to be answered?"),
    )
    open_points = models.TextField(_("what is open"), blank=True)
    fixed_points = models.TextField(_("what is fixed"), blank=True)
    decision = models.TextField(_("who decides, and when"), blank=True)
    # Code of the vocabulary "level": inform, consult, involve, collaborate, empower.
    promised_level = models.CharField(_("promised level of participation"), max_length=20, blank=True)
    body = RichTextField(
        _("description"), blank=True, features=["h3", "bold", "italic", "ol", "ul", "link", "document-link"]
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    image_alt = models.CharField(_("what the picture shows"), max_length=250, blank=True)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=40, blank=True)
    result = models.TextField(_("what came of it"), blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    # Court ruling on municipal portals (BGH, 14 July 2022, I ZR 97/21): no item without a municipal reference.
    municipal_reference = models.CharField(
        _("municipal reference"),
        max_length=300,
        blank=True,
        help_text=_("Which task of the city does this concern: procedure, decision or own event?"),
    )
    started_from = models.ForeignKey(
        "box.Format",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("format"),
    )
    checklist = models.JSONField(_("checklist"), default=list, blank=True)
    is_archive = models.BooleanField(_("from the archive"), default=False)
    topics = ParentalManyToManyField("city.Topic", blank=True, related_name="projects", verbose_name=_("topics"))
    districts = ParentalManyToManyField(
        "city.District", blank=True, related_name="projects", verbose_name=_("districts")
    )

    template = "portal/project.html"
    base_form_class = panels.ProjectPageForm
    content_panels = panels.PROJECT
    promote_panels = panels.ADDRESS
    settings_panels = []
    parent_page_types = ["portal.SectionPage"]
    subpage_types = []
    is_creatable = False  # by `start_project` only: it brings the first step and the checklist

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def get_absolute_url(self) -> str:
        return reverse("portal:project", args=[self.slug])

    def get_url_parts(self, request=None):
        parts = super().get_url_parts(request)
        return parts and (*parts[:2], self.get_absolute_url())

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        # A new title or question is found at once; a project has a handful of steps.
        steps = list(self.steps.all())
        for step in steps:
            step.project = self
            step.search_text = step.words()
        self.steps.bulk_update(steps, ["search_text"])

    def serve(self, request, *args, **kwargs):
        return HttpResponsePermanentRedirect(self.get_absolute_url())

    def get_context(self, request, *args, **kwargs):
        """Only Wagtail's previews ask for this; the public page is made by views/projects.py from the same."""
        from ..showing import project_context  # showing.py asks these models

        shown = project_context(self, request, at=clock.now(), draft=True)
        return super().get_context(request, *args, **kwargs) | shown

    @property
    def department(self):
        """The department whose section the project lies in."""
        return self.get_parent().specific.department

    def clean(self):
        super().clean()
        # The public address does not name the department, so a slug must be unique across all of them.
        if ProjectPage.objects.filter(slug=self.slug).exclude(pk=self.pk).exists():
            raise ValidationError({"slug": _("Another project has this address already. Choose a different one.")})


class ProjectDocument(Orderable):
    """A document of a project, with what we know about its accessibility."""

    project = ParentalKey(ProjectPage, on_delete=models.CASCADE, related_name="documents")
    document = models.ForeignKey("wagtaildocs.Document", models.PROTECT, related_name="+", verbose_name=_("document"))
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what it says"), blank=True)
    accessible = models.CharField(
        _("accessibility"),
        max_length=10,
        default="unchecked",
        choices=[
            ("yes", _("checked, accessible")),
            ("no", _("not accessible, ask for another version")),
            ("unchecked", _("not checked yet")),
        ],
    )

    def __str__(self) -> str:
        return self.title
