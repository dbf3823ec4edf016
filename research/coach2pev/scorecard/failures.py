"""What keeps failing at a site: items that failed on the last visits on which they were scored. Pure."""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import NamedTuple


class Run(NamedTuple):
    """An item that failed on `visits` visits in a row, up to the last one on which it was scored."""

    item: Hashable
    visits: int
    since: date
    last: date


def repeated(visits: Iterable[tuple[date, Mapping[Hashable, bool]]]) -> list[Run]:
    """The items that failed at least twice in a row and did not succeed since; the longest runs first.

    `visits`, oldest first: the day, and of each item that was scored whether it failed. A visit on which an item was
    not scored (not asked, not applicable, not answered) neither breaks nor lengthens its run.
    """
    runs: dict[Hashable, Run] = {}
    for day, outcomes in visits:
        for item, failed in outcomes.items():
            if not failed:
                runs.pop(item, None)
            elif item in runs:
                runs[item] = runs[item]._replace(visits=runs[item].visits + 1, last=day)
            else:
                runs[item] = Run(item, 1, day, day)
    return sorted((run for run in runs.values() if run.visits > 1), key=lambda run: (-run.visits, run.since))
