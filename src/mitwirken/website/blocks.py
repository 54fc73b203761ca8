"""The pieces a page is written with. Each renders with words of the interface kit, in templates/website/blocks/."""

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

WORDS = ["bold", "italic", "ol", "ul", "link", "document-link"]


class Heading(blocks.StructBlock):
    text = blocks.CharBlock(max_length=120, label=_("heading"))
    level = blocks.ChoiceBlock(choices=[("2", _("large")), ("3", _("small"))], default="2", label=_("size"))

    class Meta:
        icon = "title"
        label = _("heading")
        template = "website/blocks/heading.html"


class Table(blocks.StructBlock):
    caption = blocks.CharBlock(required=False, max_length=200, label=_("what the table shows"))
    head = blocks.ListBlock(blocks.CharBlock(max_length=120, label=_("column")), label=_("names of the columns"))
    rows = blocks.ListBlock(
        blocks.ListBlock(blocks.CharBlock(required=False, max_length=500, label=_("cell"))), label=_("rows")
    )

    class Meta:
        icon = "table"
        label = _("table")
        template = "website/blocks/table.html"

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        return context | {"head": list(value["head"]), "rows": [list(row) for row in value["rows"]]}


class Picture(blocks.StructBlock):
    image = ImageChooserBlock(label=_("picture"))
    decorative = blocks.BooleanBlock(required=False, label=_("only decoration"), help_text=_("Screen readers skip it."))
    alt = blocks.CharBlock(required=False, max_length=250, label=_("what the picture shows"))
    caption = blocks.CharBlock(required=False, max_length=250, label=_("caption and source"))

    class Meta:
        icon = "image"
        label = _("picture")
        template = "website/blocks/picture.html"

    def clean(self, value):
        value = super().clean(value)
        # EN 301 549 11.8: the tool asks for the decision, it does not let it be forgotten.
        if bool(value["alt"]) == bool(value["decorative"]):
            raise blocks.StructBlockValidationError(
                {"alt": ValidationError(_("Say what the picture shows, or mark it as decoration: one of both."))}
            )
        return value


class Question(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200, label=_("question"))
    text = blocks.RichTextBlock(features=WORDS, label=_("answer"))


class Accordion(blocks.StructBlock):
    items = blocks.ListBlock(Question(), label=_("questions"))

    class Meta:
        icon = "list-ul"
        label = _("questions and answers")
        template = "website/blocks/accordion.html"

    def get_context(self, value, parent_context=None):
        # `value.items` would be the method of the mapping in a template.
        return super().get_context(value, parent_context) | {"questions": value["items"]}


class Contact(blocks.StructBlock):
    name = blocks.CharBlock(max_length=160, label=_("name of the desk"))
    role = blocks.CharBlock(required=False, max_length=200, label=_("what it does"))
    phone = blocks.CharBlock(required=False, max_length=80, label=_("telephone"))
    email = blocks.CharBlock(required=False, max_length=160, label=_("e-mail"))
    hours = blocks.CharBlock(required=False, max_length=200, label=_("when it can be reached"))
    address = blocks.CharBlock(required=False, max_length=300, label=_("address"))

    class Meta:
        icon = "user"
        label = pgettext_lazy("block", "contact")
        template = "website/blocks/contact.html"


class Video(blocks.StructBlock):
    """The film itself is set once, in the settings of the city: address, provider, length, captions."""

    title = blocks.CharBlock(max_length=160, label=_("title of the film"))
    kind = blocks.ChoiceBlock(
        choices=[("explanation", _("the explanatory film")), ("sign", _("the film in sign language"))],
        label=_("which film"),
    )
    transcript = blocks.RichTextBlock(features=WORDS, label=_("the film as text"))

    class Meta:
        icon = "media"
        label = _("film (loads after a click)")
        template = "website/blocks/video.html"

    def get_context(self, value, parent_context=None):
        from mitwirken.city.models import CitySettings

        request = (parent_context or {}).get("request")
        city = CitySettings.load(request_or_site=request)
        sign = value["kind"] == "sign"
        return super().get_context(value, parent_context) | {
            "source": "" if sign else city.video_url,
            "page_url": city.video_page_url or city.video_url,
            "provider": city.video_provider,
            "duration": city.video_duration,
            "captions": city.video_captions,
            "track": reverse("city:captions") if city.video_track else "",
            "sign_url": city.sign_video_url,
            "sign_files": [
                {
                    "label": value["title"],
                    "url": city.sign_video_url,
                    "type": city.sign_video_duration,
                    "size": city.sign_video_size,
                    "note": "",
                }
            ],
            "is_sign": sign,
        }


class Download(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("file"))
    title = blocks.CharBlock(max_length=200, label=_("title"))
    note = blocks.CharBlock(required=False, max_length=200, label=_("what is inside, and is it accessible?"))

    class Meta:
        icon = "download"
        label = _("file to download")
        template = "website/blocks/download.html"

    def get_context(self, value, parent_context=None):
        document = value["document"]
        files = [
            {
                "label": value["title"],
                "url": document.url,
                "type": document.file_extension.upper(),
                "size": filesizeformat(document.get_file_size()),
                "note": value["note"],
            }
        ]
        return super().get_context(value, parent_context) | {"files": files}


class Quote(blocks.StructBlock):
    text = blocks.TextBlock(label=_("text"))
    by = blocks.CharBlock(required=False, max_length=160, label=_("who said it"))

    class Meta:
        icon = "openquote"
        label = _("quote")
        template = "website/blocks/quote.html"


class Notice(blocks.StructBlock):
    title = blocks.CharBlock(required=False, max_length=160, label=_("title"))
    text = blocks.RichTextBlock(features=WORDS, label=_("text"))

    class Meta:
        icon = "info-circle"
        label = _("notice")
        template = "website/blocks/notice.html"


class LinkCard(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("title"))
    address = blocks.CharBlock(max_length=300, label=_("address"), help_text=_("For example /mitmachen/"))
    text = blocks.CharBlock(required=False, max_length=300, label=_("in one sentence"))

    def clean(self, value):
        value = super().clean(value)
        if not value["address"].startswith(("/", "https://")) or value["address"].startswith("//"):
            raise blocks.StructBlockValidationError(
                {"address": ValidationError(_("Begin with / for a page of this site, or with https://"))}
            )
        return value


class LinkCards(blocks.StructBlock):
    cards = blocks.ListBlock(LinkCard(), label=_("cards"))

    class Meta:
        icon = "grip"
        label = _("cards with links")
        template = "website/blocks/link_cards.html"


class Easy(blocks.StructBlock):
    """Leichte Sprache: each sentence on a line of its own (BITV 2.0, annex 2, part 2)."""

    sentences = blocks.ListBlock(blocks.CharBlock(max_length=160, label=_("sentence")), label=_("sentences"))

    class Meta:
        icon = "pilcrow"
        label = _("Leichte Sprache")
        template = "website/blocks/easy.html"


class MaintainedList(blocks.StructBlock):
    which = blocks.ChoiceBlock(
        choices=[("funding", _("funding opportunities")), ("rights", _("rights and instruments"))],
        label=_("which list"),
    )

    class Meta:
        icon = "list-ul"
        label = _("maintained list")
        template = "website/blocks/maintained_list.html"

    def get_context(self, value, parent_context=None):
        from mitwirken.core import clock

        from .models import FundingOpportunity, LocalRight

        lists = {"funding": FundingOpportunity, "rights": LocalRight}
        entries = lists[value["which"]].objects.valid(on=clock.today())
        return super().get_context(value, parent_context) | {"entries": entries}


class Body(blocks.StreamBlock):
    heading = Heading()
    paragraph = blocks.RichTextBlock(
        features=WORDS, icon="pilcrow", label=_("text"), template="website/blocks/paragraph.html"
    )
    notice = Notice()
    table = Table()
    picture = Picture()
    accordion = Accordion()
    contact = Contact()
    video = Video()
    download = Download()
    quote = Quote()
    link_cards = LinkCards()
    easy = Easy()
    maintained_list = MaintainedList()
