"""A form becomes a draft of a checklist."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from simple_history.utils import bulk_create_with_history

from indicators.accounts.models import User
from research.coach2pev.checklists.policies import check_build
from research.coach2pev.models import Checklist, ChecklistItem, ChecklistSection, Choice, ChoiceList
from research.coach2pev.xlsform.forms import Form
from research.coach2pev.xlsform.rows import ITEM_FIELDS, form_of


@transaction.atomic
def store_form(form: Form, *, by: User) -> tuple[Checklist, bool]:
    """The form as a new draft, and whether it is new: the newest version of its key, where that says the same, stays.

    A key that is known gets a new version; nothing that exists is changed. Raises PermissionDenied.
    """
    check_build(by)
    versions = Checklist.objects.select_for_update().filter(key=form.key)
    newest = versions.order_by("-version").first()
    if newest is not None and form_of(newest) == form:
        return newest, False
    last = versions.aggregate(last=Max("version"))["last"] or 0
    checklist = Checklist(
        key=form.key,
        version=last + 1,
        name_fr=form.name_fr,
        name_en=form.name_en,
        example=form.example,
        fails_below=form.fails_below,
        note=form.note,
    )
    checklist._history_user = by  # type: ignore[attr-defined]
    checklist.save()
    signed: dict[str, Any] = {"default_user": by}
    lists = bulk_create_with_history(
        [ChoiceList(checklist=checklist, code=one.code) for one in form.lists], ChoiceList, **signed
    )
    choices = [
        Choice(
            choice_list=row,
            code=choice.code,
            label_fr=choice.label_fr,
            label_en=choice.label_en,
            share=choice.share,
            attributes=dict(choice.attributes),
            order=order,
        )
        for row, one in zip(lists, form.lists, strict=True)
        for order, choice in enumerate(one.choices, 1)
    ]
    bulk_create_with_history(choices, Choice, batch_size=2000, **signed)
    sections = [
        ChecklistSection(
            checklist=checklist,
            code=one.code,
            name_fr=one.name_fr,
            name_en=one.name_en,
            relevant=one.relevant,
            order=order,
        )
        for order, one in enumerate(form.sections, 1)
    ]
    sections = bulk_create_with_history(sections, ChecklistSection, **signed)
    by_code = {row.code: row for row in lists}
    items = [
        ChecklistItem(
            checklist=checklist,
            section=row,
            order=order,
            choice_list=by_code.get(item.choice_list),
            **{name: getattr(item, name) for name in ITEM_FIELDS},
        )
        for row, section in zip(sections, form.sections, strict=True)
        for order, item in enumerate(section.items, 1)
    ]
    bulk_create_with_history(items, ChecklistItem, batch_size=2000, **signed)
    return checklist, True
