"""The form in which an observation is written, on a phone first: few fields, defaults, errors beside the field."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.agenda.models import Hub, LearningQuestion
from research.agenda.queries import study_units
from research.evaluations.models import EvaluationQuestion
from research.observations.actions import Said, said_in
from research.observations.consent import problems
from research.observations.models import Observation
from research.observations.personal_data import traces
from research.observations.policies import can_lower_sensitivity
from research.observations.queries import last_site
from research.observations.quote_form import QUOTE_TEXTS, NoteField, QuoteForms

Grouped = list[tuple[str, Any]]


class KeyedSelect(forms.Select):
    """Each option also says how programs name it: what is typed can be sent to their door."""

    keys: Mapping[int, Any]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        key = self.keys.get(getattr(value, "value", value))
        return option | {"attrs": option["attrs"] | {"data-key": str(key)}} if key is not None else option


class ObservationForm(forms.ModelForm):
    """`confirmed` shows once something in the texts looks like personal data; ticking it keeps them as they are."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    seen = NoteField(
        label=gettext_lazy("What was seen"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("Facts first. Write roles, not names; no telephone numbers."),
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have looked at it again: nobody can be recognised by it, or it must stand."),
        required=False,
    )

    class Meta:
        model = Observation
        fields = [
            "site", "observed_on", "kind", "evaluation_question", "seen", "language", "consent", "consent_terms",
            "informants", "learning_question", "sensitivity",
        ]  # fmt: skip
        widgets = {
            "observed_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "site": KeyedSelect,
            "evaluation_question": KeyedSelect,
            "learning_question": KeyedSelect,
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.asks_to_confirm = user, False
        self.fields["seen"].widget.attrs["dir"] = "auto"
        kinds: Any = self.fields["kind"]
        if not self.instance.pk:
            kinds.choices = [("", _("Choose a kind")), *Observation.Kind.choices]
            self.initial["kind"] = ""
        terms: Any = self.fields["consent_terms"]
        terms.choices = [("", _("No terms")), *Observation.Terms.choices]
        self.quotes = QuoteForms(
            self.data if self.is_bound else None,
            prefix="quotes",
            initial=[one._asdict() for one in said_in(self.instance)] if self.instance.pk else None,
        )
        self._offer_sites()
        self._offer_questions()
        self._offer_sensitivities()
        if self.instance.pk:
            self.initial.setdefault("version", self.instance.version)
            self.initial.setdefault("client_uuid", self.instance.client_uuid)
        else:
            self.initial.setdefault("client_uuid", uuid.uuid4())
            self.initial.setdefault("site", last_site(user))
            # Not the model's default: an unanswered sensitivity is decided by the district.
            self.initial["sensitivity"] = ""
        self.initial.setdefault("observed_on", timezone.localdate())

    def _offer_sites(self) -> None:
        units = study_units()
        districts: dict[str, list[tuple[int, str]]] = {}
        for unit in units:
            districts.setdefault(str(unit.study_site.district), []).append((unit.pk, unit.name))
        field: Any = self.fields["site"]
        # A record whose site has left the study can still be corrected.
        field.queryset = OrgUnit.objects.filter(Q(study_site__isnull=False) | Q(pk=self.instance.site_id))
        field.choices = [("", _("Choose a site")), *districts.items()]
        field.widget.keys = {unit.pk: unit.uid for unit in units}
        if self.instance.pk and all(self.instance.site_id != unit.pk for unit in units):
            field.choices = [*field.choices, (self.instance.site_id, str(self.instance.site))]

    def _offer_questions(self) -> None:
        evaluations: dict[str, list[tuple[int, str]]] = {}
        keys: dict[int, str] = {}
        for question in EvaluationQuestion.objects.select_related("evaluation"):
            evaluations.setdefault(question.evaluation.name, []).append(
                (question.pk, f"{question.number}. {question.text}")
            )
            keys[question.pk] = f"{question.evaluation.code}/{question.number}"
        field: Any = self.fields["evaluation_question"]
        field.choices = [("", _("Choose a question")), *evaluations.items()]
        field.widget.keys = keys
        field = self.fields["learning_question"]
        field.required = False
        field.empty_label = _("That of the evaluation")
        field.widget.keys = dict(LearningQuestion.objects.values_list("pk", "number"))
        field.help_text = _("Change it only where the observation speaks to another question.")

    def _offer_sensitivities(self) -> None:
        field: Any = self.fields["sensitivity"]
        by_rule = ("", _("As the district asks"))
        restricted = (Observation.Sensitivity.RESTRICTED, _("Restricted"))
        normal = (Observation.Sensitivity.NORMAL, _("Normal"))
        field.required = False
        field.choices = [restricted] if self.instance.pk else [by_rule, restricted]
        if can_lower_sensitivity(self.user) or (self.instance.pk and self.instance.sensitivity == normal[0]):
            field.choices = [*field.choices, normal]
        field.help_text = _(
            "In a conflict district an observation is restricted: read by its author, and by the researchers and "
            "leads who have that district. A normal one is read by all researchers. Only a lead makes a restricted "
            "one normal."
        )

    def clean_observed_on(self) -> date:
        day: date = self.cleaned_data["observed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."), code="future")
        start = Hub.objects.order_by("start").values_list("start", flat=True).first()
        if start and day < start:
            raise ValidationError(
                _("The hub began on %(start)s; check the year."), code="too_early", params={"start": date_format(start)}
            )
        return day

    def clean_sensitivity(self) -> str | None:
        return self.cleaned_data["sensitivity"] or None

    def clean(self) -> dict[str, Any]:
        note = super().clean() or self.cleaned_data
        if not note.get("version" if self.instance.pk else "client_uuid"):
            self.add_error(None, _("The form was not sent whole. Open it again and copy your text into it."))
        if not self.quotes.management_form.is_valid():
            self.add_error(None, _("The form was not sent whole. Open it again and copy your text into it."))
        elif not self.quotes.is_valid():
            self.add_error(None, _("Something is missing in a quote: see below."))
        self._check_consent(note)
        self._ask_about_personal_data(note)
        return note

    def _check_consent(self, note: dict[str, Any]) -> None:
        quoted = any(getattr(form, "cleaned_data", {}).get("text") for form in self.quotes.forms)
        if "consent" in note and "consent_terms" in note:
            for field, message in problems(note["consent"], note["consent_terms"], quoted=quoted).items():
                self.add_error(field, message)

    def _ask_about_personal_data(self, note: dict[str, Any]) -> None:
        """Asks about what was not there before: what stands in the record was confirmed when it was saved."""
        before = traces(self.initial.get("seen", ""), *_texts(said_in(self.instance) if self.instance.pk else []))
        if found := _excerpts([note.get("seen", "")], before):
            self._ask(note, self, "seen", found)
        for form in self.quotes.forms:
            cleaned = getattr(form, "cleaned_data", {})
            for name in QUOTE_TEXTS:
                if found := _excerpts([cleaned.get(name, "")], before):
                    self._ask(note, form, name, found)
        if self.asks_to_confirm and not note.get("confirmed") and not self.errors:
            self.add_error(None, _("Something is missing in a quote: see below."))

    def _ask(self, note: dict[str, Any], form: Any, name: str, found: str) -> None:
        self.asks_to_confirm = True
        if not note.get("confirmed"):
            message = _("Possible personal data: %(excerpts)s. Take it out, or confirm below that it may stand.")
            form.add_error(name, ValidationError(message, code="personal_data", params={"excerpts": found}))

    def note(self) -> dict[str, Any]:
        """What the actions take, from a valid form."""
        said = [form.said() for form in self.quotes.forms if form.cleaned_data.get("text")]
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"quotes": said}

    def refuse(self, error: ValidationError) -> None:
        """Puts what an action refused beside the fields that it names."""
        for field, messages in getattr(error, "message_dict", {"__all__": error.messages}).items():
            self.add_error(field if field in self.fields else None, messages)  # type: ignore[arg-type]


def _texts(said: list[Said]) -> list[str]:
    return [text for one in said for text in (one.text, one.informant_role, one.translation_fr, one.translation_en)]


def _excerpts(texts: list[str], before: list[Any]) -> str:
    found = [trace.excerpt for trace in traces(*texts) if trace not in before]
    return ", ".join(f"« {excerpt} »" for excerpt in found)
