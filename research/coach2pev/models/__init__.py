"""Rows of the supervision by coaching: checklists that are data, the visits that answer them, and what follows."""

from research.coach2pev.models.checklists import Checklist, ChecklistItem, ChecklistSection, Choice, ChoiceList
from research.coach2pev.models.competency import CompetencyDomain, CompetencyLevel, CompetencyRating
from research.coach2pev.models.improvement import ActionComment, ActionEvidence, ImprovementAction
from research.coach2pev.models.people import Coach, Coachee, StaffCount
from research.coach2pev.models.visits import (
    ChecklistAnswer,
    RegisterCheck,
    SectionScore,
    SubmissionFile,
    SupervisionVisit,
    VisitPlan,
)

__all__ = [
    "ActionComment",
    "ActionEvidence",
    "Checklist",
    "ChecklistAnswer",
    "ChecklistItem",
    "ChecklistSection",
    "Choice",
    "ChoiceList",
    "Coach",
    "Coachee",
    "CompetencyDomain",
    "CompetencyLevel",
    "CompetencyRating",
    "ImprovementAction",
    "RegisterCheck",
    "SectionScore",
    "StaffCount",
    "SubmissionFile",
    "SupervisionVisit",
    "VisitPlan",
]
