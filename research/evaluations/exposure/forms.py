"""Typing in a stage of exposure, and from when to when records are expected."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.sources.models import Source
from research.entry_forms import DayField
from research.evaluations.exposure.actions import Said, edit_stage, record_stage, remove_stage, seen, set_plan
from research.evaluations.models import EvaluationSite, ExposureStage


class _Form(forms.Form):
    """`version` names the state of the row that was before the person's eyes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def refuse(self, error: ValidationError) -> None:
        """Puts what an action refused beside the fields that it names."""
        for field, messages in getattr(error, "message_dict", {"__all__": error.messages}).items():
            self.add_error(field if field in self.fields else None, messages)  # type: ignore[arg-type]

    def rebase(self, stored: ExposureStage | EvaluationSite) -> None:
        """Keeps everything typed, so that sending it again replaces what is stored now."""
        data: Any = cast(Any, self.data).copy()
        data["version"] = str(seen(stored))
        self.data = data

    def differences(self, stored: ExposureStage | EvaluationSite) -> list[tuple[str, Any, Any]]:
        """Label, what is stored and what was typed, of each field in which the two differ."""
        names = [name for name in self.fields if name not in ("version", "site")]
        pairs = [(str(self.fields[name].label), *self._both(stored, name)) for name in names]
        return [(label, old, new) for label, old, new in pairs if old != new]

    def _both(self, stored: Any, name: str) -> tuple[Any, Any]:
        old, new = getattr(stored, name), self.cleaned_data.get(name)
        if name != "stage":
            return old, new
        labels = dict(ExposureStage.Stage.choices)
        return labels[old], labels.get(str(new), new)


class SiteOfEvaluation(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit} ({obj.unit.parent})" if obj.unit.parent else str(obj.unit)


class StageForm(_Form):
    """A new stage, or with `stage` the correction of one; its site stays as it is."""

    site = SiteOfEvaluation(EvaluationSite.objects.none(), label=_("Site"), empty_label=_("Choose a site"))
    stage = forms.ChoiceField(label=_("Stage"), choices=ExposureStage.Stage.choices)
    began_on = DayField(label=_("Day"))
    approximate = forms.BooleanField(
        label=_("Approximate: only the week or the month is known"),
        required=False,
        help_text=_("Give the last day of that week or month, so that no month counts as exposed too early."),
    )
    evidence_fr = forms.CharField(
        label=_("What proves it (French)"),
        required=False,
        max_length=500,
        help_text=_("For example the attendance list of the training. Roles, not names."),
    )
    evidence_en = forms.CharField(label=_("What proves it (English)"), required=False, max_length=500)
    source = forms.ModelChoiceField(
        Source.objects.none(), label=_("Source"), required=False, empty_label=_("No published source")
    )

    def __init__(
        self, data: Any = None, *, user: User, sites: QuerySet[EvaluationSite], stage: ExposureStage | None = None
    ) -> None:
        super().__init__(data)
        self.user, self.row = user, stage
        fields: dict[str, Any] = self.fields
        fields["source"].queryset = Source.objects.exclude(key="demonstration").order_by("title_fr")
        fields["began_on"].until(timezone.localdate())
        fields["site"].queryset = sites
        if stage is None:
            return
        del self.fields["site"]
        if stage.source_id:
            fields["source"].queryset |= Source.objects.filter(pk=stage.source_id)
        for name in ("stage", "began_on", "approximate", "evidence_fr", "evidence_en"):
            self.initial[name] = getattr(stage, name)
        self.initial["source"], self.initial["version"] = stage.source_id, seen(stage)

    def save(self) -> ExposureStage:
        """Hands the stage to its action and raises what that raises."""
        data = self.cleaned_data
        said: Said = {
            "stage": data["stage"], "began_on": data["began_on"], "approximate": data["approximate"],
            "evidence_fr": data["evidence_fr"], "evidence_en": data["evidence_en"], "source": data["source"],
        }  # fmt: skip
        if self.row:
            return edit_stage(self.row, by=self.user, version=data["version"] or 0, said=said)
        return record_stage(by=self.user, site=data["site"], said=said)


class RemovalForm(_Form):
    """Takes a stage away."""

    def save(self, stage: ExposureStage, user: User) -> None:
        remove_stage(stage, by=user, version=self.cleaned_data["version"] or 0)


class PlanForm(_Form):
    """From when to when the evaluation expects records of a site."""

    expected_from = DayField(
        label=_("Records expected from"),
        required=False,
        help_text=_("Leave both days blank where the evaluation expects no records of this site."),
    )
    expected_to = DayField(
        label=_("Records expected to"), required=False, help_text=_("Leave blank while no end is planned.")
    )

    def __init__(self, data: Any = None, *, user: User, site: EvaluationSite) -> None:
        super().__init__(data)
        self.user, self.row = user, site
        self.initial = {
            "expected_from": site.expected_from, "expected_to": site.expected_to, "version": seen(site)
        }  # fmt: skip

    def save(self) -> EvaluationSite:
        """Hands the plan to its action and raises what that raises."""
        data = self.cleaned_data
        plan = {"expected_from": data["expected_from"], "expected_to": data["expected_to"]}
        return set_plan(self.row, by=self.user, version=data["version"] or 0, **plan)
