"""What may be kept as evidence, told by its content: photographs without what the camera wrote about them, and PDF."""

import hashlib
import io
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

LARGEST = 5 * 1024 * 1024
"""Bytes as they arrive."""
MOST_PIXELS = 50_000_000
_KINDS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png")}


class Kept(NamedTuple):
    """What is stored: the bytes, their type by content, the ending of the name, and the fingerprint as it arrived."""

    content: bytes
    content_type: str
    suffix: str
    sha256: str


def checked(content: bytes) -> Kept:
    """The file as it may be kept. Raises ValidationError with a sentence.

    A photograph is drawn anew, upright and without metadata: where it was taken, and when, is nobody's business. A PDF
    is kept as it came; what its author's program wrote into it stays there.
    """
    digest = hashlib.sha256(content).hexdigest()
    if not content:
        raise ValidationError(_("The file is empty."))
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than 5 MB. Take a smaller photograph, or split the document."))
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return Kept(content, "application/pdf", ".pdf", digest)
    return Kept(*_drawn_anew(content), digest)


def _drawn_anew(content: bytes) -> tuple[bytes, str, str]:
    wrong = ValidationError(_("Send a photograph (JPEG or PNG) or a PDF. This file is neither, or it is damaged."))
    try:
        with Image.open(io.BytesIO(content), formats=list(_KINDS)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("The photograph has too many pixels. Take it with a lower resolution."))
            kind = str(picture.format)
            drawn = ImageOps.exif_transpose(picture)
            clean = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
            if drawn.mode == "P" and (colours := drawn.getpalette()):
                clean.putpalette(colours)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, ValidationError):
            raise
        raise wrong from error
    out = io.BytesIO()
    clean.save(out, kind, quality=85, optimize=True)
    return out.getvalue(), *_KINDS[kind]
