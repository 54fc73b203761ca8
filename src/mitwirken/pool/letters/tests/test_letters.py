"""People without e-mail: letters are printed once, posted once, and open what they promise."""

import io
import re
from datetime import timedelta

import pypdf
import pytest

from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions as pool
from mitwirken.pool import tokens
from mitwirken.pool.actions.desk import Reach, take_in
from mitwirken.pool.actions.personal import queue_personally
from mitwirken.pool.letters import actions, codes, exports, numbers, samples
from mitwirken.pool.letters.models import CODE_AGAIN, CODE_VALID, Batch, LetterCode, Sheet
from mitwirken.pool.models import Channel, Dispatch, DispatchKind, Member, MemberStatus, Outbox, OutboxState

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(offer):
    """An offer is announced to two people by post and one by telephone."""
    people = [samples.by_letter(2, name="Otto Muster"), samples.by_letter(1), samples.by_phone(1)]
    dispatch = pool.announce(offer, at=clock.now())
    pool.freeze(dispatch, at=clock.now())
    return people


def read(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def code_of(sheet: Sheet) -> str:
    return codes.code_of(sheet.seed)


def test_a_batch_takes_the_letters_in_the_order_of_the_post_and_leaves_the_calls(announced):
    (batch,) = actions.make_batches(by=None, at=clock.now())
    assert [sheet.words["address"][0] for sheet in batch.sheets.order_by("number")] == ["Erika Beispiel", "Otto Muster"]
    assert Outbox.objects.filter(channel=Channel.PHONE, state=OutboxState.READY).count() == 1
    assert actions.make_batches(by=None, at=clock.now()) == []


def test_the_pdf_says_who_it_is_for_what_it_is_about_and_how_to_get_online(announced, offer):
    (batch,) = actions.make_batches(by=None, at=clock.now())
    text = read(exports.letters(batch))
    first = batch.sheets.get(number=1)
    assert "Erika Beispiel\nMusterweg 1\n12346 Musterstadt" in text
    assert offer.title in text
    assert "Sie bekommen das, weil Sie" in text
    assert code_of(first) in text
    assert "Seite 1 von 1" in text


def test_the_pdf_is_tagged_and_says_its_title_and_language(announced):
    (batch,) = actions.make_batches(by=None, at=clock.now())
    reader = pypdf.PdfReader(io.BytesIO(exports.letters(batch)))
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith("de")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert f"Stapel {batch.pk}" in reader.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_the_pdf_can_be_made_again_byte_for_byte_even_if_the_person_moves_meanwhile(announced):
    (batch,) = actions.make_batches(by=None, at=clock.now())
    before = exports.letters(batch)
    Member.objects.get(postal_address__name="Erika Beispiel").postal_address.delete()
    assert exports.letters(Batch.objects.get(pk=batch.pk)) == before


def test_a_crash_before_the_batch_is_written_loses_and_doubles_nothing(announced, monkeypatch):
    monkeypatch.setattr(actions, "_write_letters", lambda *rest: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.make_batches(by=None, at=clock.now())
    assert Outbox.objects.filter(channel=Channel.LETTER, state=OutboxState.READY).count() == 2
    assert not Batch.objects.exists()


def test_a_crash_while_the_pdf_is_drawn_changes_nothing(announced, monkeypatch):
    (batch,) = actions.make_batches(by=None, at=clock.now())
    monkeypatch.setattr(exports.pdf, "render", lambda *rest, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        exports.letters(batch)
    assert batch.sheets.count() == 2
    assert Outbox.objects.filter(channel=Channel.LETTER, state=OutboxState.CLAIMED).count() == 2


def test_posted_letters_count_as_sent_once(announced, staff):
    (batch,) = actions.make_batches(by=staff, at=clock.now())
    assert actions.post_batch(batch, by=staff, at=clock.now()) == 2
    assert actions.post_batch(batch, by=staff, at=clock.now()) == 0
    assert Outbox.objects.filter(channel=Channel.LETTER, state=OutboxState.ACCEPTED).count() == 2
    assert pool.conservation(Dispatch.objects.get(kind=DispatchKind.STEP))["missing"] == 0


def test_a_batch_that_lies_for_weeks_is_still_one_batch(announced):
    actions.make_batches(by=None, at=clock.now())
    assert actions.make_batches(by=None, at=clock.now() + timedelta(weeks=6)) == []


def test_what_is_taken_back_waits_again_and_its_codes_are_worthless(announced, staff):
    (batch,) = actions.make_batches(by=staff, at=clock.now())
    code = code_of(batch.sheets.get(number=1))
    assert actions.take_back(batch, by=staff, at=clock.now()) == 2
    assert actions.use_code(code, at=clock.now()) is None
    (again,) = actions.make_batches(by=staff, at=clock.now())
    assert again.sheets.count() == 2


def test_who_left_meanwhile_gets_no_letter(announced):
    pool.leave(announced[0], "information", at=clock.now(), source="test")
    (batch,) = actions.make_batches(by=None, at=clock.now())
    assert batch.sheets.count() == 1
    assert Outbox.objects.get(member=announced[0]).state == OutboxState.SKIPPED


def test_who_is_erased_takes_the_letter_and_its_code_along(announced):
    (batch,) = actions.make_batches(by=None, at=clock.now())
    pool.erase_member(announced[1], at=clock.now())
    assert batch.sheets.count() == LetterCode.objects.count() == 1
    assert "Erika" not in read(exports.letters(batch))


def test_seven_days_after_posting_only_the_number_of_letters_is_left(announced, staff):
    (batch,) = actions.make_batches(by=staff, at=clock.now())
    actions.post_batch(batch, by=staff, at=clock.now())
    assert actions.forget(at=clock.now() + timedelta(days=6)) == 0
    assert actions.forget(at=clock.now() + timedelta(days=8)) == 2
    batch.refresh_from_db()
    assert (batch.size, batch.frame) == (2, {})
    assert not any(sheet.words or sheet.seed for sheet in batch.sheets.all())


def test_a_code_opens_the_settings_once_and_again_for_an_hour(announced):
    now = clock.now()
    (batch,) = actions.make_batches(by=None, at=now)
    code, erika = code_of(batch.sheets.get(number=1)), announced[1]
    path = f"/mitmachpool/einstellungen/{tokens.settings_token(erika)}/"
    assert actions.use_code(code.lower().replace("-", " "), at=now) == path
    assert actions.use_code(code, at=now + CODE_AGAIN / 2) == path
    assert actions.use_code(code, at=now + CODE_AGAIN * 2) is None


def test_a_code_is_over_after_eight_weeks(announced):
    now = clock.now()
    (batch,) = actions.make_batches(by=None, at=now)
    assert actions.use_code(code_of(batch.sheets.get(number=1)), at=now + CODE_VALID) is None


def test_the_database_alone_opens_nothing(announced):
    (batch,) = actions.make_batches(by=None, at=clock.now())
    code = code_of(batch.sheets.get(number=1))
    stored = str(list(Sheet.objects.values())) + str(list(LetterCode.objects.values()))
    assert code not in stored


@pytest.mark.parametrize("typed", ["", "x", "7KQ4-M2XH-9TC", "0000-0000-0001", "é" * 12, "A" * 500])
def test_what_is_no_code_of_ours_opens_nothing(db, typed):
    assert actions.use_code(typed, at=clock.now()) is None


def test_who_joined_by_telephone_says_yes_with_the_code_of_the_letter(db):
    now = clock.now()
    reach = Reach(Channel.LETTER, name="Ayla Probe", street="Musterweg 9", postcode="12345", town="Musterstadt")
    member = take_in(reach, pool.Profile(), at=now, origin="phone", by_letter=True, by=None)
    (batch,) = actions.make_batches(by=None, at=now)
    assert "Bitte bestätigen Sie" in read(exports.letters(batch))
    later = now + timedelta(days=12)
    page = actions.use_code(code_of(batch.sheets.get()), at=later)
    assert page == f"/mitmachpool/bestaetigen/{tokens.confirm_token(member)}/"
    pool.confirm(tokens.confirm_token(member), at=later, source=page)
    member.refresh_from_db()
    assert member.status == MemberStatus.ACTIVE


def test_people_who_are_asked_whether_to_stay_get_the_question_by_letter(db):
    member = samples.by_letter()
    queue_personally(DispatchKind.STAY, member, occasion=2026, at=clock.now())
    (batch,) = actions.make_batches(by=None, at=clock.now())
    sheet = batch.sheets.get()
    assert "Wollen Sie im Mitmachpool bleiben?" in read(exports.letters(batch))
    assert actions.use_code(code_of(sheet), at=clock.now()).endswith("/bleiben/")


@pytest.mark.parametrize(
    ("name", "town", "found"),
    [
        ("Dr. Annemarie-Katharina von der Hohenstein-Wolkenbruch", "Oberunterhausen an der Langen Au", "Wolkenbruch"),
        ("Иван Пример", "Musterstadt", "Иван"),
        ("山田 Muster", "Musterstadt", "?? Muster"),
        ("Erika\N{ZERO WIDTH SPACE} \x07Muster", "Musterstadt", "Muster"),
        ("#strong[Muster] $x$ \\", "Musterstadt", "#strong[Muster] $x$ \\"),
    ],
)
def test_whatever_people_are_called_the_letter_is_printed(offer, name, town, found):
    samples.by_letter(name=name, town=town)
    pool.freeze(pool.announce(offer, at=clock.now()), at=clock.now())
    (batch,) = actions.make_batches(by=None, at=clock.now())
    text = read(exports.letters(batch))
    assert found in text.replace("\n", " ") or found in text
    assert "Seite 1 von 1" in text


def test_on_a_printer_for_both_sides_each_letter_begins_on_a_new_sheet(announced):
    (batch,) = actions.make_batches(by=None, at=clock.now(), duplex=True)
    assert len(pypdf.PdfReader(io.BytesIO(exports.letters(batch))).pages) == 3


def test_a_long_letter_counts_its_own_pages(announced):
    (batch,) = actions.make_batches(by=None, at=clock.now())
    sheet = batch.sheets.get(number=1)
    sheet.words["parts"] += [{"kind": "text", "text": "Ein Satz, der lang genug ist, um Zeilen zu füllen. " * 8}] * 25
    sheet.save()
    found = re.findall(r"Seite (\d) von (\d)", read(exports.letters(batch)))
    assert found == [*((str(page), "5") for page in range(1, 6)), ("1", "1")]


def test_what_waits_and_what_nobody_has_finished_counts_as_work(announced, staff):
    now = clock.now()
    assert numbers.how_many_wait(at=now) == 3
    (batch,) = actions.make_batches(by=staff, at=now)
    assert numbers.how_many_wait(at=now) == 3
    actions.post_batch(batch, by=staff, at=now)
    assert numbers.how_many_wait(at=now) == 1


def test_the_test_sheet_is_drawn(db):
    assert len(pypdf.PdfReader(io.BytesIO(exports.test_sheet(at=clock.now()))).pages) == 2


def test_names_and_addresses_stay_out_of_the_audit(announced, staff):
    (batch,) = actions.make_batches(by=staff, at=clock.now())
    actions.use_code(code_of(batch.sheets.get(number=1)), at=clock.now())
    actions.post_batch(batch, by=staff, at=clock.now())
    told = " ".join(f"{entry.action} {entry.facts}" for entry in AuditEntry.objects.all())
    assert "Erika" not in told
    assert "Musterweg" not in told


def test_what_is_printed_of_a_person_is_in_their_data(announced):
    actions.make_batches(by=None, at=clock.now())
    found = exports.personal_data(announced[1])
    assert found["printed"][0]["words"]["address"][0] == "Erika Beispiel"
    assert exports.personal_data(announced[2]) == {}


def test_making_a_batch_costs_the_same_number_of_queries_for_any_number_of_letters(
    offer, django_assert_max_num_queries
):
    for number in range(1, 31):
        samples.by_letter(number, name=f"Muster {number}")
    pool.freeze(pool.announce(offer, at=clock.now()), at=clock.now())
    with django_assert_max_num_queries(45):
        actions.make_batches(by=None, at=clock.now())
