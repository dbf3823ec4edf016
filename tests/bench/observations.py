"""Observations in bulk: coded passages, findings and their evidence, searched, crossed, drawn and taken out.

Size by BENCH_OBSERVATIONS: 200, then 20,000 with ten passages each.
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.bench.serving import measure_addresses
from tests.bench.timing import seconds

FIRST, DAYS = date(2023, 1, 2), 1000
PASSAGES, FINDINGS, LINKS = 10, 200, 20
WORDS = (  # noqa: SIM905
    "l'agent de santé explique que la rupture de vaccins a duré deux semaines et que les mères sont reparties sans "
    "vaccination le coach a montré le registre des naissances les enfants zéro dose vivent loin du centre la pirogue "
    "la séance avancée le directeur technique note une amélioration de la planification the tally sheet was complete"
).split()


def size() -> int:
    return int(os.environ.get("BENCH_OBSERVATIONS", "200"))


def load_observations() -> list[float]:
    """Rows in bulk, as a restore would bring them; those that are there already stay."""
    return seconds(_load)


def index_observations() -> list[float]:
    """The search reads every record anew."""
    from research.search.index import rebuild

    return seconds(rebuild)


def crossed_anew() -> list[float]:
    """The table of codes by typology after a change: nothing kept is used."""
    from django.core.cache import cache

    def work() -> None:
        cache.clear()
        _ask("code-matrix")

    return seconds(work, 3)


def paired_anew() -> list[float]:
    """The table of codes together after a change."""
    from django.core.cache import cache

    def work() -> None:
        cache.clear()
        _ask("code-pairs")

    return seconds(work, 3)


def take_out_all() -> list[float]:
    """The de-identified extraction of everything."""
    from research.exports.actions import take_out
    from tests.bench.pages import _lead

    return seconds(lambda: take_out(by=_lead(), whole=False).file.close(), 3)


def _ask(name: str) -> None:
    from django.urls import reverse

    answer = _client().get(reverse(name))
    assert answer.status_code == 200, (name, answer.status_code)


def _client() -> Any:
    from django.test import Client

    from tests.bench.pages import _lead

    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(_lead())
    return client


def _load() -> None:
    from research.coding.models import Code, CodedPassage
    from research.observations.models import Observation, Quote

    there = Observation.objects.filter(client_uuid__gte=UUID(int=1), client_uuid__lte=UUID(int=size())).count()
    random = Random(20261123)
    made = list(_observations(random, there))
    Observation.objects.bulk_create(made, batch_size=2000)
    Quote.objects.bulk_create(
        [
            Quote(observation=one, order=1, text=_text(random, 30), language="fr", informant_role="mère d'enfant")
            for one in made
        ],
        batch_size=2000,
    )
    codes = list(Code.objects.filter(codebook__key="cfir-2022", groups_only=False).order_by("pk"))
    coder = _coder()
    for begin in range(0, len(made), 1000):
        CodedPassage.objects.bulk_create(_passages(random, made[begin : begin + 1000], codes, coder))
    _findings(random)


def _coder() -> Any:
    from indicators.accounts.models import User
    from indicators.accounts.roles import Role
    from tests.builders import a_user

    return User.objects.filter(username="bench-coder").first() or a_user(Role.RESEARCHER, username="bench-coder")


def _observations(random: Random, there: int) -> Iterator[Any]:
    from django.utils import timezone

    from research.agenda.queries import study_units
    from research.evaluations.models import EvaluationQuestion
    from research.observations.models import Observation

    sites = list(study_units())
    questions = list(EvaluationQuestion.objects.select_related("evaluation__learning_question"))
    now = timezone.now()
    for number in range(there, size()):
        question = questions[number % len(questions)]
        yield Observation(
            client_uuid=UUID(int=number + 1), site=sites[number % len(sites)],
            kind=random.choice(["interview", "observation"]),
            observed_on=FIRST + timedelta(days=number * DAYS // size()), evaluation_question=question,
            learning_question=question.evaluation.learning_question, seen=_text(random, 160), consent="oral",
            consent_terms="quote", informants=1, state="approved", reviewed_at=now, submitted_at=now,
            approved_version=1, created_by=_coder(),
        )  # fmt: skip


def _text(random: Random, words: int) -> str:
    return " ".join(random.choices(WORDS, k=words)).capitalize() + "."


def _passages(random: Random, observations: list[Any], codes: list[Any], coder: Any) -> Iterator[Any]:
    from research.coding.models import CodedPassage

    for one in observations:
        for code in random.sample(codes, PASSAGES):
            start = random.randrange(len(one.seen) - 80)
            end = start + random.randint(20, 80)
            yield CodedPassage(
                observation=one, start=start, end=end, excerpt=one.seen[start:end], code=code, coder=coder
            )


def _findings(random: Random) -> None:
    """Two hundred findings at most, twenty observations to each."""
    from django.utils import timezone

    from research.agenda.models import LearningQuestion
    from research.evidence.kinds import find
    from research.evidence.kinds.item import fingerprint
    from research.evidence.models import EvidenceLink, Finding
    from research.observations.models import Observation

    there, wanted = Finding.objects.filter(statement_fr__startswith="Bench ").count(), min(FINDINGS, size() // 100)
    questions = list(LearningQuestion.objects.all())
    rows = list(Observation.objects.filter(client_uuid__lte=UUID(int=size())).values_list("pk", flat=True))
    for number in range(there, wanted):
        statement = {"statement_fr": f"Bench {number}", "statement_en": f"Bench {number} (en)"}
        finding = Finding.objects.create(
            learning_question=questions[number % len(questions)], created_by=_coder(), state="submitted", **statement
        )
        keys = [str(one) for one in random.sample(rows, LINKS)]
        found = find("observation", keys, None)
        EvidenceLink.objects.bulk_create(
            EvidenceLink(
                finding=finding, side=random.choice(["for", "against"]), kind="observation", key=key,
                seen=found[key].seen, fingerprint=fingerprint(found[key].seen),
                looked_at=timezone.now(), created_by=_coder(),
            )
            for key in keys
        )  # fmt: skip


def measure_observation_pages() -> dict[str, list[float]]:
    """Page → [milliseconds (median of seven, warm), queries]."""
    from django.urls import reverse

    from research.agenda.models import LearningQuestion
    from research.coding.models import Codebook
    from research.evidence.models import Finding
    from research.observations.models import Observation

    one = Observation.objects.get(client_uuid=UUID(int=1))
    finding = Finding.objects.filter(statement_fr__startswith="Bench ").order_by("pk")[0]
    book = Codebook.objects.get(key="cfir-2022")
    question = LearningQuestion.objects.get(pk=finding.learning_question_id)
    listed, passages = reverse("observation-list"), reverse("passage-list")
    return measure_addresses(
        _client(),
        {
            "observation-list": listed,
            "observation-list, page 5": f"{listed}?page=5",
            "observation-list of a site": f"{listed}?site={one.site_id}",
            "observation-list of a question, approved": f"{listed}?learning_question={question.number}&state=approved",
            "observation-detail": reverse("observation-detail", args=[one.pk]),
            "observation-coding": reverse("observation-coding", args=[one.pk]),
            "passage-list": passages,
            "passage-list of a codebook and words": f"{passages}?guide={book.pk}&q=pirogue",
            "code-matrix, kept": reverse("code-matrix"),
            "code-pairs, kept": reverse("code-pairs"),
            "codebook-detail": reverse("codebook-detail", args=[book.pk]),
            "coding-agreement": reverse("coding-agreement"),
            "search, a frequent word": f"{reverse('search')}?q=rupture",
            "search, two words": f"{reverse('search')}?q=pirogue+registre",
            "finding-list": reverse("finding-list"),
            "finding-detail": reverse("finding-detail", args=[finding.pk]),
            "chain of a finding": reverse("chain", args=["finding", str(finding.pk)]),
            "chain of an observation": reverse("chain", args=["observation", str(one.pk)]),
            "chain of a question": reverse("chain", args=["question", str(question.number)]),
            "question-detail": reverse("question-detail", args=[question.number]),
            "home": reverse("home"),
        },
    )
