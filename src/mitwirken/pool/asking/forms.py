"""What staff choose for a task as for an invitation."""

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from mitwirken.city.models import Department


def offer_departments(form: forms.BaseForm, departments: list[Department]) -> None:
    """Let `form` choose among the departments in whose name this person writes."""
    field = cast(forms.ModelChoiceField, form.fields["department"])
    field.queryset = Department.objects.filter(pk__in=[row.pk for row in departments]).order_by("name")
    field.empty_label = None
    field.error_messages["invalid_choice"] = _("You cannot write in the name of this department.")
