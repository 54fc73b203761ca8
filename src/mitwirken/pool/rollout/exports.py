"""The report as a document to hand on."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from mitwirken.city.models import CitySettings
from mitwirken.ui import pdf

from ..handful import shown
from . import charts
from .report import Codes, Group, Report, TakingPart

TEMPLATE = Path(__file__).parent / "templates" / "pool_rollout" / "report.typ"


def words_for(report: Report) -> dict[str, Any]:
    """The report in words and pictures: what the page and the PDF show, in the current language."""
    few = _("fewer than 10")
    return {
        "period": _("%(start)s to %(end)s")
        % {"start": date_format(report.start, "j. F Y"), "end": date_format(_last_day(report), "j. F Y")},
        "headline": [
            [_number(report.members), _("members today")],
            [_signed("+", report.joined), _("joined")],
            [_signed("−", report.left), _("left")],
            [_percent(report.opt_in), _("of the requests were confirmed")],
            [_percent(report.matched), _("of the members were told of something")],
        ],
        "growth": {
            "title": _("Who joined and who left, month by month"),
            "head": [_("Month"), _("joined"), _("left"), _("members at the end")],
            "rows": [
                [date_format(month.begins, "F Y"), *map(_number, (month.joined, month.left, month.members))]
                for month in report.months
            ],
            **_drawn(
                lambda narrow: charts.columns(
                    _("Members who joined and left per month; the table says the same."),
                    [(date_format(month.begins, "M"), month.joined, month.left) for month in report.months][-12:],
                    (_("joined"), _("left")),
                    narrow=narrow,
                ),
                if_any=[month.joined or month.left for month in report.months],
            ),
        },
        "sources": {
            "title": _("How members came to us"),
            "head": [_("Way"), _("members")],
            "rows": [[name, few if count is None else _number(count)] for name, count in report.sources],
            "groups": _codes(report.codes),
        },
        "mails": {
            "title": _("What became of the messages"),
            "note": _("Mails, letters, text messages and notices on devices together."),
            "head": [_("Result"), _("messages")],
            "rows": [
                [_("handed over and taken"), _number(report.mails["sent"])],
                [_("refused"), _number(report.mails["refused"])],
                [_("came back later"), _number(report.mails["returned"])],
                [_("left out: agreement, pause or limit"), _number(report.mails["left_out"])],
                [_("withdrawals per 1,000 messages"), _decimal(report.leaving_per_thousand)],
            ],
        },
        "reach": {
            "title": _("Reach by district, beside the people who live there"),
            "note": _(
                "Today's members. They may choose several districts or the whole city; who chose the whole city is "
                "not counted here."
            ),
            "head": [_("District"), _("members"), _("residents"), _("members per 1,000 residents")],
            "rows": [
                [
                    row.name,
                    few if row.members is None else _number(row.members),
                    _number(row.population) if row.population else "–",
                    _decimal(row.rate),
                ]
                for row in report.reach
            ],
            **_drawn(
                lambda narrow: charts.bars(
                    _("Members per 1,000 residents in each district; the table says the same."),
                    [(row.name, row.rate, _decimal(row.rate)) for row in report.reach],
                    narrow=narrow,
                ),
                if_any=[row.rate for row in report.reach],
            ),
        },
        "departments": {
            "title": _("Departments"),
            "head": [_("Department"), _("enabled since"), _("mailings"), _("messages taken"), _("refused or returned")],
            "rows": [
                [
                    row.name,
                    date_format(row.enabled_at, "SHORT_DATE_FORMAT") if row.enabled_at else _("not enabled"),
                    *map(_number, (row.mailings, row.sent, row.refused)),
                ]
                for row in report.departments
            ],
        },
        "taking_part": _taking_part(report.taking_part),
        "figures": {
            "title": _("What members answered"),
            "head": [_("What"), _("how many")],
            "rows": [[label, few if count is None else _number(count)] for label, count in report.figures],
        },
    }


def _taking_part(found: TakingPart) -> dict[str, Any]:
    allowed = shown(found.allowed)
    by_choice = [
        (_("District"), found.by_district),
        (_("How often we write"), found.by_frequency),
        (_("How we write"), found.by_channel),
    ]
    everybody = [found.everybody] if found.everybody.asked else []
    return {
        "title": _("Who takes part?"),
        "note": _(
            "Members who allow us to count them: %(number)s. Only they are counted here. Each person counts once: as "
            "asked, if they were asked for a task or invited in this time; as taking part, if they answered or said "
            "yes. Groups are put together until ten or more took part and ten or more did not. Answers are deleted "
            "after a year and no longer counted then."
        )
        % {"number": _("fewer than 10") if allowed is None else _number(allowed)},
        "head": [_("Group"), _("asked"), _("took part"), _("share")],
        "rows": [_group(group) for group in everybody],
        # Where all chose the same, its line would only say once more what stands above; but the table says what
        # the picture of the districts shows.
        "groups": [
            {"title": choice, "rows": [_group(group) for group in groups]}
            for choice, groups in by_choice
            if len(groups) > 1 or (groups and groups is found.by_district)
        ],
        **_drawn(
            lambda narrow: charts.bars(
                _("Share of the members asked who took part, by district; the table says the same."),
                [(group.name, group.share, _percent(group.share)) for group in found.by_district],
                narrow=narrow,
            ),
            if_any=found.by_district,
        ),
    }


def _group(group: Group) -> list[str]:
    return [
        group.name,
        _("fewer than 10") if shown(group.asked) is None else _number(group.asked),
        _number(group.took_part) if group.may_be_shown else _("not shown"),
        _percent(group.share),
    ]


def _codes(found: Codes) -> list[dict[str, Any]]:
    """The lines below the ways: a part of the same members."""
    rows = [[name, _number(count)] for name, count in found.named]
    if found.others:
        label = ngettext("%(number)s further code", "%(number)s further codes together", found.others)
        brought = _("fewer than 10") if found.brought is None else _number(found.brought)
        rows.append([label % {"number": _number(found.others)}, brought])
    return [{"title": _("of these, by a code on a flyer"), "rows": rows}] if rows else []


def _drawn(draw: Callable[[bool], str], *, if_any: Iterable[Any]) -> dict[str, str]:
    """A picture for wide pages and one for telephones; none of nothing."""
    return {"chart": draw(False), "chart_narrow": draw(True)} if any(if_any) else {"chart": "", "chart_narrow": ""}


def as_pdf(report: Report, *, at: datetime) -> bytes:
    """The report as tagged PDF, in the city's language."""
    with override(settings.LANGUAGE_CODE):
        words = words_for(report)
        files = {}
        for part in ("growth", "reach", "taking_part"):
            words[part].pop("chart_narrow")
            chart = words[part].pop("chart")
            words[part]["pictured"] = bool(chart)
            if chart:
                drawn = chart.replace("currentColor", "#1b1b1b").replace("inherit", pdf.TYPEFACE)
                files[f"{part}.svg"] = drawn.encode()
        city = CitySettings.load().name
        title = _("The people pool: report on the trial")
        labels = {
            "made": _("Made on %(day)s. Numbers about fewer than ten people are not shown.")
            % {"day": date_format(at, "j. F Y")},
            "page": _("page"),
            "nothing": _("Nothing to count in this time."),
            "growth_alt": _("Columns: members who joined and left per month"),
            "reach_alt": _("Bars: members per 1,000 residents in each district"),
            "taking_part_alt": _("Bars: share of the members asked who took part, by district"),
        }
        data = {"title": title, "city": city, **labels, **words}
        return pdf.render(TEMPLATE, data, title=f"{title}, {city}", lang=settings.LANGUAGE_CODE[:2], at=at, files=files)


def _last_day(report: Report) -> datetime:
    return report.end - timedelta(days=1)


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


def _signed(sign: str, value: int) -> str:
    return sign + _number(value) if value else _number(value)


def _percent(value: int | None) -> str:
    return "–" if value is None else f"{value} %"


def _decimal(value: float | None) -> str:
    return "–" if value is None else number_format(value, 1)
