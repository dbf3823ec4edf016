"""Was it out of stock, for how long, and was there what there should be: the definitions side by side."""

from functools import partial

from django.utils.translation import gettext as _

from indicators.registry.stockout_days import Rule, days_out
from research.medexis.definitions.inputs import Cells, Inputs, Months, was_out
from research.medexis.definitions.lasting import months_lasting
from research.medexis.definitions.rival import NOT_ASKED, Group, Rival, rival, share, total, word
from research.medexis.formulas.availability import fully_available, national_event, out_at_any_time, out_on_the_day
from research.medexis.formulas.ratios import Ratio
from research.medexis.formulas.stock import according_to_plan, stocked_according_to_plan


def days(of: Inputs) -> Group:
    def reported(months: Months) -> str:
        told = [(line.days_out, month.days) for month, line in of.lines_of(months)]
        return total(out for out, length in told if out is not None and out <= length)

    def by(rule: Rule, months: Months) -> str:
        found: list[int | None] = []
        for month in months:
            known = month in of.cells and of.cells[month].is_counted
            dated = days_out(of.dated, month, Rule.CALENDAR) > 0
            nothing = known and not of.cells[month].days
            found.append(days_out(of.dated, month, rule) if dated or nothing else None)
        return total(found)

    rules = {
        Rule.CALENDAR: (_("Calendar"), _("this system"), _("each day without stock counts once")),
        Rule.THIRTY_360: ("30/360", "OpenLMIS", _("every month has 30 days; a whole month is 30")),
        Rule.WHOLE_PERIOD_IS_ZERO: (
            _("Whole period is zero"),
            "Open mSupply",
            _("as the calendar, but 0 where it was out on every day"),
        ),
    }
    return Group(
        _("Days out of stock"),
        [
            rival(of, _("As reported"), _("WHO EPI package"), _("typed by the storekeeper"), reported),
            *(rival(of, *told, partial(by, rule)) for rule, told in rules.items()),
        ],
        _(
            "The three rules need dated stock-outs, or a month known to have had none. A site that had nothing all "
            "month looks, by the last rule, like one that never ran out."
        ),
    )


def out(of: Inputs) -> Group:
    closing = {month: line.closing for month, line in of.lines.items()}
    last = closing.get(of.last)
    rivals = [
        Rival(
            _("Out on the last day"),
            "D4I",
            _("nothing on hand by the ending balance; of all months: those that ended so"),
            word(None if last is None else last == 0),
            share(out_on_the_day([closing.get(month) for month in of.months])),
        ),
        rival(
            of,
            _("Out at any time"),
            "D4I",
            _("at least one day in any of the months; all must be known to say no"),
            lambda months: word(out_at_any_time(was_out(of.cells, months))),
        ),
    ]
    for number in (3, 6, 12):
        name = _("Out at any time in %(number)s months") % {"number": number}
        found = out_at_any_time(was_out(of.cells, of.back(number)))
        rivals.append(Rival(name, "D4I", _("the same, of so many months up to the last"), word(found), NOT_ASKED))
    rivals.append(
        rival(
            of,
            _("Out for a whole month"),
            "GVAP/JRF",
            _("out on every day of a month; made for the national store, here of this site"),
            lambda months: word(whole_month(of.cells, months)),
        )
    )
    return Group(_("Was it out of stock?"), rivals)


def whole_month(cells: Cells, months: Months) -> bool | None:
    """Whether any of the months was without stock from the first to the last day; all must be known to say no."""
    known = [cells[month].days if month in cells and cells[month].is_counted else None for month in months]
    return out_at_any_time([national_event(out, month.days) for out, month in zip(known, months, strict=True)])


def enough(of: Inputs) -> Group:
    def full(months: Months) -> list[bool | None]:
        return [fully_available({key: was_out(cells, [month])[0] for key, cells in of.tracers.items()
                                 if month in cells}) for month in months]  # fmt: skip

    def within(months: Months) -> list[bool | None]:
        lasting = [months_lasting(of, [month]) for month in months]
        return [stocked_according_to_plan(one, of.minimum, of.maximum) for one in lasting]

    known = [one for one in full(of.months) if one is not None]
    return Group(
        _("Was there what there should be?"),
        [
            Rival(
                _("Full stock availability"),
                "DISC",
                _("no tracer that is offered was missing on any day; of all months: those of which it is so"),
                word(full([of.last])[0]),
                share(Ratio(sum(known), len(known)) if known else None),
            ),
            Rival(
                _("Stocked according to plan"),
                "PEPFAR, DISC",
                _("months of stock between the minimum and the maximum of the norm recorded here"),
                word(within([of.last])[0]),
                share(according_to_plan(within(of.months))),
            ),
        ],
    )
