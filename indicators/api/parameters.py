"""Parameters of requests: known ones only, each once, and none that names what the account may not meet."""

from collections.abc import Collection
from typing import Any

from django.core.validators import ProhibitNullCharactersValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

from indicators.accounts.models import User
from indicators.api.errors import Refused
from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.periods import BadPeriod, Period
from indicators.registry.models import DataElement

MOST_LISTED = 200
_LONGEST = 80
_no_null = ProhibitNullCharactersValidator()


def check_known(given: QueryDict, known: Collection[str]) -> None:
    """Raises Refused for a parameter that the address does not know, and for one that is given twice."""
    for name, texts in given.lists():
        if name not in known:
            message = _("There is no parameter “%(name)s” here. Known are: %(known)s.")
            raise Refused(
                "unknown_parameter",
                message % {"name": shown(name), "known": ", ".join(sorted(known))},
                field=shown(name),
            )
        if len(texts) > 1:
            raise Refused("repeated_parameter", _("This parameter is given more than once."), field=name)
        if "\0" in texts[0]:
            raise Refused("control_char", str(_no_null.message), field=name)


def whole_number(text: str, field: str, *, least: int, most: int | None = None) -> int:
    """ASCII digits only; what is more than `most` counts as `most`. Raises Refused."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 18 or int(text) < least:
        message = _("This must be a whole number of at least %(least)s.") % {"least": least}
        raise Refused("not_a_number" if field == "" else f"bad_{field}", message, field=field)
    return int(text) if most is None else min(int(text), most)


def period(text: str, field: str) -> Period:
    """`202501`, `2025Q1`, `2025`. Raises Refused."""
    try:
        return Period.parse(text)
    except BadPeriod:
        message = _("“%(value)s” is no period. Periods are written as DHIS2 does: 202501, 2025Q1 or 2025.")
        raise Refused("bad_period", message % {"value": shown(text)}, field=field) from None


def listed(text: str, field: str) -> list[str]:
    """The parts between commas, each once, in their order. Raises Refused where they are too many."""
    parts = [part for part in dict.fromkeys(part.strip() for part in text.split(",")) if part]
    if len(parts) > MOST_LISTED:
        message = _("At most %(most)s can be asked for at once.") % {"most": MOST_LISTED}
        raise Refused("too_many", message, field=field)
    return parts


def unit_for(user: Any, uid: str, field: str = "org_unit") -> OrgUnit:
    """The unit with that uid, if the account may meet it; the same 404 where it may not and where there is none."""
    found = limit_to_scope(OrgUnit.objects.all(), user).filter(uid=uid).first() if isinstance(user, User) else None
    if found is None:
        raise unknown("org_unit", uid, field)
    return found


def element_ids(text: str, field: str = "data_element") -> list[int]:
    """The ids of the data elements with these uids. Raises Refused (404) for the first that is none."""
    uids = listed(text, field)
    known = dict(DataElement.objects.filter(uid__in=uids).values_list("uid", "pk"))
    for uid in uids:
        if uid not in known:
            raise unknown("data_element", uid, field)
    return [known[uid] for uid in uids]


def unknown(kind: str, value: str, field: str) -> APIException:
    message = _("“%(value)s” is not known here.") % {"value": shown(value)}
    return Refused(f"unknown_{kind}", message, field=field, status=404)


def shown(text: str) -> str:
    """What was given, short enough to be repeated, without characters that act on a terminal."""
    kept = "".join(letter for letter in text if letter.isprintable())
    return kept if len(kept) <= _LONGEST else f"{kept[:_LONGEST]}…"
