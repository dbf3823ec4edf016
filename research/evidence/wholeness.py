"""What a finding still lacks before somebody may approve it. Pure: names in, names out."""

from collections.abc import Mapping
from enum import StrEnum


class Missing(StrEnum):
    FRENCH = "french"  # the statement in French
    ENGLISH = "english"  # the statement in English
    COMPONENTS = "components"  # a level and its reason for each component of CERQual
    CONFIDENCE = "confidence"  # the overall confidence and its reason
    EVIDENCE = "evidence"  # a piece of evidence that speaks for it
    RIVALS = "rivals"  # a rival explanation, or that none was found, as a record


def missing(
    *,
    statements: Mapping[str, str],
    components: Mapping[str, tuple[str, str]],
    confidence: tuple[str, str],
    evidence_for: int,
    rivals: int,
) -> list[Missing]:
    """What is missing, in the order in which it is told.

    `statements`: the words by language (fr, en). `components`: level and reason by name; `confidence`: the overall one.
    A finding without anything for it, or whose author looked for no other explanation, is no finding yet.
    """
    lacks = {
        Missing.FRENCH: not statements["fr"].strip(),
        Missing.ENGLISH: not statements["en"].strip(),
        Missing.COMPONENTS: not all(level and reason.strip() for level, reason in components.values()),
        Missing.CONFIDENCE: not (confidence[0] and confidence[1].strip()),
        Missing.EVIDENCE: evidence_for < 1,
        Missing.RIVALS: rivals < 1,
    }
    return [name for name, lacking in lacks.items() if lacking]
