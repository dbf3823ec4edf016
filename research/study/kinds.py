"""Which file holds the rows of which model, how a record names itself, and what it may refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from indicators.models import (
    DataElement,
    OptionCombo,
    OrgUnit,
    OrgUnitAlias,
    OrgUnitGroup,
    OrgUnitGroupMembership,
    PublishedFigure,
    Source,
)
from research import models as research


@dataclass(frozen=True)
class Kind:
    """`name` is what the file calls the record, and `identity` the model's fields that find its row again.

    `references` and `many` map a field to the file stem (or kind) that it refers to. `kept` fields are not read from
    the file: they belong to the people who use the tracker. `parts` are nested lists; a part gets `parent` from above,
    and its `inherited` fields from that parent's row.
    """

    model: type[Model]
    name: str = "key"
    identity: tuple[str, ...] = ("key",)
    references: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, "Kind"] = field(default_factory=dict)
    parent: str = ""
    inherited: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()

    @property
    def has_source(self) -> bool:
        return any(f.name == "source" for f in self.model._meta.fields)

    @property
    def derived(self) -> frozenset[str]:
        """Fields that follow from others, and so stand in no file."""
        return _DERIVED.get(self.model, frozenset())


_DERIVED: dict[type[Model], frozenset[str]] = {
    OrgUnit: frozenset({"uid", "level", "path"}),
    DataElement: frozenset({"uid"}),
    OrgUnitAlias: frozenset({"normalised"}),
}

_UNIT = {"unit": "places"}


def _codes(*, deeper: int = 2) -> Kind:
    """Codes of a codebook, and those under them, `deeper` levels down."""
    under = {"codes": _codes(deeper=deeper - 1)} if deeper else {}
    top = deeper == 2
    return Kind(
        research.Code,
        identity=("codebook", "key"),
        parent="codebook" if top else "parent",
        inherited=() if top else ("codebook",),
        parts=under,
    )


_CODEBOOK = Kind(research.Codebook, identity=("key", "edition"), parts={"codes": _codes()})

KINDS: dict[str, Kind] = {
    "sources.yaml": Kind(Source),
    "places.yaml": Kind(OrgUnit, identity=("uid",), references={"parent": "places"}),
    "aliases.yaml": Kind(OrgUnitAlias, name="name", identity=("normalised",), references=_UNIT),
    "groups.yaml": Kind(
        OrgUnitGroup,
        parts={
            "members": Kind(
                OrgUnitGroupMembership,
                name="unit",
                identity=("group", "unit", "start"),
                references=_UNIT,
                parent="group",
            )
        },
    ),
    "option_combos.yaml": Kind(OptionCombo, name="uid", identity=("uid",), kept=frozenset({"code"})),
    "data_elements.yaml": Kind(DataElement, name="code", identity=("uid",)),
    "figures.yaml": Kind(PublishedFigure, references=_UNIT),
    "wuenic.csv": Kind(PublishedFigure, references=_UNIT),
    "hub.yaml": Kind(
        research.Hub, references={"country": "places"}, parts={"partners": Kind(research.Partner, parent="hub")}
    ),
    "grants.yaml": Kind(research.Grant),
    "strategies.yaml": Kind(research.Strategy, references={"parent": "strategies"}),
    "typologies.yaml": Kind(research.Typology),
    "districts.yaml": Kind(
        research.StudyDistrict,
        name="unit",
        identity=("unit",),
        references={"unit": "places", "hub": "hub", "typology": "typologies"},
        parts={"sites": Kind(research.StudySite, name="unit", identity=("unit",), references=_UNIT, parent="district")},
    ),
    "factors.yaml": Kind(research.AssessmentFactor, references={"typology": "typologies"}),
    "questions.yaml": Kind(
        research.LearningQuestion,
        name="number",
        identity=("hub", "number"),
        references={"hub": "hub"},
        many={"grants": "grants", "strategies": "strategies"},
        parts={"parts": Kind(research.SubQuestion, name="number", identity=("question", "number"), parent="question")},
    ),
    "evaluations.yaml": Kind(
        research.Evaluation,
        name="code",
        identity=("code",),
        references={"learning_question": "questions"},
        parts={
            "questions": Kind(
                research.EvaluationQuestion, name="number", identity=("evaluation", "number"), parent="evaluation"
            ),
            "sites": Kind(
                research.EvaluationSite,
                name="unit",
                identity=("evaluation", "unit"),
                references=_UNIT,
                parent="evaluation",
                kept=frozenset({"expected_from", "expected_to"}),
                parts={
                    "stages": Kind(
                        research.ExposureStage, name="stage", identity=("site", "stage", "began_on"), parent="site"
                    )
                },
            ),
        },
    ),
    "theories.yaml": Kind(research.TheoryOfChange, identity=("evaluation",), references={"evaluation": "evaluations"}),
    "theory_steps.yaml": Kind(research.Step, identity=("theory", "key"), references={"theory": "theories"}),
    "theory_links.yaml": Kind(
        research.StepLink,
        identity=("theory", "key"),
        references={"theory": "theories", "start": "theory_steps", "end": "theory_steps"},
        parts={
            "assumptions": Kind(research.LinkAssumption, identity=("link", "key"), parent="link"),
            "rivals": Kind(research.LinkRival, identity=("link", "key"), parent="link"),
        },
    ),
    "products.yaml": Kind(
        research.Product,
        references={"diluent": "products"},
        parts={"uses": Kind(research.ProductUse, name="concept", identity=("product", "concept"), parent="product")},
    ),
    "movement_reasons.yaml": Kind(research.MovementReason),
    "competency.yaml": Kind(research.CompetencyDomain),
    "competency_levels.yaml": Kind(research.CompetencyLevel, name="value", identity=("value",)),
    "checklists.yaml": Kind(
        research.Checklist,
        identity=("key", "version"),
        parts={
            "sections": Kind(
                research.ChecklistSection,
                name="code",
                identity=("checklist", "code"),
                parent="checklist",
                parts={
                    "items": Kind(
                        research.ChecklistItem,
                        name="code",
                        identity=("checklist", "code"),
                        parent="section",
                        inherited=("checklist",),
                    )
                },
            )
        },
    ),
    **{f"codebooks/{name}.yaml": _CODEBOOK for name in ("cfir_2022", "proctor", "re_aim", "irmma")},
}
"""In an order in which whatever is referred to comes first."""


def fields_of(kind: Kind) -> list[Any]:
    """The model's fields that a record of the kind fills: all that people may edit, less the derived and the kept."""
    apart = kind.derived | kind.kept | {kind.parent, *kind.inherited, "demonstration"}
    return [f for f in kind.model._meta.fields if not f.primary_key and f.editable and f.name not in apart]
