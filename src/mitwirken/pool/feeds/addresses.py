"""The secret addresses: whoever has one reads the feed, nobody can guess one, and each can be ended.

They have a key of their own: a calendar keeps its address for years and must not open the settings, and a new
link to the settings must not empty the calendar.
"""

import base64
import hashlib
import hmac

from django.conf import settings

from mitwirken.core.typed import whole_number

from .models import Feed


def token(feed: Feed) -> str:
    """What stands in the address now."""
    return f"{feed.pk}-{feed.generation}-{_sign(feed, feed.generation)}"


def read(given: str) -> tuple[Feed, bool] | None:
    """The feed and whether this is its present address; None if we never made it."""
    number, _, rest = given.partition("-")
    generation, _, sign = rest.partition("-")
    pk, count = whole_number(number), whole_number(generation)
    if pk is None or count is None:
        return None
    feed = Feed.objects.select_related("member").filter(pk=pk).first()
    if feed is None or not hmac.compare_digest(sign.encode("utf-8", "replace"), _sign(feed, count).encode()):
        return None
    return feed, feed.is_on and feed.generation == count


def _sign(feed: Feed, generation: int) -> str:
    text = f"pool.feed|{feed.pk}|{generation}|{feed.key}"
    digest = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:26]
