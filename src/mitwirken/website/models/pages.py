"""The pages around the loop: home, concept, legal pages, news."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.db import models
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from mitwirken.box.folding import folded
from mitwirken.city.actions import slug_for
from mitwirken.city.models import CitySettings

from .. import marks
from ..blocks import Body

# BGG NRW § 10b: the accessibility statement is reviewed at least yearly; we hold every legal page to that.
REVIEW_AFTER = timedelta(days=350)


class EditorialForm(WagtailAdminPageForm):
    """Asks for the municipal reference before a text goes public."""

    def clean(self):
        cleaned = super().clean()
        # Court ruling on municipal portals (BGH, 14 July 2022, I ZR 97/21): no item without a municipal reference.
        publishing = "action-publish" in self.data or "action-submit" in self.data
        if publishing and "municipal_reference" in self.fields and not cleaned.get("municipal_reference"):
            self.add_error(
                "municipal_reference",
                _("Please name the city's own task, procedure or event. Without it this must not be published."),
            )
        return cleaned


class HomePage(Page):
    """The front door: what is open now, near me, and the three ways in."""

    question = models.CharField(_("headline"), max_length=120, default="Was soll in Ihrer Stadt anders werden?")
    lead = models.CharField(
        _("in one sentence"),
        max_length=250,
        default="Sagen Sie Ihre Meinung, bringen Sie Ideen ein, planen Sie mit. Sie erfahren, was daraus wird.",
    )

    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    content_panels = [*Page.content_panels, FieldPanel("question"), FieldPanel("lead")]

    class Meta:
        verbose_name = _("home page")

    def serve(self, request, *args, **kwargs):
        from ..views.home import render_home

        return render_home(request, self)


def words_of(body) -> str:
    """The words of a text without its mark-up."""
    return strip_tags(" ".join(_texts(body.get_prep_value())))


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in ("id", "type", "level", "kind", "which", "address"):
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def trail_of(page: Page) -> list[dict[str, str]]:
    """The way from the home page to this one, for the breadcrumb."""
    above = page.get_ancestors().filter(depth__gt=2)
    return [*({"label": each.title, "url": each.url} for each in above), {"label": page.title, "url": ""}]


@dataclass
class Part:
    """One large heading and the blocks below it."""

    title: str = ""
    anchor: str = ""
    blocks: list = field(default_factory=list)


def parts_of(body) -> list[Part]:
    """The text cut at its large headings, so that each part stands under its own and can be linked to."""
    found = [Part()]
    for block in body:
        if block.block_type == "heading" and block.value["level"] == "2":
            title = block.value["text"]
            found.append(Part(title, slug_for(title)[:60]))
        else:
            found[-1].blocks.append(block)
    return [part for part in found if part.title or part.blocks]


class ContentPage(Page):
    """A text of the city, made of blocks."""

    introduction = models.CharField(_("in one sentence"), max_length=300, blank=True)
    body = StreamField(Body(), blank=True, verbose_name=_("text"))
    is_easy = models.BooleanField(
        _("Leichte Sprache"), default=False, help_text=_("Larger type, one sentence per line.")
    )
    municipal_reference = models.CharField(
        _("municipal reference"),
        max_length=300,
        blank=True,
        help_text=_("Which task of the city does this concern: procedure, decision or own event?"),
    )
    # The words to be found by, folded (box/folding.py): the same search on SQLite and PostgreSQL.
    search_text = models.TextField(blank=True, editable=False)

    base_form_class = EditorialForm
    parent_page_types = ["website.HomePage", "website.ContentPage"]
    subpage_types = ["website.ContentPage"]
    template = "website/content_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
        FieldPanel("is_easy"),
        FieldPanel("municipal_reference"),
    ]

    class Meta:
        verbose_name = _("content page")

    def save(self, *args, **kwargs):
        self.search_text = folded(f"{self.title} {self.introduction} {words_of(self.body)}")
        super().save(*args, **kwargs)

    def serve(self, request, *args, **kwargs):
        response = super().serve(request, *args, **kwargs)
        city = CitySettings.load(request_or_site=request)
        if city.video_url and any(block.block_type == "video" for block in self.body):
            # Only the page with the film may load it, and only from where the city keeps it.
            place = urlsplit(city.video_url)
            home = f"{place.scheme}://{place.netloc}"
            response._csp_update = {"frame-src": [home], "media-src": [home]}
        return response

    @property
    def trail(self) -> list[dict[str, str]]:
        return trail_of(self)

    @property
    def parts(self) -> list[Part]:
        return parts_of(self.body)

    @property
    def contents(self) -> list[Part]:
        """What stands on this page; short pages need no list of it."""
        titled = [part for part in self.parts if part.title]
        return titled if len(titled) >= 3 else []

    @property
    def review_date(self) -> date | None:
        """When the city last reviewed this page, for those pages it has to."""
        legal = self.specific if isinstance(self.specific, LegalPage) else None
        return legal.reviewed_on if legal else None

    def open_marks(self) -> list[str]:
        """What the city still has to fill in on this page."""
        return list(marks.found(str(self.body.get_prep_value())))


class LegalPage(ContentPage):
    """A page the law or fairness demands; somebody looks at it at least once a year."""

    reviewed_on = models.DateField(_("last reviewed"))
    is_mandatory = models.BooleanField(_("mandatory page"), default=True)

    parent_page_types = ["website.HomePage"]
    subpage_types = []
    template = "website/content_page.html"
    content_panels = [
        *ContentPage.content_panels,
        MultiFieldPanel([FieldPanel("reviewed_on"), FieldPanel("is_mandatory")], heading=_("review")),
    ]

    class Meta:
        verbose_name = _("mandatory page")

    def is_overdue(self, *, on: date) -> bool:
        return self.reviewed_on + REVIEW_AFTER < on


class NewsIndexPage(Page):
    """All news of the city about taking part."""

    introduction = models.CharField(_("in one sentence"), max_length=300, blank=True)

    parent_page_types = ["website.HomePage"]
    subpage_types = ["website.NewsPage"]
    max_count = 1
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("news")

    @property
    def trail(self) -> list[dict[str, str]]:
        return trail_of(self)

    def serve(self, request, *args, **kwargs):
        from ..views.news import render_news

        return render_news(request, self)


class NewsPage(Page):
    """One piece of news: sober, about the city's own tasks, with its municipal reference."""

    published_on = models.DateField(_("date"))
    teaser = models.CharField(_("in one sentence"), max_length=300)
    body = StreamField(Body(), blank=True, verbose_name=_("text"))
    municipal_reference = models.CharField(
        _("municipal reference"),
        max_length=300,
        blank=True,
        help_text=_("Which task of the city does this concern: procedure, decision or own event?"),
    )
    # The words to be found by, folded (box/folding.py): the same search on SQLite and PostgreSQL.
    search_text = models.TextField(blank=True, editable=False)
    department = models.ForeignKey(
        "city.Department",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible department"),
    )

    base_form_class = EditorialForm
    parent_page_types = ["website.NewsIndexPage"]
    subpage_types = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("published_on"),
        FieldPanel("teaser"),
        FieldPanel("body"),
        FieldPanel("department"),
        FieldPanel("municipal_reference"),
    ]

    class Meta:
        verbose_name = _("news item")

    @property
    def parts(self) -> list[Part]:
        return parts_of(self.body)

    @property
    def trail(self) -> list[dict[str, str]]:
        return trail_of(self)

    def save(self, *args, **kwargs):
        self.search_text = folded(f"{self.title} {self.teaser} {words_of(self.body)}")
        super().save(*args, **kwargs)
