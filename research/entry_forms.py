"""Parts of the forms in which field work is typed in: strict numbers, sites, what makes one record of one form."""

import re
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from research.revisions import new_uuid

_WHOLE = re.compile(r"[0-9]{1,10}")
_SIGNED = re.compile(r"[+\-−]?[0-9]{1,10}")


class WholeNumberField(forms.CharField):
    """A whole number, or None where left blank. What is not exactly one is refused, never «cleaned»: `12 abc`, `1 200`,
    `12.0`, `٣` and `1_000` are all mistakes that somebody should look at."""

    def __init__(
        self, *, signed: bool = False, lowest: int | None = None, highest: int | None = None, **kwargs: Any
    ) -> None:
        self.signed = signed
        super().__init__(required=kwargs.pop("required", False), **kwargs)
        if lowest is not None:
            self.validators.append(MinValueValidator(lowest))
        if highest is not None:
            self.validators.append(MaxValueValidator(highest))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The digits' keyboard of many phones has no minus sign.
        return {"autocomplete": "off", "maxlength": 11} | ({} if self.signed else {"inputmode": "numeric"})

    def to_python(self, value: Any) -> Any:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        if not (_SIGNED if self.signed else _WHOLE).fullmatch(text):
            raise ValidationError(_("Write a whole number in digits only, for example 120."), code="whole")
        return int(text.replace("−", "-"))

    def run_validators(self, value: Any) -> None:
        if value is None:
            return
        for validator in self.validators:
            if isinstance(validator, MinValueValidator | MaxValueValidator):
                validator(value)

    def prepare_value(self, value: Any) -> Any:
        # Digits without a thousands separator: what is shown must be readable back.
        return str(value) if isinstance(value, int) else value


class SiteField(forms.ModelChoiceField):
    """A site, shown with its district; one that is not offered is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(OrgUnit.objects.none(), label=_("Site"), empty_label=_("Choose a site"), **kwargs)

    def offer(self, sites: QuerySet[OrgUnit], last: OrgUnit | None) -> OrgUnit | None:
        """Offers these sites, by district; returns the one to start with: the last one used, or the only one."""
        self.queryset = sites
        offered = list(sites)
        districts: dict[str, list[tuple[int, str]]] = {}
        for site in offered:
            districts.setdefault(str(site.parent or ""), []).append((site.pk, site.name))
        self.choices = [("", self.empty_label), *districts.items()]
        return last if last in offered else offered[0] if len(offered) == 1 else None


class DayField(forms.DateField):
    """A day: the browser's own picker, and typed day/month/year where it has none."""

    def __init__(self, **kwargs: Any) -> None:
        formats = ["%Y-%m-%d", "%d/%m/%Y"]
        super().__init__(
            input_formats=formats, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs
        )

    def until(self, day: date) -> None:
        """Tells the browser the last day that makes sense; the rule itself is checked where it is written."""
        self.widget.attrs["max"] = day.isoformat()


class WebAddressField(forms.URLField):
    """An address of the web; a link that runs a script or opens a file of the reader's machine is none."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", help_text=_("Beginning with https:// or http://."), **kwargs)


class EntryForm(forms.Form):
    """A form that makes one record however often it is sent, and names the version that it edits."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_uuid", new_uuid())

    def refuse(self, error: ValidationError) -> None:
        """Puts what an action refused beside the fields that it names."""
        for field, messages in getattr(error, "message_dict", {"__all__": error.messages}).items():
            self.add_error(field if field in self.fields else None, messages)  # type: ignore[arg-type]

    def rebase(self, **hidden: Any) -> None:
        """Keeps everything typed and changes hidden fields, so that sending it again edits what is stored now."""
        data: Any = cast(Any, self.data).copy()
        data.update({name: str(value) for name, value in hidden.items()})
        self.data = data


class RowForm(EntryForm):
    """A form whose fields are those of `model` named in `written`, so that labels, lengths and choices are said in one
    place. `row`: the stored one that is edited, or None."""

    model: ClassVar[type[Model]]
    written: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        for name in self.written:
            self.fields[name] = self._field(name)
        if row:
            plain = (name for name in self.written if not self.model._meta.get_field(name).many_to_many)
            self.initial.update({name: getattr(row, name) for name in plain})
            self.initial["version"] = row.version

    def _field(self, name: str) -> forms.Field:
        of_model: Any = self.model._meta.get_field(name)
        if of_model.get_internal_type() == "DateField":
            return DayField(label=of_model.verbose_name.capitalize(), required=not of_model.blank)
        if isinstance(of_model, models.URLField):
            return WebAddressField(label=of_model.verbose_name.capitalize(), max_length=500, required=False)
        field: forms.Field = of_model.formfield()
        if of_model.get_internal_type() == "TextField":
            field.widget = forms.Textarea(attrs={"rows": 3, "maxlength": of_model.max_length})
        elif of_model.get_internal_type() == "CharField" and of_model.max_length >= 200 and not of_model.choices:
            field.widget = forms.Textarea(attrs={"rows": 2, "maxlength": of_model.max_length})
        if name.endswith(("_fr", "_en")):
            field.widget.attrs["lang"] = name[-2:]
        return field

    def values(self) -> dict[str, Any]:
        """What the actions take, from a valid form; lists of rows as lists."""
        found = {name: self.cleaned_data[name] for name in self.written if name in self.fields}
        return {name: list(value) if isinstance(value, QuerySet) else value for name, value in found.items()}

    def differences(self, stored: Any) -> list[tuple[str, Any, Any]]:
        """Where what was typed differs from what is stored: label, stored, typed."""
        rows = []
        for name, typed in self.values().items():
            field = self.fields[name]
            if isinstance(field, forms.FileField | forms.ModelMultipleChoiceField):
                continue
            old = getattr(stored, name)
            if old != typed:
                rows.append((str(field.label), _shown(field, old), _shown(field, typed)))
        return rows


def _shown(field: forms.Field, value: Any) -> Any:
    if isinstance(field, forms.TypedChoiceField):
        return dict(cast(Any, field.choices)).get(value, value)
    return date_format(value) if isinstance(field, forms.DateField) and value else value
