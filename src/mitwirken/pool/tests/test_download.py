"""What a member takes along: the same facts for programs, and as a page that speaks the reader's language."""

import json
import re
import zipfile
from datetime import datetime
from importlib import import_module

import pytest
from django.conf import settings
from django.utils import translation

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import exports, features, ledger, readable, samples
from mitwirken.pool.models import ConsentAction, Origin, PostalAddress, Purpose
from mitwirken.pool.wording import current_text

pytestmark = pytest.mark.django_db
SILENT = features.Feature(slug="").export
TELLING = [feature for feature in features.features() if feature.export.__code__ is not SILENT.__code__]
MODULES = {path.rpartition(".")[2]: path for path in settings.POOL_FEATURES}


@pytest.fixture(autouse=True)
def _city():
    city.city()


def of(feature):
    """A member of whom this feature knows all it can know."""
    try:
        sample_data = import_module(f"{MODULES[feature.slug]}.samples").sample_data
    except (ModuleNotFoundError, AttributeError):
        pytest.fail(f"{feature.slug}/samples.py needs sample_data(*, at) -> Member (see pool/README.md)")
    return sample_data(at=clock.now())


def keys_in(value):
    """Every key anywhere in these facts."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from keys_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from keys_in(part)


def every_part(parts):
    for part in parts:
        yield part
        yield from every_part(part.get("parts", ()))
        for row in part.get("rows", ()):
            yield from every_part(row)


def read(member, lang="de"):
    with zipfile.ZipFile(exports.archive(member, lang, at=clock.now())) as packed:
        return json.loads(packed.read("mitmachpool.json")), packed.read("mitmachpool.html").decode()


def test_features_tell_something():
    assert {"letters", "sms", "invitations"} <= {feature.slug for feature in TELLING}


@pytest.mark.parametrize("feature", TELLING, ids=lambda feature: feature.slug)
def test_every_key_a_feature_tells_has_words_in_both_languages(feature):
    told = feature.export(of(feature))
    known = {**readable.LABELS, **feature.labels}
    missing = {feature.slug, *keys_in(told)} - known.keys()
    assert not missing, f"{feature.slug}: Feature.labels has no words for {sorted(missing)}"
    unused = feature.labels.keys() - {feature.slug, *keys_in(told)}
    assert not unused, f"{feature.slug}: no sample tells {sorted(unused)}"
    for key, words in feature.labels.items():
        if words is not None:
            with translation.override("de"):
                german = str(words)
            with translation.override("en"):
                assert german, key
                assert str(words), key


@pytest.mark.parametrize("feature", TELLING, ids=lambda feature: feature.slug)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_page_says_words_days_and_yes_or_no(feature, lang):
    member = of(feature)
    facts, page = read(member, lang)
    with translation.override(lang):
        labels = {str(words) for words in (*readable.LABELS.values(), *feature.labels.values()) if words is not None}
        parts = list(every_part(readable.parts_of(exports.personal_data(member))))
    assert facts[feature.slug]
    assert not {part["label"] for part in parts} - labels
    assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:", page), "a time for programs"
    assert not re.search(r">\s*(True|False|None)\s*<", page)
    for part in parts:
        assert part.get("text") or part.get("lines") or part.get("parts") or part.get("rows"), part
        assert all(part.get("rows", [True]))
    # Below each heading stands something; if it is another heading, a deeper one.
    assert not re.search(r"</h\d>\s*</", page)
    assert all(int(inner) > int(outer) for outer, inner in re.findall(r"</h(\d)>\s*<h(\d)>", page))


def test_who_uses_no_feature_reads_of_none(member):
    facts, page = read(member)
    assert set(facts) & {feature.slug for feature in TELLING} <= {"returns"}
    with translation.override("de"):
        for feature in TELLING:
            assert str(feature.labels[feature.slug]) not in page


def test_every_key_of_the_pool_itself_has_words():
    member = samples.member(
        districts=[city.district()], topics=[city.topic()], point_lat=51.5, point_lon=7.4, radius=500
    )
    facts = exports.personal_data(member)
    mine = {key: value for key, value in facts.items() if key not in MODULES}
    assert not set(keys_in(mine)) - readable.LABELS.keys()


def test_the_file_for_programs_keeps_keys_codes_and_times():
    feature = next(feature for feature in TELLING if feature.slug == "feeds")
    facts, page = read(of(feature))
    assert facts["feeds"]["is_on"] is True
    assert datetime.fromisoformat(facts["feeds"]["changed_at"])
    assert facts["frequency"] == "now"
    assert "Eingeschaltet:</strong> ja" in page


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("settings", "in den Einstellungen"),
        ("/mitmachpool/anmelden/", "auf der Seite zum Anmelden"),
        ("signed: 12-3/2025 Blatt 7", "auf Papier unterschrieben: 12-3/2025 Blatt 7"),
        ("text message", "hinter dem Link in einer SMS"),
        ("Bogen beim Stadtteilfest", "Bogen beim Stadtteilfest"),
    ],
)
def test_the_page_says_where_somebody_agreed(member, source, said):
    text = current_text(Purpose.TASKS, "de", at=clock.now())
    ledger.append(member, ConsentAction.GRANT, text=text, channel=Origin.WEB, source=source, at=clock.now())
    facts, page = read(member)
    assert facts["consents"][-1]["where"] == source
    assert f"Wo:</strong> {said}</p>" in page


def test_plain_lines_come_before_the_first_heading():
    member = samples.member()
    PostalAddress.objects.create(member=member, name="Erika Beispiel", street="Ring 1", postcode="12345", town="Ort")
    with translation.override("de"):
        parts = readable.parts_of(exports.personal_data(member))
    kinds = ["text" if "text" in part else "heading" for part in parts]
    assert kinds == sorted(kinds, reverse=True)
    assert "Anschrift" in [part["label"] for part in parts if "parts" in part]
