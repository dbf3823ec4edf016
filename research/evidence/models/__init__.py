"""Findings, what they rest on, what could be otherwise, and what was done with them."""

from research.evidence.models.findings import (
    COMPONENTS,
    Concern,
    Confidence,
    Finding,
    FindingAssumption,
    FindingUse,
    RivalExplanation,
)
from research.evidence.models.links import Doubt, EvidenceLink

__all__ = [
    "COMPONENTS",
    "Concern",
    "Confidence",
    "Doubt",
    "EvidenceLink",
    "Finding",
    "FindingAssumption",
    "FindingUse",
    "RivalExplanation",
]
