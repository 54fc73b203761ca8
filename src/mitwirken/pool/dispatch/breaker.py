"""Stopping a mailing that the world refuses, before it ruins the city's good name. No database, no clock."""

from collections import Counter, deque

from ..models import Halt
from .smtp import Reply

# Of the last 200 mails of a dispatch: more than 5 % refused for good, or 20 for the same reason of policy.
LAST, MOST_REFUSED, MOST_ALIKE = 200, 10, 20


class Breaker:
    """Remembers the last answers to each dispatch of one worker."""

    def __init__(self) -> None:
        self._answers: dict[int, deque[Reply]] = {}

    def note(self, dispatch: int, reply: Reply) -> None:
        self._answers.setdefault(dispatch, deque(maxlen=LAST)).append(reply)

    def verdict(self, dispatch: int) -> Halt | None:
        """Why this dispatch must stop; asked once, then all is forgotten."""
        answers = self._answers.get(dispatch, ())
        refused = [reply for reply in answers if reply.is_permanent]
        alike = Counter((reply.code, reply.enhanced) for reply in refused if reply.enhanced.startswith("5.7."))
        if alike and max(alike.values()) >= MOST_ALIKE:
            found = Halt.POLICY
        elif len(refused) > MOST_REFUSED:
            found = Halt.REFUSALS
        else:
            return None
        del self._answers[dispatch]
        return found
