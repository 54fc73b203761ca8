"""Loading a city's content and learning from evaluated steps."""

import json
import shutil
import time
from datetime import date

import pytest
from django.conf import settings

from mitwirken.box import actions, samples
from mitwirken.box.content import ContentError
from mitwirken.box.models import Case, Evidence, Format, Term
from mitwirken.core.models import AuditEntry

pytestmark = pytest.mark.django_db
CONTENT = settings.BASE_DIR / "content"


@pytest.fixture
def folder(tmp_path):
    """A copy of the content that may be spoilt."""
    for name in ("formats.json", "cases.json", "evaluation.json"):
        shutil.copy(CONTENT / name, tmp_path / name)
    return tmp_path


def change(folder, file, part, entry_id, **values):
    path = folder / file
    data = json.loads(path.read_text())
    next(entry for entry in data[part] if entry["id"] == entry_id).update(values)
    path.write_text(json.dumps(data))


def test_the_whole_content_is_loaded_in_under_three_seconds():
    began = time.monotonic()
    loaded = actions.load(CONTENT)
    assert (loaded.formats, loaded.cases) == (Format.objects.count(), Case.objects.count()) == (86, 35)
    assert time.monotonic() - began < 3


def test_loading_twice_changes_nothing_and_leaves_no_trace():
    actions.load(CONTENT)
    traces = AuditEntry.objects.count()
    assert actions.load(CONTENT).changed == 0
    assert AuditEntry.objects.count() == traces == 1


def test_a_corrected_entry_is_taken_over(folder):
    actions.load(folder)
    change(folder, "formats.json", "formats", "world-cafe", name="Welt-Café", levels=["inform"])
    assert actions.load(folder).changed > 0
    row = Format.objects.get(code="world-cafe")
    assert (row.name, row.levels) == ("Welt-Café", ["inform"])


def test_what_is_taken_out_of_the_content_is_kept_but_no_longer_offered(folder):
    actions.load(folder)
    path = folder / "cases.json"
    data = json.loads(path.read_text())
    gone = data["cases"].pop()["id"]
    path.write_text(json.dumps(data))
    actions.load(folder)
    assert Case.objects.get(code=gone).retired
    assert Case.objects.listed().count() == 34


def test_a_city_without_own_formats_keeps_what_is_there(folder, tmp_path_factory):
    actions.load(folder)
    actions.load(tmp_path_factory.mktemp("empty"))
    assert Format.objects.listed().count() == 86


@pytest.mark.parametrize(
    ("file", "entry", "values", "sentence"),
    [
        (
            "formats",
            "world-cafe",
            {"participants_min": 500, "participants_max": 20},
            "Eintrag „world-cafe“, Feld „participants_min“: 500 ist mehr als 20",
        ),
        ("formats", "world-cafe", {"levels": ["royal"]}, "Feld „levels“: Die Kennung „royal“ steht nicht"),
        ("formats", "world-cafe", {"levels": []}, "Feld „levels“: Hier fehlt mindestens eine Kennung"),
        (
            "formats",
            "world-cafe",
            {"alternatives": ["nirgends"]},
            "Feld „alternatives“: Es gibt kein Format „nirgends“",
        ),
        ("formats", "world-cafe", {"combine_with": ["world-cafe"]}, "darf nicht auf sich selbst verweisen"),
        ("formats", "world-cafe", {"summary_plain": "x" * 300}, "Feld „summary_plain“: Der Text ist 300 Zeichen lang"),
        ("formats", "world-cafe", {"legal": ["none", "gdpr"]}, "„none“ darf nur allein stehen"),
        ("formats", "world-cafe", {"accessibility": ["Rampe"]}, "Feld „accessibility“: Hier stehen 1 Einträge"),
        ("formats", "world-cafe", {"risks": []}, "Feld „risks“: Hier ist mindestens ein Eintrag nötig"),
        ("formats", "world-cafe", {"staff_days_min": "viel"}, "Feld „staff_days_min“: Hier muss eine Zahl"),
        (
            "formats",
            "world-cafe",
            {"sources": [{"title": "Falle", "url": "javascript:alert(1)"}]},
            "ist keine Internetadresse",
        ),
        ("cases", "dortmund-iresilience", {"not_worked": []}, "Feld „not_worked“: Hier stehen 0 Einträge"),
        ("cases", "dortmund-iresilience", {"worked": []}, "Feld „worked“"),
        ("cases", "dortmund-iresilience", {"year_start": 2030}, "Feld „year_start“: 2030 ist mehr als 2022"),
        ("cases", "dortmund-iresilience", {"formats": ["nirgends"]}, "Es gibt kein Format „nirgends“"),
    ],
)
def test_broken_content_is_refused_with_a_sentence_that_names_the_place(folder, file, entry, values, sentence):
    change(folder, f"{file}.json", file, entry, **values)
    with pytest.raises(ContentError) as refused:
        actions.load(folder)
    assert sentence in str(refused.value)
    assert not Format.objects.exists()
    assert not Term.objects.exists()


def test_a_file_that_is_no_json_is_named(folder):
    (folder / "cases.json").write_text("{")
    with pytest.raises(ContentError, match=r"cases.json lässt sich nicht lesen"):
        actions.load(folder)


def test_evidence_is_kept_with_a_trace_and_measured_again_it_is_replaced():
    row = samples.format()
    facts = {
        "step_label": "Rundgang",
        "step_url": "/vorhaben/markt/ideas/rundgang/",
        "indicator": "Z1",
        "n": 20,
        "measured_on": date(2026, 5, 1),
        "source": "Mitmach-Check",
    }
    actions.record_evidence(row, value=60, **facts)
    actions.record_evidence(row, value=70, **facts)
    assert [entry.value for entry in Evidence.objects.all()] == [70]
    assert AuditEntry.objects.filter(action="box.record_evidence").count() == 2
