from django import forms
from django.utils.translation import gettext_lazy as _

from research.coding.models import Codebook


class ExportForm(forms.Form):
    """`whole` is offered to leads only."""

    with_quotes = forms.BooleanField(
        label=_("With the quotes whose speakers agreed to be quoted"),
        required=False,
        help_text=_("Only approved ones that are not restricted and hold nothing that looks like personal data."),
    )
    whole = forms.BooleanField(
        label=_("Everything as it is: texts, days, roles, authors"),
        required=False,
        help_text=_("Confidential. Needs a reason, which is kept with the export."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: object, may_take_whole: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not may_take_whole:
            del self.fields["whole"], self.fields["reason"]


class CodedTextsForm(ExportForm):
    """Texts with their codes; de-identified, only quotes leave."""

    codebook = forms.ModelChoiceField(
        Codebook.objects.exclude(state=Codebook.State.DRAFT),
        label=_("Codebook"),
        required=False,
        empty_label=_("All codebooks"),
        help_text=_("Only what was coded with it, in any version."),
    )
    field_order = ("codebook", "whole", "reason")

    def __init__(self, *args: object, may_take_whole: bool, **kwargs: object) -> None:
        super().__init__(*args, may_take_whole=may_take_whole, **kwargs)
        del self.fields["with_quotes"]
