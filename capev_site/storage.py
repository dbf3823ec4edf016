"""Where received and made files lie."""

from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """A file that could not be written to its end, on a full disk for instance, does not stay."""

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        there = path.exists()  # then it is another's, and Django writes beside it
        try:
            return super()._save(name, content)  # type: ignore[misc, no-any-return]
        except OSError:
            if not there:
                path.unlink(missing_ok=True)
            raise
