"""A checklist with an item of every kind and conditions, and a visit that is being filled in."""

from typing import Any

from research.coach2pev.models import Checklist, ChecklistItem, ChecklistSection, Choice, ChoiceList, SupervisionVisit
from tests.builders import a_checklist, a_day, a_followed_site


def a_choice_list(
    checklist: Checklist, code: str, *choices: tuple[str, Any], **attributes: dict[str, str]
) -> ChoiceList:
    """Choices as (code, share); attributes by code of the choice."""
    found = ChoiceList.objects.create(checklist=checklist, code=code)
    for order, (choice, share) in enumerate(choices):
        labels = {"label_fr": f"{choice} fr", "label_en": f"{choice} en"}
        attribute = attributes.get(choice, {})
        Choice.objects.create(choice_list=found, code=choice, share=share, order=order, attributes=attribute, **labels)
    return found


def an_item(section: ChecklistSection, code: str, kind: str = "yes_no", **fields: Any) -> ChecklistItem:
    scored = kind in ("yes_no", "number", "choice", "choices")
    order = ChecklistItem.objects.filter(section=section).count()
    texts = {"text_fr": f"{code} ?", "text_en": f"{code}?"}
    defaults = {"weight": 1 if scored else 0, "order": order, **texts}
    return ChecklistItem.objects.create(
        checklist=section.checklist, section=section, code=code, kind=kind, **defaults | fields
    )


def a_full_checklist() -> Checklist:
    """Two sections: the cold chain with an item of every kind, and outreach, which is asked only where there is one."""
    checklist = a_checklist(2, section="Chaîne du froid")
    cold = checklist.sections.get()
    items = checklist.items
    items.update(code="fridge", text_fr="Le frigo marche", text_en="The fridge works", order=0)
    power = a_choice_list(checklist, "power", ("solar", "1"), ("grid", "0.5"), ("none", "0"), ("other", None))
    regions = a_choice_list(checklist, "regions", ("segou", None), ("sikasso", None))
    places = a_choice_list(
        checklist,
        "places",
        ("niono", None),
        ("bougouni", None),
        niono={"region": "segou"},
        bougouni={"region": "sikasso"},
    )
    tools = a_choice_list(checklist, "tools", ("card", "0.25"), ("register", "0.5"), ("map", "0.5"), ("song", None))
    an_item(cold, "days", "number", target="20", weight=4, relevant="${fridge} = 'yes'", constraint=". <= 31",
            constraint_message_en="A month has 31 days.", constraint_message_fr="Un mois a 31 jours.")  # fmt: skip
    an_item(cold, "power", "choice", choice_list=power, weight=2, required=True)
    an_item(cold, "tools", "choices", choice_list=tools, weight=2)
    an_item(cold, "remark", "text")
    an_item(cold, "seen_on", "day")
    an_item(cold, "where", "place")
    an_item(cold, "advice", "note")
    an_item(cold, "twice", "calculated", calculation="${days} * 2")
    outreach = ChecklistSection.objects.create(
        checklist=checklist, code="outreach", name_fr="Stratégie avancée", name_en="Outreach", order=1,
        relevant="${power} != 'none'",
    )  # fmt: skip
    an_item(outreach, "region", "choice", choice_list=regions, weight=0)
    an_item(outreach, "place", "choice", choice_list=places, weight=0, choice_filter="region = ${region}")
    an_item(outreach, "session", "yes_no", weight=3, partial=False)
    return checklist


def a_begun_visit(checklist: Checklist | None = None, **fields: Any) -> SupervisionVisit:
    if "site" not in fields:
        fields["site"] = a_followed_site().unit
    checklist = checklist or a_full_checklist()
    return SupervisionVisit.objects.create(
        **{"state": "in_progress", "done_on": a_day(), "checklist": checklist} | fields
    )
