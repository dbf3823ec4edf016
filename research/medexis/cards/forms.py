"""Choosing a card, typing several of its lines at once, correcting one, cancelling one."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.entry_forms import DayField, EntryForm, SiteField, WholeNumberField
from research.medexis.cards import actions, reading
from research.medexis.cards.actions import BadLine, Typed
from research.medexis.models import CardLine, MovementReason, Product

ROWS = 6
"""Lines that can be typed at once."""
MAIN = ("day", "reason", "quantity", "lot", "expires_on")
MORE = ("document", "origin", "destination", "signature", "vvm", "note")
_BY_MODEL = {"occurred_on": "day", "code": "lot"}


class CardChoiceForm(forms.Form):
    """Which product of which site."""

    site = SiteField()
    produit = forms.ModelChoiceField(Product.objects.none(), label=_("Product"), empty_label=_("Choose a product"))

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        product: Any = self.fields["produit"]
        product.queryset = reading.products_to_enter()
        site: Any = self.fields["site"]
        last = reading.last_line_by(user)
        start = site.offer(reading.sites_to_enter(user), last.card.site if last else None)
        self.initial = {"site": start, "produit": last.card.product if last else None}


def line_fields(reasons: list[MovementReason], required: bool) -> dict[str, forms.Field]:
    """The fields of a line. The reasons are grouped by what they do to the stock."""
    reason = forms.ModelChoiceField(MovementReason.objects.all(), label=_("Reason"), required=required)
    groups = [
        (label, [(one.pk, one.name) for one in reasons if one.kind == kind])
        for kind, label in MovementReason.Kind.choices
    ]
    reason.choices = [("", "—"), *[group for group in groups if group[1]]]
    vvm = forms.TypedChoiceField(
        label=_("VVM stage"), choices=[("", "—"), *CardLine.Vvm.choices], coerce=int, empty_value=None, required=False
    )

    def text(name: str) -> forms.CharField:
        field: Any = CardLine._meta.get_field(name)
        label = str(field.verbose_name)
        return forms.CharField(label=label[:1].upper() + label[1:], max_length=field.max_length, required=False)

    day, expiry = DayField(label=_("Day"), required=required), DayField(label=_("Expires on"), required=False)
    day.until(timezone.localdate())
    lot = forms.CharField(label=_("Lot"), max_length=60, required=False)
    lot.widget.attrs.update(list="lots", autocomplete="off")
    return {
        "day": day,
        "reason": reason,
        "quantity": WholeNumberField(label=_("Quantity"), required=required),
        "lot": lot,
        "expires_on": expiry,
        **{name: text(name) for name in ("document", "origin", "destination", "signature")},
        "vvm": vvm,
        "note": text("note"),
    }


def typed(data: dict[str, Any], prefix: str = "") -> Typed:
    given = {name: data.get(prefix + name) for name in Typed._fields}
    return Typed(**{name: value for name, value in given.items() if value not in (None, "")})  # type: ignore[arg-type]


class CardLinesForm(EntryForm):
    """Several lines of one card. Fields are `<row>-<field>`; a row in which nothing was typed is no line."""

    def __init__(self, data: Any = None, *, user: User, site: OrgUnit, product: Product) -> None:
        super().__init__(data)
        self.user, self.site, self.product = user, site, product
        reasons = list(MovementReason.objects.filter(active=True))
        for row in range(ROWS):
            for name, field in line_fields(reasons, required=False).items():
                self.fields[f"{row}-{name}"] = field
                field.widget.attrs["aria-label"] = _g("Line %(row)s: %(field)s") % {
                    "row": row + 1,
                    "field": field.label,
                }

    def rows(self) -> list[tuple[int, list[Any], list[Any], bool]]:
        """Number, fields that show, fields that are folded, and whether one of those was typed or is wrong."""
        found = []
        for row in range(ROWS):
            main = [self[f"{row}-{name}"] for name in MAIN]
            more = [self[f"{row}-{name}"] for name in MORE]
            found.append((row + 1, main, more, any(field.value() or field.errors for field in more)))
        return found

    def _filled(self) -> Iterator[int]:
        for row in range(ROWS):
            if any((self.data.get(f"{row}-{name}") or "").strip() for name in (*MAIN, *MORE)):
                yield row

    def clean(self) -> dict[str, Any]:
        """A day left blank is the day of the line above; day, reason and quantity are needed else."""
        data = super().clean() or self.cleaned_data
        self.filled, day = list(self._filled()), None
        for row in self.filled:
            if f"{row}-day" not in self.errors:
                day = data[f"{row}-day"] = data.get(f"{row}-day") or day
            for name in ("day", "reason", "quantity"):
                if data.get(f"{row}-{name}") is None and f"{row}-{name}" not in self.errors:
                    self.add_error(f"{row}-{name}", _("Fill in this field."))
        if not self.filled:
            self.add_error(None, _("Fill in at least one line."))
        return data

    def save(self) -> list[CardLine]:
        """Hands the lines to their action and raises what that raises."""
        return actions.add_lines(
            by=self.user,
            client_uuid=self.cleaned_data["client_uuid"],
            site=self.site,
            product=self.product,
            lines=[typed(self.cleaned_data, f"{row}-") for row in self.filled],
        )

    def refuse_line(self, error: BadLine) -> None:
        """Puts what is wrong with a line beside its fields."""
        for name, sentences in error.message_dict.items():
            field = f"{self.filled[error.number]}-{_BY_MODEL.get(name, name)}"
            self.add_error(field if field in self.fields else None, sentences)  # type: ignore[arg-type]


class CardLineForm(EntryForm):
    """One line on record, to be corrected. Its card stays: a line of another card is cancelled and entered there."""

    def __init__(self, data: Any = None, *, user: User, line: CardLine) -> None:
        super().__init__(data)
        self.user, self.line = user, line
        reasons = list(MovementReason.objects.filter(active=True) | MovementReason.objects.filter(pk=line.reason_id))
        self.fields |= line_fields(reasons, required=True)
        self.initial.update(self.values(line), version=line.version, client_uuid=line.client_uuid)

    @staticmethod
    def values(line: CardLine) -> dict[str, Any]:
        lot = {"lot": line.lot.code if line.lot else "", "expires_on": line.lot.expires_on if line.lot else None}
        texts = {name: getattr(line, name) for name in actions.TEXTS}
        return (
            lot
            | texts
            | {
                "day": line.occurred_on,
                "reason": line.reason,
                "quantity": line.quantity,
                "vvm": line.vvm,
            }
        )

    def save(self) -> CardLine:
        """Hands the line to its action and raises what that raises."""
        version = self.cleaned_data["version"] or 0
        return actions.edit_line(self.line, by=self.user, version=version, typed=typed(self.cleaned_data))

    def refuse_line(self, error: BadLine) -> None:
        for name, sentences in error.message_dict.items():
            field = _BY_MODEL.get(name, name)
            self.add_error(field if field in self.fields else None, sentences)  # type: ignore[arg-type]

    def differences(self, stored: CardLine) -> list[tuple[str, Any, Any]]:
        """Label, what is stored and what was typed, of each field in which the two differ."""
        on_record = self.values(stored)
        return [
            (str(self.fields[name].label), on_record[name], self.cleaned_data.get(name))
            for name in (*MAIN, *MORE)
            if (on_record[name] or None) != (self.cleaned_data.get(name) or None)
        ]


class CancelForm(EntryForm):
    cancelled_because = forms.CharField(
        label=_("Why it is cancelled"),
        max_length=300,
        help_text=_("For example: entered twice, belongs to another site."),
    )

    def __init__(self, data: Any = None, *, user: User, line: CardLine) -> None:
        super().__init__(data)
        self.user, self.line = user, line
        self.initial.update(version=line.version, client_uuid=line.client_uuid)

    def save(self) -> CardLine:
        version, because = self.cleaned_data["version"] or 0, self.cleaned_data["cancelled_because"]
        return actions.cancel_line(self.line, by=self.user, version=version, because=because)
