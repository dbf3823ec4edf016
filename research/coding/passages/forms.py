"""What the coding view sends: which words, which code, and the version of the text that was read."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from research.coding.models import Code, Codebook
from research.observations.models import Observation, Quote

_STRETCH = re.compile(r"(note|quote-[0-9]{1,18}):([0-9]{1,6}):([0-9]{1,6})")


class PassageForm(forms.Form):
    """`stretch`: chosen with the pointer, filled in by the page's script; `sentence`: chosen from the list. Both as
    `note:0:45`; what was chosen with the pointer counts first."""

    version = forms.IntegerField(min_value=1)
    stretch = forms.CharField(required=False, max_length=40)
    sentence = forms.CharField(required=False, max_length=40)
    code = forms.ModelChoiceField(Code.objects.none())

    def __init__(self, *args: Any, observation: Observation, codebook: Codebook | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.observation = observation
        code: Any = self.fields["code"]
        code.queryset = Code.objects.filter(codebook=codebook).select_related("codebook")
        code.error_messages = {"required": _("Choose a code."), "invalid_choice": _("Choose a code of the list.")}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        chosen = found.get("stretch") or found.get("sentence") or ""
        parts = _STRETCH.fullmatch(chosen)
        if parts is None:
            raise ValidationError(
                _("Choose the words first: select them in the text, or a sentence in the list."), code="words"
            )
        name, start, end = parts.groups()
        found |= {"start": int(start), "end": int(end), "quote": None}
        if name != "note":
            found["quote"] = Quote.objects.filter(observation=self.observation, pk=name.partition("-")[2]).first()
            if found["quote"] is None:
                raise ValidationError(_("This quote is not there any more."), code="quote")
        return found
