"""A member's own feed: whether it is on, and the secret behind its address."""

from django.db import models

from ..models.members import Member, new_key


class Feed(models.Model):
    """One row per member who ever switched the feed on. The address is signed with `key` and `generation`:

    a new generation makes every older address worthless, and we still know that it was ours.
    """

    member = models.OneToOneField(Member, models.CASCADE, related_name="feed")
    key = models.CharField(max_length=32, default=new_key)
    generation = models.PositiveIntegerField(default=1)
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Feed {self.pk}"
