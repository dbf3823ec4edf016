"""What may be kept, told by its content and not by its name, without what programs and devices wrote into it."""

import hashlib
from pathlib import PurePath
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from research.kept_files import documents, pictures, recordings

LARGEST = 5 * 1024 * 1024
"""Bytes of a picture or a PDF as they arrive."""
LARGEST_RECORDING = 20 * 1024 * 1024
"""Bytes of a recording: about forty minutes as a phone makes them."""


class Kept(NamedTuple):
    """What is stored: the bytes, their type by content, the ending of the name, and the fingerprint as it arrived."""

    content: bytes
    content_type: str
    suffix: str
    sha256: str


def checked(content: bytes, *, sound: bool = False) -> Kept:
    """The file as it may be kept: a photograph, a PDF, and where `sound` is let in, a recording. Raises ValidationError
    with a sentence.

    A photograph is drawn anew, upright and without metadata: where it was taken, and when, is nobody's business. A PDF
    is written anew from its pages, without properties, scripts and attached files. A recording loses its tags.
    """
    digest = hashlib.sha256(content).hexdigest()
    if not content:
        raise ValidationError(_("The file is empty."))
    if sound and (kind := recordings.kind_of(content)):
        if len(content) > LARGEST_RECORDING:
            raise ValidationError(_("The recording is larger than 20 MB. Split it."))
        return Kept(recordings.without_tags(content, kind), *recordings.KINDS[kind], digest)
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than 5 MB. Take a smaller photograph, or split the document."))
    if content.startswith(b"%PDF-"):
        return Kept(documents.written_anew(content), "application/pdf", ".pdf", digest)
    return Kept(*pictures.drawn_anew(content), digest)


def named(name: str, suffix: str) -> str:
    """The name as sent, ending as the content asks: what is opened at home is what was checked, not what it claims."""
    stem = "".join(sign if sign.isprintable() else "\ufffd" for sign in PurePath(name).stem).strip(" .")
    return f"{stem[:190] or 'file'}{suffix}"


def download(file: FieldFile, *, name: str, content_type: str) -> FileResponse:
    """The file as a download, never shown in the site's own name. Raises Http404 where it is not there any more."""
    try:
        content = file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("This file is no longer on the server.")) from error
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
