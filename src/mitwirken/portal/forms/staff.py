"""What staff type. Errors stand at the field; what was typed stays."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mitwirken.city.models import District
from mitwirken.ui.forms import MomentField

from .. import registry
from ..actions.erasure import ErasureReason
from ..models import Channel, Contribution, Measure, ModerationState, Standing, Step, Update

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class StartProjectForm(forms.Form):
    title = forms.CharField(
        label=_("Title of the project"),
        max_length=200,
        help_text=_("Short and in plain language. Residents read it first."),
    )
    department = forms.ModelChoiceField(label=_("Department"), queryset=None, empty_label=None)

    def __init__(self, *args, departments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments


class StepForm(forms.ModelForm):
    """Everything about one step but its kind, which is chosen once."""

    class Meta:
        model = Step
        fields = [
            "title", "teaser", "text", "starts_at", "ends_at", "answer_until", "channel", "place",
            "external_url", "offline_ways", "identity", "premoderated", "districts", "topics", "format",
        ]  # fmt: skip
        field_classes = {"starts_at": MomentField, "ends_at": MomentField}
        widgets = {
            "answer_until": DATE,
            "text": forms.Textarea(attrs={"rows": 5}),
            "offline_ways": forms.Textarea(attrs={"rows": 3}),
            "districts": forms.CheckboxSelectMultiple,
            "topics": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            "ends_at": _("Leave empty if there is no end."),
            "answer_until": _("Everybody can read this promise. You are reminded of it."),
            "districts": _("No district means the whole city."),
            "external_url": _("Only if people take part on another website."),
        }

    def clean(self):
        typed = super().clean()
        starts, ends, promise = typed.get("starts_at"), typed.get("ends_at"), typed.get("answer_until")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must be after the beginning."))
        if ends and promise and promise < ends.date():
            self.add_error("answer_until", _("The answer can only be promised for a day after the end."))
        return typed


class NewStepForm(StepForm):
    kind = forms.ChoiceField(label=_("Kind"), help_text=_("How do people take part? This cannot be changed later."))
    field_order = ["kind"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(module.slug, module.label) for module in registry.modules()]


class UpdateForm(forms.ModelForm):
    class Meta:
        model = Update
        fields = ["title", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}


class MeasureForm(forms.ModelForm):
    class Meta:
        model = Measure
        fields = ["title", "text", "progress", "due_on"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3}), "due_on": DATE}


class ModerationForm(forms.Form):
    state = forms.ChoiceField(choices=[(ModerationState.VISIBLE, _("Show")), (ModerationState.HIDDEN, _("Hide"))])
    reason = forms.CharField(max_length=300, required=False)

    def clean(self):
        typed = super().clean()
        if typed.get("state") == ModerationState.HIDDEN and not typed.get("reason"):
            self.add_error("reason", _("Please give the reason. The author reads it with the receipt code."))
        return typed


class AnswerForm(forms.Form):
    standing = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[choice for choice in Standing.choices if choice[0] not in (Standing.RECEIVED, Standing.IN_REVIEW)],
    )
    text = forms.CharField(
        label=_("Answer"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Everybody can read it. If the author left an address, it goes there by mail, too."),
    )


class ErasePersonForm(forms.Form):
    """Said twice on purpose: what is erased here does not come back."""

    reason = forms.ChoiceField(label=_("Why?"), choices=[("", "–"), *ErasureReason.choices])
    with_text = forms.BooleanField(
        label=_("Erase title, text and place, too"),
        required=False,
        help_text=_("Only if the text itself tells who somebody is. Number, receipt code and answer stay."),
    )
    sure = forms.BooleanField(
        label=_("Yes, erase for good"),
        error_messages={"required": _("Please tick the box if you want to erase. It cannot be undone.")},
    )


class MergeForm(forms.Form):
    target = forms.CharField(
        label=_("Receipt code of the other contribution"),
        max_length=20,
        help_text=_("This contribution stays readable and points to the other one."),
    )


class EnterForm(forms.ModelForm):
    """What came on paper, by telephone or on site."""

    channel = forms.ChoiceField(
        label=_("How did it reach you?"),
        choices=[choice for choice in Channel.choices if choice[0] != Channel.ONLINE],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=_("E-mail address of the author"),
        max_length=254,
        required=False,
        help_text=_("Only if they want to hear of the answer by mail."),
    )

    class Meta:
        model = Contribution
        fields = ["title", "text", "author_name", "place", "district"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}

    field_order = ["channel", "title", "text", "author_name", "email", "place", "district"]


class FilterForm(forms.Form):
    """Filters of the list of contributions; whatever else stands in the address is ignored."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    stand = forms.ChoiceField(label=_("Standing"), required=False, choices=[("", _("all")), *Standing.choices])
    sicht = forms.ChoiceField(label=_("Visibility"), required=False, choices=[("", _("all")), *ModerationState.choices])
    weg = forms.ChoiceField(label=_("Channel"), required=False, choices=[("", _("all")), *Channel.choices])
    bezirk = forms.ModelChoiceField(
        label=_("District"), required=False, queryset=District.objects.all(), to_field_name="slug", empty_label=_("all")
    )
