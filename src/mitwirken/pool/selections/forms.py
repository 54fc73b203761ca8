"""The name of a selection and whose it is; the rule itself is pool.rule_form."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mitwirken.city.models import Department
from mitwirken.ui.forms import LineField

from .. import selecting
from ..models import Selection


class NameForm(forms.Form):
    """What the selection is called, and which department it belongs to."""

    name = LineField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy(
            "So that colleagues understand whom you mean, for instance “Climate, north, by letter”."
        ),
        max_length=120,
        error_messages={"required": gettext_lazy("Please give the selection a name.")},
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Department"),
        empty_label=gettext_lazy("Please choose"),
        help_text=gettext_lazy("Its colleagues see and use the selection."),
        error_messages={
            "required": gettext_lazy("Please choose a department."),
            "invalid_choice": gettext_lazy("You cannot save a selection for this department."),
        },
    )
    # What the person saw: who saves over a colleague's change is told first.
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, departments: list[Department], selection: Selection | None = None) -> None:
        initial: dict[str, Any] = {"department": departments[0] if len(departments) == 1 else None}
        if selection:
            initial = {"name": selection.name, "version": selection.version}
        super().__init__(data, initial=initial)
        if selection:
            del self.fields["department"]
        else:
            choices = Department.objects.filter(pk__in=[row.pk for row in departments])
            self.fields["department"].queryset = choices  # type: ignore[attr-defined]

    def refuse_name(self) -> None:
        """Another selection of the department has this name."""
        self.add_error("name", _("There is a selection with this name already. Please choose another name."))

    def refuse_version(self, current: Selection) -> None:
        """Say that there is something newer, and what; whoever saves again has seen that sentence."""
        self.data = {name: self.data.get(name) for name in self.fields} | {"version": current.version}
        sentence = _(
            "Somebody changed this selection meanwhile. Now it is called “%(name)s” and chooses: %(rule)s "
            "What you typed is still here: look at both and save again."
        )
        self.add_error(None, sentence % {"name": current.name, "rule": selecting.in_words(current.rule)})
