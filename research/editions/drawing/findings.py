"""Findings as they were approved, with their confidence; and who used them. Evidence is counted here, never quoted:
what one reader may not see no edition shows."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.pages.formats import number_text
from research.agenda.models import Hub
from research.editions.drawing.blocks import Drawn, both, numbered, paired
from research.editions.drawing.span import Span
from research.evidence.models import Confidence, EvidenceLink, Finding, FindingUse


def approved(hub: Hub) -> QuerySet[Any]:
    """What a second person approved and nobody changed since."""
    of_itself = Q(links__rival=None)
    return (
        Finding.objects.filter(state=Finding.State.APPROVED, version=F("approved_version"), learning_question__hub=hub)
        .select_related("learning_question")
        .annotate(
            pro=Count("links", filter=of_itself & Q(links__side=EvidenceLink.Side.FOR), distinct=True),
            contra=Count("links", filter=of_itself & Q(links__side=EvidenceLink.Side.AGAINST), distinct=True),
            others=Count("rivals", distinct=True),
        )
        .order_by("learning_question__number", "pk")
    )


def draw(drawn: Drawn, hub: Hub, span: Span) -> None:
    rows = [
        {
            "title": paired(one, "statement"),
            "text": paired(one, "explanation"),
            "facts": [
                [both(lambda: _("Learning question")),
                 numbered(one.learning_question)],
                [both(lambda: _("Confidence")), both(lambda level: Confidence(level).label, one.confidence)],
                [both(lambda: _("Why")), {"fr": one.confidence_reason, "en": one.confidence_reason}],
                [both(lambda: _("Evidence")), both(_weighed, one)],
                *([[both(lambda: _("State")), both(lambda: _("To be looked at again: what it rests on has changed."))]]
                  if one.stale_since else []),
            ],
            "demonstration": one.demonstration,
        }
        for one in approved(hub)
    ]  # fmt: skip
    drawn.entries(rows)
    if not rows:
        drawn.say(lambda: _("No finding is approved yet."))


def draw_uses(drawn: Drawn, hub: Hub, span: Span) -> None:
    rows = [
        {
            "title": paired(one, "decision"),
            "text": paired(one, "result"),
            "facts": [
                [both(lambda: _("Used by")), {"fr": one.used_by, "en": one.used_by}],
                [both(lambda: _("On")), both(date_format, one.used_on, "DATE_FORMAT")],
                [both(lambda: _("Finding")), paired(one.finding, "statement")],
            ],
            "demonstration": one.demonstration,
        }
        for one in FindingUse.objects.filter(
            finding__in=approved(hub).order_by().values("pk"),
            used_on__range=(span.first.start, span.last.end),
        ).select_related("finding")
    ]  # fmt: skip
    drawn.entries(rows)
    if not rows:
        drawn.say(lambda: _("No use of a finding was logged in these months."))


def _weighed(one: Any) -> str:
    return _("%(pro)s for, %(contra)s against, %(rivals)s rival explanations looked at") % {
        "pro": number_text(one.pro), "contra": number_text(one.contra), "rivals": number_text(one.others),
    }  # fmt: skip
