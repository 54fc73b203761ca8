"""Pages of a list: every row once, in order, whatever stands in the address and whatever happens meanwhile."""

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from mitwirken.core import clock, paging
from mitwirken.core.models import AuditEntry

pytestmark = pytest.mark.django_db
# Many rows share an action, so the number has to decide.
ORDERS = [["pk"], ["-pk"], ["action", "pk"], ["-action", "-pk"], ["action", "-object_id", "pk"]]


@pytest.fixture
def rows():
    now = clock.now()
    AuditEntry.objects.bulk_create(
        AuditEntry(at=now, action=f"a{number % 3}", object_type="x", object_id=str(number % 5)) for number in range(23)
    )
    return AuditEntry.objects.all()


def page(rows, query="", **options):
    given = {"order": ["pk"], "size": 5} | options
    return paging.page(RequestFactory().get(f"/{query}"), rows, **given)


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_who_goes_on_sees_every_row_once_and_in_order(rows, order):
    seen, query, pages = [], "", 0
    while pages == 0 or query:
        found = page(rows, query, order=order)
        assert bool(found.first_url) is (pages > 0)
        seen += found.rows
        query, pages = found.older_url, pages + 1
    assert seen == list(rows.order_by(*order))
    assert pages == 5


def test_a_list_that_fits_has_no_way_on(rows):
    found = page(rows, size=23)
    assert (len(found.rows), found.older_url, found.first_url) == (23, "", "")


@pytest.mark.parametrize("typed", ["", "x", "-1", "1' OR 1=1", "9" * 40, "²", "\x00"])
def test_nonsense_in_the_address_is_the_first_page(rows, typed):
    query = QueryDict(mutable=True)
    query["vor"] = typed
    assert page(rows, f"?{query.urlencode()}").rows == list(rows.order_by("pk")[:5])


def test_who_goes_on_from_a_row_that_left_the_list_does_not_begin_again(rows):
    last = rows.order_by("action", "pk")[4]
    rest = rows.exclude(pk=last.pk)
    found = page(rest, f"?vor={last.pk}", order=["action", "pk"], among=rows)
    assert found.rows == list(rows.order_by("action", "pk")[5:10])


def test_two_lists_of_a_page_keep_each_other_s_place_and_the_search(rows):
    found = page(rows, "?q=Bank&alte=9", name="neue")
    assert found.older_url == f"?q=Bank&alte=9&neue={found.rows[-1].pk}#neue"
    further = page(rows, found.older_url, name="neue")
    assert further.first_url == "?q=Bank&alte=9#neue"


def test_one_question_however_far_down(rows, django_assert_num_queries):
    first = rows.first()
    with django_assert_num_queries(1):
        page(rows, "?vor=17", order=["-pk"])
    with django_assert_num_queries(2):
        page(rows, f"?vor={first.pk}", order=["action", "pk"])
