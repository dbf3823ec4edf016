"""Reads of coded passages. Their texts only ever through `passages_readable_by`."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from research.coding.models import Code, Codebook, CodedPassage, CodingTask
from research.observations.models import Observation
from research.observations.policies import what_is_readable
from research.observations.queries import counted


def coded_blind() -> QuerySet[CodingTask, Any]:
    """The (observation, codebook) that two people or more code, not all of them done."""
    pairs = CodingTask.objects.order_by().values("observation", "codebook")
    return pairs.annotate(coders=Count("pk"), done=Count("done_at")).filter(coders__gt=1, done__lt=F("coders"))


def passages_readable_by(user: Any) -> QuerySet[CodedPassage]:
    """The passages whose text the person may read, without what the blind rule hides from them.

    While two people code an observation with a codebook, everybody sees only their own codes of that codebook there.
    """
    readable = Observation.objects.filter(what_is_readable(user)).order_by().values("pk")
    return CodedPassage.objects.filter(observation__in=readable).exclude(_hidden_while_blind() & ~Q(coder=user))


def passages_beyond(user: Any) -> QuerySet[CodedPassage]:
    """The passages of evidence that the person may not read, to be counted; without what is being coded blind."""
    readable = Observation.objects.filter(what_is_readable(user)).order_by().values("pk")
    beyond = CodedPassage.objects.filter(observation__in=counted().order_by().values("pk"))
    return beyond.exclude(observation__in=readable).exclude(_hidden_while_blind())


def passages_that_count() -> QuerySet[CodedPassage]:
    """What tables count, the same for everybody: of what counts as evidence, no word of it gone, not being coded
    blind."""
    counting = counted().order_by().values("pk")
    return CodedPassage.objects.filter(adrift=False, observation__in=counting).exclude(_hidden_while_blind())


def tree(codebook: Codebook) -> list[Code]:
    """The codes, each with `depth` (0: at the top), in the order of the codebook. One query."""
    children: dict[int | None, list[Code]] = {}
    for code in codebook.codes.order_by("order", "pk"):
        children.setdefault(code.parent_id, []).append(code)
    return list(_walk(children, None, 0))


def under(codes: list[Code]) -> Mapping[int, set[int]]:
    """Each code of the tree → itself and all codes under it, by primary key."""
    found: dict[int, set[int]] = {code.pk: {code.pk} for code in codes}
    for code in reversed(codes):
        if code.parent_id in found:
            found[code.parent_id] |= found[code.pk]
    return found


def usable(user: Any, observation: Observation) -> QuerySet[Codebook]:
    """The codebooks with which the person may code the observation: in use, or given to them with a task."""
    given = CodingTask.objects.filter(observation=observation, coder=user).values("codebook")
    return Codebook.objects.filter(Q(state="published") | Q(state="retired", pk__in=given)).order_by("key", "-edition")


def shown(user: Any, observation: Observation) -> QuerySet[Codebook]:
    """Those of `usable`, and versions out of use with which something was coded here."""
    coded = passages_readable_by(user).filter(observation=observation).order_by().values("code__codebook")
    found = Q(pk__in=usable(user, observation).order_by().values("pk")) | Q(pk__in=coded)
    return Codebook.objects.filter(found).order_by("key", "-edition")


def _hidden_while_blind() -> Q:
    """The condition on passages of being coded blind now; matches nothing where nobody does."""
    found = Q(pk__in=[])
    blind = coded_blind()
    for codebook in set(blind.values_list("codebook", flat=True)):
        found |= Q(code__codebook=codebook, observation__in=blind.filter(codebook=codebook).values("observation"))
    return found


def _walk(children: Mapping[int | None, list[Code]], parent: int | None, depth: int) -> Iterator[Code]:
    for code in children.get(parent, []):
        code.depth = depth  # type: ignore[attr-defined]
        yield code
        yield from _walk(children, code.pk, depth + 1)
