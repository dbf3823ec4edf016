"""What is wrong with a file of the study, said so that its editor finds the place. Pure but for the translation."""

from django.utils.translation import gettext as _


class StudyFileError(Exception):
    """A file of the study cannot be loaded; nothing was written. `record` is its key, or its number in the file."""

    def __init__(self, file: str, record: str, field: str, problem: str) -> None:
        self.file, self.record, self.field, self.problem = file, record, field, problem
        super().__init__(file, record, field, problem)

    def __str__(self) -> str:
        place = _("%(file)s, record %(record)s") % {"file": self.file, "record": self.record}
        if not self.record:
            place = self.file
        return f"{place}, {self.field}: {self.problem}" if self.field else f"{place}: {self.problem}"
