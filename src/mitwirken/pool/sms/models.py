"""The mobile number at which a member wants to hear of new offers as well."""

from django.db import models

from ..models import Member


class MobileNumberQuerySet(models.QuerySet):
    def proven(self):
        """The person behind the number has typed our code."""
        return self.exclude(proven_at=None)


class MobileNumber(models.Model):
    """One number of one member. Before it is proven it gets a code and nothing else; without agreement no row."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="mobile_number")
    # E.164. Two people may share a telephone: the number is nobody's name.
    number = models.CharField(max_length=16)
    # When the newest code was asked for. The code follows from it and is not stored.
    asked_at = models.DateTimeField()
    # From when its code may be handed over; empty once it was, and for a number that must not be written to.
    code_due_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)

    objects = MobileNumberQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["code_due_at"], name="sms_code_due")]

    def __str__(self) -> str:
        return f"Mobile number of member {self.member_id}"
