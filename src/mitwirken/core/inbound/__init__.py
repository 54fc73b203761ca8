"""The door for mail: what people and machines send us, over LMTP or out of an IMAP mailbox.

Whoever makes addresses (a bounce address, one to unsubscribe, one for answers) registers what happens with the mail
that comes to them; all other mail goes to the desk, which registers itself (docs/adr/0007-inbound-door.md).
"""

from .mail import SIZE_LIMIT, Mail, is_automatic
from .receiving import Desk, Handler, NotNow, PassOn, forget, is_addressed, receive, register, register_desk, try_again

__all__ = [
    "SIZE_LIMIT",
    "Desk",
    "Handler",
    "Mail",
    "NotNow",
    "PassOn",
    "forget",
    "is_addressed",
    "is_automatic",
    "receive",
    "register",
    "register_desk",
    "try_again",
]
