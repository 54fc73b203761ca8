"""What authors and approvers type."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model
from wagtail.images.permissions import permission_policy as pictures
from wagtail.images.widgets import AdminImageChooser

from mitwirken.accounts.policies import Person
from mitwirken.city.models import Department
from mitwirken.portal.models import ProjectPage, SectionPage, Step
from mitwirken.ui.forms import LineField, MomentField

from ..choosing import choose_among
from . import policies
from .actions import Words
from .markup import Text
from .models import VERSIONS, Bulletin, BulletinTemplate, Overdue

LONGEST = 12_000
NAMES = {"de": "de", "en": "en", "de-simple": "simple"}
SIGNS = _(
    "Signs: ## heading, ### smaller heading, - list, 1. numbered list, **important**, [words of a link](https://…)"
)


def text_fields() -> dict[str, forms.Field]:
    """Subject, text and picture's words of each version. Nothing is required: a draft may be unfinished."""
    fields: dict[str, forms.Field] = {}
    for name in NAMES.values():
        fields[f"subject_{name}"] = LineField(
            label=_("Subject"), help_text=_("At most 78 signs; it is also the heading."), required=False, max_length=200
        )
        fields[f"body_{name}"] = forms.CharField(
            label=_("Text"),
            help_text=SIGNS,
            required=False,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 12}),
        )
        fields[f"alt_{name}"] = LineField(
            label=_("What the picture shows"),
            help_text=_("For people who cannot see it. Empty if there is no picture."),
            required=False,
            max_length=250,
        )
    return fields


class TextsForm(forms.Form):
    """The words in each version."""

    def __init__(self, data: Any = None, *, texts: dict[str, Any], initial: dict[str, Any] | None = None) -> None:
        shown = dict(initial or {})
        for version, name in NAMES.items():
            shown |= {f"{part}_{name}": value for part, value in texts.get(version, {}).items()}
        super().__init__(data, initial=shown)
        self.fields |= text_fields()

    @property
    def versions(self) -> list[dict[str, Any]]:
        """The fields of each version as the page shows them; versions with words, and German, are unfolded."""
        found = []
        for version, name in NAMES.items():
            fields = [self[f"{part}_{name}"] for part in ("subject", "body", "alt")]
            used = any(field.value() or field.errors for field in fields)
            found.append(
                {"label": VERSIONS[version], "code": version, "fields": fields, "unfolded": used or version == "de"}
            )
        return found

    def texts(self) -> dict[str, Text]:
        given = self.cleaned_data
        return {
            version: Text(*(given[f"{part}_{name}"].strip() for part in ("subject", "body", "alt")))
            for version, name in NAMES.items()
        }


class BeginForm(forms.Form):
    """A new bulletin: for whom one writes, and what one starts from."""

    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department that writes"), empty_label=None)
    template = forms.ModelChoiceField(
        BulletinTemplate.objects.none(), label=_("Template"), empty_label=_("an empty page"), required=False
    )

    def __init__(self, data: Any = None, *, departments: list[Department]) -> None:
        super().__init__(data)
        ids = [department.pk for department in departments]
        self.fields["department"].queryset = Department.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        templates = BulletinTemplate.objects.open_to(ids)
        choose_among(self, "template", templates, order=["name", "pk"], words=["name"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        template, department = given.get("template"), given.get("department")
        if template and department and template.department_id not in (None, department.pk):
            self.add_error("template", _("This template belongs to another department."))
        return given


class BulletinForm(TextsForm):
    """Everything about a bulletin but its recipients (rule_form.RuleForm)."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    project = forms.ModelChoiceField(
        ProjectPage.objects.none(), label=_("Project it is about"), required=False, empty_label=_("no project")
    )
    step = forms.ModelChoiceField(
        Step.objects.none(),
        label=_("Step it is about"),
        help_text=_("If the step is withdrawn, the bulletin is stopped."),
        required=False,
        empty_label=_("no step"),
    )
    municipal_reference = LineField(
        label=_("Municipal reference"),
        help_text=_("Which task of the city does this concern? With a project, its own words count."),
        required=False,
        max_length=300,
    )
    image = forms.ModelChoiceField(None, label=_("Picture"), required=False, widget=AdminImageChooser)
    scheduled_at = MomentField(label=_("Send at"), help_text=_("Empty: as soon as it is approved."), required=False)
    overdue = forms.ChoiceField(
        label=_("If it cannot leave in time"),
        choices=Overdue.choices,
        widget=forms.RadioSelect,
        initial=Overdue.ASK,
    )
    guard_hours = forms.IntegerField(
        label=_("Too late after so many hours"),
        help_text=_("Until then it is sent without asking."),
        min_value=1,
        max_value=336,
        initial=6,
    )

    def __init__(self, data: Any = None, *, bulletin: Bulletin, user: Person) -> None:
        super().__init__(
            data,
            texts=bulletin.texts,
            initial={
                "revision": bulletin.revision,
                "project": bulletin.project,
                "step": bulletin.step,
                "municipal_reference": bulletin.municipal_reference,
                "image": bulletin.image,
                "scheduled_at": bulletin.scheduled_at,
                "overdue": bulletin.overdue,
                "guard_hours": bulletin.guard_hours,
            },
        )
        section = SectionPage.objects.filter(department=bulletin.department).first()
        live = ProjectPage.objects.live().filter(is_archive=False)
        own = live.child_of(section) if section else live.none()
        choose_among(self, "project", own, order=["title", "pk"], words=["title"])
        steps = Step.objects.published().filter(project__in=own.values("pk")).select_related("project")
        self.fields["step"].label_from_instance = lambda step: f"{step.project.title}: {step.title}"  # type: ignore[attr-defined]
        choose_among(self, "step", steps, order=["-starts_at", "-pk"], words=["title", "project__title"])
        # What is chosen already stays choosable, whoever chose it: else saving would fail or drop it.
        mine = pictures.instances_user_has_any_permission_for(user, ["choose", "change"])
        images = get_image_model().objects.filter(Q(pk__in=mine.values("pk")) | Q(pk=bulletin.image_id))
        self.fields["image"].queryset = images  # type: ignore[attr-defined]

    def words(self, rule: dict[str, Any]) -> Words:
        given = self.cleaned_data
        step = given["step"]
        return Words(
            texts=self.texts(),
            rule=rule,
            image=given["image"],
            project=step.project if step else given["project"],
            step=step,
            municipal_reference=given["municipal_reference"],
            scheduled_at=given["scheduled_at"],
            overdue=given["overdue"],
            guard_hours=given["guard_hours"],
        )


class RemarkForm(forms.Form):
    remark = forms.CharField(
        label=_("What should be different?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say in a sentence what should be different.")},
    )


class TemplateForm(TextsForm):
    """A template: its name, whose it is, its words."""

    name = LineField(label=_("Name of the template"), max_length=80)
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Department"),
        help_text=_("Empty: for all departments."),
        empty_label=_("all departments"),
        required=False,
    )

    def __init__(self, data: Any = None, *, template: BulletinTemplate, user: Person, at: datetime) -> None:
        newest = template.newest if template.pk else None
        super().__init__(
            data,
            texts=newest.texts if newest else {},
            initial={"name": template.name, "department": template.department},
        )
        ids = [department.pk for department in policies.departments_for_templates(user, at=at)]
        field = cast(forms.ModelChoiceField, self.fields["department"])
        field.queryset = Department.objects.filter(pk__in=ids)
        if not policies.may_write_for_all(user):
            # "All departments" is the empty choice, and no choice of theirs.
            field.required, field.empty_label, field.help_text = True, None, ""

    field_order = ["name", "department"]
