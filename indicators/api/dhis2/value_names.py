"""By which identifiers things are asked for, and told."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from indicators.api.dhis2.answers import conflict, one
from indicators.api.dhis2.names import base_name


def scheme(params: QueryDict, name: str) -> str:
    """`uid`, `code` or `name`, as that parameter or `idScheme` says."""
    asked_for = (one(params, name) or one(params, "idScheme", "uid")).lower()
    if asked_for not in ("uid", "id", "code", "name"):
        raise conflict("E2018", _("Identifiers are uid, code or name."), name)
    return asked_for.replace("id", "uid") if asked_for == "id" else asked_for


def called(row: Any, params: QueryDict, parameter: str) -> str:
    """The identifier asked for; the uid where the row has no code."""
    wanted = scheme(params, parameter)
    if wanted == "name":
        return base_name(row)
    return str((row.code if wanted == "code" else "") or row.uid)


def input_column(params: QueryDict, name: str) -> str:
    return "code" if (one(params, name) or one(params, "inputIdScheme")).lower() == "code" else "uid"


def check_all_known(named: list[str], known: Mapping[Any, Any], field: str) -> None:
    """Of what the person may not meet it is said what is said of what does not exist."""
    for text in named:
        if text not in known:
            shown = "".join(char for char in text[:40] if char.isprintable())
            raise conflict("unknown", str(_("“{value}” is not known here.")).format(value=shown), field)
