"""The city's real offers: each one findable, none open for ever, none twice."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from mitwirken.box import actions as box
from mitwirken.city.actions import load_city
from mitwirken.city.models import Department
from mitwirken.portal import offers, samples, when
from mitwirken.portal.actions.archive import channel_of, load_offers, span_of
from mitwirken.portal.models import OfferStatus, ProjectPage, Step

pytestmark = pytest.mark.django_db
CONTENT = Path(settings.BASE_DIR) / "content"
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.fixture
def archive():
    samples.home()
    load_city(CONTENT)
    box.load(CONTENT)
    return load_offers(CONTENT, at=NOW)


def test_all_offers_are_there_and_none_is_open(archive):
    everything = offers.OfferFilter(statuses=(offers.ALL,)).steps(at=NOW)
    assert everything.count() == len(archive) == 64
    assert {step.status(at=NOW) for step in everything} == {OfferStatus.DONE}


def test_loading_again_changes_nothing(archive):
    before = list(Step.objects.values_list("pk", "title", "starts_at").order_by("pk"))
    assert load_offers(CONTENT, at=NOW) == []
    assert list(Step.objects.values_list("pk", "title", "starts_at").order_by("pk")) == before
    assert ProjectPage.objects.count() == 64


def test_each_offer_has_a_source_a_topic_and_a_municipal_reference(archive):
    assert not ProjectPage.objects.filter(source_url="").exists()
    assert not ProjectPage.objects.filter(municipal_reference="").exists()
    assert not Step.objects.filter(topics=None).exists()
    assert not ProjectPage.objects.filter(is_archive=False).exists()


def test_known_departments_are_used_instead_of_new_ones(archive):
    names = {offer.project.department.slug for offer in Step.objects.filter(title__startswith="Nordforum")}
    assert names == {"nordwaerts"}
    assert Department.objects.count() == 12


def test_an_offer_of_three_districts_is_found_in_each(archive):
    step = Step.objects.get(title__startswith="Hörspaziergänge")
    assert set(step.districts.values_list("slug", flat=True)) == {
        "innenstadt-west",
        "innenstadt-nord",
        "innenstadt-ost",
    }


def test_every_archive_page_answers(archive, client):
    for step in archive[:64:9]:
        page = client.get(step.project.get_absolute_url())
        assert page.status_code == 200
        assert step.project.source_url.split("//")[1][:20] in page.content.decode()


@pytest.mark.parametrize(
    ("start", "end", "first", "last", "precision"),
    [
        ("2024-09-28", "2024-10-27", (2024, 9, 28), (2024, 10, 28), "day"),
        ("2020-07", "2020-08", (2020, 7, 1), (2020, 9, 1), "month"),
        (None, "2024-10", (2024, 10, 1), (2024, 11, 1), "month"),
        ("2023-05-06", None, (2023, 5, 6), (2023, 5, 7), "day"),
        ("2024", None, (2024, 1, 1), (2025, 1, 1), "year"),
        ("2019-12", None, (2019, 12, 1), (2020, 1, 1), "month"),
    ],
)
def test_dates_are_as_precise_as_the_source(start, end, first, last, precision):
    span = span_of({"start": start, "end": end})
    assert timezone.localtime(span.starts_at).date() == date(*first)
    assert timezone.localtime(span.ends_at).date() == date(*last)
    assert span.precision == precision


def test_an_offer_without_any_date_is_filed_last_and_says_so(archive):
    step = Step.objects.get(title="Nachbarschaft zählt – deine Meinung auch")
    assert step.date_precision == "none"
    assert when.period(step, at=NOW) == "Zeitraum nicht bekannt"


@pytest.mark.parametrize(
    ("channels", "code"),
    [(["online"], "digital"), (["vor_ort"], "analog"), (["online", "post"], "hybrid"), ([], "analog")],
)
def test_channels_become_codes_of_the_toolbox(channels, code):
    assert channel_of(channels) == code
