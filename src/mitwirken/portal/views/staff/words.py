"""The trace in words: what happened to a contribution."""

from django.utils.translation import gettext_lazy as _

_WORDS = {
    "portal.hand_in": _("handed in"),
    "portal.answer": _("answered"),
    "portal.set_standing": _("standing changed"),
    "portal.merge": _("merged into another contribution"),
    "portal.moderate": _("shown or hidden"),
    "portal.support": _("supported"),
    "portal.withdraw_support": _("support taken back"),
    "portal.send_receipt": _("receipt sent by mail"),
    "portal.forget_contact": _("address of the author erased"),
    "portal.erase_person": _("personal data erased"),
    "portal.report": _("reported"),
}


def said(action):
    """The action in words; its code if nobody has found words yet."""
    return _WORDS.get(action, action)
