"""A lead corrects a lot here: its date stands on the cards of every site."""

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from indicators.accounts.models import User
from research.entry_forms import DayField
from research.medexis import policies
from research.medexis.cards import reading
from research.medexis.cards.lots import correct_lot
from research.medexis.models import Lot
from research.revisions import Conflict, changes_of

CARDS_PER_PAGE = 25


class LotForm(forms.Form):
    """`was_…` are the values that the person began with, so that nobody's correction is undone unseen."""

    code = forms.CharField(label=_("Lot"), max_length=60)
    expires_on = DayField(label=_("Expires on"), required=False, help_text=_("As it is printed on the vial."))
    was_code = forms.CharField(widget=forms.HiddenInput, max_length=60)
    was_expires_on = forms.DateField(widget=forms.HiddenInput, required=False)

    def was(self) -> tuple[str, date | None]:
        return (self.cleaned_data["was_code"], self.cleaned_data["was_expires_on"])


def _values(lot: Lot) -> dict[str, Any]:
    day = lot.expires_on.isoformat() if lot.expires_on else ""
    return {"code": lot.code, "expires_on": lot.expires_on, "was_code": lot.code, "was_expires_on": day}


@require_http_methods(["GET", "POST"])
@never_cache
def lot_edit(request: HttpRequest, pk: int) -> HttpResponse:
    policies.check_correct_lots(request.user)
    lot, status = get_object_or_404(Lot.objects.select_related("product"), pk=pk), 200
    form = LotForm(request.POST or None, initial=_values(lot))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("code", "expires_on")}
        try:
            correct_lot(lot, by=cast(User, request.user), was=form.was(), **given)
        except Conflict:
            form, status = LotForm(initial=_values(lot)), 409
            messages.warning(
                request, _g("Somebody corrected this lot after you had opened it. Look again, then decide.")
            )
        except ValidationError as error:
            for field, sentences in error.message_dict.items():
                form.add_error(field, sentences)  # type: ignore[arg-type]
        else:
            messages.success(request, _g("The lot is corrected on every card."))
            return redirect("lot-edit", lot.pk)
    cards = reading.cards_for(request.user).filter(lines__lot=lot).distinct()
    context = {
        "form": form,
        "lot": lot,
        "page": Paginator(cards, CARDS_PER_PAGE).get_page(request.GET.get("page")),
        "changes": changes_of(lot.history.all(), _label, ["code", "expires_on"]),
    }
    return render(request, "research/medexis/lot_form.html", context, status=status)


def _label(_record: Any, field: str) -> str:
    label = str(Lot._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]
