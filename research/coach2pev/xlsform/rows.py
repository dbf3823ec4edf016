"""A stored checklist as a form: what goes out, and what a form that comes in is compared with."""

from research.coach2pev.models import Checklist
from research.coach2pev.xlsform.forms import Form, FormChoice, FormItem, FormList, FormSection

ITEM_FIELDS = (
    "code", "kind", "text_fr", "text_en", "hint_fr", "hint_en", "weight", "required", "partial", "not_applicable",
    "decimals", "target", "relevant", "constraint", "constraint_message_fr", "constraint_message_en", "choice_filter",
    "calculation", "action_fr", "action_en",
)  # fmt: skip


def form_of(checklist: Checklist) -> Form:
    """Five queries. Lists that no item uses are left out, as they are when a workbook is read."""
    lists = {one.pk: one for one in checklist.choice_lists.prefetch_related("choices").order_by("pk")}
    items: dict[int, list[FormItem]] = {}
    used: set[int] = set()
    for item in checklist.items.order_by("order", "pk"):
        fields = {name: getattr(item, name) for name in ITEM_FIELDS}
        code = ""
        if item.choice_list_id and item.kind in (item.Kind.CHOICE, item.Kind.CHOICES):
            used.add(item.choice_list_id)
            code = lists[item.choice_list_id].code
        items.setdefault(item.section_id, []).append(FormItem(**fields, choice_list=code))
    sections = tuple(
        FormSection(part.code, part.name_fr, part.name_en, part.relevant, tuple(items.get(part.pk, ())))
        for part in checklist.sections.order_by("order", "pk")
    )
    choice_lists = tuple(
        FormList(
            one.code,
            tuple(
                FormChoice(choice.code, choice.label_fr, choice.label_en, choice.share, dict(choice.attributes or {}))
                for choice in one.choices.all()
            ),
        )
        for one in lists.values()
        if one.pk in used
    )
    return Form(
        key=checklist.key,
        name_fr=checklist.name_fr,
        name_en=checklist.name_en,
        sections=sections,
        lists=choice_lists,
        fails_below=checklist.fails_below,
        example=checklist.example,
        note=checklist.note,
    )
