"""What members answer, and what staff write."""

from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mitwirken.ui.forms import LIMITS, LineField, MomentField, PublicForm

from ..asking.forms import offer_departments
from ..models import Origin
from .models import MOST_QUESTIONS, Assignment, Task, TaskKind
from .sums import labels

LONGEST = 2_000


def _text(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, max_length=LONGEST, required=False, widget=widget, help_text=help_text, error_messages=LIMITS
    )


class AnswerForm(PublicForm):
    """The questions of one task. Nothing must be answered but one of them: who says nothing presses "not this time"."""

    marks_optional = False

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        if not task.questions:
            self.fields["done"] = forms.BooleanField(label=_("I have done it."), required=False)
        for number, question in enumerate(task.questions):
            self.fields[f"q{number}"] = _field(question)
        self.fields["comment"] = _text(
            _("What else do you want to tell us?"), 4, _("Please no names and no telephone numbers.")
        )
        # The trap stays last.
        self.fields["website"] = self.fields.pop("website")

    @classmethod
    def kept(cls, assignment: Assignment) -> dict[str, Any]:
        """What this person answered before."""
        kept = {f"q{number}": value for number, value in assignment.answers.items()}
        return {**kept, "comment": assignment.comment, "done": bool(assignment.answers.get("done"))}

    @property
    def answers(self) -> dict[str, Any]:
        """The given answers by the number of their question; what was left out is not in it."""
        given = self.cleaned_data
        if not self.task.questions:
            return {"done": True} if given.get("done") else {}
        numbers = range(len(self.task.questions))
        return {str(number): given[f"q{number}"] for number in numbers if given.get(f"q{number}")}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not any(given.get(name) for name in self.fields if name != "website"):
            sentence = (
                _("Please answer at least one question, or press “Not this time” below.")
                if self.task.questions
                else _("Please tick the box or write something, or press “Not this time” below.")
            )
            raise forms.ValidationError(sentence)
        return given


def _field(question: dict[str, Any]) -> forms.Field:
    if question["kind"] == "text":
        return _text(question["text"], 3)
    return forms.ChoiceField(label=question["text"], choices=labels(question), required=False, widget=forms.RadioSelect)


class EnterForm(AnswerForm):
    """Staff type in what came by letter or telephone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = forms.CharField(label=_("Code of the letter"), max_length=20, help_text=_("Twelve letters and digits."))
        channel = forms.ChoiceField(
            label=_("How did the answer come?"),
            choices=[choice for choice in Origin.choices if choice[0] in (Origin.PAPER, Origin.PHONE)],
            widget=forms.RadioSelect,
            initial=Origin.PAPER,
        )
        self.fields = {"code": code, "channel": channel, **self.fields}

    def clean(self) -> dict[str, Any]:
        given = forms.Form.clean(self) or {}
        content = [name for name in self.fields if name not in ("website", "code", "channel")]
        if not self.errors and not any(given.get(name) for name in content):
            raise forms.ValidationError(_("No answer has been typed in."))
        return given


class TaskForm(forms.ModelForm):
    """What a task is about, and how many are asked."""

    class Meta:
        model = Task
        fields = ["department", "kind", "title", "text", "link", "minutes", "ends_at", "remind_days", "people"]
        field_classes = {"title": LineField, "ends_at": MomentField}
        widgets = {"text": forms.Textarea(attrs={"rows": 6}), "kind": forms.RadioSelect}

    def __init__(self, *args: Any, departments: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_departments(self, departments)
        # Without the empty choice Django puts first: one of the two is chosen already.
        cast(forms.ChoiceField, self.fields["kind"]).choices = TaskKind.choices
        for name in ("text", "link"):
            self.fields[name].error_messages |= LIMITS

    def clean_link(self) -> str:
        link = str(self.cleaned_data["link"])
        is_own = urlsplit(link)[:2] == urlsplit(settings.SITE_URL)[:2]
        if link and not is_own and urlsplit(link).scheme != "https":
            raise forms.ValidationError(_("Please use an address that begins with https://, or one of this website."))
        return link


class QuestionForm(forms.Form):
    """One question of a task; without words it does not exist."""

    kind = forms.ChoiceField(
        label=_("Kind of answer"),
        choices=[("choice", _("choose one")), ("scale", _("scale from 1 to 5")), ("text", _("free text"))],
    )
    text = LineField(label=_("Question"), max_length=300, required=False)
    options = forms.CharField(
        label=_("Answers to choose from, one per line"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For a scale: the words for 1 and the words for 5. For a free text: nothing."),
        error_messages=LIMITS,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        options = [" ".join(line.split()) for line in given.get("options", "").splitlines() if line.strip()]
        given["options"] = options if given.get("kind") != "text" else []
        if not given.get("text"):
            if options:
                self.add_error("text", _("The question is missing."))
            return given
        if given.get("kind") == "choice" and not (2 <= len(options) <= 12 and len(set(options)) == len(options)):
            self.add_error("options", _("Please give two to twelve different answers, each on a line of its own."))
        if given.get("kind") == "scale" and len(options) not in (0, 2):
            self.add_error("options", _("A scale has two lines: the words for 1 and the words for 5. Or none."))
        return given


class _Questions(forms.BaseFormSet):
    def questions(self) -> list[dict[str, Any]]:
        """The questions that have words, in their order."""
        given = [form.cleaned_data for form in self.forms if form.cleaned_data.get("text")]
        return [{"kind": row["kind"], "text": row["text"], "options": row["options"]} for row in given]


_QuestionSet = forms.formset_factory(
    QuestionForm, formset=_Questions, extra=0, max_num=MOST_QUESTIONS, absolute_max=MOST_QUESTIONS, validate_max=True
)


def question_set(data: Any, questions: list[dict[str, Any]]) -> Any:
    """Ten places for questions, the first ones filled; `questions()` gives those that have words."""
    empty = [{"kind": "choice"}] * (MOST_QUESTIONS - len(questions))
    filled = [{**question, "options": "\n".join(question.get("options") or [])} for question in questions]
    return _QuestionSet(data, initial=[*filled, *empty], prefix="fragen")


class ProlongForm(forms.Form):
    ends_at = MomentField(label=_("Answers until"))
    remind_days = forms.IntegerField(
        label=_("Remind so many days before the end"),
        min_value=0,
        max_value=30,
        help_text=_("Once, and only those who have not answered. 0 means: no reminder."),
    )


class ReportForm(forms.Form):
    report = forms.CharField(
        label=_("What changed because of the answers?"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Everybody who answered gets it by mail, and everybody can read it on the website. No names."),
        error_messages=LIMITS,
    )
