"""Forms in our look: hints and errors tied to their field, optional said in words, a trap for robots."""

import re
from functools import lru_cache
from typing import Any

from django import forms
from django.forms import renderers
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

# What browsers may fill in for people (WCAG 1.3.5), by the names our fields have.
AUTOCOMPLETE = {
    "email": "email",
    "mail": "email",
    "name": "name",
    "first_name": "given-name",
    "last_name": "family-name",
    "phone": "tel",
    "street": "street-address",
    "postcode": "postal-code",
    "city": "address-level2",
    "organisation": "organization",
    "code": "one-time-code",
}
# Sentences of our own where Django's are those of a programmer: `field.error_messages |= LIMITS`.
LIMITS: dict[str, Any] = {
    "max_length": _("This is too long: %(show_value)d characters, %(limit_value)d are possible. Please shorten it."),
    "null_characters_not_allowed": _(
        "The text contains a sign that cannot be stored. Please delete it and type it again."
    ),
}
# A year outside is a slip of the finger, and databases and time zones know no moment in some of them.
YEARS = range(1900, 2901)
INPUT, CHECK = "kern-form-input", "kern-form-check"
# Line breaks, tabs, control signs, runs of spaces; a space that holds two words together is left alone.
GAPS = re.compile(r"(?:[^\S\u00a0\u202f]|[\x01-\x1f\x7f])+")
# More digits than a row's key can have.
LONGEST_KEY = 18
TEXTS = (forms.widgets.Input, forms.Textarea)
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
CHOOSE = {"required": _("Please choose one."), "invalid_choice": _("Please choose one of the answers offered here.")}
CHOOSE_SOME = {**CHOOSE, "required": _("Please choose at least one.")}
# What Django says of each kind of field ("Enter a valid value.", "This field is required.") does not say what to do.
PLAIN: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Please fill in this field."), **LIMITS},
    forms.BooleanField: {"required": _("Please tick this box.")},
    forms.ChoiceField: CHOOSE,
    forms.ModelChoiceField: CHOOSE,
    forms.MultipleChoiceField: CHOOSE_SOME,
    forms.ModelMultipleChoiceField: CHOOSE_SOME,
    forms.FileField: {
        "required": _("Please choose a file."),
        "empty": _("This file is empty. Please choose another one."),
    },
    forms.ImageField: {"required": _("Please choose a picture.")},
    forms.EmailField: {
        "invalid": _("This is no complete e-mail address. Please check it; it looks like name@example.org.")
    },
    forms.URLField: {
        "invalid": _("This is no complete web address. Please check it; it looks like https://www.example.org.")
    },
    forms.IntegerField: {"invalid": _("Please give a whole number in digits, for example 12.")},
    forms.FloatField: {"invalid": _("Please give a number in digits.")},
    forms.DecimalField: {"invalid": _("Please give a number in digits.")},
    forms.DateField: {"invalid": _("We do not understand this date. Please give day, month and year.")},
    forms.DateTimeField: {
        "invalid": _("We do not understand this date. Please give day, month, year and time of day.")
    },
    forms.TimeField: {"invalid": _("We do not understand this time. Please give it like 14:30.")},
}


def say_plainly(field: forms.Field) -> None:
    """Our sentence wherever a field still has Django's own, or none because the sentence stands in a validator."""
    ours: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):  # the nearest kind has the last word
        ours |= PLAIN.get(kind, {})
        if kind.__module__.startswith("django."):
            theirs |= vars(kind).get("default_error_messages", {})
    for code, words in ours.items():
        if field.error_messages.get(code) == theirs.get(code):
            field.error_messages[code] = words


class BoundField(forms.BoundField):
    """A field that knows its kind, so that one template can draw all of them."""

    @property
    def kind(self) -> str:
        widget = self.field.widget
        if isinstance(widget, GROUPS):
            return "group"
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        return "select" if isinstance(widget, forms.Select) else "input"

    @property
    def is_optional(self) -> bool:
        """Whether to say so beside it. A form where everything is free says it once, at its head."""
        return not self.field.required and getattr(self.form, "marks_optional", True)

    @property
    def check(self) -> str:
        return "checkbox" if isinstance(self.field.widget, forms.CheckboxSelectMultiple) else "radio"

    @property
    def counted(self) -> int | None:
        """The limit worth a counter: long texts only."""
        limit = getattr(self.field, "max_length", None)
        return limit if limit and isinstance(self.field.widget, forms.Textarea) else None

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if widget.is_hidden:
            return attrs
        wrong = " {0}__{1}--error" if self.errors else ""
        if isinstance(widget, GROUPS):
            part = self.check
            attrs["class"] = f"{CHECK}__{part}" + wrong.format(CHECK, part)
            # A required group is said once, in its legend; on each box it would demand all of them.
            attrs.pop("required", None)
        elif isinstance(widget, forms.CheckboxInput):
            attrs["class"] = f"{CHECK}__checkbox" + wrong.format(CHECK, "checkbox")
        elif isinstance(widget, forms.Select):
            attrs["class"] = f"{INPUT}__select" + wrong.format(INPUT, "select")
        elif isinstance(widget, TEXTS):
            attrs["class"] = f"{INPUT}__input" + wrong.format(INPUT, "input")
            if "autocomplete" not in widget.attrs and (kind := AUTOCOMPLETE.get(self.name)):
                attrs["autocomplete"] = kind
        if self.counted and not isinstance(widget, GROUPS):
            described = f"{attrs.get('aria-describedby', '')} {self.auto_id}_limit"
            attrs["aria-describedby"] = described.strip()
        return attrs


class Renderer(renderers.BaseRenderer):
    """Our templates first, then Django's own for the widgets we leave as they are."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = BoundField

    def get_template(self, template_name):
        try:
            return get_template(template_name)
        except TemplateDoesNotExist:
            return _django().get_template(template_name)


@lru_cache(maxsize=1)
def _django() -> renderers.DjangoTemplates:
    return renderers.DjangoTemplates()


def look(form):
    """The same form, drawn by us: for forms of other packages (sign-in, for one)."""
    if not isinstance(form.renderer, Renderer):
        form.renderer = Renderer()
        form.bound_field_class = BoundField
        form._bound_fields_cache.clear()
    return form


class SeveralField(forms.ModelMultipleChoiceField):
    """Any number of rows, as boxes to tick. Forty digits are a wrong choice, not an error of the server."""

    def __init__(self, queryset, **kwargs):
        super().__init__(queryset, **{"widget": forms.CheckboxSelectMultiple, **kwargs})

    def clean(self, value):
        # `pk__in` hands each number on as it is, and databases refuse what no key of theirs can be.
        for given in value if isinstance(value, list | tuple) else ():
            if len(str(given)) > LONGEST_KEY:
                raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": given})
        return super().clean(value)


class LineField(forms.CharField):
    """One line, whatever was pasted: for what becomes a subject, a heading or a line of an address."""

    default_error_messages = LIMITS

    def to_python(self, value):
        return GAPS.sub(" ", super().to_python(value)).strip()


class MomentField(forms.DateTimeField):
    """A day with a time of day, as browsers ask for it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value):
        found = super().to_python(value)
        if found and found.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid")
        return found


class Honeypot(forms.CharField):
    """A field people never see. Robots fill it; who does is thanked and forgotten."""

    is_trap = True

    def __init__(self):
        super().__init__(required=False, label=_("Do not fill in"), max_length=200)
        self.widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}

    def clean(self, value):
        return str(value or "")[:200]


class PublicForm(forms.Form):
    """What forms for the public share."""

    default_renderer = Renderer
    # Off where no field is required and the page says so: "(optional)" behind each line is noise then.
    marks_optional = True

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["website"] = Honeypot()
        for field in self.fields.values():
            say_plainly(field)

    @property
    def is_spam(self) -> bool:
        """Whether a robot filled the trap. Ask after `is_valid()`; thank politely, store nothing."""
        return bool(getattr(self, "cleaned_data", {}).get("website"))
