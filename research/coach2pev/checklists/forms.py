"""The forms of the builder: a checklist, a section, an item, a list of choices."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from research.coach2pev.checklists import choices_text
from research.coach2pev.models import Checklist, ChecklistItem, ChecklistSection, ChoiceList


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """Errors that an action raises stand beside the fields that they name."""

    def refuse(self, error: ValidationError) -> None:
        for field, messages in getattr(error, "message_dict", {NON_FIELD_ERRORS: error.messages}).items():
            self.add_error(field if field in self.fields else None, messages)


class ChecklistForm(PartForm):
    class Meta:
        model = Checklist
        fields = ["key", "name_fr", "name_en", "example", "fails_below", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "key": _("The same for all versions: small letters, digits and hyphens."),
            "fails_below": _("0.5: an item fails that earns less than half of its points, and proposes an action."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["key"]

    def validate_constraints(self) -> None:
        """The action refuses a key that exists, with a sentence of its own."""


class SectionForm(PartForm):
    class Meta:
        model = ChecklistSection
        fields = ["code", "name_fr", "name_en", "relevant"]
        widgets = {"relevant": forms.TextInput(attrs={"spellcheck": "false"})}
        help_texts = {"relevant": _("A condition on earlier answers, for example ${fridge} = 'yes'. Blank: always.")}


_CODE = {"spellcheck": "false", "autocapitalize": "none"}
_LINES = forms.Textarea(attrs={"rows": 2})


class ItemForm(PartForm):
    class Meta:
        model = ChecklistItem
        fields = [
            "kind", "text_fr", "text_en", "code", "section", "weight", "partial", "not_applicable", "required",
            "choice_list", "decimals", "target", "action_fr", "action_en", "hint_fr", "hint_en", "relevant",
            "constraint", "constraint_message_fr", "constraint_message_en", "choice_filter", "calculation",
        ]  # fmt: skip
        widgets = {
            **dict.fromkeys(["text_fr", "text_en", "action_fr", "action_en", "hint_fr", "hint_en"], _LINES),
            **{
                name: forms.TextInput(attrs=_CODE)
                for name in ("code", "relevant", "constraint", "choice_filter", "calculation")
            },
        }
        help_texts = {
            "weight": _("0 where it is asked but not scored."),
            "target": _("A number below it earns its share; from it on, all points."),
            "relevant": _("A condition on earlier answers, for example ${fridge} = 'yes'. Blank: always."),
            "constraint": _("What the value must satisfy, a dot standing for it: . >= 2 and . <= 8"),
            "choice_filter": _("For choices with attributes, for example region = ${region}."),
            "calculation": _("For computed items, for example ${doses} div ${children}."),
        }

    FIRST = ["kind", "text_fr", "text_en", "code", "section", "weight", "partial", "not_applicable", "required",
             "choice_list", "target", "decimals", "action_fr", "action_en"]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        checklist = self.instance.checklist
        section: Any = self.fields["section"]
        section.queryset, section.empty_label = checklist.sections.order_by("order", "pk"), None
        lists: Any = self.fields["choice_list"]
        lists.queryset, lists.empty_label = checklist.choice_lists.order_by("code"), _("no list")

    def first_fields(self) -> list[Any]:
        return [self[name] for name in self.FIRST]

    def more_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in self.FIRST]

    @property
    def more_wrong(self) -> bool:
        return any(name not in self.FIRST for name in self.errors if name != NON_FIELD_ERRORS)


class ChoicesForm(PartForm):
    lines = forms.CharField(
        label=_("Choices, one a line"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("code | French | English | share of the points (0 to 1, blank: not scored) | attributes"),
    )

    class Meta:
        model = ChoiceList
        fields = ["code"]
        widgets = {"code": forms.TextInput(attrs=_CODE)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["lines"] = choices_text.write(self.instance.choices.order_by("order", "pk"))

    def clean_lines(self) -> list[choices_text.Line]:
        try:
            return choices_text.read(self.cleaned_data["lines"])
        except choices_text.BadLine as error:
            raise ValidationError(str(error)) from error
