"""Which addresses we post to. Whoever could name any address would make us knock at doors inside the network."""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from django.conf import settings

MOST_SIGNS = 1000
# Programs disagree whether a backslash ends the host's name; only letters, digits, hyphens and dots leave no doubt.
_NAME = re.compile(r"[-a-z0-9]+(\.[-a-z0-9]+)+")


def may_post_to(endpoint: str) -> bool:
    """A push service we know, over TLS, without user name or strange port. Looks at the words only."""
    if len(endpoint) > MOST_SIGNS or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if _is_try(endpoint):
        return True
    host = parts.hostname or ""
    known = any(host == name or host.endswith("." + name) for name in settings.PUSH_HOSTS)
    is_plain = bool(_NAME.fullmatch(host)) and port in (None, 443) and not parts.username and not parts.password
    return parts.scheme == "https" and known and is_plain


def leads_outside(endpoint: str) -> bool:
    """True if every address behind the name is public; asked right before posting."""
    if _is_try(endpoint):
        return True
    try:
        found = socket.getaddrinfo(urlsplit(endpoint).hostname, 443, proto=socket.IPPROTO_TCP)
    except OSError:
        return False
    return all(ipaddress.ip_address(address[4][0]).is_global for address in found)


def _is_try(endpoint: str) -> bool:
    """A push service on this machine, for tests and development only."""
    origin = settings.PUSH_TRY_AT if settings.DEBUG or settings.TESTING else ""
    return bool(origin) and endpoint.startswith(origin + "/")
