"""The forms of a codebook and of a code."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from research.coding.models import Code, Codebook
from research.coding.queries import tree, under
from research.entry_forms import RowForm


class CodebookForm(RowForm):
    model = Codebook
    written = ("key", "name_fr", "name_en", "description_fr", "description_en", "citation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].help_text = _("Short, for addresses and exports: small letters, digits and hyphens.")
        if self.row:
            del self.fields["key"]


class CodeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A code of a draft; `instance` carries its codebook."""

    class Meta:
        model = Code
        fields = [
            "parent", "key", "name_fr", "name_en", "groups_only", "definition_fr", "definition_en", "use_fr", "use_en",
            "avoid_fr", "avoid_en",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = tree(self.instance.codebook)
        own = under(codes).get(self.instance.pk or 0, set())
        parent: Any = self.fields["parent"]
        parent.empty_label = _("No other: it stands at the top")
        parent.queryset = self.instance.codebook.codes.exclude(pk__in=own)
        parent.choices = [("", parent.empty_label)] + [
            (code.pk, "– " * getattr(code, "depth", 0) + str(code.name)) for code in codes if code.pk not in own
        ]
        self.fields["key"].help_text = _("Short, for addresses and exports: small letters, digits and hyphens.")
        for name, field in self.fields.items():
            if name.endswith(("_fr", "_en")):
                field.widget.attrs["lang"] = name[-2:]
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 3

    def _post_clean(self) -> None:
        # The action checks the whole row and says which field is wrong.
        opts = self._meta  # type: ignore[attr-defined]
        self.instance = forms.models.construct_instance(self, self.instance, opts.fields, opts.exclude)

    def refuse(self, error: ValidationError) -> None:
        """Puts what an action refused beside the fields that it names."""
        for field, messages in getattr(error, "message_dict", {"__all__": error.messages}).items():
            self.add_error(field if field in self.fields else None, messages)
