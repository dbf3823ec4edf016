"""Claims of several sources to episodes, with every contradiction kept in the open. Pure.

The card prevails over an entered stock-out, that over a monthly report: real days, noted on the day, before days
remembered, before a number of days. What a lesser source says of the same time is kept beside the episode; where it
says something else, the episode carries `disagreement`. Nothing that any source says is dropped: an entered stock-out
in days for which the card shows stock is an episode of its own, contradicted by the card.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from indicators.periods import Period, between
from research.medexis.episodes.claims import CARD, ENTRY, REPORT, Claim
from research.medexis.episodes.days import length

DAY, MONTH = "day", "month"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`claims`: the prevailing one(s) first, then what other sources say of the same days or months."""

    start: date
    end: date | None
    precision: str
    days: int | None
    basis: str
    disagreement: bool
    claims: tuple[Claim, ...]


Known = tuple[date, date] | None


def reconcile(claims: Iterable[Claim], *, today: date, card_known: Known = None) -> list[Reconciled]:
    """The episodes of one product at one site, oldest first.

    `card_known`: the first and the last day of which the card knows the stock; None without one. Claims of reports
    with 0 days make no episode; they only contradict.
    """
    said = list(claims)
    cards = [one for one in said if one.source == CARD]
    entries = [one for one in said if one.source == ENTRY]
    reports = sorted((one for one in said if one.source == REPORT), key=lambda one: one.start)
    alone = [one for one in entries if not any(_meet(one, card) for card in cards)]
    dated = sorted([*cards, *alone], key=lambda one: one.start)
    days = _days_by_month(dated, today)
    found = [_dated(one, entries, reports, days, today, card_known) for one in dated]
    silent = [one for one in reports if one.days != 0 and not days.get(one.month)]
    found += [_reported(chain, card_known) for chain in _chains(silent)]
    return sorted(found, key=lambda one: (one.start, one.basis))


def _meet(one: Claim, other: Claim) -> bool:
    return one.start <= (other.end or date.max) and other.start <= (one.end or date.max)


def _days_by_month(dated: Sequence[Claim], today: date) -> dict[Period, int]:
    """Days without stock in each month by the dated claims; two on the same day count once."""
    days = {
        claim.start + timedelta(days=number)
        for claim in dated
        for number in range((min(claim.end or today, today) - claim.start).days + 1)
    }
    found: dict[Period, int] = {}
    for day in days:
        month = Period.month_of(day)
        found[month] = found.get(month, 0) + 1
    return found


def _dated(
    claim: Claim,
    entries: Sequence[Claim],
    reports: Sequence[Claim],
    days: dict[Period, int],
    today: date,
    card_known: Known,
) -> Reconciled:
    months = set(between(Period.month_of(claim.start), Period.month_of(max(claim.start, claim.end or today))))
    of_months = [one for one in reports if one.month in months]
    others = [one for one in entries if one is not claim and _meet(one, claim)] if claim.source == CARD else []
    disagreement = (
        any((one.start, one.end) != (claim.start, claim.end) for one in others)
        or any(one.days is not None and one.days != days.get(one.month, 0) for one in of_months)
        or (claim.source == ENTRY and _card_knows(claim, card_known))
    )
    lasted = None if claim.end is None else length(claim.start, claim.end)
    told = (claim, *others, *of_months)
    return Reconciled(claim.start, claim.end, DAY, lasted, claim.source, disagreement, told)


def _card_knows(claim: Claim, known: Known) -> bool:
    """Whether the card, which shows stock on these days, was kept on any of them."""
    return known is not None and claim.start <= known[1] and (claim.end is None or claim.end >= known[0])


def _chains(reports: Sequence[Claim]) -> list[list[Claim]]:
    """Months that follow one another without stock where they meet are one stock-out."""
    chains: list[list[Claim]] = []
    for one in reports:
        before = chains[-1][-1] if chains else None
        if before and before.month.shift(1) == one.month and before.ends_out and one.starts_out:
            chains[-1].append(one)
        else:
            chains.append([one])
    return chains


def _reported(chain: Sequence[Claim], card: Known) -> Reconciled:
    known = [one.days for one in chain if one.days is not None]
    days = sum(known) if len(known) == len(chain) else None
    contradicted = card is not None and any(card[0] <= one.start <= card[1] for one in chain)
    return Reconciled(chain[0].start, chain[-1].end, MONTH, days, REPORT, contradicted, tuple(chain))
