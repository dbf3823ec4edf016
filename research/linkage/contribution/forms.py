"""The small forms of theories of change. `whole`: what a part belongs to."""

from typing import Any

from research.entry_forms import RowForm
from research.evaluations.models import Evaluation
from research.linkage.contribution.models import LinkAssumption, LinkRival, Step, StepLink, TheoryOfChange


class PartForm(RowForm):
    def __init__(self, *args: Any, whole: Any = None, **kwargs: Any) -> None:
        self.whole = whole
        super().__init__(*args, **kwargs)


class TheoryForm(PartForm):
    model = TheoryOfChange
    written = ("evaluation", "title_fr", "title_en", "claim_fr", "claim_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row:
            del self.fields["evaluation"]
        else:
            offered: Any = self.fields["evaluation"]
            offered.queryset = Evaluation.objects.filter(theory=None)


class StepForm(PartForm):
    model = Step
    written = ("kind", "label_fr", "label_en", "note_fr", "note_en")


class LinkForm(PartForm):
    model = StepLink
    written = ("start", "end", "statement_fr", "statement_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("start", "end"):
            steps: Any = self.fields[name]
            steps.queryset = Step.objects.filter(theory=self.whole, withdrawn_because="")
            steps.label_from_instance = lambda step: f"{step.get_kind_display()} – {step.label}"


class AssumptionForm(PartForm):
    model = LinkAssumption
    written = ("text_fr", "text_en", "judged", "reason")


class RivalForm(PartForm):
    model = LinkRival
    written = ("kind", "text_fr", "text_en", "verdict", "reason")
