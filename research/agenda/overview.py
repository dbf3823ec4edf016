"""How far each question is: its plan, what is on record for it, and what was concluded. The agenda's pages stand on
top of all rooms, so this file and `views.py`, and no other here, read theirs."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from research.agenda.models import LearningQuestion
from research.agenda.plan.queries import EMPTY, Plan, plans_of
from research.agenda.standing import Answer, OnRecord, of_question
from research.evidence.models import Finding, FindingUse

WORDS = {
    Answer.NOT_BEGUN: _("not begun"),
    Answer.PLANNED: _("planned"),
    Answer.COLLECTING: _("evidence is being collected"),
    Answer.DRAFTED: _("findings in draft"),
    Answer.REVISIT: _("findings to be looked at again"),
    Answer.ANSWERED: _("answered so far"),
    Answer.USED: _("answered and used"),
}
REASONS = {
    Answer.NOT_BEGUN: _("No activity is planned and nothing is on record."),
    Answer.PLANNED: _("An activity is planned; nothing is on record yet."),
    Answer.COLLECTING: _("There are records or an activity has begun; no finding is written."),
    Answer.DRAFTED: _("At least one finding is written; none is approved."),
    Answer.REVISIT: _("What was approved rests on evidence that has changed since."),
    Answer.ANSWERED: _("At least one approved finding stands; no use of it is logged."),
    Answer.USED: _("At least one approved finding stands and was used for a decision."),
}


class Overview(NamedTuple):
    """One question: its plan, the counts that its answer is read from, and the answer. `demonstration`: any of the
    rows counted here is made up."""

    plan: Plan
    on_record: OnRecord
    answer: Answer
    demonstration: bool

    @property
    def word(self) -> str:
        return str(WORDS[self.answer])

    @property
    def reason(self) -> str:
        return str(REASONS[self.answer])

    @property
    def furthest(self) -> bool:
        return self.answer in {Answer.ANSWERED, Answer.USED}


def overviews(questions: Collection[LearningQuestion], records: Mapping[int, int]) -> dict[int, Overview]:
    """By primary key of the question. `records`: how many there are for each. Seven queries, however many questions."""
    keys = [question.pk for question in questions]
    plans, findings = plans_of(questions), _findings(keys)
    uses = FindingUse.objects.filter(finding__learning_question__in=keys, finding__state=Finding.State.APPROVED)
    used = dict(uses.values_list("finding__learning_question").annotate(Count("pk")).order_by())
    found = {}
    for key in keys:
        plan, (drafts, standing, stale, made_up) = plans.get(key, EMPTY), findings.get(key, (0, 0, 0, 0))
        on_record = OnRecord(plan.alive, plan.begun, records.get(key, 0), drafts, standing, stale, used.get(key, 0))
        found[key] = Overview(plan, on_record, of_question(on_record), bool(made_up) or plan.demonstration)
    return found


def _findings(keys: Collection[int]) -> dict[int, tuple[int, int, int, int]]:
    """Findings by question: not yet approved, approved and standing, approved and stale, made up."""
    approved = Q(state=Finding.State.APPROVED)
    rows = Finding.objects.filter(learning_question__in=keys).exclude(state=Finding.State.WITHDRAWN).order_by()
    counts = rows.values("learning_question").annotate(
        drafts=Count("pk", filter=~approved),
        standing=Count("pk", filter=approved & Q(stale_since=None)),
        stale=Count("pk", filter=approved & Q(stale_since__isnull=False)),
        made_up=Count("pk", filter=Q(demonstration=True)),
    )
    columns = ("learning_question", "drafts", "standing", "stale", "made_up")
    return {
        key: (drafts, standing, stale, made_up)
        for key, drafts, standing, stale, made_up in counts.values_list(*columns)
    }
