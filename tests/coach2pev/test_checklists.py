"""Checklists as data: built on screen by a lead, checked before use, versions that stay as they were answered."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from research.coach2pev.checklists import actions, choices_text
from research.coach2pev.checklists.actions import NotADraft
from research.coach2pev.checklists.checking import problems
from research.coach2pev.models import Checklist, ChecklistAnswer, ChecklistItem, ChecklistSection, ChoiceList
from research.coach2pev.visits.sheets import Item, Option, Section, Sheet, sheet_of
from tests.builders import a_checklist, a_user, a_visit

State = Checklist.State


def sheet(*items: Item, sections: tuple[Section, ...] = (Section("s"),)) -> Sheet:
    return Sheet(sections, items)


def item(code: str, **more: Any) -> Item:
    return Item(code=code, section="s", **more)


@pytest.mark.parametrize(
    ("items", "code", "field"),
    [
        ([item("a", relevant="${b} = 'yes'"), item("b")], "a", "relevant"),
        ([item("a", relevant="${a} = 'yes'")], "a", "relevant"),
        ([item("a"), item("b", relevant="${nowhere} = 'yes'")], "b", "relevant"),
        ([item("a"), item("b", relevant="${a} =")], "b", "relevant"),
        ([item("a", relevant=". = 1")], "a", "relevant"),
        ([item("a", constraint="region = 'x'")], "a", "constraint"),
        ([item("a", kind="choice", weight=0)], "a", "choice_list"),
        ([item("a", kind="choice", options=(Option("x"),))], "a", "weight"),
        ([item("a", kind="number")], "a", "target"),
        ([item("a", kind="calculated", weight=0)], "a", "calculation"),
        ([item("a", calculation="1")], "a", "calculation"),
        ([item("a", choice_filter="x = 1")], "a", "choice_filter"),
    ],
)
def test_what_keeps_a_checklist_from_being_used(items: list[Item], code: str, field: str) -> None:
    assert [(one.code, one.field) for one in problems(sheet(*items))] == [(code, field)]


def test_a_sound_checklist_has_no_problem() -> None:
    cascade = (Option("k", attributes={"region": "r1"}, share=1.0),)
    found = problems(
        sheet(
            item("region", kind="choice", weight=0, options=(Option("r1"),)),
            item("district", kind="choice", options=cascade, choice_filter="region = ${region}"),
            item("doses", kind="number", target=Decimal(5), constraint=". >= 0 and . < 100"),
            item("share", kind="calculated", weight=0, calculation="${doses} div 5", relevant="${district} != ''"),
        )
    )
    assert found == []
    assert problems(Sheet((), ()))
    assert problems(Sheet((Section("s"), Section("empty")), (item("a"),)))


@pytest.mark.parametrize(
    "text", ["oui", "oui|", "a b | Oui", "oui | Oui | Yes | 2", "oui | Oui | Yes | x", "a | A\na | B", "a|A|A|1|zone"]
)
def test_a_list_of_choices_that_cannot_be_read_names_the_line(text: str) -> None:
    with pytest.raises(choices_text.BadLine, match=r"\d"):
        choices_text.read(text)


def test_choices_come_out_as_they_went_in() -> None:
    text = "oui | Oui | Yes | 1\n\nnon | Non | No | 0\nns | Ne sait pas\ngao | Gao | Gao | 0,5 | region=nord zone=a"
    lines = choices_text.read(text)
    assert [line.share for line in lines] == [1, 0, None, Decimal("0.5")]
    assert lines[2].label_en == "Ne sait pas"
    assert choices_text.read(choices_text.write(lines)) == lines


def a_draft(by: Any) -> Checklist:
    return actions.create_checklist(key="froid", name_fr="Froid", name_en="Cold chain", by=by)


@pytest.mark.django_db
def test_only_a_lead_builds_and_only_a_draft_changes() -> None:
    lead = a_user(Role.LEAD)
    with pytest.raises(PermissionDenied):
        a_draft(a_user(Role.CLERK))
    used = a_checklist(1)
    for work in (
        lambda: actions.edit_checklist(used, by=lead, name_fr="x"),
        lambda: actions.save_part(used.items.get(), by=lead),
        lambda: actions.remove(used.items.get(), by=lead),
        lambda: actions.move(used.items.get(), by=lead, up=True),
        lambda: actions.publish(used, by=lead),
        lambda: actions.delete_checklist(used, by=lead),
        lambda: actions.save_choices(ChoiceList(checklist=used, code="c"), [], by=lead),
    ):
        with pytest.raises(NotADraft):
            work()
    with pytest.raises(ValidationError):
        a_draft(lead) and a_draft(lead)


@pytest.mark.django_db
def test_a_visit_keeps_the_version_it_answered() -> None:
    lead, first = a_user(Role.LEAD), a_checklist(1, 2)
    visit = a_visit(checklist=first)
    answered = first.items.get(code="i1")
    ChecklistAnswer.objects.create(visit=visit, item=answered, answer="yes")
    second = actions.new_version(first, by=lead)
    assert actions.new_version(first, by=lead) == second  # one draft of a key
    assert sheet_of(second).items[0].code == "i0"
    changed = second.items.get(code="i1")
    changed.text_fr = "Autrement dit"
    actions.save_part(changed, by=lead)
    second = actions.publish(second, by=lead)
    first.refresh_from_db()
    assert (first.state, second.state, second.version) == (State.RETIRED, State.PUBLISHED, 2)
    visit.refresh_from_db()
    assert visit.checklist == first
    assert visit.answers.get().item.text_fr == "Point 1"
    assert changed.history.latest().history_user == lead


@pytest.mark.django_db
def test_a_copy_asks_the_same_with_lists_and_conditions() -> None:
    lead = a_user(Role.LEAD)
    made = a_draft(lead)
    section = actions.save_part(ChecklistSection(checklist=made, code="s", name_fr="S", name_en="S"), by=lead)
    choices = actions.save_choices(
        ChoiceList(checklist=made, code="etat"), choices_text.read("bon | Bon | Good | 1 | zone=a"), by=lead
    )
    texts = {"text_fr": "T", "text_en": "T"}
    actions.save_part(ChecklistItem(checklist=made, section=section, code="a", **texts), by=lead)
    row = ChecklistItem(checklist=made, section=section, code="b", kind="choice", choice_list=choices, **texts)
    row.relevant = "${a} = 'yes'"
    actions.save_part(row, by=lead)
    with pytest.raises(ValidationError):
        actions.remove(choices, by=lead)
    copy = actions.new_version(actions.publish(made, by=lead), by=lead)

    def bare(one: Checklist) -> Any:
        found = sheet_of(one)
        return [(it.code, it.kind, it.relevant, it.options) for it in found.items]

    assert bare(copy) == bare(made)
    assert copy.items.get(code="b").choice_list.checklist == copy  # type: ignore[union-attr]


@pytest.mark.django_db
def test_items_move_within_and_between_sections() -> None:
    lead = a_user(Role.LEAD)
    made = a_checklist(1, 1, 1, state="draft")
    other = actions.save_part(ChecklistSection(checklist=made, code="s2", name_fr="B", name_en="B"), by=lead)
    first, second, third = made.items.order_by("order")
    actions.move(third, by=lead, up=True)
    assert [it.code for it in sheet_of(made).items] == ["i0", "i2", "i1"]
    second.refresh_from_db()
    actions.move(second, by=lead, up=False)
    assert [(it.code, it.section) for it in sheet_of(made).items] == [("i0", "s1"), ("i2", "s1"), ("i1", "s2")]
    first.refresh_from_db()
    actions.move(first, by=lead, up=True)
    assert [it.code for it in sheet_of(made).items] == ["i0", "i2", "i1"]
    actions.move(other, by=lead, up=True)
    assert [it.code for it in sheet_of(Checklist.objects.get(pk=made.pk)).items] == ["i1", "i0", "i2"]


@pytest.mark.django_db
def test_a_lead_builds_one_on_the_pages_and_a_clerk_reads_it(client: Client) -> None:
    lead = a_user(Role.LEAD)
    client.force_login(lead)
    told: dict[str, Any] = {
        "key": "froid",
        "name_fr": "Froid",
        "name_en": "Cold chain",
        "fails_below": "0.5",
        "note": "",
    }
    made_at = client.post(reverse("checklist-create"), told).url  # type: ignore[attr-defined]
    checklist = Checklist.objects.get()
    assert client.post(reverse("checklist-create"), told).context["form"].errors["key"]
    client.post(reverse("checklist-step", args=[checklist.pk]), {"do": "publish"})
    checklist.refresh_from_db()
    assert checklist.state == State.DRAFT  # it asks nothing yet
    client.post(reverse("section-create", args=[checklist.pk]), {"code": "s", "name_fr": "S", "name_en": "S"})
    asked = {"kind": "yes_no", "text_fr": "Frigo ?", "text_en": "Fridge?", "code": "frigo", "weight": "2"}
    asked |= {"section": str(ChecklistSection.objects.get().pk)}
    url = reverse("item-create", args=[checklist.pk])
    assert client.post(url, asked | {"code": "1 frigo"}).context["form"].errors["code"]
    assert client.post(url, asked).url == made_at  # type: ignore[attr-defined]
    assert client.post(url, asked).context["form"].errors  # the code stands already
    bad = asked | {"code": "b", "kind": "text", "text_fr": "Reste"}
    assert client.post(url, bad).context["form"].errors  # a text earns no points
    client.post(url, bad | {"weight": "0", "relevant": "${nowhere} = 1"})
    page = client.get(made_at).content.decode()
    assert "nowhere" in page
    assert "Reste" in page
    wrong = ChecklistItem.objects.get(code="b")
    client.post(reverse("item-edit", args=[wrong.pk]), {"do": "remove"})
    client.post(reverse("choices-create", args=[checklist.pk]), {"code": "etat", "lines": "bon | Bon | Good | 1"})
    assert client.get(reverse("choices-edit", args=[ChoiceList.objects.get().pk])).status_code == 200
    client.post(reverse("checklist-step", args=[checklist.pk]), {"do": "publish"})
    checklist.refresh_from_db()
    assert checklist.state == State.PUBLISHED
    client.force_login(a_user(Role.CLERK))
    assert "Frigo ?" in client.get(made_at).content.decode()
    assert client.get(reverse("checklist-list")).status_code == 200
    assert client.get(reverse("item-edit", args=[ChecklistItem.objects.get().pk])).status_code == 403
    client.force_login(a_user(Role.VIEWER))
    assert client.get(made_at).status_code == 403


@pytest.mark.django_db
def test_the_page_of_a_long_checklist_asks_no_more(client: Client, django_assert_num_queries: Any) -> None:
    client.force_login(a_user(Role.LEAD))
    short, long = a_checklist(1), a_checklist(*[1] * 60)
    with django_assert_num_queries(40, exact=False) as few:
        client.get(reverse("checklist-detail", args=[short.pk]))
    with django_assert_num_queries(len(few), exact=True):
        client.get(reverse("checklist-detail", args=[long.pk]))


@pytest.mark.django_db
def test_the_preview_asks_all_and_drafts_are_for_those_who_build(client: Client) -> None:
    lead, draft, used = a_user(Role.LEAD), a_checklist(1, state="draft"), a_checklist(1, 2)
    client.force_login(lead)
    page = client.get(reverse("checklist-preview", args=[draft.pk])).content.decode()
    assert "Point 0" in page
    assert 'method="post" action="/listes' not in page
    client.force_login(a_user(Role.CLERK))
    for name in ("checklist-preview", "checklist-detail"):
        assert client.get(reverse(name, args=[draft.pk])).status_code == 404
        assert client.get(reverse(name, args=[used.pk])).status_code == 200
    assert draft.name not in client.get(reverse("checklist-list")).content.decode()


@pytest.mark.django_db
def test_the_pages_of_a_version_in_use_change_nothing(client: Client) -> None:
    used = a_checklist(1)
    row = used.items.get()
    client.force_login(a_user(Role.LEAD))
    for name, pk in [("item-edit", row.pk), ("section-edit", row.section_id), ("checklist-edit", used.pk)]:
        for answer in (client.get(reverse(name, args=[pk])), client.post(reverse(name, args=[pk]), {"do": "remove"})):
            assert answer.headers["Location"] == reverse("checklist-detail", args=[used.pk])
    client.post(reverse("item-move", args=[row.pk]), {"do": "up"})
    assert used.items.get().history.count() == 1


@pytest.mark.django_db
def test_parts_of_another_checklist_are_refused() -> None:
    mine, other = a_checklist(1, state="draft"), a_checklist(1, state="draft")
    row = mine.items.get()
    row.section = other.sections.get()
    with pytest.raises(ValidationError) as refused:
        actions.save_part(row, by=a_user(Role.LEAD))
    assert refused.value.message_dict.keys() == {"section"}
