"""An edition as DOCX: real headings, tables whose first row is a header, pictures with their description."""

from io import BytesIO
from typing import Any

from django.utils import translation
from docx import Document as new_document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from research.editions.files.labels import labels
from research.editions.files.svg import png
from research.editions.reading import Block, Document, described

_CODES = {"fr": "fr-FR", "en": "en-GB"}


def made(document: Document, sha256: str) -> bytes:
    with translation.override(document.language):
        words = labels(document, sha256)
        file = new_document()
        _set_up(file, document)
        file.add_heading(document.title, 0)
        for line in (document.hub, document.span, words["drawn"]):
            file.add_paragraph(line)
        if document.demonstration:
            file.add_paragraph(words["demonstration"], style="Intense Quote")
        for part in document.parts:
            file.add_heading(part.title, 1)
            for paragraph in part.words:
                file.add_paragraph(paragraph)
            for block in part.blocks:
                _BLOCKS[block.kind](file, block, words)
        _definitions(file, document, words)
        file.add_paragraph(words["fingerprint"])
        out = BytesIO()
        file.save(out)
    return out.getvalue()


def _set_up(file: Any, document: Document) -> None:
    about = file.core_properties
    about.title, about.author, about.language = document.title, document.hub, _CODES[document.language]
    about.comments = ""
    normal = file.styles["Normal"]
    normal.font.size = Pt(10.5)
    of_text = normal.element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _CODES[document.language])
    of_text.append(language)


def _text(file: Any, block: Block, words: dict[str, str]) -> None:
    file.add_paragraph(_marked(block.text, block.demonstration, words))


def _table(file: Any, block: Block, words: dict[str, str]) -> None:
    file.add_heading(_marked(block.title, block.demonstration, words), 2)
    table = file.add_table(rows=1, cols=len(block.columns), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, block.columns, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    for row in block.rows:
        for cell, said in zip(table.add_row().cells, row, strict=True):
            cell.text = said
    for shown, note in ((block.over_100, words["over"]), (block.incomplete, words["incomplete"])):
        if shown:
            file.add_paragraph(note)
    _source(file, block.source, words)


def _chart(file: Any, block: Block, words: dict[str, str]) -> None:
    assert block.chart
    file.add_heading(_marked(block.title, block.demonstration, words), 2)
    file.add_paragraph(f"{block.chart.unit}. {words['shared' if block.chart.shared else 'own']}")
    told = " ".join(described(panel) for panel in block.chart.panels)
    if drawn := png(block.chart):
        picture = file.add_picture(BytesIO(drawn), width=Cm(15.5))
        picture._inline.docPr.set("descr", told)
        picture._inline.docPr.set("title", block.title)
    else:
        file.add_paragraph(told)
    _source(file, block.source, words)


def _entries(file: Any, block: Block, words: dict[str, str]) -> None:
    for entry in block.entries:
        file.add_heading(_marked(entry.title, entry.demonstration, words), 2)
        if entry.text:
            file.add_paragraph(entry.text)
        for label, said in entry.facts:
            paragraph = file.add_paragraph()
            paragraph.add_run(label).bold = True
            paragraph.add_run(f" – {said}")


_BLOCKS = {"text": _text, "table": _table, "chart": _chart, "entries": _entries}


def _definitions(file: Any, document: Document, words: dict[str, str]) -> None:
    file.add_heading(words["definitions"], 1)
    for one in document.definitions:
        file.add_heading(one.name, 2)
        file.add_paragraph(f"{words['formula']} – {one.formula} ({one.unit})")
        if one.note:
            file.add_paragraph(one.note)
        _source(file, one.source, words)


def _source(file: Any, source: str, words: dict[str, str]) -> None:
    if source:
        file.add_paragraph(f"{words['source']} {source}", style="Caption")


def _marked(said: str, made_up: bool, words: dict[str, str]) -> str:
    return f"{said} ({words['made_up']})" if made_up else said
