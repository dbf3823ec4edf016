"""Parts of the forms in which field work is typed in: strict numbers, sites, what makes one record of one form."""

import re
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
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
