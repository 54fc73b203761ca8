"""The pages of lists and campaigns: who gets in, what they show, and that nobody's address is in them."""

import csv
import io
import re

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import samples as pool
from mitwirken.pool.imports import actions, samples
from mitwirken.pool.imports.models import ImportRun, Mode, RunState
from mitwirken.pool.models import Campaign, Member

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

AT = clock.now()


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()


@pytest.fixture
def manager(client):
    person = people.staff(RoleKind.POOL_MANAGER, city.department())
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def upload(client, content=None, **fields):
    content = samples.table(samples.row(1), samples.row(2, date="gestern")) if content is None else content
    typed = {"label": "Bögen", "mode": "proven", "words": samples.WORDS, "file": SimpleUploadedFile("l.csv", content)}
    return client.post(reverse("pool_imports:index"), typed | fields)


def press(client, run, verb):
    client.post(reverse("pool_imports:change", args=[run.pk, verb]))
    run.refresh_from_db()
    return samples.work_off(run, at=clock.now())


@pytest.fixture
def run(client, manager):
    upload(client)
    return ImportRun.objects.get()


@pytest.fixture
def campaign(manager):
    return Campaign.objects.create(
        code="stadtfest", label="Stadtfest", department=city.department(), created_at=AT, created_by=manager
    )


@pytest.mark.parametrize("kind", list(RoleKind))
def test_only_pool_managers_get_in(client, kind, run, campaign):
    client.force_login(people.staff(kind), backend="django.contrib.auth.backends.ModelBackend")
    places = [reverse(f"pool_imports:{name}") for name in ("index", "example", "campaigns")]
    places += [reverse(f"pool_imports:{name}", args=[run.pk]) for name in ("run", "report")]
    places += [reverse("pool_imports:campaign", args=[campaign.pk])]
    places += [reverse("pool_imports:flyer", args=[campaign.pk, "a6"])]
    allowed = kind == RoleKind.POOL_MANAGER
    assert [client.get(place).status_code == 200 for place in places] == [allowed] * len(places)


def test_the_whole_way_from_the_file_to_the_members_and_back(client, run):
    address = reverse("pool_imports:run", args=[run.pk])
    page = client.get(address)
    chosen = {name: str(place) for name, place in run.columns.items()}
    assert page.context["form"]["email"].initial == "0"
    client.post(address, chosen)
    run.refresh_from_db()
    assert "data-working" in client.get(address).content.decode()
    assert '<noscript><meta http-equiv="refresh"' in client.get(address).content.decode()
    samples.work_off(run, at=AT)
    page = client.get(address).content.decode()
    assert "data-working" not in page
    assert "gestern" in page
    assert "beispiel.example" not in page.split("<main")[1]
    press(client, run, "einlesen")
    assert (run.state, Member.objects.count()) == (RunState.DONE, 1)
    client.get(address)
    press(client, run, "zuruecknehmen")
    assert (run.state, Member.objects.count()) == (RunState.UNDONE, 0)
    # The rows are gone; the page still says how many there were.
    assert client.get(address).context["numbers"]["undone"] == 1


def test_the_report_names_line_and_reason_and_no_address(client, run):
    actions.look(run, run.columns, by=None)
    run.refresh_from_db()
    samples.work_off(run, at=AT)
    answer = client.get(reverse("pool_imports:report", args=[run.pk]))
    assert answer.streaming
    found = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert len(found) == 2
    assert found[1][0] == "3"
    assert "gestern" in found[1][1]


def test_the_example_can_be_uploaded(client, manager):
    example = client.get(reverse("pool_imports:example")).content
    upload(client, example)
    run = ImportRun.objects.get()
    city.topic(code="mobilitaet", name="Mobilität")
    city.topic(code="kultur", name="Kultur")
    actions.look(run, run.columns, by=None)
    run.refresh_from_db()
    assert samples.work_off(run, at=AT).counters["waiting"] == 2


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"words": ""}, "words"),
        ({"words": "zu kurz"}, "words"),
        ({"label": ""}, "label"),
        ({"mode": "anders"}, "mode"),
        ({"file": SimpleUploadedFile("l.csv", b"")}, "file"),
        ({"file": SimpleUploadedFile("l.csv", b"PK\x03\x04 xlsx")}, "file"),
        ({"file": SimpleUploadedFile("l.csv", (";" * 200 + "x\ny").encode())}, "file"),
    ],
)
def test_a_wrong_upload_is_named_and_leaves_nothing(client, manager, fields, wrong):
    answer = upload(client, **fields)
    assert answer.status_code == 422
    assert wrong in answer.context["form"].errors
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client, manager, monkeypatch):
    monkeypatch.setattr("mitwirken.pool.imports.forms.LARGEST", 10)
    assert "file" in upload(client).context["form"].errors


def test_without_the_columns_of_the_evidence_nothing_begins(client, run):
    answer = client.post(reverse("pool_imports:run", args=[run.pk]), {"email": "0", "name": "0"})
    assert answer.status_code == 422
    assert {"consent_date", "consent_source", "consent_file", "email"} <= set(answer.context["form"].errors)
    run.refresh_from_db()
    assert run.state == RunState.COLUMNS


@pytest.mark.parametrize("verb", ["einlesen", "anhalten", "weiter", "zuruecknehmen"])
def test_what_is_not_possible_now_is_said_and_changes_nothing(client, run, verb):
    press(client, run, verb)
    assert run.state == RunState.COLUMNS
    assert client.get(reverse("pool_imports:change", args=[run.pk, verb])).status_code == 405


def test_a_list_can_be_discarded(client, run):
    press(client, run, "verwerfen")
    assert (run.state, run.parts.count()) == (RunState.DROPPED, 0)


def test_the_page_of_a_long_list_asks_the_database_little(client, run, django_assert_max_num_queries):
    actions.look(run, run.columns, by=None)
    run.refresh_from_db()
    samples.work_off(run, at=AT)
    with django_assert_max_num_queries(25):
        client.get(reverse("pool_imports:run", args=[run.pk]))
    with django_assert_max_num_queries(25):
        client.get(reverse("pool_imports:index"))


def test_who_is_asked_by_mail_needs_no_old_words(client, manager):
    upload(client, mode=Mode.ASK, words="")
    assert ImportRun.objects.get().words == ""


def test_the_same_file_is_recognised(client, run):
    actions.look(run, run.columns, by=None)
    run.refresh_from_db()
    samples.work_off(run, at=AT)
    press(client, run, "einlesen")
    upload(client)
    again = ImportRun.objects.latest("pk")
    assert client.get(reverse("pool_imports:run", args=[again.pk])).context["same"] == run


def test_a_code_leads_to_the_form_and_is_kept(client, campaign):
    client.logout()
    answer = client.get("/mitmachpool/k/STADTFEST/")
    assert answer.url == "/mitmachpool/anmelden/?k=stadtfest"
    assert 'value="stadtfest"' in client.get(answer.url).content.decode()
    assert not answer.cookies


@pytest.mark.parametrize("code", ["unbekannt", "vorbei", "a" * 200])
def test_a_code_nobody_knows_leads_to_the_form_without_it(client, campaign, code):
    Campaign.objects.create(code="vorbei", label="x", created_at=AT, active=False)
    assert client.get(f"/mitmachpool/k/{code}/").url == "/mitmachpool/anmelden/"


def test_a_new_code_is_made_and_a_taken_one_refused(client, manager):
    typed = {"label": "Markt", "code": "Markt-Mai", "department": city.department().pk}
    client.post(reverse("pool_imports:campaigns"), typed)
    made = Campaign.objects.get()
    assert (made.code, made.created_by) == ("markt-mai", manager)
    answer = client.post(reverse("pool_imports:campaigns"), typed)
    assert answer.status_code == 422
    assert "Diesen Code gibt es schon." in answer.content.decode()
    assert "code" in client.post(reverse("pool_imports:campaigns"), typed | {"code": "a b/c"}).context["form"].errors


def test_numbers_below_ten_are_hidden(client, campaign, django_assert_max_num_queries):
    for _number in range(9):
        pool.member(campaign="stadtfest")
    with django_assert_max_num_queries(25):
        assert client.get(reverse("pool_imports:campaigns")).context["rows"][0]["joined"] is None
    pool.member(campaign="stadtfest")
    assert client.get(reverse("pool_imports:campaigns")).context["rows"][0]["joined"] == 10
    assert client.get(reverse("pool_imports:campaign", args=[campaign.pk])).context["joined"] == 10


def test_only_its_department_ends_a_campaign(client, campaign):
    for _twice in range(2):
        client.post(reverse("pool_imports:switch", args=[campaign.pk]), {"end": ""})
        campaign.refresh_from_db()
        assert not campaign.active
    other = people.staff(RoleKind.POOL_MANAGER, city.department(slug="anderes", name="Anderes Amt"))
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("pool_imports:switch", args=[campaign.pk]), {"begin": ""})
    campaign.refresh_from_db()
    assert not campaign.active


@pytest.mark.parametrize(("size", "width"), [("a6", 105), ("a4", 210)])
def test_the_flyer_is_one_tagged_page_with_code_and_address(client, campaign, size, width):
    answer = client.get(reverse("pool_imports:flyer", args=[campaign.pk, size]))
    assert answer["Content-Type"] == "application/pdf"
    document = pypdf.PdfReader(io.BytesIO(answer.content))
    assert len(document.pages) == 1
    assert round(float(document.pages[0].mediabox.width) / 72 * 25.4) == width
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"] == "de"
    assert "/mitmachpool/k/stadtfest/" in re.sub(r"\s", "", document.pages[0].extract_text())


def test_the_demo_has_something_to_show(manager):
    samples.demo(AT)
    samples.demo(AT)
    assert (Campaign.objects.count(), ImportRun.objects.get().state) == (2, RunState.CHECKED)
