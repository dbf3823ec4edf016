"""Lines are typed, corrected and cancelled here."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from research.medexis import policies
from research.medexis.cards import reading
from research.medexis.cards.actions import BadLine
from research.medexis.cards.forms import CancelForm, CardChoiceForm, CardLineForm, CardLinesForm
from research.medexis.cards.history import changes
from research.medexis.cards.questions import questions
from research.medexis.cards.views import draft_key
from research.medexis.models import CardLine, Lot, Product
from research.revisions import Conflict, both_versions, new_uuid

LOTS_OFFERED = 60


@require_http_methods(["GET", "POST"])
@never_cache
def card_line_create(request: HttpRequest) -> HttpResponse:
    """Chooses a card; with `?site=&produit=` shows the rows in which its lines are typed."""
    user = cast(User, request.user)
    policies.check_enter(user)
    if "site" not in request.GET or "produit" not in request.GET:
        return render(request, "research/medexis/card_choice.html", {"form": CardChoiceForm(user=user)})
    site, product = _site(user, request.GET["site"]), _product(request.GET["produit"])
    if site is None or product is None:
        choice = CardChoiceForm(request.GET, user=user)
        return render(request, "research/medexis/card_choice.html", {"form": choice}, status=400)
    form = CardLinesForm(request.POST or None, user=user, site=site, product=product)
    if request.method != "POST" or not form.is_valid():
        return _lines_form(request, form)
    try:
        saved = form.save()
    except Conflict:
        form.rebase(client_uuid=new_uuid())
        form.add_error(None, _("This form was sent before with other lines, which are kept. Save again to add these."))
        return _lines_form(request, form, status=409)
    except BadLine as error:
        form.refuse_line(error)
        return _lines_form(request, form)
    except ValidationError as error:
        form.refuse(error)
        return _lines_form(request, form)
    _say_saved(request, saved)
    return redirect(f"{reverse('card-detail', args=[saved[0].card_id])}?envoi=1")


@require_http_methods(["GET", "POST"])
@never_cache
def card_line_edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    policies.check_enter(user)
    line = get_object_or_404(reading.lines_for(user), pk=pk)
    form = CardLineForm(request.POST or None, user=user, line=line)
    if line.cancelled_because or request.method != "POST" or not form.is_valid():
        return _line_form(request, form)
    try:
        form.save()
    except Conflict as conflict:
        stored = reading.lines_for(user).get(pk=conflict.stored.pk)
        return _line_form(request, form, status=409, **both_versions(form, stored))
    except BadLine as error:
        form.refuse_line(error)
        return _line_form(request, form)
    except ValidationError as error:
        form.refuse(error)
        return _line_form(request, form)
    messages.success(request, _("The line is corrected, and the balances after it with it."))
    return redirect("card-detail", line.card_id)


@require_http_methods(["GET", "POST"])
@never_cache
def card_line_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    policies.check_enter(user)
    line = get_object_or_404(reading.lines_for(user), pk=pk)
    form, status = CancelForm(request.POST or None, user=user, line=line), 200
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except Conflict as conflict:
            form.rebase(version=conflict.stored.version)
            form.add_error(None, _("Somebody changed this line after you had opened it. Look again, then decide."))
            line, status = reading.lines_for(user).get(pk=pk), 409
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The line is cancelled. It stays on the card, crossed out."))
            return redirect("card-detail", line.card_id)
    return render(request, "research/medexis/card_line_cancel.html", {"form": form, "line": line}, status=status)


def _site(user: User, text: str) -> OrgUnit | None:
    """The site asked for; None where none was chosen. A site that is not the person's to enter does not exist."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Http404
    return get_object_or_404(reading.sites_to_enter(user), pk=text)


def _product(text: str) -> Product | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Http404
    return get_object_or_404(Product, pk=text)


def _say_saved(request: HttpRequest, saved: list[CardLine]) -> None:
    raised = sum(len(questions(line)) for line in saved)
    if raised:
        text = ngettext(
            "The lines are saved as typed. One raises a question; see below.",
            "The lines are saved as typed. They raise %(count)s questions; see below.",
            raised,
        )
        messages.warning(request, text % {"count": raised})
    else:
        text = ngettext("%(count)s line is saved.", "%(count)s lines are saved.", len(saved))
        messages.success(request, text % {"count": len(saved)})


def _lines_form(request: HttpRequest, form: CardLinesForm, status: int = 200) -> HttpResponse:
    cards = reading.cards_for(request.user).filter(site=form.site, product=form.product)
    context = {
        "form": form,
        "card": cards.first(),
        "site_unit": form.site,
        "product": form.product,
        "lots": Lot.objects.filter(product=form.product).order_by("-expires_on", "code")[:LOTS_OFFERED],
        "draft_key": draft_key(request, form.site.pk, form.product.pk),
    }
    return render(request, "research/medexis/card_lines_form.html", context, status=status)


def _line_form(request: HttpRequest, form: CardLineForm, status: int = 200, **more: Any) -> HttpResponse:
    seen = policies.can_see_history(request.user)
    context = {
        "form": form,
        "line": form.line,
        "lots": Lot.objects.filter(product=form.line.card.product).order_by("-expires_on", "code")[:LOTS_OFFERED],
        "changes": changes(form.line) if seen else None,
        **more,
    }
    return render(request, "research/medexis/card_line_form.html", context, status=status)
