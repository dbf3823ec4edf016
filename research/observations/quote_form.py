"""The part of the form of an observation in which a quote is written."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from research.observations.actions import MOST_QUOTES, Said
from research.observations.models import Language


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


QUOTE_TEXTS = ("text", "informant_role", "translation_fr", "translation_en")


class QuoteForm(forms.Form):
    """A quote; blank altogether it is none, and a stored one that is emptied goes."""

    key = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    text = NoteField(
        label=gettext_lazy("Quote"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("The words as they were said, in the language in which they were said."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the quote"),
        required=False,
        choices=[("", gettext_lazy("Choose a language")), *Language.choices],
    )
    informant_role = NoteField(
        label=gettext_lazy("Role of the person quoted"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For example: vaccinator, head of the CSCom, mother. A role, never a name."),
    )
    translation_fr = NoteField(
        label=gettext_lazy("Translation (French)"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "fr"}),
    )
    translation_en = NoteField(
        label=gettext_lazy("Translation (English)"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}),
    )

    def has_changed(self) -> bool:
        """Always read: what came back as it is stored is still said."""
        return True

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("text"):
            if not said.get("language"):
                self.add_error("language", _("In which language was this said?"))
            if not said.get("informant_role") and "informant_role" not in self.errors:
                self.add_error("informant_role", _("Who said this? Give the role."))
        elif any(said.get(name) for name in QUOTE_TEXTS) and "text" not in self.errors:
            self.add_error(
                "text", _("There is a role or a translation but no quote: write what was said, or empty them.")
            )
        return said

    def said(self) -> Said:
        sent = self.cleaned_data
        role, french, english = (sent[name] for name in QUOTE_TEXTS[1:])
        return Said(sent["text"], sent["language"], role, french, english, sent["key"])


QuoteForms = forms.formset_factory(QuoteForm, extra=1, max_num=MOST_QUOTES, absolute_max=MOST_QUOTES + 5)
