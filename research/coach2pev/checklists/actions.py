"""The only writer of checklists. Only a draft changes; publishing retires the version in use before."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from indicators.accounts.models import User
from research.coach2pev.checklists.checking import problems
from research.coach2pev.checklists.choices_text import Line
from research.coach2pev.checklists.policies import check_build
from research.coach2pev.models import Checklist, ChecklistItem, ChecklistSection, Choice, ChoiceList
from research.coach2pev.visits.sheets import sheet_of

State = Checklist.State


class NotADraft(Exception):
    """A version that is, or was, in use stays as it is. `str()` is a sentence."""


def refusal(checklist: Checklist) -> str:
    """Why the version cannot be changed; empty for a draft."""
    if checklist.state == State.DRAFT:
        return ""
    return _("This version is or was in use and stays as it is. Make a new version.")


@transaction.atomic
def create_checklist(*, key: str, name_fr: str, name_en: str, by: User, **more: Any) -> Checklist:
    """A draft, the first version of a new key. Raises ValidationError by field."""
    check_build(by)
    if Checklist.objects.filter(key=key).exists():
        raise ValidationError({"key": [_("There is a checklist of this key. Make a new version of it instead.")]})
    return _save(Checklist(key=key, name_fr=name_fr, name_en=name_en, **more), by)


@transaction.atomic
def edit_checklist(checklist: Checklist, *, by: User, **values: Any) -> Checklist:
    """Names, note and the share below which an item fails, of a draft."""
    row = _draft(checklist, by)
    for name, value in values.items():
        setattr(row, name, value)
    return _save(row, by)


@transaction.atomic
def save_part(row: ChecklistSection | ChecklistItem, *, by: User) -> Any:
    """Stores a section or an item of a draft; a new one stands last. Raises ValidationError by field."""
    _draft(row.checklist, by)
    if isinstance(row, ChecklistItem):
        _check_family(row)
    if row._state.adding:
        beside = _beside(row).aggregate(last=Max("order"))["last"]
        row.order = 1 if beside is None else beside + 1
    return _save(row, by)


@transaction.atomic
def save_choices(choice_list: ChoiceList, lines: Sequence[Line], *, by: User) -> ChoiceList:
    """Stores a list of choices of a draft as these lines, in their order; choices that are not there any more go."""
    _draft(choice_list.checklist, by)
    _save(choice_list, by)
    stored = {choice.code: choice for choice in choice_list.choices.all()}
    for order, line in enumerate(lines, start=1):
        row = stored.pop(line.code, None) or Choice(choice_list=choice_list, code=line.code)
        row.label_fr, row.label_en, row.share, row.attributes, row.order = *line[1:], order
        _save(row, by)
    for row in stored.values():
        _delete(row, by)
    return choice_list


@transaction.atomic
def move(row: ChecklistSection | ChecklistItem, *, by: User, up: bool) -> None:
    """Changes places with the neighbour; an item at the edge of its section goes over into the next one."""
    _draft(row.checklist, by)
    rows: list[Any] = list(_beside(row).order_by("order", "pk"))
    place = next(index for index, one in enumerate(rows) if one.pk == row.pk)
    other = place + (-1 if up else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    elif isinstance(row, ChecklistItem) and (section := _neighbour(row, up)):
        rows.pop(place)
        moved = list(section.items.order_by("order", "pk"))
        row.section = section
        _number([*moved, row] if up else [row, *moved], by)
        _save(row, by)
    _number(rows, by)


@transaction.atomic
def remove(row: ChecklistSection | ChecklistItem | ChoiceList, *, by: User) -> None:
    """Takes a part out of a draft. Raises ValidationError for a list of choices that an item offers."""
    _draft(row.checklist, by)
    try:
        _delete(row, by)
    except ProtectedError as error:
        raise ValidationError(_("An item offers this list of choices.")) from error


@transaction.atomic
def publish(checklist: Checklist, *, by: User) -> Checklist:
    """Puts a draft in use from today and retires the version before. Raises ValidationError with all that is wrong."""
    row = _draft(checklist, by)
    if found := problems(sheet_of(row)):
        raise ValidationError([f"{one.code}: {one.sentence}" if one.code else one.sentence for one in found])
    for former in Checklist.objects.select_for_update().filter(key=row.key, state=State.PUBLISHED):
        former.state = State.RETIRED
        _save(former, by)
    row.state, row.published_on = State.PUBLISHED, timezone.localdate()
    return _save(row, by)


@transaction.atomic
def retire(checklist: Checklist, *, by: User) -> Checklist:
    """Takes a version out of use; visits that answered it keep it."""
    check_build(by)
    row = Checklist.objects.select_for_update().get(pk=checklist.pk)
    if row.state == State.PUBLISHED:
        row.state = State.RETIRED
        _save(row, by)
    return row


@transaction.atomic
def new_version(checklist: Checklist, *, by: User) -> Checklist:
    """A draft that asks what this version asks; the one draft of the key, where there is one already."""
    check_build(by)
    same = Checklist.objects.select_for_update().filter(key=checklist.key)
    if draft := same.filter(state=State.DRAFT).first():
        return draft
    latest = same.aggregate(latest=Max("version"))["latest"]
    copy = Checklist(
        key=checklist.key, version=latest + 1, name_fr=checklist.name_fr, name_en=checklist.name_en,
        example=checklist.example, fails_below=checklist.fails_below, demonstration=checklist.demonstration,
    )  # fmt: skip
    _save(copy, by)
    lists = _copied(checklist.choice_lists.order_by("pk"), {"checklist": copy}, by)
    for pk, new in lists.items():
        _copied(Choice.objects.filter(choice_list=pk).order_by("order", "pk"), {"choice_list": new}, by)
    sections = _copied(checklist.sections.order_by("pk"), {"checklist": copy}, by)
    for pk, new in sections.items():
        items = list(checklist.items.filter(section=pk).order_by("order", "pk"))
        for item in items:
            item.pk, item.checklist, item.section = None, copy, new  # type: ignore[assignment]
            item.choice_list = lists[item.choice_list_id] if item.choice_list_id else None
        _created(items, by)
    return copy


@transaction.atomic
def delete_checklist(checklist: Checklist, *, by: User) -> None:
    """Deletes a draft that no visit answered. Raises ValidationError otherwise."""
    row = _draft(checklist, by)
    try:
        for items in (row.items.all(), row.sections.all(), row.choice_lists.all()):
            items.delete()
        _delete(row, by)
    except ProtectedError as error:
        raise ValidationError(_("A visit has answered this checklist; it stays.")) from error


def _draft(checklist: Checklist, by: User) -> Checklist:
    check_build(by)
    row = Checklist.objects.select_for_update().get(pk=checklist.pk)
    if sentence := refusal(row):
        raise NotADraft(sentence)
    return row


def _check_family(item: ChecklistItem) -> None:
    """An item, its section and its list are of one checklist: a version stays whole only by itself."""
    for field in ("section", "choice_list"):
        other = getattr(item, field)
        if other is not None and other.checklist_id != item.checklist_id:
            raise ValidationError({field: [_("This belongs to another checklist.")]})


def _beside(row: ChecklistSection | ChecklistItem) -> Any:
    return row.checklist.sections if isinstance(row, ChecklistSection) else row.section.items


def _neighbour(item: ChecklistItem, up: bool) -> ChecklistSection | None:
    sections = list(item.checklist.sections.order_by("order", "pk"))
    place = [section.pk for section in sections].index(item.section_id) + (-1 if up else 1)
    return sections[place] if 0 <= place < len(sections) else None


def _number(rows: Sequence[Any], by: User) -> None:
    for order, row in enumerate(rows, start=1):
        if row.order != order:
            row.order = order
            _save(row, by, check=False)


def _copied(rows: Any, values: dict[str, Any], by: User) -> dict[int, Any]:
    """The copies by the key of what they copy."""
    found = list(rows)
    keys = [row.pk for row in found]
    for row in found:
        row.pk = None
        for name, value in values.items():
            setattr(row, name, value)
    _created(found, by)
    return dict(zip(keys, found, strict=True))


def _created(rows: list[Any], by: User) -> None:
    for row in rows:
        row._state.adding = True
    if rows:
        made = bulk_create_with_history(rows, type(rows[0]), default_user=by)
        for row, stored in zip(rows, made, strict=True):
            row.pk = stored.pk


def _save(row: Any, by: User, *, check: bool = True) -> Any:
    if check:
        row.full_clean()
    row._history_user = by
    row.save()
    return row


def _delete(row: Model, by: User) -> None:
    row._history_user = by  # type: ignore[attr-defined]
    row.delete()
