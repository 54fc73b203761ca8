"""Batches as PDF, made from their rows each time somebody asks: the same bytes, and no file that lies around."""

import io
import re
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from mitwirken.ui import pdf

from ..models import Member, PhoneNumber, PostalAddress
from . import codes, words
from .models import Batch, Sheet

PRINT = Path(__file__).parent / "print"
# What no typeface of ours can draw; Typst names it, and PDF/UA allows no empty boxes.
_UNDRAWABLE = re.compile(r'the text `"(.+?)"` could not be displayed')
MOST_UNDRAWABLE = 100
# What stands beside the keys of `personal_data`, and of the words of a letter (words.py), on the page people read.
LABELS = {
    "letters": gettext_lazy("Letters and calls"),
    "printed": gettext_lazy("What is still kept of them"),
    "codes": gettext_lazy("Codes in letters"),
    "printed_at": gettext_lazy("Printed at"),
    "valid_until": gettext_lazy("Valid until"),
    "used_at": gettext_lazy("Used at"),
    "words": gettext_lazy("Words"),
    "address": gettext_lazy("Postal address"),
    "subject": gettext_lazy("Subject"),
    "parts": gettext_lazy("Paragraphs"),
    "kind": None,
    "text": gettext_lazy("Text"),
    "rows": gettext_lazy("At a glance"),
    "lines": gettext_lazy("Text"),
    "code": pgettext_lazy("in a letter", "How to use the code"),
    "title": gettext_lazy("Heading"),
    "alt": None,
    "closing": gettext_lazy("Closing words"),
}


def letters(batch: Batch) -> bytes:
    """The batch's letters, in their order."""
    with override(batch.lang):
        title = _("Letters of the people pool, batch %s") % batch.pk
        data = {
            "frame": batch.frame,
            "duplex": batch.duplex,
            "letters": [_letter(batch, sheet) for sheet in batch.sheets.order_by("number")],
        }
    return _drawn("letter.typ", data, title=title, lang=batch.lang, at=batch.created_at)


def calls(batch: Batch) -> bytes:
    """The list of calls for whoever prefers paper beside the telephone."""
    data = {
        "title": _("Calls of the people pool, list %s") % batch.pk,
        "intro": [_("Please throw this list into the bin for confidential paper when you are done.")],
        "calls": call_rows(batch),
        "boxes": [_("reached"), _("not reached"), _("wants no more")],
    }
    return _drawn("calls.typ", data, title=data["title"], lang=settings.LANGUAGE_CODE, at=batch.created_at)


def call_rows(batch: Batch) -> list[dict[str, Any]]:
    """Whom to call and what to say."""
    sheets = list(batch.sheets.order_by("number").select_related("outbox"))
    members = [sheet.outbox.member_id for sheet in sheets]
    numbers = PhoneNumber.objects.in_bulk(members, field_name="member_id")
    names = PostalAddress.objects.in_bulk(members, field_name="member_id")
    rows = []
    for sheet in sheets:
        member = sheet.outbox.member_id
        number, name = numbers.get(member), names.get(member)
        rows.append(
            {
                "pk": sheet.pk,
                "anchor": f"anruf-{sheet.pk}",
                "who": name.name if name else _("Member %s") % member,
                "phone": number.number if number else "",
                **sheet.words,
            }
        )
    return rows


def test_sheet(*, at: Any) -> bytes:
    """A sheet to hold against the envelope and to print on both sides."""
    data = {
        "title": _("Test sheet for printer and envelope"),
        "window": _("Address window: this text has to be seen completely."),
        "lines": [
            _("1. Print this sheet on both sides, in its original size (100 %, not “fit to page”)."),
            _("2. Fold it at the short marks on the left, put it into a long envelope with a window on the left."),
            _("3. The frame above is 85 mm wide and 45 mm high. The window must show nothing below or beside it."),
            _("4. The back must stand upright when you turn the sheet like the page of a book."),
        ],
        "front": _("Front"),
        "back": _("Back: if this stands upside down, choose “long edge” in the printer's settings."),
    }
    return _drawn("test.typ", data, title=data["title"], lang=settings.LANGUAGE_CODE, at=at)


def personal_data(member: Member) -> dict[str, Any]:
    """The letters of one person that are still kept, and when their codes were used."""
    sheets = Sheet.objects.filter(outbox__member=member).select_related("batch", "code").order_by("pk")
    codes_used = [
        {"printed_at": code.created_at, "valid_until": code.expires_at, "used_at": code.used_at}
        for code in member.letter_codes.order_by("pk")
    ]
    kept = [{"printed_at": sheet.batch.created_at, "words": sheet.words} for sheet in sheets if sheet.words]
    return {"printed": kept, "codes": codes_used} if kept or codes_used else {}


def _letter(batch: Batch, sheet: Sheet) -> dict[str, Any]:
    code = codes.code_of(sheet.seed)
    return {
        **sheet.words,
        "reference": _("Letter %s") % f"{batch.pk}-{sheet.number}",
        "code": {**sheet.words["code"], "text": code, "picture": _picture(code)},
    }


def _picture(code: str) -> str:
    out = io.BytesIO()
    address = settings.SITE_URL + words.page(code)
    segno.make(address, error="m").save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _drawn(template: str, data: dict[str, Any], **facts: Any) -> bytes:
    """The PDF; a sign that no typeface has becomes a question mark instead of stopping five hundred letters."""
    for _attempt in range(MOST_UNDRAWABLE):
        try:
            return pdf.render(PRINT / template, data, **facts)
        except RuntimeError as error:
            missing = _UNDRAWABLE.search(str(error))
            sign = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), missing[1]) if missing else ""
            cleaned = _without(data, sign) if sign else data
            if cleaned == data:
                raise
            data = cleaned
    raise RuntimeError("Too many signs that no typeface of ours has.")


def _without(data: Any, sign: str) -> Any:
    if isinstance(data, str):
        return data.replace(sign, "?")
    if isinstance(data, list):
        return [_without(part, sign) for part in data]
    if isinstance(data, dict):
        return {name: _without(part, sign) for name, part in data.items()}
    return data
