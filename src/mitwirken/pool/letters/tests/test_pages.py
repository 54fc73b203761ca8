"""The page for codes and the pages for staff."""

import pytest

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions as pool
from mitwirken.pool import tokens
from mitwirken.pool.letters import actions, codes, samples
from mitwirken.pool.letters.models import Batch, LetterCode
from mitwirken.pool.letters.views.code import TRIES
from mitwirken.pool.models import Channel, Outbox, OutboxState

pytestmark = pytest.mark.django_db
PAGE = "/mitmachpool/code/"


@pytest.fixture
def letter(offer):
    member = samples.by_letter()
    samples.by_phone()
    pool.freeze(pool.announce(offer, at=clock.now()), at=clock.now())
    (batch,) = actions.make_batches(by=None, at=clock.now())
    return member, codes.code_of(batch.sheets.get().seed)


def test_opening_the_address_behind_the_picture_uses_nothing_up(client, letter):
    _member, code = letter
    for _time in range(3):
        answer = client.get(f"{PAGE}{code}/")
        assert code in answer.content.decode()
    assert LetterCode.objects.get().used_at is None


def test_the_button_opens_the_settings(client, letter):
    member, code = letter
    answer = client.post(PAGE, {"code": code.lower()})
    assert answer.status_code == 302
    assert answer.url == f"/mitmachpool/einstellungen/{tokens.settings_token(member)}/"


@pytest.mark.parametrize("typed", ["", "nicht zu lesen", "0000-0000-0000"])
def test_a_wrong_code_is_told_in_a_sentence_and_stays_in_the_field(client, typed):
    answer = client.post(PAGE, {"code": typed})
    assert answer.status_code == 422
    assert ("Wir kennen diesen Code nicht." if typed else "Bitte geben Sie den Code") in answer.content.decode()
    assert typed in answer.content.decode()


def test_guessing_ends_soon(client):
    answers = [client.post(PAGE, {"code": "0000"}).status_code for _ in range(TRIES["limit"] + 1)]
    assert answers[-1] == 429


@pytest.mark.ignore_template_errors
def test_staff_print_post_and_call(client, letter, staff):
    client.force_login(staff)
    batch = Batch.objects.get()
    assert "Nachrichten" not in client.get("/staff/pool/briefe/").content.decode()
    assert client.get("/staff/pool/briefe/pruefblatt.pdf").content.startswith(b"%PDF")
    assert client.get(f"/staff/pool/briefe/{batch.pk}/druck.pdf").content.startswith(b"%PDF")
    assert client.get(f"/staff/pool/briefe/{batch.pk}/").status_code == 200
    client.post(f"/staff/pool/briefe/{batch.pk}/aufgegeben/")
    assert Outbox.objects.get(channel=Channel.LETTER).state == OutboxState.ACCEPTED
    answer = client.post("/staff/pool/briefe/anrufe/neu/", follow=True)
    assert "030 23125 001" in answer.content.decode()
    call = Batch.objects.get(channel=Channel.PHONE).sheets.get()
    assert client.get(f"/staff/pool/briefe/{call.batch_id}/druck.pdf").content.startswith(b"%PDF")
    client.post(f"/staff/pool/briefe/anruf/{call.pk}/erreicht/")
    assert Outbox.objects.get(channel=Channel.PHONE).state == OutboxState.ACCEPTED


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("verb", ["aufgegeben", "zurueck"])
def test_a_batch_that_is_finished_twice_is_not_reported_twice(client, letter, staff, verb):
    client.force_login(staff)
    batch = Batch.objects.get()
    assert "1 Brief" in _said(client, f"{batch.pk}/aufgegeben/")
    assert "schon erledigt" in _said(client, f"{batch.pk}/{verb}/")
    assert Outbox.objects.get(channel=Channel.LETTER).state == OutboxState.ACCEPTED


@pytest.mark.ignore_template_errors
def test_a_call_that_is_noted_twice_is_said_and_no_missing_page(client, letter, staff):
    client.force_login(staff)
    batch = actions.take_calls(by=None, at=clock.now())
    address = f"anruf/{batch.sheets.get().pk}/erreicht/"
    assert "erreicht" in _said(client, address)
    assert "schon" in _said(client, address)


def _said(client, path):
    return client.post(f"/staff/pool/briefe/{path}", follow=True).content.decode()


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize(
    "path", ["", "neu/", "anrufe/neu/", "pruefblatt.pdf", "{0}/", "{0}/druck.pdf", "{0}/aufgegeben/", "{0}/zurueck/"]
)
def test_who_leads_projects_sees_no_addresses(client, letter, path):
    client.force_login(people.staff(RoleKind.PROJECT_LEAD, city.department()))
    address = "/staff/pool/briefe/" + path.format(Batch.objects.get().pk)
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in (302, 403, 405)
        assert "Erika" not in answer.content.decode()
    assert Outbox.objects.get(channel=Channel.LETTER).state == OutboxState.CLAIMED


@pytest.mark.ignore_template_errors
def test_more_batches_need_no_more_queries(client, letter, staff, django_assert_max_num_queries):
    client.force_login(staff)
    client.get("/staff/pool/briefe/")
    one = Batch.objects.get()
    for _ in range(10):
        one.pk, one.state = None, "done"
        one.done_at = clock.now()
        one.save()
    with django_assert_max_num_queries(45):
        client.get("/staff/pool/briefe/")
