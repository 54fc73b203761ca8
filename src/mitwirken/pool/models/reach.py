"""How to reach people who have no e-mail. Only staff of the pool and the letters of the pool read this."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .members import Member


class PostalAddress(models.Model):
    """Where a member's letters go."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="postal_address")
    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street and number"), max_length=120)
    postcode = models.CharField(_("postcode"), max_length=10)
    town = models.CharField(_("town"), max_length=80)

    def __str__(self) -> str:
        return f"Address of member {self.member_id}"


class PhoneNumber(models.Model):
    """The number a member wants to be called at."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="phone_number")
    number = models.CharField(_("telephone number"), max_length=30)

    def __str__(self) -> str:
        return f"Number of member {self.member_id}"
