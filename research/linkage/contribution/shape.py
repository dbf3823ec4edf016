"""The shape of a theory of change: steps in columns, links that never lead back. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

KINDS = ("activity", "output", "intermediate", "outcome", "impact")
"""From what is done to what it is done for."""
Edge = tuple[int, int]


def leads_back(edges: Iterable[Edge], start: int, end: int) -> bool:
    """Whether a link from `start` to `end` would close a circle."""
    following = defaultdict(list)
    for left, right in edges:
        following[left].append(right)
    seen, waiting = set(), [end]
    while waiting:
        at = waiting.pop()
        if at == start:
            return True
        if at not in seen:
            seen.add(at)
            waiting += following[at]
    return False


def backwards(start_kind: str, end_kind: str) -> bool:
    """Whether a link would lead from a later kind of step to an earlier one."""
    return KINDS.index(start_kind) > KINDS.index(end_kind)


def columns(kinds: Mapping[int, str], edges: Collection[Edge]) -> list[tuple[str, list[int]]]:
    """Kind and steps of each column, from the left. `kinds` in the order in which steps stand below each other; no
    circles. Steps of one kind stand in one column unless one leads to another: then behind each other."""
    before = defaultdict(list)
    for left, right in edges:
        if kinds.get(left) == kinds.get(right):
            before[right].append(left)
    depths: dict[int, int] = {}

    def depth(step: int) -> int:
        if step not in depths:
            depths[step] = 1 + max((depth(one) for one in before[step]), default=-1)
        return depths[step]

    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for step, kind in kinds.items():
        found[KINDS.index(kind), depth(step)].append(step)
    return [(KINDS[place[0]], found[place]) for place in sorted(found)]


def loose(kinds: Collection[int], edges: Iterable[Edge]) -> list[int]:
    """Steps that nothing leads to and that lead nowhere."""
    joined = {step for edge in edges for step in edge}
    return [step for step in kinds if step not in joined]


def reaches(kinds: Mapping[int, str], edges: Collection[Edge]) -> bool:
    """Whether some activity leads, link by link, to an outcome or an impact."""
    ends = [step for step, kind in kinds.items() if kind in {"outcome", "impact"}]
    return any(leads_back(edges, end, step) for step, kind in kinds.items() if kind == "activity" for end in ends)
