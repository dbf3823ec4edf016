"""One entry for each write, export and restricted read; nothing of it can be changed unseen."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from indicators.accounts.roles import Role
from indicators.audit import guard
from indicators.audit.check import broken
from indicators.audit.models import AuditEntry, AuditRewriting, AuditShape, ReadRecord
from indicators.audit.seal import reseal, rewriting, seal_new, unseal
from indicators.audit.sources import sources
from research.exports.actions import take_out
from research.models import Finding, Observation
from tests.builders import a_finding, a_study_district, a_study_site, a_user, an_observation

pytestmark = pytest.mark.django_db
History: Any = Finding.history.model


@pytest.fixture
def guarded() -> None:
    """The triggers, on a database whose tests go without (see tests/conftest.py)."""
    guard.prepare()


def change(finding: Finding, text: str) -> None:
    finding.statement_en = text
    finding.save()


def test_each_write_is_one_entry_with_who_what_and_which() -> None:
    seal_new()
    before = AuditEntry.objects.count()
    finding = a_finding()
    change(finding, "Another one")
    assert seal_new() >= 2
    found = AuditEntry.objects.filter(number__gt=before, subject="research.finding").order_by("number")
    assert [(one.action, one.subject_key) for one in found] == [
        ("created", str(finding.pk)), ("changed", str(finding.pk)),
    ]  # fmt: skip
    assert seal_new() == 0
    assert list(broken()) == []


def test_numbers_have_no_gap_and_each_record_is_sealed_once() -> None:
    for _number in range(3):
        a_finding()
        seal_new()
    numbers = list(AuditEntry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    pairs = list(AuditEntry.objects.values_list("source", "row"))
    assert len(pairs) == len(set(pairs))


def test_a_restricted_observation_that_is_opened_is_kept_as_read_and_others_are_not(client: Client) -> None:
    district = a_study_district(conflict=True)
    site = a_study_site(district=district).unit
    author, lead = a_user(Role.RESEARCHER, districts=[district.unit]), a_user(Role.LEAD, districts=[district.unit])
    kept = an_observation(site=site, sensitivity="restricted", created_by=author, state="submitted")
    open_one = an_observation(created_by=author, state="submitted")
    for user in (author, lead):
        client.force_login(user)
        for row in (kept, open_one):
            assert client.get(f"/observations/{row.pk}/").status_code == 200
    client.get(f"/observations/{kept.pk}/coder/")
    client.get(f"/api/v1/observations/{kept.client_uuid}")
    found = list(ReadRecord.objects.values_list("who", "subject", "subject_key"))
    assert found == [(lead.pk, "research.observation", str(kept.pk))] * 3
    client.force_login(a_user(Role.RESEARCHER))
    assert client.get(f"/observations/{kept.pk}/").status_code == 404
    assert ReadRecord.objects.count() == 3


def test_an_export_is_an_entry_with_its_reason() -> None:
    lead = a_user(Role.LEAD)
    take_out(by=lead, whole=True, reason="For the yearly audit").file.close()
    seal_new()
    entry = AuditEntry.objects.get(action="exported")
    assert (entry.who, entry.reason) == (lead.pk, "For the yearly audit")


@pytest.mark.parametrize("what", ["UPDATE", "DELETE"])
def test_the_database_refuses_to_change_what_is_only_added_to(guarded: None, what: str) -> None:
    a_finding()
    seal_new()
    for table, column in ((AuditEntry._meta.db_table, "reason"), (History._meta.db_table, "statement_en")):
        statement = f"UPDATE {table} SET {column} = 'x'" if what == "UPDATE" else f"DELETE FROM {table}"
        with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_every_table_that_is_sealed_is_guarded() -> None:
    tables = set(guard.guarded())
    assert {source.model._meta.db_table for source in sources().values() if source.guarded} < tables
    assert [source.label for source in sources().values() if not source.guarded] == ["indicators.batch"]
    names = {guard._name(table, event) for table in tables for event in guard.EVENTS}
    assert len(names) == 2 * len(tables)  # none is cut to the same name as another


def test_every_kind_of_tampering_is_found_and_named() -> None:
    finding = a_finding()
    change(finding, "Changed")
    a_finding()
    seal_new()
    assert list(broken()) == []
    first, last = (
        AuditEntry.objects.filter(source="research.historicalfinding").order_by(order).first()
        for order in ("number", "-number")
    )
    assert first
    assert last

    def found(do: Any) -> list[tuple[int, str]]:
        with transaction.atomic():
            AuditRewriting.objects.create(reason="somebody with the rights of the database")
            do()
            names = [(one.number, one.what) for one in broken()]
            transaction.set_rollback(True)
        return names

    assert found(lambda: History.objects.filter(pk=first.row).update(statement_en="x")) == [(first.number, "altered")]
    assert found(lambda: History.objects.filter(pk=last.row).delete()) == [(last.number, "gone")]
    assert found(lambda: AuditEntry.objects.filter(pk=first.pk).update(who=77))[0] == (first.number, "chain")
    assert found(lambda: AuditEntry.objects.filter(pk=first.pk).delete())[0] == (first.number, "gap")
    assert list(broken()) == []


def test_the_command_ends_with_an_error_and_names_the_first_bad_entry() -> None:
    a_finding()
    call_command("check_audit", stdout=StringIO())
    entry = AuditEntry.objects.filter(source="research.historicalfinding").first()
    assert entry
    with transaction.atomic():
        AuditRewriting.objects.create(reason="x")
        History.objects.filter(pk=entry.row).update(statement_en="x")
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("check_audit", stdout=StringIO(), stderr=said)
    assert said.getvalue().startswith(f"{entry.number}: altered")


def test_what_is_rewritten_with_a_reason_holds_and_says_so(guarded: None) -> None:
    one, other = a_finding(), a_finding()
    seal_new()
    with rewriting("a person is taken out"):
        rows = History.objects.filter(id=one.pk)
        rows.update(statement_en="–")
        assert reseal(rows, reason="a person is taken out") == 1
        gone = History.objects.filter(id=other.pk)
        assert unseal(gone, reason="a person is taken out") == 1
        gone.delete()
    assert AuditRewriting.objects.count() == 0
    assert list(broken()) == []
    assert AuditEntry.objects.filter(rewritten=True, reason="a person is taken out").count() == 2


def test_a_column_that_a_migration_adds_breaks_no_seal() -> None:
    finding = a_finding()
    seal_new()
    shape = AuditShape.objects.get(source="research.historicalfinding")
    assert "statement_en" in shape.columns
    entry = AuditEntry.objects.get(source=shape.source, subject_key=str(finding.pk))
    # As if sealed before the column was there.
    columns = [name for name in shape.columns if name != "statement_en"]
    earlier = AuditShape.objects.create(source=shape.source, columns=columns)
    from indicators.audit.digest import chained, digest
    from indicators.audit.seal import keys, parts

    row, before = History.objects.get(pk=entry.row), AuditEntry.objects.get(pk=entry.number - 1).hash
    entry.shape, entry.digest = earlier, digest({name: getattr(row, name) for name in columns})
    with transaction.atomic():
        mark = AuditRewriting.objects.create(reason="x")
        AuditEntry.objects.filter(number__gt=entry.number).delete()
        entry.hash = chained(keys()[0], before, entry.number, parts(entry))
        entry.save()
        mark.delete()
    assert list(broken()) == []


def test_the_journal_is_read_by_leads_and_administrators_and_ones_own_by_everybody(client: Client) -> None:
    finding = a_finding()
    seal_new()
    for role, status in ((Role.LEAD, 200), (Role.ADMINISTRATOR, 200), (Role.RESEARCHER, 403), (Role.CLERK, 403)):
        user = a_user(role, language="en")
        client.force_login(user)
        assert client.get("/journal/").status_code == status, role
        assert client.get("/compte/journal/").status_code == 200
        page = client.get("/compte/journal/?who=person1").content.decode()
        assert finding.statement_fr not in page
    client.force_login(a_user(Role.LEAD, language="en"))
    shown = client.get("/journal/?subject=research.finding&action=created").content.decode()
    assert f"finding {finding.pk}" in shown
    assert finding.statement_fr not in shown
    assert "No entry" in client.get(f"/journal/?key={finding.pk}&subject=research.memo").content.decode()


def test_a_page_of_the_journal_asks_as_much_for_any_number_of_entries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        a_finding()
    seal_new()
    client.force_login(a_user(Role.LEAD))
    client.get("/journal/")
    with django_assert_max_num_queries(12):
        client.get("/journal/")


def test_observations_keep_their_words_out_of_the_journal() -> None:
    an_observation(seen="The canary sings at noon")
    seal_new()
    for row in AuditEntry.objects.filter(subject=Observation._meta.label_lower).values():
        assert "canary" not in str(row)
