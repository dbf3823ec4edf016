"""What an import did, in DHIS2's words: an import summary inside a web message.

DHIS2 2.38 and later nest the summary in `response`; before, it was the whole answer. Clients of both kinds are about,
so `importCount` and `conflicts` stand in both places.
"""

from typing import Any

from django.utils.translation import gettext as _

from indicators.api.dhis2.answers import web_message
from indicators.api.dhis2.import_request import Taken, Wanted
from indicators.exchange.models import ImportRun
from indicators.exchange.problems import Problem

State = ImportRun.State
LISTED = 1000
DHIS2_CODES = {
    "unknown_data_element": "E7610",
    "not_numeric_element": "E7619",
    "unknown_org_unit": "E7612",
    "unknown_option_combo": "E7613",
    "bad_period": "E7611",
    "future_period": "E7641",
    "blank_value": "E7618",
    "not_a_number": "E7619",
    "not_integer": "E7619",
    "negative": "E7619",
    "out_of_range": "E7619",
    "not_finite": "E7619",
    "too_long": "E7620",
}
"""DHIS2's own codes for the same faults, where it has one; `code` beside it is always ours."""
_STATUS = dict.fromkeys(
    ("too_large", "too_large_unpacked", "too_many_rows", "too_many_comments", "too_many_waiting"), 413
) | {"another_import_running": 409}
"""Of a file that cannot be taken as a whole; 400 where nothing is said."""
_SAME_AS_UNKNOWN = "not_your_district"


def answer(taken: Taken) -> dict[str, Any]:
    """The whole body; `httpStatusCode` is the answer's status.

    200: everything went in (or, in a dry run, would). 409: records were refused or wait for a person, with status
    WARNING where the others went in and ERROR where nothing did. 400 and 413: the file itself cannot be taken.
    """
    run = taken.run
    problems = _problems(run)
    refused = run.state not in (State.COMMITTED, State.PREVIEWED)
    whole_file = next((one for one in problems if one["row"] is None), None) if refused and not run.read else None
    if whole_file:
        status = _STATUS.get(whole_file["code"], 400)
        message = Problem(whole_file["code"], None, None, whole_file["value"]).message
        return web_message(status, "ERROR", message, errorCode=whole_file["code"])
    summary = _summary(taken, problems, refused=refused)
    word, status = ("OK", 200) if summary["status"] == "SUCCESS" else (summary["status"], 409)
    copied = {name: summary[name] for name in ("description", "importCount", "conflicts", "dataSetComplete")}
    return web_message(status, word, _message(summary["status"]), **copied, response=summary)


def _summary(taken: Taken, problems: list[dict[str, Any]], *, refused: bool) -> dict[str, Any]:
    run, wanted = taken.run, taken.wanted
    ignored = taken.left_out + (run.read if refused else run.rejected + run.waiting + run.unchanged)
    at_fault = run.rejected or run.waiting
    status = "ERROR" if refused else "WARNING" if at_fault else "SUCCESS"
    done = not refused
    return {
        "responseType": "ImportSummary",
        "status": status,
        "importOptions": {
            "dryRun": wanted.dry_run,
            "importStrategy": {"": "CREATE_AND_UPDATE"}.get(wanted.strategy, wanted.strategy.upper()),
            "atomicMode": "NONE" if wanted.valid_only else "ALL",
            "idSchemes": {name: scheme.upper() for name, scheme in wanted.schemes.items()},
        },
        "description": _description(run, wanted, refused=refused),
        "importCount": {
            "imported": run.created if done else 0,
            "updated": run.updated if done else 0,
            "ignored": ignored,
            "deleted": run.deleted if done else 0,
        },
        "unchanged": run.unchanged if done else 0,
        "leftOut": taken.left_out,
        "waiting": run.waiting,
        "conflicts": [_conflict(one) for one in problems[:LISTED]] + _waiting(run),
        "rejectedIndexes": sorted({one["row"] - 1 for one in problems if one["row"]}),
        "dataSetComplete": "false",
    }


def _problems(run: ImportRun) -> list[dict[str, Any]]:
    return [
        {**one, "code": "unknown_org_unit"} if one["code"] == _SAME_AS_UNKNOWN else one
        for one in run.report.get("problems", [])
    ]


def _conflict(one: dict[str, Any]) -> dict[str, Any]:
    found = {
        "object": one["value"],
        "value": Problem(one["code"], one["row"], one["field"], one["value"]).message,
        "errorCode": DHIS2_CODES.get(one["code"], "E7600"),
        "code": one["code"],
    }
    if one["field"]:
        found["property"] = one["field"]
    if one["row"]:
        found["indexes"] = [one["row"] - 1]
    return found


def _waiting(run: ImportRun) -> list[dict[str, Any]]:
    """Units that nobody knows: their records are kept, and go in once a person says which unit is meant."""
    return [
        {
            "object": name,
            "value": _("The organisation unit “{name}” is not known. Its records wait for a person.").format(name=name),
            "errorCode": "E7612",
            "code": "unknown_org_unit",
            "property": "orgUnit",
        }
        for name in list(run.report.get("waiting_names", {}))[:LISTED]
    ]


def _message(status: str) -> str:
    """DHIS2's own sentences: clients compare them."""
    return {
        "SUCCESS": "Import was successful.",
        "WARNING": "One more conflicts encountered, please check import summary.",
        "ERROR": "An error occurred, please check import summary.",
    }[status]


def _description(run: ImportRun, wanted: Wanted, *, refused: bool) -> str:
    if refused:
        return _("Nothing was taken in: all or nothing is the rule here. atomicMode=NONE takes the valid records.")
    if wanted.dry_run:
        return _("This was a dry run; nothing was written.")
    return _("The import is complete.")
