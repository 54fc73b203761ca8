"""What Wagtail's editor shows of a section and a project, in the order in which people write."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel

from mitwirken.box.models import Term


class ProjectPageForm(WagtailAdminPageForm):
    """Offers the levels of participation by name; the page stores their code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "promised_level" in self.fields:
            levels = [(term.code, term.label) for term in Term.objects.filter(vocabulary="level")]
            self.fields["promised_level"].widget = forms.Select(choices=[("", _("please choose")), *levels])


SECTION = [FieldPanel("title"), FieldPanel("introduction")]

PROJECT = [
    FieldPanel("title"),
    MultiFieldPanel(
        [
            FieldPanel("summary"),
            FieldPanel("question"),
            FieldPanel("body", help_text=_("Background, as short as possible. Headings help people to skim.")),
        ],
        heading=_("What it is about"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("open_points", help_text=_("What can people really influence?")),
            FieldPanel("fixed_points", help_text=_("What is decided already, and why?")),
            FieldPanel("decision", help_text=_("Which body, in which month?")),
            FieldPanel("promised_level", help_text=_("Promise only what the city keeps.")),
        ],
        heading=_("What can be influenced"),
    ),
    MultiFieldPanel(
        [
            FieldPanel(
                "municipal_reference",
                help_text=_(
                    "Which task of the city does this concern: procedure, decision or own event? Without it "
                    "nothing can be published: a city may inform about its own tasks, and leaves general "
                    "news to the press."
                ),
            ),
            FieldPanel("contact_name"),
            FieldPanel("contact_email"),
            FieldPanel("contact_phone"),
        ],
        heading=_("Responsible"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
            FieldPanel(
                "districts",
                widget=forms.CheckboxSelectMultiple,
                help_text=_("No district means the whole city."),
            ),
        ],
        heading=_("Topic and place"),
    ),
    MultiFieldPanel(
        [FieldPanel("image"), FieldPanel("image_alt", help_text=_("For people who do not see it."))],
        heading=_("Picture"),
    ),
    InlinePanel("documents", heading=_("Documents"), label=_("Document")),
    FieldPanel("result", help_text=_("After the end: what was heard, what follows from it?")),
]

ADDRESS = [FieldPanel("slug", help_text=_("Part of the public address. Leave it as it is once it is known."))]
