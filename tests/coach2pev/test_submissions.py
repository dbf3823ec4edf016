"""Submissions of KoboToolbox and ODK as visits: CSV, XLSX and JSON alike, replayed safely, nothing guessed."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.accounts.roles import Role
from indicators.exchange.problems import BadFile
from indicators.geography.models import OrgUnit, OrgUnitAlias
from indicators.geography.names import normalise
from indicators.models import User
from research.coach2pev.models import (
    Checklist,
    ChecklistAnswer,
    ChecklistItem,
    Choice,
    ChoiceList,
    Coach,
    SectionScore,
    SubmissionFile,
    SupervisionVisit,
)
from research.coach2pev.submissions.actions import compare, load_submissions
from research.coach2pev.submissions.fields import fields_of, instance_of
from research.coach2pev.submissions.reading import Checked, check, day_of
from research.coach2pev.xlsform.rows import form_of
from research.sent_tables import records_of
from tests.builders import a_checklist, a_clerk_of, a_followed_site, a_user, the_process_elements
from tests.coach2pev.xlsforms import a_file, a_workbook

pytestmark = pytest.mark.django_db
Row = dict[str, Any]


def lead() -> User:
    the_process_elements()
    return a_user(Role.LEAD)


def the_checklist() -> Checklist:
    """Two items yes/no (2 and 4 points), a number of 1 point, one choice, several choices, a day, a place."""
    checklist = a_checklist(2, 4)
    part = checklist.sections.get()
    one = ChoiceList.objects.create(checklist=checklist, code="kit")
    for code, label in (("soap", "Savon"), ("water", "Eau propre"), ("bin", "Poubelle")):
        Choice.objects.create(choice_list=one, code=code, label_fr=label, label_en=code.title())
    base: Row = {"checklist": checklist, "section": part, "weight": 0}
    make = ChecklistItem.objects.create
    make(**base | {"weight": 1}, code="temp", kind="number", decimals=True, target=8, text_fr="Température",
         text_en="Temperature", constraint=". <= 60", order=3)  # fmt: skip
    make(**base, code="best", kind="choice", choice_list=one, text_fr="Le mieux", text_en="Best", order=4)
    make(**base, code="all", kind="choices", choice_list=one, text_fr="Tout", text_en="All", order=5)
    make(**base, code="day", kind="day", text_fr="Jour du stock", text_en="Stock day", order=6)
    make(**base, code="where", kind="place", text_fr="Lieu", text_en="Where", order=7)
    return checklist


def a_row(site: OrgUnit | str, **more: Any) -> Row:
    named = site if isinstance(site, str) else site.name
    row = {"site": named, "date_visite": "2025-09-15", "froid/i0": "yes", "froid/i1": "no", "_uuid": str(uuid4())}
    return {name: text for name, text in {**row, **more}.items() if text is not None}


def as_csv(rows: list[Row], delimiter: str = ",") -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def checked(folder: Path, content: bytes, checklist: Checklist, by: User, **chosen: str) -> Checked:
    return check(records_of(a_file(folder, content, "envois"), 5000), checklist, by=by, chosen=chosen)


def load(folder: Path, content: bytes, checklist: Checklist, by: User, **more: Any) -> Any:
    found = checked(folder, content, checklist, by)
    return load_submissions(found, checklist=checklist, path=folder / "envois", name="envois.csv", by=by, **more)


def sentences(found: Checked) -> list[tuple[int, str]]:
    return [(problem.row, problem.field) for problem in found.problems]


def test_a_csv_fills_a_visit_with_answers_and_scores(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    row = a_row(site, **{
        "temp": "4,5", "best": "soap", "all": "soap bin", "day": "2025-09-01", "where": "13.45 -6.26 0 0", "start": "x",
    })  # fmt: skip
    stored, counts = load(tmp_path, as_csv([row], ";"), checklist, by)
    visit = SupervisionVisit.objects.get()
    assert (counts.created, stored.created, visit.client_uuid) == (1, 1, UUID(row["_uuid"]))
    assert (visit.site, visit.state, visit.checklist, visit.submissions) == (site, "done", checklist, stored)
    given = {answer.item.code: (answer.answer, answer.number, answer.text) for answer in visit.answers.all()}
    assert given == {
        "i0": ("yes", None, ""), "i1": ("no", None, ""), "temp": ("given", Decimal("4.5"), ""),
        "best": ("given", None, "soap"),
        "all": ("given", None, "soap bin"), "day": ("given", None, "2025-09-01"),
        "where": ("given", None, "13.45 -6.26 0 0"),
    }  # fmt: skip
    score = SectionScore.objects.get(visit=visit, section=None)
    assert score.points == pytest.approx(2 * 1 + 4 * 0 + 1 * 4.5 / 8)
    assert score.possible == 7


def test_csv_xlsx_and_json_say_the_same(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    word = str(uuid4())
    kobo = a_row(site, _uuid=word, temp="5", all="soap water", where="13.45 -6.26")
    sheet = [list(kobo), list(kobo.values())]
    odk = {"value": [{
        "__id": f"uuid:{word}", "site": site.name, "date_visite": "2025-09-15", "froid": {"i0": "yes", "i1": "no"},
        "temp": 5, "all": "soap water", "_tags": [], "repeat": [{}],
        "where": {"type": "Point", "coordinates": [-6.26, 13.45]},
    }]}  # fmt: skip
    api = {"count": 1, "results": [{**kobo, "_attachments": [], "_geolocation": [13, None], "temp": 5}]}
    central = {("where-Latitude" if name == "where" else name.replace("/", "-")): text for name, text in kobo.items()}
    central |= {"where-Latitude": "13.45", "where-Longitude": "-6.26", "KEY": f"uuid:{word}"}
    central.pop("_uuid")
    texts = [json.dumps(odk).encode(), json.dumps(api).encode()]
    contents = [as_csv([kobo]), a_workbook(sheet), *texts, as_csv([central])]
    found = [checked(tmp_path, content, checklist, by) for content in contents]
    assert all(one.visits == found[0].visits and len(one.visits) == 1 for one in found), [one.problems for one in found]
    assert "repeat" in found[2].records.notices[0]


def test_labels_are_read_where_the_export_holds_labels(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    row = {"Site": site.name, "Date": "15/09/2025", "Point 0": "Oui", "Froid/Point 1": "Sans objet",
           "Le mieux": "Eau propre", "Tout": "Savon, Poubelle", "_uuid": str(uuid4())}  # fmt: skip
    [visit] = checked(tmp_path, as_csv([row]), checklist, by).visits
    assert {code: given.text or given.answer for code, given in visit.answers.items()} == {
        "i0": "yes", "i1": "na", "best": "water", "all": "soap bin",
    }  # fmt: skip


def test_a_label_that_two_choices_share_is_not_guessed(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    Choice.objects.filter(code="bin").update(label_fr="Savon")
    found = checked(tmp_path, as_csv([a_row(site, best="Savon")]), checklist, by)
    assert sentences(found) == [(2, "best")]


def test_several_choices_in_columns_of_their_own(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    rows = [
        a_row(site, **{"all/soap": "1", "all/water": "0", "all/bin": "1"}),
        a_row(site, **{"all/soap": "maybe"}),
    ]
    found = checked(tmp_path, as_csv(rows), checklist, by)
    assert found.visits[0].answers["all"].text == "soap bin"
    assert sentences(found) == [(3, "all")]


def test_the_same_again_is_unchanged_and_changed_content_is_a_conflict(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    rows = [a_row(site), a_row(site, date_visite="2025-09-16")]
    first, _counts = load(tmp_path, as_csv(rows), checklist, by)
    again, counts = load(tmp_path, as_csv(rows), checklist, by)
    assert (again, counts.created, counts.unchanged) == (first, 0, 2)
    assert SubmissionFile.objects.count() == 1
    rows[0]["froid/i0"] = "no"
    changed = [*rows, a_row(site, date_visite="2025-09-17")]
    before = ChecklistAnswer.objects.count()
    preview = compare(checked(tmp_path, as_csv(changed), checklist, by), by=by)
    assert (preview.created, preview.unchanged, preview.conflicts) == (1, 1, (UUID(rows[0]["_uuid"]),))
    assert ChecklistAnswer.objects.count() == before
    stored, counts = load(tmp_path, as_csv(changed), checklist, by)
    assert (counts, (stored.created, stored.unchanged, stored.rejected)) == (preview, (1, 1, 1))
    kept = SupervisionVisit.objects.get(client_uuid=rows[0]["_uuid"])
    assert kept.answers.get(item__code="i0").answer == "yes"


def test_all_or_nothing_unless_the_valid_ones_are_asked_for(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    content = as_csv([a_row(site), a_row(site, temp="warm")])
    with pytest.raises(ValidationError):
        load(tmp_path, content, checklist, by)
    assert not SupervisionVisit.objects.exists()
    assert not SubmissionFile.objects.exists()
    stored, counts = load(tmp_path, content, checklist, by, valid_only=True)
    assert (counts.created, stored.rejected, SupervisionVisit.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"_uuid": "12"}, "_uuid"),
        ({"_uuid": ""}, "_uuid"),
        ({"site": ""}, "site"),
        ({"site": "Nulle Part"}, "site"),
        ({"date_visite": ""}, "date_visite"),
        ({"date_visite": "bientôt"}, "date_visite"),
        ({"date_visite": "2999-01-01"}, "date_visite"),
        ({"date_visite": "2025-02-30"}, "date_visite"),
        ({"froid/i0": "perhaps"}, "i0"),
        ({"temp": "61"}, "temp"),
        ({"temp": "1e3"}, "temp"),
        ({"best": "gold"}, "best"),
        ({"all": "soap gold"}, "all"),
        ({"where": "here"}, "where"),
        ({"day": "yesterday"}, "day"),
        ({"froid/i0": "", "froid/i1": ""}, ""),
        ({"coach": "NOBODY"}, "coach"),
        ({"minutes": "1500"}, "minutes"),
        ({"minutes": "an hour"}, "minutes"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_nothing_is_stored_of_it(tmp_path: Path, wrong: Row, field: str) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    found = checked(tmp_path, as_csv([a_row(site), {**a_row(site), **wrong}]), checklist, by)
    assert sentences(found) == [(3, field)]
    assert (len(found.visits), found.rejected) == (1, 1)


def test_a_site_goes_by_uid_code_name_or_alias_and_never_by_likeness(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    OrgUnit.objects.filter(pk=site.pk).update(name="N'Débougou Centre", code="ML-7")
    OrgUnitAlias.objects.create(unit=site, name="CSCOM 7", normalised=normalise("CSCOM 7"))
    names = [site.uid, "ML-7", "ndebougou centre", "cscom 7"]
    assert [visit.site for visit in checked(tmp_path, as_csv([a_row(one) for one in names]), checklist, by).visits] == [
        site.pk
    ] * 4
    assert len(checked(tmp_path, as_csv([a_row("Débougou Centre")]), checklist, by).problems) == 1
    twin = a_followed_site().unit
    OrgUnit.objects.filter(pk=twin.pk).update(name="NDEBOUGOU CENTRE")
    assert sentences(checked(tmp_path, as_csv([a_row("N'Débougou Centre")]), checklist, by)) == [(2, "site")]


def test_a_site_that_is_a_choice_of_the_form_goes_by_its_label_too(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    one = ChoiceList.objects.create(checklist=checklist, code="sites")
    Choice.objects.create(choice_list=one, code="s_7", label_fr=site.name, label_en=site.name)
    ChecklistItem.objects.create(
        checklist=checklist, section=checklist.sections.get(), code="site", kind="choice", weight=0, choice_list=one,
        text_fr="Site", text_en="Site", order=9,
    )  # fmt: skip
    [visit] = checked(tmp_path, as_csv([a_row("s_7")]), checklist, by).visits
    assert visit.site == site.pk


def test_coach_duration_and_staff_come_from_their_columns(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    coach = Coach.objects.create(code="CO-1")
    row = a_row(site, coach="co-1", minutes="90", agents="4")
    [visit] = checked(tmp_path, as_csv([row]), checklist, by, coachees="agents").visits
    assert (visit.coach, visit.minutes, visit.coachees) == (coach.pk, 90, 4)


def test_a_clerk_loads_visits_of_the_own_districts_only(tmp_path: Path) -> None:
    lead()
    checklist, mine, other = the_checklist(), a_followed_site().unit, a_followed_site().unit
    by = a_clerk_of(mine)
    found = checked(tmp_path, as_csv([a_row(mine), a_row(other)]), checklist, by)
    assert sentences(found) == [(3, "site")]
    load(tmp_path, as_csv([a_row(mine)]), checklist, by)
    assert SupervisionVisit.objects.get().site == mine
    with pytest.raises(PermissionDenied):
        load(tmp_path, as_csv([a_row(mine)]), checklist, a_user(Role.RESEARCHER))


def test_the_same_submission_twice_in_a_file(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    row = a_row(site, _id="1")
    found = checked(tmp_path, as_csv([row, {**row, "_id": "2"}, {**row, "froid/i0": "no"}]), checklist, by)
    assert (len(found.visits), found.repeated, [problem.row for problem in found.problems]) == (1, 1, [4])


def test_a_file_that_lacks_what_a_visit_needs_is_refused_as_a_whole(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    whole = a_row(site)
    for gone in ("_uuid", "site", "date_visite"):
        found = checked(tmp_path, as_csv([{name: text for name, text in whole.items() if name != gone}]), checklist, by)
        assert (len(found.wrong), found.visits) == (1, []), gone
    assert checked(tmp_path, as_csv([{**whole, "i0": "no"}]), checklist, by).wrong
    other = {name: text for name, text in whole.items() if "froid" not in name}
    assert checked(tmp_path, as_csv([other]), checklist, by).wrong


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    for content in (b"", b"a,b\n", b"[1, 2]", b'{"results": {"a": NaN}}', b'[{"a": 1, "a": 2}]', b"a,a\n1,2\n", b"[]"):
        with pytest.raises(BadFile):
            records_of(a_file(tmp_path, content), 10)
    with pytest.raises(BadFile) as refused:
        records_of(a_file(tmp_path, as_csv([{"a": number} for number in range(11)])), 10)
    assert refused.value.problem.code == "too_many_rows"


def test_conditions_leave_out_what_was_not_asked_and_demand_what_was(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    checklist.items.filter(code="temp").update(relevant="${i0} = 'yes'", required=True)
    rows = [a_row(site), a_row(site, **{"froid/i0": "no", "temp": "5"})]
    found = checked(tmp_path, as_csv(rows), checklist, by)
    assert sentences(found) == [(2, "temp")]
    load(tmp_path, as_csv(rows[1:]), checklist, by)
    assert not ChecklistAnswer.objects.filter(item__code="temp").exists()


def test_the_queries_of_a_check_do_not_grow_with_the_file(tmp_path: Path) -> None:
    by, checklist, site = lead(), the_checklist(), a_followed_site().unit
    counted = []
    for many in (1, 1, 60):
        with CaptureQueriesContext(connection) as queries:
            checked(tmp_path, as_csv([a_row(site) for _ in range(many)]), checklist, by)
        counted.append(len(queries))
    assert counted[1] == counted[2]  # the first one reads the person's roles


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-09-15", "2025-09-15"), ("15/09/2025", "2025-09-15"), ("2025-09-15T23:30:00.000+00:00", "2025-09-15"),
        ("2025-09-15 08:00:00", "2025-09-15"), ("09-15-2025", None), ("2025-13-01", None), ("45000", None), ("", None),
    ],
)  # fmt: skip
def test_days_as_the_systems_write_them(text: str, day: str | None) -> None:
    found = day_of(text)
    assert (found and found.isoformat()) == day


def test_the_name_that_an_edited_submission_keeps_is_the_first_one() -> None:
    first, second = uuid4(), uuid4()
    assert instance_of({"_uuid": str(second), "meta/rootUuid": f"uuid:{first}"}) == first
    assert instance_of({"meta-instanceID": f"uuid:{second}"}) == second
    assert instance_of({"_uuid": "x", "meta/instanceID": ""}) is None


def test_what_is_not_read_is_named() -> None:
    checklist = the_checklist()
    found = fields_of(["site", "date", "i0", "_id", "end", "surprise", "meta/instanceID"], form_of(checklist))
    assert found.others == ["surprise"]
    assert set(found.missing) == {"i1", "temp", "best", "all", "day", "where"}
