"""The demo's projects: one in every state, believable, and loaded once however often one asks."""

from datetime import UTC, datetime

import pytest

from mitwirken.city import samples as city
from mitwirken.portal import samples
from mitwirken.portal.models import Contribution, OfferStatus, ProjectPage, Step

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def demo():
    for number in range(12):
        city.district(slug=f"bezirk-{number}", name=f"Bezirk {number}")
    city.topic(code="mobility")
    return samples.demo_projects(NOW)


def test_the_demo_shows_every_status(demo):
    statuses = {step.status(at=NOW) for step in Step.objects.all()}
    assert statuses == set(OfferStatus)


def test_the_demo_is_the_same_when_loaded_twice(demo):
    before = (ProjectPage.objects.count(), Step.objects.count(), Contribution.objects.count())
    assert samples.demo_projects(NOW) == []
    assert (ProjectPage.objects.count(), Step.objects.count(), Contribution.objects.count()) == before


def test_the_demo_has_ideas_with_comments_and_answers(demo):
    ideas = Contribution.objects.filter(step__source_key="demo:kuehle-orte:hinweise")
    assert ideas.count() == 12
    assert not ideas.to_answer().exists()
    assert any(ideas.values_list("comment_count", flat=True))


def test_each_demo_project_has_a_page(demo, client):
    for project in demo:
        page = client.get(project.get_absolute_url())
        assert project.question in page.content.decode()
