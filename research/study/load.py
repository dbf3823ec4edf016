"""Writes the study's files into the database: all of them or none, and a second time nothing."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from indicators.geography.actions import save_unit
from indicators.models import OrgUnit
from indicators.values.actions import mark_everything
from research.coach2pev.measures.actions import publish_plans
from research.evaluations.models import EvaluationSite, ExposureStage
from research.study.check import Checked, check_files
from research.study.files import DIRECTORY


@dataclass
class Counts:
    """What became of the records of one model. `kept`: a person edited the row, so the file did not overwrite it."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0

    @property
    def changed(self) -> int:
        return self.created + self.updated


@transaction.atomic
def load_study(*, directory: Path = DIRECTORY, overwrite: bool = False) -> dict[type[Model], Counts]:
    """Brings the rows in line with the files and returns the counts by model.

    All files are checked before the first row is written (StudyFileError names file, record and field). A row that
    equals its record is left alone, history included. A row whose latest edit was a person's keeps what the person
    wrote, unless `overwrite`. Rows that no file names any more stay: whoever removes them decides in the admin.
    """
    loader = _Loader(overwrite)
    for record in check_files(directory):
        loader.write(record)
    if loader.counts[OrgUnit].updated:
        mark_everything()  # a unit may have moved in the tree
    if loader.counts[EvaluationSite].changed or loader.counts[ExposureStage].changed:
        publish_plans(EvaluationSite.objects.exclude(expected_from=None), by=None)
    return dict(loader.counts)


class _Loader:
    def __init__(self, overwrite: bool) -> None:
        self.overwrite = overwrite
        self.counts: dict[type[Model], Counts] = defaultdict(Counts)
        self.rows: dict[tuple[str, str], Model] = {}

    def write(self, record: Checked, parent: Model | None = None) -> None:
        model, kind = record.kind.model, record.kind
        values = dict(record.values)
        for name, target in [*kind.references.items(), ("source", "sources")]:
            if name in record.references:
                values[name] = self.rows[target, record.references[name]]
            elif name in kind.references:
                values[name] = None
        if kind.parent:
            values[kind.parent] = parent
        values |= {name: getattr(parent, name) for name in kind.inherited}
        row = self._save(model, {name: values.get(name) for name in kind.identity}, values, record)
        self.rows[Path(record.file).stem, record.name] = row
        for part in record.parts:
            self.write(part, row)

    def _save(self, model: type[Model], identity: dict[str, Any], values: dict[str, Any], record: Checked) -> Model:
        counts = self.counts[model]
        row = model._default_manager.filter(**identity).first()
        many = record.kind.many
        wanted = {name: [self.rows[target, key] for key in record.many[name]] for name, target in many.items()}
        if row is None:
            row = model(**values)
            _store(row)
            for name, rows in wanted.items():
                getattr(row, name).set(rows)
            counts.created += 1
            return row
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        moved = {name: rows for name, rows in wanted.items() if set(getattr(row, name).all()) != set(rows)}
        if not differing and not moved:
            counts.unchanged += 1
        elif _edited_by_a_person(row) and not self.overwrite:
            counts.kept += 1
        else:
            for name, value in differing.items():
                setattr(row, name, value)
            if differing:
                _store(row)
            for name, rows in moved.items():
                getattr(row, name).set(rows)
            counts.updated += 1
        return row


def _store(row: Model) -> None:
    if isinstance(row, OrgUnit):
        save_unit(row)
    else:
        row.save()


def _edited_by_a_person(row: Model) -> bool:
    latest = row.history.order_by("-history_date", "-history_id").first()  # type: ignore[attr-defined]
    return latest is not None and latest.history_user_id is not None
