"""Photographs, drawn anew: upright, no larger than needed, without what the camera wrote into them."""

import io
import struct

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import ExifTags, Image

MOST_PIXELS = {"JPEG": 60_000_000, "MPO": 60_000_000, "PNG": 12_000_000}
"""A JPEG is unpacked at the size that it is kept at; a PNG has to be unpacked whole."""
LONGEST_SIDE = 2400
"""Pixels: enough to read a register page; larger photographs are made smaller."""
_KINDS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png")}
"""Photographs of several frames, as many phones make them under the name of a JPEG, are kept as their first frame."""
_TURN = Image.Transpose
_TURNS = {
    2: _TURN.FLIP_LEFT_RIGHT, 3: _TURN.ROTATE_180, 4: _TURN.FLIP_TOP_BOTTOM, 5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270, 7: _TURN.TRANSVERSE, 8: _TURN.ROTATE_90,
}  # fmt: skip
_DAMAGED = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error)
"""What the drawing library raises where a file is not what it says it is."""


def drawn_anew(content: bytes) -> tuple[bytes, str, str]:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS[str(picture.format)]:
                raise ValidationError(_("The photograph has too many pixels. Take it with a lower resolution."))
            kind = "PNG" if picture.format == "PNG" else "JPEG"
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()
            drawn = _upright(picture)
            if drawn.mode == "P":
                drawn = drawn.convert("RGBA" if "transparency" in drawn.info else "RGB")
            drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            clean = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
    except (*_DAMAGED, Image.DecompressionBombError) as error:
        wrong = _("Send a photograph (JPEG or PNG) or a PDF. This file is neither, or it is damaged.")
        raise ValidationError(wrong) from error
    out = io.BytesIO()
    clean.save(out, kind, quality=85, optimize=True)
    return out.getvalue(), *_KINDS[kind]


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera says it was held. What the camera wrote may be damaged: then the picture stays as it is."""
    try:
        held = picture.getexif().get(ExifTags.Base.Orientation)
    except _DAMAGED:
        return picture
    turn = _TURNS.get(held) if isinstance(held, int) else None
    return picture if turn is None else picture.transpose(turn)
