"""The toolbox as open data (CC BY 4.0): any city may take it, change it and name the source."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from .models import Case, Format

LICENSE = "https://creativecommons.org/licenses/by/4.0/"


def formats(request: HttpRequest) -> JsonResponse:
    """Every format that is offered, with the field names of content/formats.json."""
    rows = Format.objects.listed().order_by("code")
    rows = rows.prefetch_related("terms", "combine_with", "alternatives")
    return _open_data("formats", [_format(row) for row in rows])


def cases(request: HttpRequest) -> JsonResponse:
    """Every practice case, with the field names of content/cases.json."""
    rows = Case.objects.listed().order_by("code").prefetch_related("terms", "format_links__format")
    return _open_data("cases", [_case(row) for row in rows])


def _open_data(name: str, rows: list[dict[str, Any]]) -> JsonResponse:
    response = JsonResponse({"license": LICENSE, name: rows}, json_dumps_params={"ensure_ascii": False})
    # Public data: pages of other hosts may read it.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _one(codes: list[str]) -> str | None:
    return codes[0] if codes else None


def _format(row: Format) -> dict[str, Any]:
    return {
        "id": row.code,
        "url": settings.SITE_URL + row.get_absolute_url(),
        "name": row.name,
        "aliases": row.aliases,
        "kind": _one(row.codes("kind")),
        "summary_plain": row.summary,
        "description": row.description,
        "levels": row.levels,
        "phases": row.phases,
        "goals": row.goals,
        "channels": row.channels,
        "participants_min": row.participants_min,
        "participants_max": row.participants_max,
        "participants_note": row.participants_note,
        "group_sizes": row.codes("group_size"),
        "recruitment": row.codes("recruitment"),
        "duration": {
            "code": _one(row.codes("duration")),
            "hours_per_person_min": row.hours_min,
            "hours_per_person_max": row.hours_max,
            "text": row.duration_text,
        },
        "lead_time_weeks_min": row.lead_weeks_min,
        "lead_time_weeks_max": row.lead_weeks_max,
        "cost": {
            "eur_min": row.cost_min,
            "eur_max": row.cost_max,
            "brackets": row.codes("cost_bracket"),
            "basis": row.cost_basis,
            "note": row.cost_note,
        },
        "staff_days_min": row.staff_days_min,
        "staff_days_max": row.staff_days_max,
        "moderation": _one(row.codes("moderation")),
        "skill": _one(row.codes("skill")),
        "conflict_fit": _one(row.codes("conflict_fit")),
        "target_groups": row.codes("target_group"),
        "accessibility": row.accessibility,
        "materials": row.materials,
        "digital_tools": row.digital_tools,
        "steps": row.process_steps,
        "strengths": row.strengths,
        "limits": row.limits,
        "risks": row.risks,
        "digital_equivalent": row.digital_equivalent,
        "outputs": row.codes("output"),
        "legal": row.codes("legal"),
        "legal_note": row.legal_note,
        "combine_with": sorted(other.code for other in row.combine_with.all()),
        "alternatives": sorted(other.code for other in row.alternatives.all()),
        "avoid_if": row.avoid_if,
        "sources": row.sources,
        "status": row.status,
        "language": row.language,
        "license": row.license,
    }


def _case(row: Case) -> dict[str, Any]:
    return {
        "id": row.code,
        "url": settings.SITE_URL + row.get_absolute_url(),
        "title": row.title,
        "place": row.place,
        "region": row.region,
        "country": row.country,
        "lat": row.lat,
        "lon": row.lon,
        "geo_precision": row.geo_precision,
        "year_start": row.year_start,
        "year_end": row.year_end,
        "organiser": row.organiser,
        "formats": [link.format.code for link in row.format_links.all()],
        "topics": row.codes("topic"),
        "levels": row.codes("level"),
        "channels": row.codes("channel"),
        "recruitment": row.codes("recruitment"),
        "summary": row.summary,
        "participants": row.participants,
        "process_cost_eur": row.process_cost,
        "decided_budget_eur": row.decided_budget,
        "duration": row.duration,
        "numbers": row.numbers,
        "worked": row.worked,
        "not_worked": row.not_worked,
        "outcome": row.outcome,
        "outcome_status": _one(row.codes("outcome_status")),
        "lessons": row.lessons,
        "evidence": _one(row.codes("evidence")),
        "sources": row.sources,
        "status": row.status,
        "license": row.license,
    }
