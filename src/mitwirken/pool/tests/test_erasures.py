"""Who is forgotten stays forgotten: in every table, and after a backup comes back."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db.models import CASCADE, UniqueConstraint
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions, erasures, samples, tokens
from mitwirken.pool.actions import Profile, Reach
from mitwirken.pool.models import Channel, ConsentEvent, Member, Suppression
from mitwirken.pool.models.traits import PanelTrait

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    city.city()
    settings.VAR_DIR = tmp_path
    return tmp_path / "erasures"


def backup():
    """All people of the pool as a backup would hold them."""
    rows = [*Member.objects.all(), *ConsentEvent.objects.all()]
    for member in Member.objects.all():
        rows += [*member.consents.all()]
    return serializers.serialize("json", rows)


def restore(saved):
    """The database as it was; only the journal beside it is newer."""
    ConsentEvent.objects.all().delete()
    Suppression.objects.all().delete()
    for row in serializers.deserialize("json", saved):
        # The ledger refuses to be saved twice; a restore does not ask it.
        super(ConsentEvent, row.object).save() if isinstance(row.object, ConsentEvent) else row.save()


def test_a_restored_member_is_deleted_again_and_a_new_one_stays(member, django_capture_on_commit_callbacks):
    saved, at = backup(), clock.now()
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase_member(member, at=at, never_again=True)
    restore(saved)
    assert Member.objects.count() == 1
    assert actions.reapply_erasures(at=clock.now())["erased"] == 1
    assert not Member.objects.exists()
    assert Suppression.objects.get().address_hash == member.address_hash
    samples.member(email=member.email, at=at + timedelta(days=1))
    assert actions.reapply_erasures(at=clock.now()) == {"erased": 0, "left": 0}


def test_a_restored_agreement_ends_again(member, django_capture_on_commit_callbacks, capsys):
    saved = backup()
    with django_capture_on_commit_callbacks(execute=True):
        actions.leave(member, "information", at=clock.now(), source="leave")
    restore(saved)
    assert member.consents.exists()
    call_command("pool_reapply_erasures")
    assert not member.consents.exists()
    assert "1 agreements ended again" in capsys.readouterr().out


def test_a_deletion_that_was_rolled_back_is_not_noted(member, folder, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        actions.erase_member(member, at=clock.now())
    assert not folder.exists()


def test_the_journal_holds_keyed_hashes_only_and_survives_a_torn_line(
    member, folder, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase_member(member, at=clock.now())
    (path,) = folder.glob("*.jsonl")
    assert member.email not in path.read_text()
    with path.open("a") as journal:
        journal.write('{"subject": "ab')
    assert {entry.subject for entry in erasures.entries()} == {member.address_hash}


def test_old_months_are_removed(member, folder, django_capture_on_commit_callbacks):
    at = clock.now()
    with django_capture_on_commit_callbacks(execute=True):
        erasures.note_erased(["a"], never_again=False, at=at - timedelta(days=150))
        erasures.note_erased(["b"], never_again=False, at=at)
    actions.forget(at=at)
    assert [entry.subject for entry in erasures.entries()] == ["b"]


def everything_stored():
    """Every value of every table as one text."""
    return "\n".join(
        str(row) for model in apps.get_models() if model._meta.managed for row in model._default_manager.values_list()
    )


def test_after_deletion_no_table_knows_the_person(client, offer):
    words = ["erna.findemich@beispiel.example", "Erna Findemich", "Findegasse", "0231 778899", "Rampe zur Aula"]
    mailed = samples.member(email=words[0])
    profile = Profile(access_needs=words[4])
    reach = Reach(Channel.LETTER, words[1], f"{words[2]} 5", "12345", "Musterstadt", words[3])
    posted = actions.take_in(reach, profile, at=clock.now(), origin="paper", by_letter=False, by=None)
    actions.note_evidence(posted, "signed", "33-7", at=clock.now(), by=None)
    actions.change_profile(mailed, profile, at=clock.now())
    for member in (mailed, posted):
        actions.grant(member, "panels", at=clock.now(), source="settings")
        actions.volunteer(member, "age", "75", at=clock.now(), source="settings")
    actions.ask_to_move(mailed, "neu.findemich@beispiel.example", at=clock.now())
    actions.freeze(actions.announce(offer, at=clock.now()), at=clock.now())
    client.get(reverse("pool:data", args=[tokens.settings_token(mailed)]))
    before = everything_stored()
    assert all(word in before for word in words)
    hashes = {mailed.address_hash, posted.address_hash}
    for member in (mailed, posted):
        actions.erase_member(member, at=clock.now(), never_again=True)
    after = everything_stored()
    assert not [word for word in [*words, "findemich"] if word.lower() in after.lower()]
    assert not PanelTrait.objects.exists()
    assert set(ConsentEvent.objects.values_list("subject", flat=True)) == hashes


def leading_columns(model):
    """The first column of every index of a model that serves all of its rows."""
    meta = model._meta
    rules = [*meta.indexes, *[rule for rule in meta.constraints if isinstance(rule, UniqueConstraint)]]
    named = {rule.fields[0].lstrip("-") for rule in rules if rule.fields and rule.condition is None}
    return named | {field.name for field in meta.concrete_fields if field.db_index or field.unique}


def rows_that_go_with(model, seen):
    """Every field that names this model, or a row that goes when it goes; named ones as well as nameless."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many and relation.field not in seen:
            seen.add(relation.field)
            if relation.on_delete is CASCADE:
                rows_that_go_with(relation.related_model, seen)
    return seen


def test_deleting_a_person_looks_through_no_table_from_end_to_end():
    fields = rows_that_go_with(Member, set())
    assert len(fields) > 15
    slow = {str(field) for field in fields if field.name not in leading_columns(field.model)}
    assert not slow
