"""An observation as programs send and get it, and its way into the form, which knows what may be written."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers as s
from rest_framework.exceptions import ErrorDetail

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.agenda.models import LearningQuestion
from research.evaluations.models import EvaluationQuestion
from research.observations.forms import ObservationForm
from research.observations.models import Language, Observation
from research.observations.quote_form import QUOTE_TEXTS

_UNKNOWN = "unknown_field"


class Strict(s.Serializer[Any]):
    """What is not known here is refused: left out silently, it would be lost."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            known = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := [str(name)[:60] for name in data if name not in known]:
                message = _("There is no such field.")
                raise s.ValidationError({name: [ErrorDetail(str(message), _UNKNOWN)] for name in unknown})
        return super().to_internal_value(data)


class QuoteRecord(Strict):
    """Words as they were said, with their translation."""

    key = s.IntegerField(
        source="pk", required=False, allow_null=True, min_value=1, help_text="Of a stored quote; null: a new one."
    )
    text = s.CharField(help_text="In the language in which they were said.")
    language = s.ChoiceField(choices=Language.choices)
    informant_role = s.CharField(help_text="A role, never a name.")
    translation_fr = s.CharField(allow_blank=True, default="")
    translation_en = s.CharField(allow_blank=True, default="")


class ObservationRecord(Strict):
    """What was seen and said at a site on a day. Everything that is left out is emptied."""

    client_uuid = s.UUIDField(help_text="Made by the program, one for each observation: sent twice, it is one record.")
    site = s.CharField(source="site.uid", help_text="Uid of a site of the study.")
    observed_on = s.DateField()
    kind = s.ChoiceField(choices=Observation.Kind.choices)
    evaluation_question = s.SerializerMethodField(help_text="Evaluation and number: coach2pev/1.")
    learning_question = s.IntegerField(
        source="learning_question.number", required=False, allow_null=True, help_text="null: that of the evaluation."
    )
    seen = s.CharField(help_text="What was seen. Roles, no names; no telephone numbers.")
    language = s.ChoiceField(choices=Language.choices, default="fr", help_text="Of `seen`.")
    consent = s.ChoiceField(choices=Observation.Consent.choices, default="not_recorded")
    consent_terms = s.ChoiceField(choices=Observation.Terms.choices, default="", allow_blank=True)
    informants = s.IntegerField(required=False, allow_null=True, min_value=0, help_text="How many people spoke.")
    sensitivity = s.ChoiceField(
        choices=Observation.Sensitivity.choices,
        required=False,
        allow_null=True,
        help_text="null: restricted in a conflict district, normal elsewhere.",
    )
    quotes = QuoteRecord(many=True, required=False, help_text="All of them: a stored one that is not sent goes.")

    id = s.IntegerField(read_only=True)
    page = s.SerializerMethodField(help_text="Where a person reads it.")
    version = s.IntegerField(read_only=True, help_text="Rises with each change of the text.")
    state = s.ChoiceField(choices=Observation.State.choices, read_only=True)
    state_reason = s.CharField(read_only=True, help_text="Why it was returned or withdrawn.")
    quotable = s.BooleanField(read_only=True, help_text="Those who spoke agreed to be quoted without a name.")

    def get_page(self, row: Observation) -> str:
        return reverse("observation-detail", args=[row.pk])

    def get_evaluation_question(self, row: Observation) -> str:
        return f"{row.evaluation_question.evaluation.code}/{row.evaluation_question.number}"


class SentRecord(ObservationRecord):
    evaluation_question = s.CharField(help_text="Evaluation and number: coach2pev/1.")  # type: ignore[assignment]
    submit = s.BooleanField(default=False, help_text="false: a draft, which its author alone reads.")
    confirmed = s.BooleanField(default=False, help_text="What looks like personal data was looked at and may stand.")


class ChangedRecord(SentRecord):
    client_uuid = s.UUIDField(required=False, help_text="As in the address.")
    version = s.IntegerField(required=False, help_text="The one that was read (428 without).")  # type: ignore[assignment]


def form_of(sent: dict[str, Any], *, user: User, instance: Observation | None = None) -> ObservationForm:
    """The form as it would be filled in by hand; `sent` is what a SentRecord holds once it is valid."""
    quotes = sent.get("quotes", [])
    typed: dict[str, Any] = {
        name: sent.get(name)
        for name in ("kind", "seen", "language", "consent", "consent_terms", "informants", "sensitivity", "observed_on")
    }
    typed |= {
        "site": _found(OrgUnit.objects.filter(uid=sent["site"]["uid"])),
        "evaluation_question": _found(_questions(sent["evaluation_question"])),
        "client_uuid": sent.get("client_uuid"),
        "version": instance.version if instance else None,
        "confirmed": "on" if sent["confirmed"] else None,
    }
    if (number := sent.get("learning_question", {}).get("number")) is not None:
        typed["learning_question"] = _found(LearningQuestion.objects.filter(number=number))
    typed |= {"quotes-TOTAL_FORMS": len(quotes), "quotes-INITIAL_FORMS": 0}
    for number, quote in enumerate(quotes):
        typed |= {f"quotes-{number}-{name}": quote.get(name) for name in ("language", *QUOTE_TEXTS)}
        typed[f"quotes-{number}-key"] = quote.get("pk")
    data = {name: "" if value is None else str(value) for name, value in typed.items()}
    return ObservationForm(data, user=user, instance=instance)


def _found(rows: QuerySet[Any]) -> int:
    """Its primary key; 0, which the form refuses, where there is none."""
    return rows.values_list("pk", flat=True).first() or 0


def _questions(text: str) -> QuerySet[EvaluationQuestion]:
    code, _slash, number = text.partition("/")
    if not (number.isascii() and number.isdecimal() and len(number) < 6):
        return EvaluationQuestion.objects.none()
    return EvaluationQuestion.objects.filter(evaluation__code=code, number=int(number))


def refusals(form: ObservationForm) -> dict[str, Any]:
    """What is wrong in the form, as DRF tells it: by field, in quotes by their number."""
    found: dict[str, Any] = {name: _details(errors) for name, errors in form.errors.as_data().items()}
    quotes = {
        str(number): {name: _details(errors) for name, errors in quote.errors.as_data().items()}
        for number, quote in enumerate(form.quotes.forms)
        if quote.errors
    }
    if quotes:
        found.pop("__all__", None)  # «see below» is said to who looks at a page
        found["quotes"] = quotes
    return found


def _details(errors: list[ValidationError]) -> list[ErrorDetail]:
    return [ErrorDetail(message, error.code or "invalid") for error in errors for message in error.messages]
