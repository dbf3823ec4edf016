"""PDF documents, written anew from their pages: no properties, no scripts, no attached files."""

import io

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject

MOST_PAGES = 500
_DAMAGED = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)
"""What the library raises where a file is not what it says it is."""
_DOES_SOMETHING = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition")


def written_anew(content: bytes) -> bytes:
    """The pages in a new document. Raises ValidationError where it cannot be read, is locked, or is too long."""
    try:
        reader = PdfReader(io.BytesIO(content))
        locked = reader.is_encrypted
        pages = 0 if locked else len(reader.pages)
        if not locked and 0 < pages <= MOST_PAGES:
            return _rewritten(reader)
    except _DAMAGED as error:
        raise ValidationError(_("This PDF cannot be read; it may be damaged. Make it again.")) from error
    if locked:
        raise ValidationError(_("This PDF is locked by a password. Send it without."))
    if not pages:
        raise ValidationError(_("This PDF cannot be read; it may be damaged. Make it again."))
    raise ValidationError(_("This PDF has more than %(most)s pages. Split it.") % {"most": MOST_PAGES})


def _rewritten(reader: PdfReader) -> bytes:
    writer = PdfWriter()
    for page in reader.pages:
        added = writer.add_page(page)
        for name in ("/AA", "/Metadata", "/PieceInfo"):
            added.pop(name, None)
        annotations = added.get("/Annots")
        if annotations is not None:
            kept = [one for one in annotations.get_object() if _is_harmless(one.get_object())]
            added["/Annots"] = ArrayObject(kept)  # type: ignore[index]
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _is_harmless(annotation: DictionaryObject) -> bool:
    """A note or a link to a page of the web; nothing that starts or sends something, nothing that holds a file."""
    if annotation.get("/Subtype") == "/FileAttachment" or "/AA" in annotation:
        return False
    action = annotation.get("/A")
    return action is None or action.get_object().get("/S") not in _DOES_SOMETHING
