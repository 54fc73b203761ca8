"""The pages of the toolbox, on the real content."""

import re

import pytest
from django.urls import reverse

from mitwirken.box import samples
from mitwirken.box.models import Case, Format

pytestmark = pytest.mark.django_db
ODD = ["?q=%00", "?ziel=%00&art=x", "?nach=%00", "?nach=gibt-es-nicht", "?sort=-id", "?f=%00&f=x", "?q=" + "a" * 5000]


def test_every_format_and_case_has_a_page_with_one_heading_and_its_own_title(client, toolbox):
    titles = set()
    for row in [*Format.objects.all(), *Case.objects.all()]:
        page = client.get(row.get_absolute_url())
        assert page.status_code == 200, row.code
        assert page.content.count(b"<h1") == 1, row.code
        titles.add(re.search(rb"<title>(.*?)</title>", page.content, re.S).group(1))
    assert len(titles) == 86 + 35


def test_every_card_can_be_printed_and_says_that_figures_are_estimates(client, toolbox):
    for row in Format.objects.all():
        page = client.get(reverse("box:card", args=[row.code])).content.decode()
        assert "Schätzung der Redaktion" in page, row.code


def test_all_formats_and_cases_are_reached_by_following_the_lists(client, toolbox):
    for name, total in (("formats", 86), ("cases", 35)):
        address, seen = reverse(f"box:{name}"), set()
        while address:
            page = client.get(address)
            seen |= {card["url"] for card in page.context["cards"]}
            address = page.context["next_url"] and reverse(f"box:{name}") + page.context["next_url"]
        assert len(seen) == total


@pytest.mark.parametrize("sort", ["name", "personal", "kosten", "vorlauf", ""])
def test_each_order_shows_every_format_once(client, toolbox, sort):
    address, seen = f"{reverse('box:formats')}?sort={sort}&q=e", []
    while address:
        page = client.get(address)
        seen += [card["url"] for card in page.context["cards"]]
        address = page.context["next_url"] and reverse("box:formats") + page.context["next_url"]
    assert len(seen) == len(set(seen)) == Format.objects.search("e").count()


def test_the_counts_beside_the_filters_say_what_a_click_will_show(client, toolbox):
    page = client.get(reverse("box:formats"), {"stufe": "involve"})
    group = next(group for group in page.context["groups"] if group["name"] == "art")
    for option in group["options"]:
        narrowed = client.get(reverse("box:formats"), {"stufe": "involve", "art": option["value"]})
        assert narrowed.context["count"].startswith(f"{option['count']} ")


def test_a_search_from_the_form_shows_the_best_match_first(client, toolbox):
    page = client.get(reverse("box:formats"), {"q": "runder tisch", "sort": ""})
    assert page.context["cards"][0]["title"] == "Runder Tisch"


def test_no_match_says_so_and_offers_a_way_back(client, toolbox):
    page = client.get(reverse("box:formats"), {"q": "unterwasserballett"}).content.decode()
    assert "Zu all dem passt kein Format" in page
    assert "Alle Formate zeigen" in page


@pytest.mark.parametrize("name", ["start", "formats", "cases", "compare", "formats_json", "cases_json"])
def test_odd_addresses_never_break_a_page(client, db, name):
    samples.case(samples.format())
    for odd in ODD:
        assert client.get(reverse(f"box:{name}") + odd).status_code == 200, odd


@pytest.mark.parametrize("name", ["format", "case", "card"])
def test_an_unknown_code_is_not_found(client, db, name):
    assert client.get(reverse(f"box:{name}", args=["gibt-es-nicht"])).status_code == 404


def test_evidence_below_ten_is_never_shown(client, db):
    row = samples.format()
    samples.evidence(row, n=9, value=11.5, source="Neun Menschen")
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Neun Menschen" not in page
    assert "Noch keine Erfahrungen aus eigenen Verfahren" in page


def test_evidence_from_ten_is_shown_with_n_date_and_source(client, db):
    row = samples.format()
    shown = samples.evidence(row, n=10, value=77.5, source="Zehn Menschen")
    page = client.get(row.get_absolute_url()).content.decode()
    for text in ("77,5 von 100 Punkten", "n = 10", shown.measured_on.strftime("%d.%m.%Y"), "Zehn Menschen"):
        assert text in page


def test_up_to_four_formats_stand_side_by_side_and_the_fifth_is_named(client, db):
    rows = [samples.format() for _number in range(5)]
    page = client.get(reverse("box:compare"), {"f": [row.code for row in rows]})
    assert [column["name"] for column in page.context["columns"]] == [row.name for row in rows[:4]]
    assert f"Nicht gezeigt: {rows[4].name}" in page.content.decode()


def test_a_case_shows_its_failures_beside_its_successes(client, db):
    page = client.get(samples.case(samples.format()).get_absolute_url()).content.decode()
    assert "Der Rundgang brachte neue Leute." in page
    assert "Jugendliche fehlten." in page


def test_what_left_the_content_keeps_its_page_but_is_not_offered(client, db):
    row = samples.format(retired=True)
    assert "empfiehlt dieses Format nicht mehr" in client.get(row.get_absolute_url()).content.decode()
    assert row.name not in client.get(reverse("box:formats")).content.decode()


@pytest.mark.parametrize("name", ["start", "formats", "cases", "formats_json", "cases_json"])
def test_lists_ask_the_database_as_often_for_many_rows_as_for_few(client, db, name, django_assert_max_num_queries):
    samples.case(samples.format())
    client.get(reverse(f"box:{name}"))
    with django_assert_max_num_queries(12) as few:
        client.get(reverse(f"box:{name}"))
    for _number in range(20):
        samples.case(samples.format())
    with django_assert_max_num_queries(len(few)):
        client.get(reverse(f"box:{name}"))


def test_a_format_asks_the_database_at_most_twelve_times(client, toolbox, django_assert_max_num_queries):
    row = Format.objects.get(code="stadtspaziergang")
    samples.evidence(row)
    client.get(row.get_absolute_url())
    with django_assert_max_num_queries(12):
        client.get(row.get_absolute_url())
    with django_assert_max_num_queries(12):
        client.get(row.cases.first().get_absolute_url())


def test_pages_set_no_cookie_so_that_they_can_be_kept(client, toolbox):
    for name in ("start", "formats", "cases", "compare", "formats_json"):
        assert not client.get(reverse(f"box:{name}")).cookies
