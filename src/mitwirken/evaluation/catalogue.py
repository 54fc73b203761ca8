"""The numbers we take: what they are called, and which of them a format's page learns."""

from django.utils.translation import gettext_lazy as _

# Codes of the framework; S1–S6 are the six sentences, FORM is the number of sheets.
NAMES = {
    "R1": _("People reached by mail"),
    "R2": _("People who took part (estimate)"),
    "R3": _("People per 1,000 residents (estimate)"),
    "W3": _("Answered contributions in percent"),
    "W4": _("Days until the answer (median)"),
    "W5": _("Proposals taken up in percent of those decided"),
    "W6": _("Refusals with reasons in percent"),
    "W7": _("Realised proposals in percent of those taken up"),
    "FORM": _("Number of short forms"),
}
# From which of our numbers a format's page learns what. W5 and W7 depend on the subject, not on the
# format. The six sentences stand for the framework's indicators; the source names the form.
EVIDENCE = {
    "R1": ("R1",),
    "R2": ("R2",),
    "W3": ("W3",),
    "Q1": ("S1",),
    "Q3": ("S2", "S3"),
    "L1": ("S4",),
    "W1": ("S5",),
    "Z2": ("S6",),
}
