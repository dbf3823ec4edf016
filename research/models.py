"""Re-exports the rooms' models: Django looks for them here, people look in the rooms."""

from research.agenda.models import (
    AssessmentFactor,
    Grant,
    Hub,
    LearningQuestion,
    Partner,
    Strategy,
    StudyDistrict,
    StudySite,
    SubQuestion,
    Typology,
)
from research.coach2pev.models import Checklist, ChecklistAnswer, ChecklistItem, SupervisionVisit
from research.evaluations.models import Evaluation, EvaluationQuestion, EvaluationSite
from research.medexis.models import Product, StockLine, StockOut, StockReport
from research.observations.models import Observation

__all__ = [
    "AssessmentFactor",
    "Checklist",
    "ChecklistAnswer",
    "ChecklistItem",
    "Evaluation",
    "EvaluationQuestion",
    "EvaluationSite",
    "Grant",
    "Hub",
    "LearningQuestion",
    "Observation",
    "Partner",
    "Product",
    "StockLine",
    "StockOut",
    "StockReport",
    "Strategy",
    "StudyDistrict",
    "StudySite",
    "SubQuestion",
    "SupervisionVisit",
    "Typology",
]
