"""What the contact desk cannot do, as sentences."""

from mitwirken.portal.errors import DomainError


class Settled(DomainError):
    """The case is closed; nothing can be sent in it any more."""
