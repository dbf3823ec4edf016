"""What the lanes show, one named read for each; as many queries for any number of sites and of marks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.geography.scopes import limit_to_scope
from indicators.pages.formats import percent_text, period_text
from indicators.pages.numbers import explanations, value_text
from indicators.periods import Period
from indicators.registry.definitions import Definition
from indicators.rollup.readings import readings
from research.coach2pev.models import ImprovementAction, SectionScore, SupervisionVisit
from research.coach2pev.policies import can_read as can_read_visits
from research.evaluations.models import ExposureStage
from research.evaluations.progress import total
from research.linkage.annotations.queries import annotations_of
from research.linkage.display.lanes import Event, Value
from research.linkage.display.places import Place
from research.medexis.models import StockOutEpisode
from research.medexis.policies import can_read as can_read_stock
from research.observations.models import Observation, Quote
from research.observations.queries import counted, readable_by

QUOTED = 90
"""Letters of a quote that a mark says; its page has all of it."""


class Found(NamedTuple):
    """`hidden`: how many there are besides, which the person may not read."""

    events: list[Event]
    hidden: int = 0


def series(measure: Definition, place: Place, months: Sequence[Period]) -> list[Value]:
    """The indicator of the place by month; of several units sums over sums. What is missing is a gap."""
    read = readings(measure.code, place.of, months) if place.of else {}
    found = []
    for month in months:
        of = [read[unit.pk, month] for unit in place.of]
        value = of[0].value if len(of) == 1 else total(measure, of)
        flags = explanations(of[0], measure) if len(of) == 1 else []
        if len(of) > 1 and measure.unit == "percent" and value is not None and value > 100:
            flags = [_("above 100%")]
        url = reverse("number-detail", args=[measure.code, place.of[0].pk, month.id]) if len(of) == 1 else ""
        text = f"{period_text(month)}: {value_text(value, measure.unit)}"
        found.append(Value(month, value, text, url, "; ".join(flags), any(one.demonstration for one in of)))
    return found


def stock_outs(place: Place, first: date, last: date, user: Any) -> Found:
    """Episodes that touch the days. One to the month is drawn over the months that bound it, and says so."""
    rows = StockOutEpisode.objects.filter(
        Q(end__gte=first) | Q(end__isnull=True), site__in=place.sites, start__lte=last
    )
    shown, hidden = _readable(rows.select_related("site", "product"), user, can_read_stock)
    events = []
    for row in shown.order_by("start", "pk"):
        parts = [
            f"{row.product.name}, {row.site.name}",
            f"{date_format(row.start)} – {date_format(row.end) if row.end else '…'}",
        ]
        flags = [_("to the month only")] if row.precision == StockOutEpisode.Precision.MONTH else []
        flags += [_("sources disagree")] if row.disagreement else []
        events.append(
            Event(
                row.start, row.end or last, _("Out of stock: %(what)s") % {"what": ", ".join(parts)},
                reverse("stock-out-episode", args=[row.pk]), "stock-month" if flags else "stock", "; ".join(flags),
                row.end is None, row.demonstration,
            )
        )  # fmt: skip
    return Found(events, hidden)


def visits(place: Place, first: date, last: date, user: Any) -> Found:
    """Visits done, each with the points of its checklist over those possible."""
    rows = SupervisionVisit.objects.filter(
        site__in=place.sites, state=SupervisionVisit.State.DONE, done_on__range=(first, last)
    )
    shown, hidden = _readable(rows.select_related("site"), user, can_read_visits)
    done = list(shown.order_by("done_on", "pk"))
    scores = {
        visit: (points, possible)
        for visit, points, possible in SectionScore.objects.filter(visit__in=done, section=None).values_list(
            "visit", "points", "possible"
        )
    }
    events = []
    for row in done:
        points, possible = scores.get(row.pk, (None, None))
        score = percent_text(100 * points / possible) if points is not None and possible else _("not scored")
        assert row.done_on
        said = _("Supervision visit, %(site)s, %(day)s: %(score)s") % {
            "site": row.site.name, "day": date_format(row.done_on), "score": score,
        }  # fmt: skip
        url = reverse("visit-detail", args=[row.pk])
        events.append(Event(row.done_on, None, said, url, "visit", demonstration=row.demonstration))
    return Found(events, hidden)


def scores(place: Place, months: Sequence[Period], user: Any) -> list[Value]:
    """Points over points possible of all visits done in the month; a month without a scored visit is a gap."""
    if not can_read_visits(user):
        return []
    sums: dict[Period, list[float]] = defaultdict(lambda: [0.0, 0.0])
    made_up: set[Period] = set()
    rows = SectionScore.objects.filter(
        visit__site__in=place.sites, visit__state="done", section=None, points__isnull=False,
        visit__done_on__range=(months[0].start, months[-1].end),
    )  # fmt: skip
    told = limit_to_scope(rows, user, unit="visit__site").values_list(
        "visit__done_on", "points", "possible", "visit__demonstration"
    )
    for day, points, possible, of_demonstration in told:
        assert day
        month = Period.month_of(day)
        sums[month][0] += points or 0
        sums[month][1] += possible or 0
        if of_demonstration:
            made_up.add(month)
    found = []
    for month in months:
        points, possible = sums.get(month, [0.0, 0.0])
        value = 100 * points / possible if possible else None
        text = f"{period_text(month)}: {value_text(value, 'percent')}"
        found.append(Value(month, value, text, "", demonstration=month in made_up))
    return found if any(value.value is not None for value in found) else []


def actions(place: Place, first: date, last: date, user: Any, today: date) -> Found:
    """Improvement actions from the visit that asked for them to their verified closing; open ones go on."""
    rows = ImprovementAction.objects.filter(site__in=place.sites, visit__done_on__lte=last).filter(
        Q(closed_on__gte=first) | Q(closed_on__isnull=True)
    )
    rows = rows.exclude(state__in=["dropped"])
    shown, hidden = _readable(rows.select_related("site", "visit", "item"), user, can_read_visits)
    events = []
    for row in shown.order_by("visit__done_on", "pk"):
        late = row.closed_on is None and row.due_on is not None and row.due_on < today
        flag = _("overdue since %(day)s") % {"day": date_format(row.due_on)} if late and row.due_on else ""
        assert row.visit
        assert row.visit.done_on
        events.append(
            Event(
                row.visit.done_on, row.closed_on or last,
                _("Action, %(site)s: %(text)s (%(state)s)")
                % {"site": row.site.name, "text": row.words[:QUOTED], "state": row.get_state_display()},
                reverse("action-detail", args=[row.pk]), "action-late" if late else "action", flag,
                row.closed_on is None, row.demonstration,
            )
        )  # fmt: skip
    return Found(events, hidden)


def exposure(place: Place, first: date, last: date) -> Found:
    """Dated stages of both evaluations; exposure is open to everyone with an account."""
    rows = ExposureStage.objects.filter(site__unit__in=place.sites, began_on__range=(first, last))
    events = []
    for row in rows.select_related("site__unit", "site__evaluation").order_by("began_on", "pk"):
        evaluation = row.site.evaluation
        said = f"{evaluation.name}, {row.site.unit.name}: {row.get_stage_display()}, {date_format(row.began_on)}"
        flag = _("approximate date") if row.approximate else ""
        url = reverse("exposure", args=[evaluation.code])
        events.append(Event(row.began_on, None, said, url, f"stage-{row.stage}", flag, demonstration=row.demonstration))
    return Found(events)


def annotations(place: Place, first: date, last: date, user: Any) -> Found:
    found = annotations_of(place.of, first, last, user)
    events = [
        Event(
            row.starts_on, row.ends_on or row.starts_on, f"{row.get_kind_display()}, {row.unit.name}: {row.title}",
            reverse("annotation-detail", args=[row.pk]), f"band-{row.kind}",
            _("approximate date") if row.approximate else "", demonstration=row.demonstration,
        )
        for row in found.rows
    ]  # fmt: skip
    return Found(events, found.hidden)


def quotes(place: Place, first: date, last: date, user: Any) -> Found:
    """Quotes of what counts as evidence, where the person may read it; the others are counted."""
    which = {"site__in": place.sites, "observed_on__range": (first, last)}
    there = counted().filter(**which)
    readable = readable_by(user).filter(state__in=("submitted", "approved"), **which).order_by().values("pk")
    quoted = Quote.objects.filter(observation__in=Observation.objects.filter(pk__in=readable))
    events = []
    for row in quoted.select_related("observation__site").order_by("observation__observed_on", "pk"):
        note = row.observation
        words = row.text if len(row.text) <= QUOTED else row.text[:QUOTED].rsplit(" ", 1)[0] + " …"
        said = f"« {words} » – {row.informant_role or _('somebody')}, {note.site.name}, {date_format(note.observed_on)}"
        url = reverse("observation-detail", args=[note.pk])
        events.append(Event(note.observed_on, None, said, url, "quote", demonstration=row.demonstration))
    hidden = Quote.objects.filter(observation__in=there).count() - quoted.filter(observation__in=there).count()
    return Found(events, hidden)


def _readable(rows: QuerySet[Any], user: Any, may_read: Any) -> tuple[QuerySet[Any], int]:
    shown = limit_to_scope(rows, user, unit="site") if may_read(user) else rows.none()
    return shown, rows.count() - (shown.count() if may_read(user) else 0)
