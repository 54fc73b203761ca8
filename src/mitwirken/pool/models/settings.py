"""What the pool manager may tune."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="group")
class PoolSettings(BaseGenericSetting):
    """Limits of the pool's mail."""

    mails_per_minute = models.PositiveIntegerField(
        _("mails per minute"),
        default=600,
        validators=[MinValueValidator(1)],
        help_text=_("What your mail server takes without complaint. Confirmation mails are not held back."),
    )
    mails_per_person = models.PositiveSmallIntegerField(
        _("mails per person in 30 days"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("No member gets more than this, whatever happens."),
    )

    mails_per_group = models.PositiveIntegerField(
        _("mails per minute to one provider"),
        default=300,
        validators=[MinValueValidator(1)],
        help_text=_(
            "To t-online, GMX and web.de, Gmail, Outlook, the city itself and all others: each begins with 60 and gets "
            "half as much more with each minute without complaint, up to this number."
        ),
    )
    quiet_from = models.TimeField(
        _("no news after"),
        default=time(20),
        help_text=_("News and digests wait until morning. Confirmations and notices about events do not."),
    )
    quiet_until = models.TimeField(
        _("no news before"), default=time(8), help_text=_("The same time in both fields: no quiet hours.")
    )

    class Meta:
        verbose_name = _("people pool")
