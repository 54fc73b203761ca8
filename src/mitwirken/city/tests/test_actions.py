import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from mitwirken.city import actions, samples
from mitwirken.city.errors import ImportRefused
from mitwirken.city.lookup import district_of, districts_of
from mitwirken.city.models import CitySettings, Department, District, Street, Topic
from mitwirken.core.models import AuditEntry

pytestmark = pytest.mark.django_db
CONTENT = Path(settings.BASE_DIR) / "content"
HEAD = "strasse;hausnummer_von;hausnummer_bis;seite;plz;stadtbezirk\n"


@pytest.fixture
def north():
    return samples.district(slug="nord", name="Nord")


@pytest.fixture
def south():
    return samples.district(slug="sued", name="Süd")


def test_loading_the_city_twice_changes_nothing():
    actions.load_city(CONTENT)
    before = [list(model.objects.values()) for model in (Department, District, Topic, CitySettings)]
    actions.load_city(CONTENT)

    assert [list(model.objects.values()) for model in (Department, District, Topic, CitySettings)] == before


def test_contact_data_that_staff_corrected_survive_a_reload():
    actions.load_city(CONTENT)
    Department.objects.filter(slug="umwelt").update(email="umwelt@stadt.example")
    CitySettings.objects.update(phone="0999 1")
    actions.load_city(CONTENT)

    assert Department.objects.get(slug="umwelt").email == "umwelt@stadt.example"
    assert CitySettings.load().phone == "0999 1"


def test_every_department_named_by_an_offer_is_known():
    actions.load_city(CONTENT)
    offers = json.loads((CONTENT / "offers.json").read_text())
    unknown = {
        offer["department"]
        for offer in offers
        if offer["department"] and Department.objects.all().known_as(offer["department"]) is None
    }

    assert unknown == set()


def test_every_topic_of_the_practice_cases_is_a_topic_of_the_city():
    actions.load_city(CONTENT)
    vocabulary = json.loads((CONTENT / "cases.json").read_text())["vocabularies"]["topics"]

    assert {term["code"] for term in vocabulary} <= set(Topic.objects.values_list("code", flat=True))


def test_settings_that_hold_the_example_are_named_until_they_are_filled():
    city = actions.load_city(CONTENT)
    waiting = len(city.fields_to_fill())
    city.phone = "0999 1"

    assert len(city.fields_to_fill()) == waiting - 1


def test_a_street_file_replaces_the_table_and_is_found_by_any_spelling(north, south):
    samples_file = io.StringIO(HEAD + "Kaiserstraße;1;99;ungerade;44135;Nord\nKaiserstraße;2;98;gerade;44135;Süd\n")
    actions.import_streets(samples_file)

    assert district_of("kaiser-str. 7") == north
    assert district_of("Kaiserstr. 8a") == south
    assert district_of("Kaiserstraße") is None
    assert len(districts_of("Kaiserstraße")) == 2
    assert AuditEntry.objects.filter(action="city.import_streets").count() == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "fehlen die Spalten"),
        ("name;bezirk\nA;Nord\n", "fehlen die Spalten"),
        (HEAD, "keine Straße"),
        (HEAD + "A-Weg;;;;;West\n", "West"),
        (HEAD + "A-Weg;zwei;;;;Nord\n", "keine Hausnummer"),
        (HEAD + "A-Weg;9;2;;;Nord\n", "rückwärts"),
        (HEAD + "A-Weg;;;links;;Nord\n", "gerade"),
        (HEAD + "A-Weg;;;;4413;Nord\n", "Postleitzahl"),
        (HEAD + "A-Weg;;Nord\n", "Spalten"),
        (HEAD + ";;;;;Nord\n", "Name der Straße"),
        (HEAD + f"{'A' * 200};;;;;Nord\n", "zu lang"),
    ],
)
def test_a_bad_street_file_is_refused_with_its_reason_and_changes_nothing(north, text, word):
    actions.import_streets(io.StringIO(HEAD + "B-Weg;;;;;Nord\n"))
    with pytest.raises(ImportRefused) as refused:
        actions.import_streets(io.StringIO(text))

    assert word in str(refused.value)
    assert list(Street.objects.values_list("name", flat=True)) == ["B-Weg"]


def test_the_import_command_names_the_line(tmp_path, north):
    file = tmp_path / "strassen.csv"
    file.write_text(HEAD + "A-Weg;;;;;Nord\nB-Weg;;;;;Mond\n", encoding="utf-8")

    with pytest.raises(CommandError, match="Zeile 3: Den Stadtbezirk „Mond“"):
        call_command("import_streets", str(file))


def test_a_file_in_another_encoding_is_refused_kindly(tmp_path, north):
    file = tmp_path / "strassen.csv"
    file.write_bytes((HEAD + "Königsweg;;;;;Nord\n").encode("latin-1"))

    with pytest.raises(CommandError, match="UTF-8"):
        call_command("import_streets", str(file))


def boundary(name):
    ring = [[7.0, 51.0], [7.1, 51.0], [7.1, 51.1], [7.0, 51.1], [7.0, 51.0]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"STADTBEZ": name}, "geometry": shape}


def boundary_file(*names):
    return io.StringIO(json.dumps({"type": "FeatureCollection", "features": [boundary(name) for name in names]}))


def test_boundaries_are_matched_by_name_and_the_rest_is_reported(north, south):
    report = actions.import_boundaries(boundary_file("SÜD", "Mond"), "STADTBEZ")

    south.refresh_from_db()
    assert south.geometry["type"] == "Polygon"
    assert (report.matched, report.unmatched_features, report.districts_without) == (["Süd"], ["Mond"], ["Nord"])


def test_a_dry_run_changes_nothing(north):
    actions.import_boundaries(boundary_file("Nord"), "STADTBEZ", dry_run=True)

    north.refresh_from_db()
    assert north.geometry is None


@pytest.mark.parametrize("text", ["", "{", "null", "[" * 5000, '"x"'])
def test_what_is_no_geojson_is_refused(north, text):
    with pytest.raises(ImportRefused):
        actions.import_boundaries(io.StringIO(text))


def test_the_boundary_command_reports(tmp_path, north, capsys):
    file = tmp_path / "grenzen.geojson"
    file.write_text(boundary_file("Nord", "Mond").getvalue(), encoding="utf-8")
    call_command("import_boundaries", str(file), "--key", "STADTBEZ", "--dry-run")

    assert "Probelauf: 1 Grenzen zugeordnet" in capsys.readouterr().out
