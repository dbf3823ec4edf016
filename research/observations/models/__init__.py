"""What was seen and said: notes, quotes, files."""

from research.observations.models.attachments import Attachment
from research.observations.models.notes import Language, Observation
from research.observations.models.quotes import Quote

__all__ = ["Attachment", "Language", "Observation", "Quote"]
