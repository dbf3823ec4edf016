"""How far two coders who worked blind agree, code by code: Cohen's κ over sentences.

Unit: each sentence (`coding/sentences.py`) of the note and the quotes of an observation that two people coded blind
with one codebook, both done. A coder used a code on a sentence where a passage of theirs with that code holds at least
one character of it that is no blank. What was coded after both were done is left out, and what is adrift. A code that
neither coder used anywhere has no κ.
"""

from collections import defaultdict
from itertools import combinations, repeat
from typing import NamedTuple

from research.coach2pev.competency.agreement import Agreement, kappa
from research.coding.models import Code, Codebook, CodedPassage, CodingTask
from research.coding.queries import tree
from research.coding.sentences import sentences, sentences_touched
from research.observations.models import Observation

MOST = 300
"""Observations compared, the latest first."""

Stretches = dict[tuple[int, int], list[tuple[int, int]]]
"""(Code, quote; 0: the note) → stretches."""


class OfCode(NamedTuple):
    """`both`, `first`, `second`: sentences that both used the code on, only the first coder, only the second.

    `prevalence`: share of all judgements that say «yes», from 0 to 1.
    """

    code: Code
    both: int
    first: int
    second: int
    agreement: Agreement
    prevalence: float


class Compared(NamedTuple):
    """`sentences` compared in `observations`; `more`: observations beyond `MOST`; `unused`: codes that nobody used."""

    observations: int
    sentences: int
    codes: list[OfCode]
    unused: int
    more: int
    demonstration: bool


def compared(codebook: Codebook) -> Compared:
    """All observations of the codebook that two people coded blind. A constant number of queries."""
    pairs, more = _pairs(codebook)
    rows = list(Observation.objects.filter(pk__in=pairs).prefetch_related("quotes"))
    used = _used(codebook, pairs)
    both: dict[int, int] = defaultdict(int)
    only: tuple[dict[int, int], dict[int, int]] = (defaultdict(int), defaultdict(int))
    total = 0
    for row in rows:
        texts = {0: row.seen} | {quote.pk: quote.text for quote in row.quotes.all()}
        cut = {name: sentences(text) for name, text in texts.items()}
        for one, other in combinations(pairs[row.pk], 2):
            total += sum(len(parts) for parts in cut.values())
            judged = [_units(used.get((row.pk, coder.coder_id or 0), {}), texts, cut) for coder in (one, other)]
            for code in judged[0].keys() | judged[1].keys():
                first, second = judged[0].get(code, set()), judged[1].get(code, set())
                both[code] += len(first & second)
                only[0][code] += len(first - second)
                only[1][code] += len(second - first)
    codes = [code for code in tree(codebook) if not code.groups_only]
    found = [_of(code, both[code.pk], only[0][code.pk], only[1][code.pk], total) for code in codes if code.pk in both]
    return Compared(len(rows), total, found, len(codes) - len(found), more, any(row.demonstration for row in rows))


def _of(code: Code, both: int, first: int, second: int, total: int) -> OfCode:
    neither = total - both - first - second
    judged = [
        *repeat((True, True), both), *repeat((True, False), first), *repeat((False, True), second),
        *repeat((False, False), neither),
    ]  # fmt: skip
    share = (2 * both + first + second) / (2 * total) if total else 0.0
    return OfCode(code, both, first, second, kappa(judged), share)


def _pairs(codebook: Codebook) -> tuple[dict[int, list[CodingTask]], int]:
    found: dict[int, list[CodingTask]] = defaultdict(list)
    for task in CodingTask.objects.filter(codebook=codebook).order_by("pk"):
        found[task.observation_id].append(task)
    finished = {key: tasks for key, tasks in found.items() if len(tasks) > 1 and all(one.done_at for one in tasks)}
    latest = sorted(finished, reverse=True)[:MOST]
    return {key: finished[key] for key in latest}, len(finished) - len(latest)


def _used(codebook: Codebook, pairs: dict[int, list[CodingTask]]) -> dict[tuple[int, int], Stretches]:
    """By (observation, coder), without what was coded after the last of the two was done."""
    until = {key: max(task.done_at for task in tasks if task.done_at) for key, tasks in pairs.items()}
    found: dict[tuple[int, int], Stretches] = defaultdict(lambda: defaultdict(list))
    rows = CodedPassage.objects.filter(code__codebook=codebook, observation__in=pairs, adrift=False).order_by()
    fields = ("observation", "coder", "code", "quote", "start", "end", "coded_at")
    for observation, coder, code, quote, start, end, coded_at in rows.values_list(*fields):
        if coded_at <= until[observation]:
            found[observation, coder or 0][code, quote or 0].append((start, end))
    return found


def _units(
    used: Stretches, texts: dict[int, str], cut: dict[int, list[tuple[int, int]]]
) -> dict[int, set[tuple[int, int]]]:
    """Code → the sentences (text, place) on which a coder used it."""
    found: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for (code, quote), stretches in used.items():
        if quote in texts:
            found[code] |= {(quote, place) for place in sentences_touched(texts[quote], stretches, cut[quote])}
    return found
