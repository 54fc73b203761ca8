"""An event as a calendar entry (RFC 5545, 5546): the same UID for ever, a higher SEQUENCE at each change.

`REQUEST` goes to participants only: other people's calendars would show buttons whose answers go nowhere.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as Entry

PUBLISH, REQUEST, CANCEL = "PUBLISH", "REQUEST", "CANCEL"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Facts:
    """What a calendar is told."""

    uid: str
    sequence: int
    changed_at: datetime
    title: str
    text: str
    url: str
    place: str
    starts_at: datetime
    ends_at: datetime
    organizer: str
    organizer_name: str
    is_cancelled: bool = False


def entry(facts: Facts, *, method: str = PUBLISH, attendee: str = "") -> bytes:
    """The file. Times in UTC, so that no table of time zones can be wrong. `attendee` only with REQUEST, CANCEL."""
    calendar = Calendar()
    calendar.add("prodid", "-//Mitwirken//Mitmachpool//DE")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Entry()
    event.add("uid", facts.uid)
    event.add("sequence", facts.sequence)
    event.add("dtstamp", facts.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", facts.starts_at.astimezone(UTC))
    event.add("dtend", facts.ends_at.astimezone(UTC))
    event.add("summary", _CONTROL.sub(" ", facts.title))
    event.add("description", _CONTROL.sub(" ", facts.text))
    event.add("location", _CONTROL.sub(" ", facts.place))
    event.add("url", facts.url)
    event.add("status", "CANCELLED" if facts.is_cancelled else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{facts.organizer}")
    organizer.params["cn"] = vText(facts.organizer_name)
    event["organizer"] = organizer
    calendar.add_component(event)
    made = calendar.to_ical()
    if attendee:
        # On a folded line of its own: the address may be a slot that is filled per person (dispatch/mime.py).
        line = f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:\r\n {attendee}\r\n".encode()
        made = made.replace(b"END:VEVENT", line + b"END:VEVENT")
    return made
