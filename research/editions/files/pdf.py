"""An edition as PDF/UA-1: tagged, in its language, with its fonts inside.

What people wrote reaches typst as data (`sys.inputs`), never as part of the program: `#` and `$` are letters like
others.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils import translation

from research.editions.files.labels import labels
from research.editions.files.svg import panels
from research.editions.reading import Block, Document, described

PROGRAM = Path(__file__).with_name("report.typ")


def made(document: Document, sha256: str) -> bytes:
    """The same bytes for the same content: the file's date is that of its numbers."""
    with translation.override(document.language):
        data = as_data(document, sha256)
    day = datetime.fromisoformat(document.drawn_on)
    return bytes(
        typst.compile(
            PROGRAM.read_bytes(), format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True,
            timestamp=int(day.timestamp()), sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    )  # fmt: skip


def as_data(document: Document, sha256: str) -> dict[str, Any]:
    return {
        "lang": document.language,
        "title": document.title,
        "hub": document.hub,
        "span": document.span,
        "labels": labels(document, sha256),
        "demonstration": document.demonstration,
        "parts": [
            {"title": part.title, "words": part.words, "blocks": [_block(one) for one in part.blocks]}
            for part in document.parts
        ],
        "definitions": [one._asdict() for one in document.definitions],
    }


def _block(block: Block) -> dict[str, Any]:
    found: dict[str, Any] = {**block._asdict(), "entries": [one._asdict() for one in block.entries]}
    found.pop("chart")
    if block.chart:
        found |= {
            "unit": block.chart.unit,
            "shared": block.chart.shared,
            "panels": [
                {"title": panel.title, "svg": svg, "alt": described(panel)} for panel, svg in panels(block.chart)
            ],
        }
    return found
