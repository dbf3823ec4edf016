"""Lines of OpenLMIS's stock cards, held against the sites, the products and the reasons here."""

from collections.abc import Sequence

from django.utils import timezone

from indicators.accounts.models import User
from research.medexis.cards import openlmis
from research.medexis.cards.limits import day_problem, quantity_problem
from research.medexis.cards.loaded import LoadedLine
from research.medexis.intake import known, problems
from research.medexis.intake.checked import Checked
from research.medexis.intake.problems import RowProblem
from research.medexis.models import MovementReason, StockFile


def check_cards(lines: Sequence[openlmis.Line], *, by: User | None) -> Checked:
    """Every line of the cards as it can be stored, or what is wrong with it."""
    found = Checked(StockFile.Content.CARDS, known.OPENLMIS, len(lines))
    sites, today = known.sites(by), timezone.localdate()
    reasons = dict(MovementReason.objects.values_list("key", "pk"))
    kinds = dict(MovementReason.objects.values_list("pk", "kind"))
    named = {line.card.facility: sites.find(line.card.facility) for line in lines}
    pks = {code: pk for code, pk in named.items() if isinstance(pk, int)}
    kept: dict[object, LoadedLine] = {}
    wanted = openlmis.to_load(lines, sites=pks, products=known.products(known.OPENLMIS), reasons=reasons)
    for number, one in enumerate(wanted, 1):
        if isinstance(one, openlmis.SetAside):
            found.refused += 1
            found.problems.append(_set_aside(number, one, named))
        elif sentence := day_problem(one.day, today) or quantity_problem(one.quantity, kinds[one.reason]):
            found.refused += 1
            found.problems.append(RowProblem(number, problems.CANNOT_BE, "", sentence))
        elif one.client_uuid in kept:
            found.repeated += 1
        else:
            kept[one.client_uuid] = one
    found.cards = list(kept.values())
    return found


def _set_aside(number: int, one: openlmis.SetAside, named: dict[str, int | str]) -> RowProblem:
    if one.unknown == "facility":
        return RowProblem(number, str(named[one.line.card.facility]), "facilityId", one.line.card.facility)
    if one.unknown == "orderable":
        return RowProblem(number, problems.UNKNOWN_PRODUCT, "orderableId", one.line.card.orderable)
    return RowProblem(number, problems.UNKNOWN_REASON, "reasonId", one.line.reason)
