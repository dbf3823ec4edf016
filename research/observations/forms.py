"""The form in which an observation is written, on a phone first: few fields, defaults, errors beside the field."""

import unicodedata
import uuid
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
from research.agenda.models import Hub
from research.agenda.queries import study_units
from research.evaluations.models import EvaluationQuestion
from research.observations.models import Observation
from research.observations.personal_data import traces
from research.observations.policies import can_lower_sensitivity
from research.observations.queries import last_site

Grouped = list[tuple[str, Any]]


class NoteField(forms.CharField):
    """Free text, kept letter for letter; line ends become one kind, control characters are refused, not removed."""

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        for number, line in enumerate(text.split("\n"), start=1):
            for char in line:
                if unicodedata.category(char) == "Cc" and char != "\t":
                    raise ValidationError(
                        _("Line %(line)s holds a character that cannot be read (U+%(code)s). Delete it."),
                        code="control_character",
                        params={"line": number, "code": f"{ord(char):04X}"},
                    )
        return text


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
    quote = NoteField(
        label=gettext_lazy("Quote"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The words as they were said, in the language in which they were said."),
    )
    informant_role = NoteField(
        label=gettext_lazy("Role of the person quoted"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For example: vaccinator, head of the CSCom, mother. A role, never a name."),
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have looked at it again: nobody can be recognised by it, or it must stand."),
        required=False,
    )

    class Meta:
        model = Observation
        fields = [
            "site", "observed_on", "evaluation_question", "seen",
            "quote", "quote_language", "informant_role", "learning_question", "sensitivity",
        ]  # fmt: skip
        widgets = {"observed_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.asks_to_confirm = user, False
        for name in ("seen", "quote", "informant_role"):
            self.fields[name].widget.attrs["dir"] = "auto"
        languages: Any = self.fields["quote_language"]
        languages.choices = [("", _("Choose a language")), *Observation.QuoteLanguage.choices]
        self._offer_sites()
        self._offer_questions()
        self._offer_sensitivities()
        if self.instance.pk:
            self.initial.setdefault("version", self.instance.version)
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
        if self.instance.pk and all(self.instance.site_id != unit.pk for unit in units):
            field.choices = [*field.choices, (self.instance.site_id, str(self.instance.site))]

    def _offer_questions(self) -> None:
        evaluations: dict[str, list[tuple[int, str]]] = {}
        for question in EvaluationQuestion.objects.select_related("evaluation"):
            evaluations.setdefault(question.evaluation.name, []).append(
                (question.pk, f"{question.number}. {question.text}")
            )
        field: Any = self.fields["evaluation_question"]
        field.choices = [("", _("Choose a question")), *evaluations.items()]
        field = self.fields["learning_question"]
        field.required = False
        field.empty_label = _("That of the evaluation")
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
        if note.get("quote"):
            if not note.get("quote_language") and "quote_language" not in self.errors:
                self.add_error("quote_language", _("In which language was this said?"))
            if not note.get("informant_role") and "informant_role" not in self.errors:
                self.add_error("informant_role", _("Who said this? Give the role."))
        elif note.get("informant_role") and "quote" not in self.errors:
            self.add_error("quote", _("There is a role but no quote: write what was said, or empty the role."))
        if not note.get("version" if self.instance.pk else "client_uuid"):
            self.add_error(None, _("The form was not sent whole. Open it again and copy your text into it."))
        self._ask_about_personal_data(note)
        return note

    def _ask_about_personal_data(self, note: dict[str, Any]) -> None:
        """Asks about what was not there before: what stands in the record was confirmed when it was saved."""
        for name in ("seen", "quote", "informant_role"):
            found = [
                trace.excerpt for trace in traces(note.get(name, "")) if trace not in traces(self.initial.get(name, ""))
            ]
            if not found:
                continue
            self.asks_to_confirm = True
            if not note.get("confirmed"):
                excerpts = ", ".join(f"« {excerpt} »" for excerpt in found)
                message = _("Possible personal data: %(excerpts)s. Take it out, or confirm below that it may stand.")
                self.add_error(name, ValidationError(message, code="personal_data", params={"excerpts": excerpts}))

    def note(self) -> dict[str, Any]:
        """What the actions take, from a valid form."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
