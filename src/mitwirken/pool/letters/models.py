"""Letters and calls: what was taken out of the outbox for people without e-mail, and the codes in their letters."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..models import Channel, Dispatch, Member, Outbox

# A letter takes days, lies on the kitchen table for weeks, and is then read.
CODE_VALID = timedelta(weeks=8)
# Whoever presses "back" or loses the page must not stand outside at once.
CODE_AGAIN = timedelta(hours=1)


class BatchState(models.TextChoices):
    OPEN = "open", _("to be done")
    DONE = "done", _("done")
    BACK = "back", _("taken back")


class Batch(models.Model):
    """Rows of the outbox that one person carries out by hand: letters in one language, or calls.

    The rows are the truth. The PDF is made from them whenever somebody needs it, the same each time.
    """

    channel = models.PositiveSmallIntegerField(choices=Channel.choices)
    lang = models.CharField(max_length=5, choices=settings.LANGUAGES, blank=True)
    duplex = models.BooleanField(default=False)
    state = models.CharField(max_length=5, choices=BatchState.choices, default=BatchState.OPEN)
    # The fencing token of its rows: who lost the claim changes nothing any more.
    claim_id = models.UUIDField()
    # Sender, contact and closing as they were: an edited telephone number does not change a printed letter.
    frame = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    # From then on it holds no names and addresses any more; only how many letters there were.
    emptied_at = models.DateTimeField(null=True)
    size = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["state", "-created_at"])]

    def __str__(self) -> str:
        words = _("Calls, list %s") if self.channel == Channel.PHONE else _("Letters, batch %s")
        return str(words) % self.pk


class Sheet(models.Model):
    """One letter, or one call, of a batch: the words as they are printed or spoken."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="sheets", db_index=False)
    number = models.PositiveSmallIntegerField()
    outbox = models.OneToOneField(Outbox, models.CASCADE, related_name="sheet")
    # Address, greeting and offers; emptied some days after the letters are posted.
    words = models.JSONField(default=dict)
    # What the code is made from, together with the installation's secret; emptied with the words.
    seed = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_sheet_per_number")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}"


class LetterCodeQuerySet(models.QuerySet):
    def valid(self, *, at: datetime):
        """Not run out, and not used, or used a moment ago."""
        unused = models.Q(used_at=None) | models.Q(used_at__gt=at - CODE_AGAIN)
        return self.filter(unused, expires_at__gt=at)


class LetterCode(models.Model):
    """The code in a letter, as a keyed hash: typed in once, it opens what the letter is about."""

    digest = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="letter_codes")
    sheet = models.OneToOneField(Sheet, models.CASCADE, related_name="code")
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="+", db_index=False)
    # Where it leads, with a slot for the token: the path alone opens nothing.
    target = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = LetterCodeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return f"code of sheet {self.sheet_id}"
