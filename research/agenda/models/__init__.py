"""The rows of the agenda: the hub and its money, where it works, what it wants to learn and how it plans to."""

from research.agenda.models.hub import Grant, Hub, Partner, Sourced, Strategy
from research.agenda.models.places import AssessmentFactor, StudyDistrict, StudySite, Typology
from research.agenda.models.plan import (
    Dissemination,
    LearningActivity,
    LearningResource,
    QuestionIndicator,
    UseCase,
)
from research.agenda.models.questions import LearningQuestion, SubQuestion

__all__ = [
    "AssessmentFactor",
    "Dissemination",
    "Grant",
    "Hub",
    "LearningActivity",
    "LearningQuestion",
    "LearningResource",
    "Partner",
    "QuestionIndicator",
    "Sourced",
    "Strategy",
    "StudyDistrict",
    "StudySite",
    "SubQuestion",
    "Typology",
    "UseCase",
]
