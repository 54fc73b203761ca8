"""People who sign in, and what a department lets them do."""

from typing import ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        # Entered by staff or on the command line: no second code is asked, each sign-in proves the address.
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person with a confirmed address; in public only ever the pseudonym."""

    username = None  # type: ignore[assignment] # Django's own way to do without user names
    email = models.EmailField(_("e-mail"), unique=True)
    pseudonym = models.CharField(_("public name"), max_length=60, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    # Filled once per request by policies.role_map; not a column.
    role_map: dict[str, set[int | None]] | None = None

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class RoleKind(models.TextChoices):
    EDITOR = "editor", _("Editor")
    PROJECT_LEAD = "project_lead", _("Project lead")
    MODERATOR = "moderator", _("Moderator")
    POOL_MANAGER = "pool_manager", _("Pool manager")
    EVALUATOR = "evaluator", _("Evaluator")
    DATA_PROTECTION = "data_protection", _("Data protection")


class Role(models.Model):
    """What this person may do in this department. A role without department holds in all of them."""

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    department = models.ForeignKey("city.Department", models.CASCADE, null=True, blank=True, related_name="roles")
    kind = models.CharField(_("role"), max_length=20, choices=RoleKind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "department", "kind"], name="one_role_of_a_kind"),
            models.UniqueConstraint(
                fields=["user", "kind"],
                name="one_citywide_role_of_a_kind",
                condition=models.Q(department=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
