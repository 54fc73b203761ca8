"""Which installation this database belongs to, and whether it is the newest state of it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Refusal(models.TextChoices):
    """Why nothing is sent, and what the operator does about it."""

    BACKUP = "backup", _("The database comes from a backup: manage.py pool_resume --reconcile")
    LOST = "lost", _("The file that proves the newest state is missing: manage.py pool_resume --reconcile")
    MOVED = "moved", _("This database sends for another site or mail server: manage.py pool_resume --moved")


class Alarm(models.TextChoices):
    """What the check of every minute may find."""

    MISSING = "missing", _("Recipients of a dispatch are not accounted for.")
    DOUBT = "doubt", _("Mails have been unclear for more than a quarter of an hour.")


class Installation(models.Model):
    """One row. The dispatcher compares it with a file outside the database before it sends (dispatch/fence.py)."""

    token = models.UUIDField(default=uuid.uuid4)
    # Address of the site and mail server this database sends for, as a keyed hash.
    home = models.CharField(max_length=64)
    # Grows while mails are sent; a database that is behind its file comes from a backup.
    epoch = models.PositiveBigIntegerField(default=1)
    # Why nothing is sent, and what to do; empty if all is well. Staff read it.
    refusal = models.CharField(max_length=10, blank=True, choices=Refusal.choices)
    # Since when a restored database may send again: older news wait for a person.
    resumed_at = models.DateTimeField(null=True)
    # What the check of every minute found last, as values of Alarm.
    alarms = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.token}"
