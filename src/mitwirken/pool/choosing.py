"""One row out of many in a form of the staff area: a select while they are few, beyond that a search. No JavaScript.

In the `__init__` of a form, once it is bound::

    choose_among(self, "template", templates, order=["name", "pk"], words=["name"])

Searching is a button named "count" (rule_form.py): the view shows the form again and saves nothing, so what else was
typed stays. What is chosen stays in the list, whatever is searched for; every row of `rows` is a valid choice.
"""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceField

from mitwirken.core import paging
from mitwirken.core.typed import whole_number

# A select of twenty can be read; one of two thousand cannot, and a phone needs seconds to show it.
FEW = 20


class Chooser(forms.RadioSelect):
    """Some of the rows, the search that found them, and the way to the next ones."""

    template_name = "pool/staff/_chooser.html"
    asked: str = ""
    is_found: bool = True
    following: int | None = None
    label: Any = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "asked": self.asked,
            "is_found": self.is_found,
            "following": self.following,
            "label": self.label,
        }
        return context


def choose_among(
    form: forms.BaseForm, name: str, rows: QuerySet, *, order: Sequence[str], words: Sequence[str]
) -> None:
    """Let the field `name` choose one of `rows`; `words` are the columns its search looks into."""
    field: ModelChoiceField = form.fields[name]  # type: ignore[assignment]
    field.queryset = rows.order_by(*order)
    if len(field.queryset[: FEW + 1]) <= FEW:
        return
    html_name = form.add_prefix(name)
    asked = " ".join(str(form.data.get(f"{html_name}-suche", "")).replace("\0", " ").split())[:100]
    pressed, _colon, last = str(form.data.get("count", "")).partition(":")
    found, following = paging.window(
        _with_words(rows, asked, words),
        order=order,
        size=FEW,
        after=whole_number(last) if pressed == html_name else None,
        among=rows,
    )
    is_found = bool(found)
    chosen = whole_number(form[name].value())
    if chosen is not None and chosen not in [row.pk for row in found]:
        found = [*rows.filter(pk=chosen), *found]
    widget = Chooser(choices=[("", field.empty_label), *((row.pk, field.label_from_instance(row)) for row in found)])
    widget.asked, widget.is_found, widget.following, widget.label = asked, is_found, following, field.label
    field.widget = widget


def _with_words(rows: QuerySet, asked: str, columns: Sequence[str]) -> QuerySet:
    """Each word in one of the columns."""
    for word in asked.split():
        rows = rows.filter(reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns)))
    return rows
