"""Submissions held against the checklist, the sites and the rules: what would be stored, and what is wrong by row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.matching import Known, UnitIndex
from indicators.geography.models import OrgUnit, OrgUnitAlias
from research.coach2pev.models import Checklist, Coach
from research.coach2pev.submissions.fields import Fields, fields_of, has_instance, instance_of
from research.coach2pev.submissions.values import Labels, answer_of, labels_of
from research.coach2pev.visits import states
from research.coach2pev.visits.answers import AnswerError, Given, problems
from research.coach2pev.visits.loaded import LoadedVisit
from research.coach2pev.visits.queries import sites_for
from research.coach2pev.visits.sheets import sheet_of
from research.coach2pev.xlsform.forms import Form
from research.coach2pev.xlsform.rows import form_of
from research.evaluations.models import Evaluation
from research.sent_tables import Record, Records


class RowProblem(NamedTuple):
    """`row` counts as in the file; `field` is a column or an item's code."""

    row: int
    field: str
    sentence: str


@dataclass(slots=True)
class Checked:
    """`visits` can be stored, in the order of their days; `repeated` counts submissions that the file holds
    twice, alike.

    `wrong` is what is wrong with the file as a whole: then nothing can be stored. `rejected` counts submissions.
    """

    records: Records
    fields: Fields
    visits: list[LoadedVisit] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    repeated: int = 0
    rejected: int = 0


Say = Callable[[str, str], None]


class Sites(NamedTuple):
    units: UnitIndex
    mine: frozenset[int]


def check(records: Records, checklist: Checklist, *, by: User, chosen: Mapping[str, str] | None = None) -> Checked:
    """Every submission as a visit, or what is wrong with it. The number of queries does not grow with the file."""
    form = form_of(checklist)
    found = Checked(records, fields_of(records.columns, form, chosen))
    _check_columns(found)
    if found.wrong:
        return found
    reader = _Reader(found.fields, checklist, form, by)
    kept: dict[UUID, Record] = {}
    for record in records.rows:
        wrong: list[RowProblem] = []
        visit = reader.visit(record, wrong)
        first = kept.get(visit.client_uuid) if visit else None
        if visit is not None and first is not None:
            if _content(first) == _content(record):
                found.repeated += 1
                continue
            sentence = _("Row %(row)d has the same identifier and says something else.") % {"row": first.number}
            wrong.append(RowProblem(record.number, "", sentence))
        if visit is not None:
            kept.setdefault(visit.client_uuid, record)
        if wrong or visit is None:
            found.rejected += 1
            found.problems += wrong
        else:
            found.visits.append(visit)
    found.visits.sort(key=lambda visit: (visit.done_on, str(visit.client_uuid)))
    return found


def _check_columns(found: Checked) -> None:
    if not has_instance(found.records.columns):
        found.wrong.append(
            _(
                "No column names the submissions for good (“_uuid”, “meta/instanceID” or “KEY”): sent twice, they"
                " would be stored twice."
            )
        )
    if "site" not in found.fields.roles:
        found.wrong.append(_("Choose the column that names the site."))
    if "done_on" not in found.fields.roles:
        found.wrong.append(_("Choose the column that gives the day of the visit."))
    for column in found.fields.twice[:5]:
        sentence = _("Two columns hold the same item: “%(column)s”. Take one of them out.")
        found.wrong.append(sentence % {"column": column[:80]})
    if not (found.fields.items or found.fields.options or found.fields.places):
        found.wrong.append(_("No column fits an item of this checklist. Is it the right checklist and version?"))


def _content(record: Record) -> dict[str, str]:
    """What the submission says, without what the server adds to it."""
    return {name: text for name, text in record.fields.items() if not name.startswith("_")}


class _Reader:
    def __init__(self, fields: Fields, checklist: Checklist, form: Form, by: User) -> None:
        self.fields, self.checklist, self.sheet = fields, checklist.pk, sheet_of(checklist)
        self.labels: Labels = labels_of(form)
        self.site_labels = _site_labels(fields, form)
        self.sites = _sites(by)
        self.coaches = {coach.code.casefold(): coach.pk for coach in Coach.objects.all()}
        self.today = timezone.localdate()

    def visit(self, record: Record, wrong: list[RowProblem]) -> LoadedVisit | None:
        """The submission as a visit; None, or problems in `wrong`, where it cannot be stored."""

        def say(where: str, sentence: str) -> None:
            wrong.append(RowProblem(record.number, where, sentence))

        instance = instance_of(record.fields)
        if instance is None:
            say("_uuid", _("The submission has no identifier that can be read."))
        site = self._site(record, say)
        day = self._day(record, say)
        coach = self._coach(record, say)
        minutes = self._whole(record, "minutes", 1, 1440, say)
        coachees = self._whole(record, "coachees", 0, 500, say)
        answers = self._answers(record, day, say)
        if wrong or instance is None or site is None or day is None:
            return None
        return LoadedVisit(
            client_uuid=instance,
            site=site,
            done_on=day,
            checklist=self.checklist,
            answers=answers,
            coach=coach,
            minutes=minutes,
            coachees=coachees,
        )

    def _answers(self, record: Record, day: date | None, say: Say) -> dict[str, Given]:
        answers: dict[str, Given] = {}
        unread = False
        for item in self.sheet.items:
            try:
                given = answer_of(item, self.fields, record.fields, self.labels)
            except AnswerError as error:
                say(item.code, str(error))
                unread = True
            else:
                if given is not None:
                    answers[item.code] = given
        if not answers and not unread:
            say("", _("No item is answered."))
        elif not unread:  # a missing answer would make others look wrong
            for code, sentence in problems(self.sheet, answers, today=day).items():
                say(code, sentence)
        return answers

    def _site(self, record: Record, say: Say) -> int | None:
        column = self.fields.roles["site"]
        named = record.fields.get(column, "")
        if not named:
            say(column, _("The submission names no site."))
            return None
        pk = self.sites.units.find(uid=named, code=named, name=named)
        if pk == "unknown" and named in self.site_labels:
            answers = {self.sites.units.find(name=label) for label in self.site_labels[named]} - {"unknown"}
            pk = answers.pop() if len(answers) == 1 else "ambiguous" if answers else "unknown"
        if isinstance(pk, int) and pk in self.sites.mine:
            return pk
        if pk == "ambiguous":
            say(column, _("Several sites are called “%(name)s”. Nothing is guessed.") % {"name": named[:80]})
        elif isinstance(pk, int):
            say(column, _("“%(name)s” is not in your districts.") % {"name": named[:80]})
        else:
            say(column, _("No site of the evaluation is called “%(name)s”. Nothing is guessed.") % {"name": named[:80]})
        return None

    def _day(self, record: Record, say: Say) -> date | None:
        column = self.fields.roles["done_on"]
        text = record.fields.get(column, "")
        day = day_of(text)
        if day is None:
            said = _("“%(text)s” is no day.") % {"text": text[:40]} if text else _("The submission gives no day.")
            say(column, said)
            return None
        found = states.problems(states.DONE, planned_on=None, done_on=day, cancelled_reason="", today=self.today)
        for sentence in found.values():
            say(column, sentence)
        return None if found else day

    def _coach(self, record: Record, say: Say) -> int | None:
        column = self.fields.roles.get("coach", "")
        code = record.fields.get(column, "") if column else ""
        if not code:
            return None
        if code.casefold() not in self.coaches:
            say(column, _("No coach has the code “%(code)s”.") % {"code": code[:60]})
        return self.coaches.get(code.casefold())

    def _whole(self, record: Record, role: str, low: int, high: int, say: Say) -> int | None:
        column = self.fields.roles.get(role, "")
        text = record.fields.get(column, "") if column else ""
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,5}", text) or not low <= int(text) <= high:
            say(column, _("Write a whole number from %(low)d to %(high)d.") % {"low": low, "high": high})
            return None
        return int(text)


def day_of(text: str) -> date | None:
    """2025-09-15, 15/09/2025, or a moment as servers write it (its own clock's day); None for anything else."""
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text):
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            return None
    return None


def _sites(by: User) -> Sites:
    """All sites of the evaluation by whatever they are called, and which of them the person may enter at."""
    every = OrgUnit.objects.filter(evaluation_sites__evaluation__code=Evaluation.COACH2PEV).distinct().order_by()
    rows = every.values_list("pk", "uid", "code", "name", "level")
    known = [Known(pk, uid, code or "", name, level) for pk, uid, code, name, level in rows]
    aliases = dict(OrgUnitAlias.objects.values_list("normalised", "unit_id"))
    return Sites(UnitIndex(known, aliases), frozenset(sites_for(by).order_by().values_list("pk", flat=True)))


def _site_labels(fields: Fields, form: Form) -> dict[str, tuple[str, ...]]:
    """Where the site is a choice of the form: code → what it is called."""
    code = fields.items.get(fields.roles["site"], "")
    item = next((item for item in form.items if item.code == code), None)
    choices = next((one.choices for one in form.lists if item and one.code == item.choice_list), ())
    return {choice.code: (choice.label_fr, choice.label_en) for choice in choices}
