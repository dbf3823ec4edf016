"""Brings in what a plan holds and a person has answered for: all of it, or nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.agenda.models import LearningQuestion
from research.coding.codebooks.actions import publish
from research.coding.memos.actions import Thing, write_memo
from research.coding.models import Code, Codebook, CodedPassage
from research.coding.policies import can_publish, check_code, check_passage
from research.coding.qda import codebook_import
from research.coding.qda.codes import Language
from research.coding.qda.plan import NewMemo, NewPassage, Plan, Text
from research.evaluations.models import EvaluationQuestion
from research.observations.actions import log_observation
from research.observations.models import Observation


class About(NamedTuple):
    """What a person says of a text that is unknown here."""

    site: OrgUnit
    observed_on: date
    evaluation_question: EvaluationQuestion
    language: str


class NewBook(NamedTuple):
    key: str
    name: str
    language: Language


@dataclass(slots=True)
class Answers:
    """`texts`: by place in the plan; one that is missing is left out. `coders`: by guid in the file; None: their
    passages are left out. `book`: the codebook that unknown codes become; None: they are left out."""

    texts: Mapping[int, About]
    coders: Mapping[UUID | None, User | None]
    memo_kind: str = ""
    book: NewBook | None = None


@dataclass(slots=True)
class Report:
    codebook: Codebook | None = None
    codes: int = 0
    observations: list[Observation] = field(default_factory=list)
    passages: int = 0
    adrift: int = 0
    memos: int = 0
    there: Counter[str] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    untold: Counter[str] = field(default_factory=Counter)


@transaction.atomic
def bring_in(plan: Plan, *, by: User, answers: Answers) -> Report:
    """Codes, draft observations of unknown texts, passages, memos, in this order.

    Raises ValidationError where something does not go (nothing is written then), PermissionDenied for whoever does not
    code. Passages belong to the account that was named for their coder; memos to who brings them in.
    """
    check_code(by)
    report = Report(there=+plan.there, left_out=+plan.left_out, untold=+plan.untold)
    codes = {**plan.known, **_bring_codes(plan, by, answers.book, report)}
    places = _texts(plan, by, answers, report)
    wanted = [one for one in plan.passages if _is_wanted(one, plan, codes, places, answers, report)]
    _check_coders(wanted, plan, codes, places, answers, by)
    rows = _store(wanted, codes, places, answers, report)
    for memo in plan.memos:
        _write(memo, _thing(memo, codes, places, rows), answers.memo_kind, by, report)
    return report


def _bring_codes(plan: Plan, by: User, book: NewBook | None, report: Report) -> dict[UUID, Code]:
    if not plan.new_codes.codes or book is None:
        return {}
    if not can_publish(by):
        raise PermissionDenied(_("Evaluation leads publish and retire codebooks."))
    row = codebook_import.bring_in(plan.new_codes, by=by, language=book.language, key=book.key, name=book.name)
    report.codebook = publish(row, by=by)
    made = {code.guid: code for code in row.codes.all()}
    for code in made.values():
        code.codebook = report.codebook
    report.codes = len(made)
    return made


def _texts(plan: Plan, by: User, answers: Answers, report: Report) -> dict[int, Observation]:
    """Place in the plan → the observation, stored and locked; a new one is a draft of who brings it in."""
    known = {one.observation.pk: one.observation for one in plan.texts if one.observation}
    locked = {row.pk: row for row in Observation.objects.select_for_update().filter(pk__in=known).order_by("pk")}
    if any(pk not in locked or locked[pk].version != row.version for pk, row in known.items()):
        raise ValidationError(_("A text was changed meanwhile. Look at the file once more."))
    found: dict[int, Observation] = {}
    for place, text in enumerate(plan.texts):
        if text.observation:
            found[place] = locked[text.observation.pk]
        elif place in answers.texts:
            found[place] = _draft(text, answers.texts[place], by)
            report.observations.append(found[place])
        else:
            report.left_out["chosen", text.name] += 1
    return found


def _draft(text: Text, about: About, by: User) -> Observation:
    return log_observation(
        by=by, client_uuid=text.guid, submit=False, kind=Observation.Kind.DOCUMENT, site=about.site,
        observed_on=about.observed_on, evaluation_question=about.evaluation_question, language=about.language,
        seen=text.words,
    )  # fmt: skip


def _is_wanted(
    one: NewPassage, plan: Plan, codes: Mapping[UUID, Code], places: Mapping[int, Observation], answers: Answers,
    report: Report,
) -> bool:  # fmt: skip
    name = plan.texts[one.text].name
    if one.text not in places:
        report.left_out["chosen", name] += 1
    elif one.code not in codes:
        report.left_out["no_lead", name] += 1
    elif answers.coders.get(one.by) is None:
        report.left_out["coder_left_out", name] += 1
    else:
        return True
    return False


def _check_coders(
    wanted: list[NewPassage], plan: Plan, codes: Mapping[UUID, Code], places: Mapping[int, Observation],
    answers: Answers, by: User,
) -> None:  # fmt: skip
    """Once for each coder, observation and codebook. Another's codes come in through who may give out the work."""
    looked: set[tuple[int, int, int]] = set()
    for one in wanted:
        coder, observation, code = answers.coders[one.by], places[one.text], codes[one.code]
        assert coder is not None
        key = (coder.pk, observation.pk, code.codebook_id)
        if key in looked:
            continue
        looked.add(key)
        if coder != by and not can_publish(by):
            raise PermissionDenied(_("Evaluation leads say who codes what."))
        if coder != by and plan.texts[one.text].observation is None:
            continue  # a draft is its author's alone until it is submitted
        try:
            check_passage(coder, observation, code)
        except PermissionDenied as error:
            said = {"coder": coder, "text": plan.texts[one.text].name, "why": error}
            raise ValidationError(_("%(coder)s, «%(text)s»: %(why)s") % said) from error


def _store(
    wanted: list[NewPassage], codes: Mapping[UUID, Code], places: Mapping[int, Observation], answers: Answers,
    report: Report,
) -> dict[UUID, CodedPassage]:  # fmt: skip
    """What stands there already, by the same coder with the same code, is not stored twice. Guid → row."""
    stored = {
        _key(row): row for row in CodedPassage.objects.filter(observation__in={row.pk for row in places.values()})
    }
    found: dict[UUID, CodedPassage] = {}
    new: list[CodedPassage] = []
    for one in wanted:
        observation = places[one.text]
        guid = uuid4() if one.guid in found else one.guid  # a file that gives two codings the same one
        row = CodedPassage(
            observation=observation, quote_id=one.quote, start=one.start, end=one.end, excerpt=one.excerpt,
            code=codes[one.code], coder=answers.coders[one.by], adrift=one.adrift, guid=guid,
            demonstration=observation.demonstration,
        )  # fmt: skip
        before = stored.setdefault(_key(row), row)
        found[one.guid] = before
        if before is row:
            new.append(row)
        else:
            report.there["passages"] += 1
    CodedPassage.objects.bulk_create(new, batch_size=500)
    report.passages, report.adrift = len(new), sum(row.adrift for row in new)
    return found


def _key(row: CodedPassage) -> tuple[Any, ...]:
    return row.observation_id, row.quote_id, row.start, row.end, row.code_id, row.coder_id


def _thing(
    memo: NewMemo, codes: Mapping[UUID, Code], places: Mapping[int, Observation], rows: Mapping[UUID, CodedPassage]
) -> Thing | None:
    kind, key = memo.on
    match kind:
        case "code":
            return codes.get(key)
        case "text":
            return places.get(key)
        case "question":
            return LearningQuestion.objects.get(number=key)
    return rows.get(key) or CodedPassage.objects.filter(guid=key).first()


def _write(memo: NewMemo, thing: Thing | None, kind: str, by: User, report: Report) -> None:
    if thing is None:
        report.left_out["note_of_nothing", memo.words[:40]] += 1
        return
    try:
        write_memo(
            thing, by=by, client_uuid=memo.guid, kind=memo.kind or kind, text=memo.words, shared=memo.shared
        )  # fmt: skip
    except PermissionDenied:
        report.left_out["note_blind", memo.words[:40]] += 1
    else:
        report.memos += 1
