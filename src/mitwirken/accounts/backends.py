"""The right to open the staff area follows from the roles alone; nobody grants it by hand."""

from django.contrib.auth.backends import BaseBackend

from .policies import is_staff_member


class Roles(BaseBackend):
    """Answers Wagtail's first question: whoever has a role may open the staff area."""

    def has_perm(self, user_obj, perm, obj=None):
        return perm == "wagtailadmin.access_admin" and is_staff_member(user_obj)
