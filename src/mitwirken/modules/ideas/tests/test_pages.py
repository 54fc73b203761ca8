import re
from datetime import timedelta

import pytest
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.city import samples as city_samples
from mitwirken.core import clock
from mitwirken.modules.ideas import samples as idea_samples
from mitwirken.modules.ideas.views import one, overview
from mitwirken.portal import samples
from mitwirken.portal.actions import contributions as actions
from mitwirken.portal.models import Comment, Contribution, Report, Support

pytestmark = pytest.mark.django_db


def address(step, name="step", *args):
    return reverse(f"ideas:{name}", args=[step.project.slug, step.slug, *args])


def filled(ideas=42, **options):
    for number, slug in enumerate(["nord", "ost", "sued"]):
        city_samples.district(slug=slug, name=slug.title(), lat=51.5 + number / 50, lon=7.46)
    step = samples.step(starts_at=clock.now() - timedelta(days=20))
    idea_samples.fill(step, ideas=ideas, **options)
    return step


def numbers(page) -> list[int]:
    return [int(pk) for pk in re.findall(r'card-title"><a href="[^"]*/(\d+)/"', page.text)]


def test_a_thousand_ideas_cost_as_many_queries_as_one(client, django_assert_max_num_queries):
    step = filled(ideas=1000, comments=5000)
    with django_assert_max_num_queries(12):
        page = client.get(address(step))
    assert "1000 Ideen" in re.sub(r"[.\s ]+(?=\d{3} Ideen)", "", page.text)


def test_an_idea_with_many_comments_costs_few_queries(client, django_assert_max_num_queries):
    step = filled(ideas=3, comments=300)
    idea = Contribution.objects.order_by("-comment_count").first()
    actions.answer(idea, "Ja.", standing="accepted", by=people.user(), at=clock.now())
    with django_assert_max_num_queries(12):
        page = client.get(address(step, "detail", idea.pk))
    assert page.text.count('class="comment"') == one.COMMENTS_PER_PAGE


@pytest.mark.parametrize("sort", ["new", "support", "comments"])
def test_paging_shows_each_idea_once_and_leads_back(client, sort):
    step = filled(ideas=50)
    seen, page, url = [], None, address(step) + f"?sortierung={sort}"
    for _ in range(3):
        page = client.get(url)
        seen += numbers(page)
        following = re.search(r'href="([^"]*)" rel="next"', page.text)
        url = following and following[1].replace("&amp;", "&").split("#")[0]
    assert url is None
    assert sorted(seen) == sorted(Contribution.objects.values_list("pk", flat=True))
    back = re.search(r'href="([^"]*)" rel="prev"', page.text)[1].replace("&amp;", "&").split("#")[0]
    assert numbers(client.get(back)) == seen[20:40]


def test_the_counts_behind_the_choices_are_those_of_the_lists(client):
    step = filled()
    page = client.get(address(step))
    for slug in ["nord", "ost", "sued"]:
        told = int(re.search(rf'value="{slug}"[^>]*>[^<]*\((\d+)\)', page.text)[1])
        assert told == Contribution.objects.filter(district__slug=slug).count()


def test_filters_narrow_the_list_and_the_map_points(client):
    step = filled()
    wanted = Contribution.objects.filter(title__icontains="Bänke").values_list("pk", flat=True)
    assert sorted(numbers(client.get(address(step), {"q": "bänke"}))) == sorted(
        set(wanted) | set(Contribution.objects.filter(text__icontains="bänke").values_list("pk", flat=True))
    )
    points = client.get(address(step, "points"), {"bezirk": "ost"}).json()["features"]
    assert len(points) == Contribution.objects.filter(district__slug="ost", lat__isnull=False).count() > 0


@pytest.mark.parametrize(
    "query",
    ["bezirk=%00&von=x", "nach=%00", "nach=9_9_9&vor=1", "sortierung=%27&stand=&kategorie=%00", "q=%00",
     "nach=99999999999999999999_1", "vor=-1_-1", "bezirk=1&bezirk=2&q=" + "x" * 3000],
)  # fmt: skip
def test_nonsense_in_the_address_breaks_nothing(client, query):
    step = filled(ideas=3)
    assert client.get(f"{address(step)}?{query}").status_code == 200
    assert client.get(f"{address(step, 'points')}?{query}").status_code == 200
    detail = address(step, "detail", Contribution.objects.first().pk)
    assert client.get(f"{detail}?ab=%00&{query}").status_code == 200


def test_pages_for_everybody_set_no_cookie_and_carry_no_token(client):
    step = filled(ideas=2)
    for url in [address(step), address(step, "detail", Contribution.objects.first().pk), address(step, "paper")]:
        page = client.get(url)
        assert not page.cookies
        assert "csrfmiddlewaretoken" not in page.text


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_what_is_not_shown_is_nowhere(client, state):
    step = samples.step()
    idea = samples.contribution(step, moderation=state)
    assert idea.title not in client.get(address(step)).text
    assert client.get(address(step, "points")).json()["features"] == []
    for name in ["detail", "support", "comment", "report"]:
        assert client.get(address(step, name, idea.pk)).status_code == 404


def test_an_idea_of_another_step_is_not_found_here(client):
    idea = samples.contribution()
    assert client.get(address(samples.step(), "detail", idea.pk)).status_code == 404


def test_the_receipt_code_never_stands_on_a_public_page(client):
    step = samples.step()
    idea = samples.contribution(step)
    pages = client.get(address(step)).text + client.get(address(step, "detail", idea.pk)).text
    assert idea.receipt not in pages


def from_here(client, url, **data):
    return client.post(url, data, headers={"Sec-Fetch-Site": "same-origin"})


def test_supporting_works_once_per_device_and_can_be_taken_back(client):
    step = samples.step()
    url = address(step, "support", samples.contribution(step).pk)
    assert not client.get(url).cookies
    from_here(client, url)
    from_here(client, url)
    assert "Danke. Sie unterstützen diese Idee." in client.get(url).text
    assert Contribution.objects.get().support_count == Support.objects.count() == 1
    from_here(client, url, undo="1")
    assert Contribution.objects.get().support_count == Support.objects.count() == 0


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_no_other_site_can_support_in_somebodys_name(client, headers):
    step = samples.step()
    url = address(step, "support", samples.contribution(step).pk)
    assert client.post(url, headers=headers).status_code == 403
    assert not Support.objects.exists()


def test_a_closed_step_takes_no_support_and_says_so(client):
    step = samples.step(ends_at=clock.now() - timedelta(hours=1))
    answer = from_here(client, address(step, "support", samples.contribution(step).pk))
    assert "ist beendet" in answer.text
    assert not Support.objects.exists()


def test_too_many_supports_from_one_connection_are_slowed_down(client, monkeypatch):
    monkeypatch.setitem(one.SUPPORT_LIMIT, "limit", 1)
    step = samples.step()
    url = address(step, "support", samples.contribution(step).pk)
    assert [from_here(client, url).status_code for _ in range(2)] == [302, 429]


def test_a_comment_is_read_on_the_idea(client):
    step = samples.step()
    idea = samples.contribution(step)
    answer = client.post(address(step, "comment", idea.pk), {"text": "Gute Idee!"}, follow=True)
    assert "Gute Idee!" in answer.text
    assert Contribution.objects.get().comment_count == 1


BAD_COMMENTS = {
    "empty": ({"text": " "}, "Bitte schreiben Sie Ihren Kommentar"),
    "too long": ({"text": "x" * 2001}, "zu lang"),
    "NUL": ({"text": "a\x00b"}, "nicht speichern können"),
    "the trap": ({"text": "Hallo", "website": "x"}, "Nicht ausfüllen"),
}


@pytest.mark.parametrize("name", BAD_COMMENTS)
def test_a_bad_comment_gets_a_sentence_and_stores_nothing(client, name):
    values, sentence = BAD_COMMENTS[name]
    step = samples.step()
    answer = client.post(address(step, "comment", samples.contribution(step).pk), values)
    assert sentence in answer.text
    assert values["text"].strip().replace("\x00", "") in answer.text.replace("\x00", "")
    assert not Comment.objects.exists()


def test_a_comment_on_a_closed_step_says_so_and_keeps_the_words(client):
    step = samples.step(ends_at=clock.now() - timedelta(hours=1))
    answer = client.post(address(step, "comment", samples.contribution(step).pk), {"text": "Zu spät"})
    assert "ist beendet" in answer.text
    assert "Zu spät" in answer.text
    assert not Comment.objects.exists()


def test_markup_in_what_people_write_stays_text(client):
    step = samples.step()
    idea = samples.contribution(step, title="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    actions.comment(idea, text="<b>fett</b>", author_name="<i>x</i>", at=clock.now())
    pages = client.get(address(step)).text + client.get(address(step, "detail", idea.pk)).text
    for markup in ["<script>alert", "<img src=x", "<b>fett", "<i>x</i>"]:
        assert markup not in pages


def test_a_report_reaches_the_city_with_the_comment_it_means(client):
    step = samples.step()
    idea = samples.contribution(step)
    remark = actions.comment(idea, text="Gemein", at=clock.now())
    url = address(step, "report", idea.pk) + f"?kommentar={remark.pk}"
    answer = client.post(url, {"reason": "Beleidigt jemanden"}, follow=True)
    assert "sieht sich das an" in answer.text
    assert Report.objects.get().comment == remark


@pytest.mark.parametrize("name", ["comment", "report"])
def test_an_empty_form_is_explained_even_when_too_many_were_sent(client, monkeypatch, name):
    step = samples.step()
    url = address(step, name, samples.contribution(step).pk)
    assert client.post(url).status_code == 422
    monkeypatch.setattr("mitwirken.core.throttle.count", lambda *args, **kwargs: True)
    assert client.post(url).status_code == 429


def test_a_withdrawn_step_says_so_and_stays_readable(client):
    step = samples.step(state="withdrawn")
    idea = samples.contribution(step)
    page = client.get(address(step))
    assert page.status_code == 410
    assert "zurückgezogen" in page.text
    assert idea.title in page.text


def test_the_paper_form_names_the_post_address_and_the_receipt(client):
    page = client.get(address(samples.step(), "paper"))
    assert "Quittungs-Code" in page.text
    assert "Stadtplanungs- und Bauordnungsamt" in page.text
    assert "data:image/svg+xml" in page.text


def test_the_export_holds_every_idea_and_no_address():
    step = filled(ideas=10)
    actions.hand_in(step, title="Neu", text="Text", email="a@beispiel.example", at=clock.now())
    rows = list(step.module.rows(step))
    assert len(rows) == step.module.count(step) == 11
    assert "a@beispiel.example" not in str(rows)


def test_the_samples_are_different_believable_and_counted_right():
    step = filled(ideas=42, comments=60, supports=150)
    rows = Contribution.objects.all()
    assert len({row.title for row in rows}) == 42
    for row in rows:
        assert row.support_count == row.supports.count()
        assert row.comment_count == row.comments.count()
        assert step.starts_at <= row.created_at <= clock.now()


def test_a_map_that_does_not_show_every_idea_says_so(client, monkeypatch):
    step = filled(ideas=12)
    assert "Die Karte zeigt die neuesten" not in client.get(address(step)).text
    monkeypatch.setattr(overview, "MOST_POINTS", 3)
    assert "Die Karte zeigt die neuesten 3" in client.get(address(step)).text
    assert len(client.get(address(step, "points")).json()["features"]) == 3
