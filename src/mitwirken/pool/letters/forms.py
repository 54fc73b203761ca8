"""What is typed from a letter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mitwirken.ui.forms import PublicForm


class CodeForm(PublicForm):
    """The code as it is printed; small letters, blanks and look-alikes are understood."""

    marks_optional = False
    code = forms.CharField(
        label=_("Code from your letter"),
        help_text=_("Twelve signs in three groups, for example 7KQ4-M2XH-9TC3. It is in the frame of the letter."),
        max_length=40,
        error_messages={"required": _("Please type in the code from your letter.")},
    )
