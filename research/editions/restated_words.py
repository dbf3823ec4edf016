"""Restatements in words: where a value is, and why it is another one."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit, OrgUnitGroup
from research.editions.drawing.blocks import Text, both, paired
from research.editions.drawing.places import names_told
from research.editions.restatements import Restatement


def named_places(found: Sequence[Restatement]) -> dict[str, Text]:
    """`where` of the key → its name in both languages, as strangers see it. Three queries."""
    units = [one for one in {one.where for one in found} if ":" not in one]
    rows = list(OrgUnit.objects.filter(pk__in=units).select_related("parent").order_by("pk"))
    names = {str(key): name for key, name in names_told(rows).items()}
    keys = [one.where.partition(":")[2] for one in found if one.where.startswith("group:")]
    names |= {f"group:{one.key}": paired(one, "name") for one in OrgUnitGroup.objects.filter(key__in=keys)}
    for one in found:
        names.setdefault(one.where, both(lambda: _("All sites")))
    return names


def why_text(one: Restatement) -> str:
    if one.why == "definition":
        return _("its definition was changed")
    if one.why == "import" and one.since:
        return _("values came in, last on %(day)s") % {"day": date_format(one.since, "SHORT_DATE_FORMAT")}
    return _("a target, a place or a membership was changed")
