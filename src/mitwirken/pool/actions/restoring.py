"""After a restore: what was deleted or withdrawn since the backup happens again, before anything is sent."""

from datetime import datetime

from .. import erasures
from ..models import ConsentState, Member
from .profile import erase_member, leave

AT_ONCE = 500


def reapply_erasures(*, at: datetime) -> dict[str, int]:
    """Go through the journal; how many people and agreements had come back. Twice changes nothing.

    Somebody who joined again after being deleted stays: their row is younger than the journal's line. Each person
    is one transaction with its own trace, so this may be killed and run again.
    """
    counts = {"erased": 0, "left": 0}
    noted = list(erasures.entries())
    for start in range(0, len(noted), AT_ONCE):
        lines = noted[start : start + AT_ONCE]
        known = set(
            Member.objects.filter(address_hash__in={line.subject for line in lines}).values_list(
                "address_hash", flat=True
            )
        )
        for line in lines:
            if line.subject in known:
                _reapply(line, counts, at)
    return counts


def _reapply(line: erasures.Entry, counts: dict[str, int], at: datetime) -> None:
    if line.purpose:
        held = ConsentState.objects.filter(
            member__address_hash=line.subject, purpose=line.purpose, granted_at__lt=line.at
        ).select_related("member")
        for state in held:
            counts["left"] += leave(state.member, line.purpose, at=at, source="restore")
        return
    # Who wanted silence was in the backup, too: the wish comes back with the deletion.
    for member in Member.objects.filter(address_hash=line.subject, created_at__lt=line.at):
        erase_member(member, at=at, never_again=line.never_again)
        counts["erased"] += 1
