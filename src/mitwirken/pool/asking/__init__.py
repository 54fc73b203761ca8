"""Asking single people for something: what tasks and invitations have in common.

Both begin as a draft of a department, are released by a second person if they go to many, and go by lot to some of
those whom a rule fits. Both make a row per person first; the mail then goes to the people of these rows. For every
mailing of a department: whether it has a message left.
"""

from .lot import Pick, pick
from .mailings import ask, has_message_left, hold_back, notice, tell, wake

__all__ = ["Pick", "ask", "has_message_left", "hold_back", "notice", "pick", "tell", "wake"]
