"""Passages follow the edits of their text: of a note or a quote, whoever edits it and by whatever way."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.signals import post_save, pre_save

from research.coding.anchors import Stretch, found_again, moved
from research.coding.models import CodedPassage
from research.observations.models import Observation, Quote

_TEXT = {Observation: "seen", Quote: "text"}
_FAR = 10_000_000
"""Beyond every text: where the passages that move stand for a moment, out of each other's way."""


def watch() -> None:
    for model in _TEXT:
        pre_save.connect(_remember, sender=model, dispatch_uid=f"coding-before-{model.__name__}")
        post_save.connect(_follow, sender=model, dispatch_uid=f"coding-after-{model.__name__}")


@transaction.atomic
def follow(row: Observation | Quote, before: str, after: str) -> int:
    """Moves the passages of the text to where their words are now; returns how many moved or went adrift.

    One whose words are gone keeps its place and its words and is `adrift`; when they come back, it is found again.
    """
    passages = list(_passages(row).select_for_update().order_by("pk"))
    fixed = [one for one in passages if not one.adrift]
    places = dict(zip((one.pk for one in fixed), moved(before, after, [(p.start, p.end) for p in fixed]), strict=True))
    for one in passages:
        if one.adrift:
            places[one.pk] = found_again(after, one.excerpt, one.start)
    return _store(passages, places)


def _store(passages: list[CodedPassage], places: dict[int, Stretch | None]) -> int:
    taken: set[tuple[int, int, int, int | None]] = set()
    changed: list[CodedPassage] = []
    # What has a place comes first: a passage that is adrift gives way.
    for one in sorted(passages, key=lambda passage: places[passage.pk] is None):
        place = places[one.pk]
        adrift = place is None
        start, end = place or (one.start, one.end)
        if (start, end, one.code_id, one.coder_id) in taken:  # two became the same: the second says that it is adrift
            adrift, start, end = True, one.start, one.end
        while (start, end, one.code_id, one.coder_id) in taken:
            end += 1
        taken.add((start, end, one.code_id, one.coder_id))
        if (start, end, adrift) != (one.start, one.end, one.adrift):
            one.start, one.end, one.adrift = start, end, adrift
            changed.append(one)
    keys = [one.pk for one in changed]
    CodedPassage.objects.filter(pk__in=keys).update(start=F("start") + _FAR, end=F("end") + 2 * _FAR)
    for one in changed:
        one.save(update_fields=["start", "end", "adrift"])
    return len(changed)


def _passages(row: Observation | Quote) -> Any:
    of_note = isinstance(row, Observation)
    return row.passages.filter(quote__isnull=True) if of_note else row.passages.all()


def _remember(sender: Any, instance: Any, raw: bool = False, **_more: Any) -> None:
    field = _TEXT[sender]
    coded = not raw and instance.pk and _passages(instance).exists()
    stored = sender.objects.filter(pk=instance.pk).values_list(field, flat=True).first() if coded else None
    instance._text_before = stored


def _follow(sender: Any, instance: Any, raw: bool = False, **_more: Any) -> None:
    before, after = instance.__dict__.pop("_text_before", None), getattr(instance, _TEXT[sender])
    if before is not None and before != after:
        follow(instance, before, after)
