"""Forms about oneself and about roles."""

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from mitwirken.ui.forms import PublicForm

from .models import RoleKind


class NameForm(PublicForm):
    pseudonym = forms.CharField(
        label=_("Public name"),
        max_length=60,
        required=False,
        help_text=_("Shown with your contributions if you choose so. It need not be your real name."),
    )


class StaffNameForm(NameForm):
    """Colleagues see who moderated or answered; residents never do."""

    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)


class DeleteForm(PublicForm):
    sure = forms.BooleanField(
        label=_("Yes, delete my account"),
        error_messages={"required": _("Please tick the box if you want to delete your account.")},
    )


class RoleForm(forms.Form):
    """Who gets which role where; a new colleague is entered by address."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    first_name = forms.CharField(
        label=_("First name"), max_length=150, required=False, help_text=_("Only for a new person.")
    )
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    kind = forms.ChoiceField(label=_("Role"), choices=RoleKind.choices)
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=None, required=False, empty_label=_("All departments")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # City and accounts are siblings that do not see each other.
        self.fields["department"].queryset = apps.get_model("city", "Department").objects.all()
