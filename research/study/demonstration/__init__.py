"""Made-up data that show what the tracker does: drawn from a fixed seed, marked on every row, gone with one command."""

from research.study.demonstration.loading import load_demonstration
from research.study.demonstration.removal import DemonstrationInUse, remove_demonstration

__all__ = ["DemonstrationInUse", "load_demonstration", "remove_demonstration"]
