"""Codebooks, what was coded with them, and what was thought on the way."""

from research.coding.models.codebooks import Code, Codebook
from research.coding.models.memos import Memo
from research.coding.models.passages import CodedPassage, CodingTask

__all__ = ["Code", "Codebook", "CodedPassage", "CodingTask", "Memo"]
