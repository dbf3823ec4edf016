"""What is said of a file of REFI-QDA: why it is refused, and what of it is not brought in. One sentence a code."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSED: dict[str, Promise] = {
    "too_large": _("The file is larger than %(value)s once unpacked."),
    "too_much": _("The file holds more than can be brought in at once, or nests it too deeply. Export it in parts."),
    "xml_forbidden": _(
        "The file declares a document type. It is refused: such a file can read others or fill the memory."
    ),
    "bad_xml": _("The XML of the file cannot be read: %(value)s."),
    "not_refi": _(
        "The file is neither a codebook (.qdc) nor a project (.qdpx) of REFI-QDA. It begins with: %(value)s."
    ),
    "too_many_codes": _("The file holds more than %(value)s codes."),
    "code_twice": _("Two codes of the file have the same guid: %(value)s."),
}
LEFT_OUT: dict[str, Promise] = {
    # texts
    "outside": _("Its text lies outside of the file"),
    "not_there": _("Its text is missing in the file"),
    "text_too_large": _("Its text is larger than 1 MB"),
    "not_utf8": _("Its text is not UTF-8"),
    "no_words": _("Its text is empty"),
    "too_long": _("Its text is longer than an observation may be (20,000 characters): split it"),
    "hidden": _("It belongs to an observation that you may not read"),
    "several": _("Its text stands in several observations; which one is meant is not guessed"),
    "withdrawn": _("Its observation was withdrawn"),
    "chosen": _("Left out as you chose"),
    "too_many": _("More than 40 texts are unknown: bring the file in once more for the next ones"),
    # passages
    "outside_text": _("Stretches that lie outside of their text"),
    "no_letters": _("Stretches without words"),
    "no_code": _("Stretches whose code is not in the file"),
    "groups_only": _("Stretches of a code that only groups others"),
    "out_of_use": _("Stretches of a codebook that is not in use"),
    "no_lead": _("Stretches of codes that are unknown here: an evaluation lead puts their codebook in use first"),
    "coder_left_out": _("Passages of a coder whom you left out"),
    "moved": _("Passages that are stored otherwise; what is stored stays as it is"),
    "without_code": _("Stretches without a code and without a note"),
    # notes
    "note_of_nothing": _("Notes that hang on nothing that is brought in"),
    "note_without_text": _("Notes without a plain text"),
    "note_too_long": _("Notes longer than 10,000 characters"),
    "note_differs": _("Notes that are stored otherwise; what is stored stays as it is"),
    "note_blind": _("Notes on what is being coded blind by somebody else"),
    "note_twice": _("Further places of notes that hang on several things"),
    # the rest
    "set": _("Sets that are no codebook"),
}


def refused(code: str, value: str) -> str:
    return str(REFUSED[code]) % {"value": value}
