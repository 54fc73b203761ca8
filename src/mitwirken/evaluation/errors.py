"""What can go wrong with a sheet, as sentences people can act on."""

from mitwirken.portal.errors import DomainError


class Closed(DomainError):
    """The form's window is over."""


class AlreadyFilled(DomainError):
    """This link, or this very form, has been used."""


class UnknownLink(DomainError):
    """The code in the link was not issued for this form."""


class Empty(DomainError):
    """A sheet without a single answer."""
