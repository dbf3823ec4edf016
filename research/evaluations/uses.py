"""Tells the ground floor which evaluations rely on an indicator."""

from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.pages.uses import Use
from research.evaluations.measures import evaluations_using
from research.evaluations.models import Evaluation


def uses_of_indicator(code: str) -> list[Use]:
    """The evaluations that follow the indicator, and the learning questions they answer. One query."""
    rows = Evaluation.objects.filter(code__in=evaluations_using(code)).select_related("learning_question")
    uses = []
    for evaluation in rows:
        question = evaluation.learning_question
        uses.append(Use(_("Evaluation"), evaluation.name, reverse("evaluation-detail", args=[evaluation.code])))
        uses.append(Use(_("Learning question"), str(question), reverse("question-detail", args=[question.number])))
    return uses
